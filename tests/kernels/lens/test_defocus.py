"""The OpenCL renderer against its readable reference, and against what any lens must do."""

import numpy as np
import pytest

from focuspuller.kernels.lens.defocus import defocus, margin
from focuspuller.kernels.lens.field import Field
from focuspuller.kernels.lens.glass import Glass
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.profile import gaussian_profile, lens_profiles
from focuspuller.kernels.lens.reference import defocus_reference

QUALITIES = ["draft", "normal", "high", "exact"]


def picture(seed, height=36, width=52, radius=6.0):
    """Random light, a slanted floor through the focus, and flat cards in front of and behind it."""
    rng = np.random.default_rng(seed)
    rgba = (rng.random((height, width, 4)) ** 3).astype(np.float32)
    coc = np.repeat(np.linspace(radius, -radius, height, dtype=np.float32)[:, None], width, axis=1)
    for _ in range(4):
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        coc[y : y + rng.integers(3, 20), x : x + rng.integers(3, 12)] = rng.uniform(-radius, radius)
    soft = rng.random((height, width)) < 0.05  # antialiased depth
    coc[soft] = (coc + np.roll(coc, 1, axis=1))[soft] / 2
    return rgba, coc


@pytest.mark.parametrize(
    ("iris", "stretch"), [(Iris(), 1), (Iris(5, 0.2, 20, 2), 0.7), (Iris(3, 0, 0, 0.5), 1), (Iris(6, 0, 0), 2)], ids=str
)
@pytest.mark.parametrize("seed", [1, 2])
def test_fast_equals_reference(iris, stretch, seed):
    rgba, coc = picture(seed)
    expected = defocus_reference(rgba, coc, iris, stretch=stretch)
    np.testing.assert_allclose(
        defocus(rgba, coc, iris, stretch=stretch, quality="exact"), expected, rtol=1e-3, atol=2e-5
    )


GLASSES = {
    "field": Glass(Field(0.9, (0.3, 0, 0.5, 0), 0.4), frame=(60, 50)),
    "profile": Glass(profiles=lens_profiles(0.7, rings=2, copies=8)),
    "both": Glass(Field(0.6), lens_profiles(obstruction=0.5), (60, 50)),
    "gaussian": Glass(profiles=(gaussian_profile(6),) * 2),
}


