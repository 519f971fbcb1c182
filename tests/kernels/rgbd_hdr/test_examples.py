"""Generated training examples: where things are, what a lens makes of them, and that a seed says it all."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.rgbd_hdr.examples.folder import ExampleFolder, read_example, write_example, write_examples
from focuspuller.kernels.rgbd_hdr.examples.lamps import Lamp
from focuspuller.kernels.rgbd_hdr.examples.layouts import HEIGHT, HELD_OUT, LAYOUTS, Layout
from focuspuller.kernels.rgbd_hdr.examples.make import SIZE, make_example, through_aperture
from focuspuller.kernels.rgbd_hdr.examples.panoramas import AZIMUTHS, Panorama, read_panoramas, wall_distances
from focuspuller.kernels.rgbd_hdr.examples.scenes import Camera, Room, Scene
from focuspuller.kernels.rgbd_hdr.examples.things import Ball, Box, Cutout, Post
from focuspuller.kernels.rgbd_hdr.lens import disc

WALL = 4.0  # m, of a square place around the camera
MIDDLE = np.zeros(3)
AHEAD = Camera(np.eye(3), 0.5)
UP = np.array([0.0, 1.0, 0.0])


def square(ceiling: float | None = 2.0) -> Layout:
    corner = float(np.rad2deg(np.arctan(HEIGHT / (WALL * 2**0.5))))
    return Layout(tuple((azimuth, corner) for azimuth in (45.0, 135.0, 225.0, 315.0)), ceiling)


def place(radiance: np.ndarray | None = None) -> Panorama:
    return Panorama.of(np.ones((128, 256, 3), np.float32) if radiance is None else radiance, square())


def room(texture: np.ndarray, depth: float = 3.0) -> Room:
    return Room(np.array([-9.0, -9.0, -9.0]), np.array([9.0, 9.0, depth]), (texture,) * 4, UP, ())


def along(*direction: float) -> np.ndarray:
    return np.array([direction]) / np.linalg.norm(direction)


@pytest.mark.parametrize(
    ("direction", "distance"),
    [
        ((0, 0, 1), WALL),
        ((np.sin(np.pi / 6), 0, np.cos(np.pi / 6)), WALL / np.cos(np.pi / 6)),
        ((1, 0, 1), WALL * 2**0.5),
        ((0, -1, 1), HEIGHT * 2**0.5),
        ((0, -1, 0), HEIGHT),
        ((0, 1, 0), 2.0),
        ((-1, 0.25, 0), WALL * np.hypot(1, 0.25)),
    ],
)
def test_distances_in_a_panorama(direction, distance):
    assert place().seen(MIDDLE, along(*direction))[1][0] == pytest.approx(distance, rel=0.005)


def test_parallax_in_a_panorama():
    """From half a metre ahead the wall is half a metre nearer, the floor as far below."""
    origin = np.array([0.0, 0.0, 0.5])
    assert place().seen(origin, along(0, 0, 1))[1][0] == pytest.approx(WALL - 0.5, rel=0.005)
    assert place().seen(origin, along(0, -1, 1))[1][0] == pytest.approx(HEIGHT * 2**0.5, rel=0.03)


def test_azimuth_turns_to_the_right():
    radiance = np.zeros((128, 256, 3), np.float32)
    radiance[:, 56:72] = 5  # around 90 degrees
    panorama = place(radiance)
    assert panorama.seen(MIDDLE, along(1, 0, 0))[0][0, 0] == 5
    assert panorama.seen(MIDDLE, along(-1, 0, 0))[0][0, 0] == 0


def test_a_sheet_stands_before_the_wall():
    layout = Layout(square().floor, 2.0, ((80.0, 100.0, 45.0, 20.0),))
    panorama = Panorama.of(np.ones((64, 128, 3), np.float32), layout)
    below, above = along(1, -np.tan(np.deg2rad(25)), 0), along(1, -np.tan(np.deg2rad(15)), 0)
    assert panorama.seen(MIDDLE, below)[1][0] == pytest.approx(HEIGHT / np.cos(np.deg2rad(25)), rel=0.005)
    assert panorama.seen(MIDDLE, above)[1][0] == pytest.approx(WALL / np.cos(np.deg2rad(15)), rel=0.005)


@pytest.mark.parametrize(("sky", "night"), [(2.0, False), (0.01, True)])
def test_the_sky_is_infinitely_far(sky, night):
    radiance = np.full((128, 256, 3), 0.2, np.float32)
    radiance[:64] = sky
    layout = Layout(square().floor, None, night=night)
    scene = Scene(Panorama.of(radiance, layout), (), (), Camera(np.eye(3), 0.5))
    disparity = scene.picture(64, 64)[1]
    assert np.all(disparity[:28] == 0)
    assert np.all(disparity[36:] > 0.2)


def test_disparity_is_of_planar_depth():
    disparity = Scene(place(), (), (), Camera(np.eye(3), 0.3)).picture(64, 40)[1]
    assert disparity == pytest.approx(1 / WALL, rel=0.005)


@pytest.mark.parametrize(
    ("thing", "distance"),
    [
        (Box(np.array([0, 0, 3.0]), np.array([0.5, 0.5, 0.4]), 0.0, np.ones((8, 8, 3), np.float32), UP), 2.6),
        (Box(np.array([0, 0, 3.0]), np.full(3, 0.5), np.pi / 4, np.ones((8, 8, 3), np.float32), UP), 3 - 0.5 * 2**0.5),
        (Ball(np.array([0, 0, 3.0]), np.array([1, 2, 0.5]), np.ones((8, 8, 3), np.float32), UP), 2.5),
        (Post(np.array([0, 0, 3.0]), 0.25, 1.0, np.ones((8, 8, 3), np.float32), UP), 2.75),
        (
            Cutout(np.array([0, 0, 3.0]), np.array([0.5, 0.5, 0]), *np.ones((2, 8, 8)), np.ones((8, 8, 3), np.float32)),
            3,
        ),
    ],
)
def test_rays_hit_things(thing, distance):
    hit = thing.hit(MIDDLE, np.concatenate([along(0, 0, 1), along(1, 0, 1)]))
    assert hit.distance[0] == pytest.approx(distance, rel=1e-6)
    assert hit.distance[1] == np.inf
    assert hit.light[0].min() > 0


def test_what_stands_on_the_floor_touches_it():
    """Down a picture's middle column depth goes from wall to box to floor without a step at the box's foot."""
    box = Box(np.array([0, 0.4 - HEIGHT, 2.5]), np.full(3, 0.4), 0.0, np.ones((8, 8, 3), np.float32), UP)
    column = Scene(place(), (box,), (), Camera(np.eye(3), 0.8)).picture(129, 129)[1][:, 64]
    front = np.flatnonzero(np.isclose(column, 1 / 2.1, rtol=1e-4))
    assert len(front) > 20
    assert 0.4 < column[front[0] - 1] < 1 / 2.1  # its top, going back
    assert column[front[-1] + 1] == pytest.approx(1 / 2.1, rel=0.02)


@pytest.mark.parametrize(("radius", "nearest"), [(0.002, 1 / 3), (0.02, 0.5), (0.05, 0.5)])
def test_a_lamp_has_its_light_however_small(radius, nearest):
    scene = Scene(
        room(np.zeros((128, 128, 3), np.float32)), (), (Lamp(np.array([0.2, 0.1, 2]), radius, UP + 1),), AHEAD
    )
    light, disparity = scene.picture(200, 120)
    px = 200 / 2 / 0.5 / 2 * radius
    assert light.sum(axis=(0, 1)) == pytest.approx(np.pi * px**2 * (UP + 1), rel=0.02)
    x, y = (np.average(w, weights=light[..., 0]) + 0.5 for w in np.meshgrid(np.arange(200), np.arange(120)))
    assert (x, y) == pytest.approx((120, 50), abs=0.01)
    assert disparity[50, 120] == pytest.approx(nearest, rel=1e-3)


@pytest.mark.parametrize("gain", [16.0, 48.0])
def test_the_lens_keeps_a_lamps_light_in_a_flat_disc(gain):
    lamp = Lamp(np.array([0.0, 0.0, 2.0]), 0.004, np.full(3, 100.0))
    scene = Scene(room(np.zeros((128, 128, 3), np.float32)), (), (lamp,), AHEAD)
    light = through_aperture(scene, (160, 120), gain, 1.0)[..., 1]
    assert light.sum() == pytest.approx(scene.picture(160, 120)[0][..., 1].sum(), rel=0.02)
    radius = gain * 0.5
    level = light.sum() / (np.pi * radius**2)
    inner = np.hypot(*np.mgrid[-59.5:60, -79.5:80]) < radius - 2.5
    assert light[inner].std() < 0.05 * level
    assert light[inner] == pytest.approx(level, rel=0.15)
    assert (light > level / 2).sum() == pytest.approx(np.pi * radius**2, rel=0.05)


def test_a_lamp_behind_something_is_hidden():
    texture = np.zeros((8, 8, 3), np.float32)
    box = Box(np.array([0, 0, 1.5]), np.array([0.3, 0.3, 0.1]), 0.0, texture, UP)
    for depth, seen in ((2.0, False), (1.0, True)):
        lamp = Lamp(np.array([0, 0, depth]), 0.01, np.full(3, 50.0))
        scene = Scene(room(np.zeros((128, 128, 3), np.float32)), (box,), (lamp,), AHEAD)
        assert (scene.picture(80, 60)[0].max() > 1) == seen
        assert (through_aperture(scene, (80, 60), 4.0, 0.6, rays=16).max() > 0.1) == seen


def test_a_wall_through_the_lens_is_blurred_by_its_circle_of_confusion():
    rng = np.random.default_rng(1)
    texture = cv2.resize(rng.random((24, 24, 3)).astype(np.float32), (128, 128), interpolation=cv2.INTER_CUBIC)
    scene = Scene(room(np.clip(texture, 0, 1)), (), (), AHEAD)
    sharp = cv2.resize(scene.picture(480, 288)[0], (160, 96), interpolation=cv2.INTER_AREA)
    light = through_aperture(scene, (160, 96), 12.0, 0.75)
    kernel = disc(12.0 * (0.75 - 1 / 3)).numpy()
    blurred = cv2.filter2D(sharp, -1, kernel, borderType=cv2.BORDER_REFLECT)
    inner = np.s_[8:-8, 8:-8]
    assert np.abs(light - blurred)[inner].mean() < 0.004
    assert np.abs(sharp - blurred)[inner].mean() > 0.03
    in_focus = through_aperture(scene, (160, 96), 12.0, 1 / 3)
    assert np.abs(in_focus - sharp)[inner].mean() < 0.004


def test_a_seed_is_an_example():
    size = 96, 64
    first, again, other = (make_example(seed, [place()], size, apertures=1) for seed in (5, 5, 6))
    for name in ("picture", "radiance", "disparity"):
        np.testing.assert_array_equal(getattr(first, name), getattr(again, name))
    np.testing.assert_array_equal(first.shallow[0].light, again.shallow[0].light)
    assert np.any(first.picture != other.picture)


def test_an_example_without_panoramas():
    example = make_example(3, [])
    assert example.picture.shape == (SIZE[1], SIZE[0], 3)
    assert example.picture.dtype == np.uint8
    assert example.radiance.dtype == example.disparity.dtype == np.float16
    assert np.isfinite(example.radiance).all()
    assert 0 < example.disparity.max() < 100
    assert example.shallow == ()


def test_the_picture_is_of_the_radiance_clipped():
    rng = np.random.default_rng(1)
    spread = place(rng.lognormal(0, 0.7, (128, 256, 3)).astype(np.float32))
    shares, bright, ratios = [], [], []
    for seed in range(6):
        example = make_example(seed, [spread], (160, 96))
        radiance, level = example.radiance.astype(np.float32), example.picture / np.float32(255)
        bright.extend(level[radiance > 1.5])
        usual = (radiance > 0.1) & (radiance < 0.8)
        ratios.append(np.median(level[usual] ** 2.2 / radiance[usual]))
        shares.append((radiance.max(axis=2) >= 1).mean())
    assert len(bright) > 50
    assert np.mean(np.array(bright) > 0.95) > 0.9
    assert np.median(ratios) == pytest.approx(1, abs=0.25)
    assert max(shares) < 0.5
    assert np.median(shares) < 0.15
    assert max(shares) > 0.001


def test_two_apertures_differ_in_aperture_or_focus():
    kinds = set()
    for seed in range(4):
        a, b = make_example(seed, [place()], (48, 32), apertures=2).shallow
        assert (a.gain == b.gain) != (a.focus == b.focus)
        assert 0 <= a.light.min() <= a.light.max() <= 1
        kinds.add(a.gain == b.gain)
    assert kinds == {False, True}


def test_examples_in_a_folder(tmp_path):
    made = []
    folder = write_examples(tmp_path, range(2), [], done=lambda: made.append(1))
    first = tmp_path / "0000000.npz"
    stamp = first.stat().st_mtime_ns
    assert len(write_examples(tmp_path, range(3), [], done=lambda: made.append(1))) == 3
    assert first.stat().st_mtime_ns == stamp
    assert len(made) == 5
    np.testing.assert_array_equal(folder[1].radiance, make_example(1, []).radiance)


def test_an_example_comes_back_from_its_file(tmp_path):
    example = make_example(2, [], (64, 40), apertures=2)
    write_example(tmp_path / "a.npz", example)
    back = ExampleFolder(tmp_path)[0]
    for name in ("picture", "radiance", "disparity"):
        np.testing.assert_array_equal(getattr(back, name), getattr(example, name))
    for a, b in zip(back.shallow, example.shallow, strict=True):
        assert (a.gain, a.focus) == (b.gain, b.focus)
        np.testing.assert_array_equal(a.light, b.light)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"words"])
def test_a_file_that_is_no_example(content, tmp_path):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match=r"a\.npz: is no whole example"):
        read_example(tmp_path / "a.npz")


def test_layouts_are_closed_polygons_around_the_camera():
    for name, layout in LAYOUTS.items():
        azimuths = [azimuth for azimuth, _ in layout.floor]
        assert azimuths == sorted(set(azimuths)), name
        assert 0 <= azimuths[0] < azimuths[-1] < 360, name
        assert all(0 < angle < 60 for _, angle in layout.floor), name
        assert all(begin < end and foot > max(top, 0) for begin, end, foot, top in layout.things), name
        walls = wall_distances(layout)
        for azimuth, angle in layout.floor:
            corner = min(HEIGHT / np.tan(np.deg2rad(angle)), 300)
            beside = walls[[int(azimuth * AZIMUTHS / 360) - 1, int(azimuth * AZIMUTHS / 360) % AZIMUTHS]]
            assert beside.min() < corner * 1.1, name


def test_held_out_panoramas_are_not_learned_from(tmp_path):
    for name in (HELD_OUT[0], "vestibule_1k", "unknown"):
        assert cv2.imwrite(str(tmp_path / f"{name}.hdr"), np.ones((32, 64, 3), np.float32))
    known, held = read_panoramas(tmp_path, HELD_OUT), read_panoramas(tmp_path, HELD_OUT, only=True)
    assert [p.layout for p in known] == [None, LAYOUTS["vestibule_1k"]]
    assert [p.layout for p in held] == [LAYOUTS[HELD_OUT[0]]]
    assert read_panoramas(None) == []


def test_a_folder_without_panoramas_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds no"):
        read_panoramas(tmp_path / "nowhere")