@pytest.mark.parametrize("glass", GLASSES.values(), ids=GLASSES)
def test_fast_glass_equals_reference(glass):
    rgba, coc = picture(4, 30, 40, 5.5)
    place = {"stretch": 1.2, "origin": (3, 7), "glass": glass}
    expected = defocus_reference(rgba, coc, Iris(5, 0.4, 10), **place)
    actual = defocus(rgba, coc, Iris(5, 0.4, 10), quality="exact", **place)
    np.testing.assert_allclose(actual, expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("glass", GLASSES.values(), ids=GLASSES)
def test_glass_keeps_light(glass, quality):
    plane = np.full((90, 100, 4), 0.7, np.float32)
    coc = np.full((90, 100), 17.0, np.float32)
    np.testing.assert_allclose(defocus(plane, coc, Iris(), glass=glass, quality=quality), 0.7, rtol=1e-3)


def test_glass_tiles_equal_the_whole():
    """Shapes depend on the place in the frame, also on coarser grids."""
    rgba, coc = picture(5, 130, 160, 16)
    place = {"max_radius": 16, "glass": Glass(Field(0.9, (0, 0.5, 0, 0), 0.3), lens_profiles(0.5), (170, 140))}
    whole = defocus(rgba, coc, Iris(), origin=(-3, 17), **place)
    rim = margin(16, glass=place["glass"])
    for x0, y0, x1, y1 in [(0, 0, 50, 40), (61, 50, 130, 110)]:
        left, top = max(x0 - rim, 0), max(y0 - rim, 0)
        part = np.s_[top : y1 + rim, left : x1 + rim]
        window = (x0 - left, y0 - top, x1 - left, y1 - top)
        tile = defocus(rgba[part], coc[part], Iris(), origin=(left - 3, top + 17), window=window, **place)
        np.testing.assert_allclose(tile, whole[y0:y1, x0:x1], rtol=1e-4, atol=5e-5)


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("radius", [0, 0.3, 0.6, 1, 3.3, 10.7, -0.4, -7.2, 23.1])
@pytest.mark.parametrize("iris", [Iris(), Iris(7, 0.1, 15, 1.8)], ids=str)
def test_a_uniform_plane_keeps_its_energy(radius, iris, quality):
    rgba = np.full((64, 48, 4), 0.7, np.float32)
    out = defocus(rgba, np.full((64, 48), radius, np.float32), iris, quality=quality)
    np.testing.assert_allclose(out, 0.7, rtol=1e-4)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_plane_through_the_focus_keeps_its_energy(quality):
    rgba = np.ones((80, 64, 4), np.float32)
    coc = np.repeat(np.linspace(12, -12, 80, dtype=np.float32)[:, None], 64, axis=1)
    np.testing.assert_allclose(defocus(rgba, coc, Iris(), quality=quality), 1, rtol=1e-4)


@pytest.mark.parametrize("quality", QUALITIES)
@pytest.mark.parametrize("radius", [0.2, 0.7, 1.4, 5.0, 12.3, -12.3])
@pytest.mark.parametrize("iris", [Iris(), Iris(5, 0, 20), Iris(squeeze=2)], ids=str)
def test_a_point_becomes_the_iris(radius, iris, quality):
    size = 61
    rgba = np.zeros((size, size, 4), np.float32)
    rgba[30, 30] = 1000
    out = defocus(rgba, np.full((size, size), radius, np.float32), iris, quality=quality)[..., 0].astype(np.float64)
    assert out.sum() == pytest.approx(1000, rel=1e-4)
    steps = (
        np.arange(size * 8) + 0.5
    ) / 8 - 30.5  # the shape, 8 × 8 points a pixel, turned by 180° in front of the focus
    x, y = np.meshgrid(steps / radius, steps / radius)
    coverage = iris.contains(x, y).reshape(size, 8, size, 8).mean(axis=(1, 3))
    if abs(radius) >= 5:
        expected = 1000 * coverage / coverage.sum()
        assert np.abs(out - expected).sum() < 0.05 * 1000  # antialiased edges within a few percent of its light
        interior = coverage == 1
        np.testing.assert_allclose(out[interior], expected[interior], rtol=0.02)
    centre = np.arange(size) @ np.stack([out.sum(axis=0), out.sum(axis=1)], axis=1) / out.sum()
    if iris.blades == 0:
        np.testing.assert_allclose(centre, 30, atol=0.02)


def test_a_sharp_subject_stays_sharp_and_keeps_its_colour_to_itself():
    """A red card in focus before a blurred green wall: neither bleeds nor darkens the other."""
    rgba = np.zeros((80, 80, 4), np.float32)
    rgba[..., 1] = rgba[..., 3] = 1
    coc = np.full((80, 80), 10, np.float32)
    rgba[20:60, 30:50, :3], coc[20:60, 30:50] = (1, 0, 0), 0
    out = defocus(rgba, coc, Iris())
    np.testing.assert_allclose(out[20:60, 30:50], rgba[20:60, 30:50], atol=1e-3)
    outside = np.ones((80, 80), bool)
    outside[20:60, 30:50] = False
    np.testing.assert_allclose(out[outside], rgba[outside], atol=1e-3)


@pytest.mark.parametrize("quality", QUALITIES)
def test_a_blurred_foreground_is_semitransparent_over_what_is_behind(quality):
    """A near red card before a sharp green wall: red × coverage + green × (1 - coverage), half and half on its edge."""
    rgba = np.zeros((80, 80, 4), np.float32)
    rgba[..., 1] = rgba[..., 3] = 1
    coc = np.zeros((80, 80), np.float32)
    rgba[:, 40:, :3], coc[:, 40:] = (1, 0, 0), -8
    out = defocus(rgba, coc, Iris(), max_radius=8, quality=quality)
    np.testing.assert_allclose(out[..., 0] + out[..., 1], 1, atol=1e-3)
    row = out[40, :, 0]
    tail = 0 if quality in ("high", "exact") else 1e-3  # on a coarser grid the last of the blur fades out
    assert 0 <= row[29] <= tail and row[50] == pytest.approx(1, abs=1e-3)
    assert (row[39] + row[40]) / 2 == pytest.approx(0.5, abs=0.02)
    assert np.all(np.diff(row[30:50]) >= -1e-6)


def test_an_antialiased_depth_edge_draws_no_line():
    """The same edge with a column of in-between depth and colour differs from the clean one by less than that."""
    rgba = np.zeros((60, 60, 4), np.float32)
    rgba[..., 1] = rgba[..., 3] = 1
    coc = np.zeros((60, 60), np.float32)
    rgba[:, 30:, :3], coc[:, 30:] = (1, 0, 0), -8
    soft_rgba, soft_coc = rgba.copy(), coc.copy()
    soft_rgba[:, 30, :3], soft_coc[:, 30] = (0.5, 0.5, 0), -4
    clean = defocus(rgba, coc, Iris(), max_radius=8)[30, :, 0]
    soft = defocus(soft_rgba, soft_coc, Iris(), max_radius=8)[30, :, 0]
    assert np.all(np.diff(soft[20:40]) >= -1e-4)
    assert np.abs(soft - clean).max() < 0.06  # half a pixel of a 16 px ramp


def test_a_speck_of_wrong_depth_makes_no_hole():
    """A sharp card before transparency; one of its pixels claims to lie far behind."""
    rgba = np.zeros((60, 60, 4), np.float32)
    coc = np.full((60, 60), 12, np.float32)
    rgba[10:50, 10:50], coc[10:50, 10:50] = 0.5, 0
    coc[20, 20] = 4
    out = defocus(rgba, coc, Iris(), max_radius=12)
    np.testing.assert_allclose(out[10:50, 10:50], 0.5, atol=1e-3)


def test_bright_light_leaves_no_rounding_behind():
    rgba = np.zeros((40, 400, 4), np.float32)
    rgba[20, 20] = 1e5
    coc = np.zeros((40, 400), np.float32)
    coc[:, 200:] = 3
    assert np.abs(defocus(rgba, coc, Iris(), max_radius=3)[:, 30:]).max() == 0


def test_tiles_equal_the_whole():
    rgba, coc = picture(5, 90, 120, 5)
    whole = defocus(rgba, coc, Iris(6, 0.3, 5), max_radius=5, origin=(-3, 17))
    rim = margin(5)
    for x0, y0, x1, y1 in [(0, 0, 50, 40), (50, 40, 120, 90), (31, 22, 64, 71)]:
        left, top = max(x0 - rim, 0), max(y0 - rim, 0)
        part = np.s_[top : min(y1 + rim, 90), left : min(x1 + rim, 120)]
        tile = defocus(
            rgba[part],
            coc[part],
            Iris(6, 0.3, 5),
            max_radius=5,
            origin=(-3 + left, 17 + top),
            window=(x0 - left, y0 - top, x1 - left, y1 - top),
        )
        np.testing.assert_allclose(tile, whole[y0:y1, x0:x1], rtol=1e-4, atol=1e-5)


def test_strips_equal_the_whole(monkeypatch):
    rgba, coc = picture(6, 120, 40, 4)
    whole = defocus(rgba, coc, Iris(), max_radius=4)
    monkeypatch.setattr("focuspuller.kernels.lens.defocus.STRIP_PIXELS", 40 * 60)
    np.testing.assert_allclose(defocus(rgba, coc, Iris(), max_radius=4), whole, rtol=1e-4, atol=1e-5)


def test_radii_are_continuous():
    """0.01 px more radius changes a picture by little: nothing pops while focus moves."""
    rgba, coc = picture(7, radius=4)
    frames = [defocus(rgba, coc + d, Iris(), max_radius=6) for d in (0.0, 0.01)]
    assert np.abs(frames[1] - frames[0]).max() < 0.04


@pytest.mark.parametrize("shape", [(1, 1), (1, 37), (29, 1), (2, 3)])
def test_small_pictures(shape):
    rgba = np.full((*shape, 4), 0.5, np.float32)
    np.testing.assert_allclose(defocus(rgba, np.full(shape, 3, np.float32), Iris()), 0.5, rtol=1e-4)


def test_same_input_same_output():
    rgba, coc = picture(8)
    assert np.array_equal(defocus(rgba, coc, Iris()), defocus(rgba, coc, Iris()))


def test_abort_stops_it():
    class Stop(Exception):
        pass

    def abort():
        raise Stop

    rgba, coc = picture(9)
    with pytest.raises(Stop):
        defocus(rgba, coc, Iris(), check_abort=abort)


def test_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match="does not fit"):
        defocus(np.zeros((4, 5, 4), np.float32), np.zeros((5, 4), np.float32), Iris())
    with pytest.raises(ValueError, match="lies outside"):
        defocus(np.zeros((4, 5, 4), np.float32), np.zeros((4, 5), np.float32), Iris(), window=(0, 0, 6, 4))


def test_a_lamp_behind_a_thin_blade_stays_behind_it():
    """The blade is thinner than its pixels, and depth is sampled at their centres: they say near and show the lamp."""
    rgba = np.full((90, 90, 4), 0.03, np.float32)
    rgba[..., 3] = 1
    coc = np.zeros((90, 90), np.float32)
    rgba[40:46, 40:46, :3] = 12
    clear = defocus(rgba, coc, Iris(), max_radius=20)
    coc[:, 42] = -20
    rgba[40:46, 42, :3] = 10  # a sixth of the pixel is the blade
    out = defocus(rgba, coc, Iris(), max_radius=20)
    disc = np.abs(out - clear)[..., :3]
    disc[34:52, 34:52] = 0  # the lamp itself, and what is guessed behind the blade next to it
    assert disc.max() < 0.005
