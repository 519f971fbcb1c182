"""The OpenCL tracer against its numpy twin on random scenes, and the tables that both are fed."""

import numpy as np
import pytest

from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.raytrace import reference, sampling
from focuspuller.kernels.raytrace.device import Tracer
from focuspuller.kernels.raytrace.pack import View, pack
from focuspuller.kernels.raytrace.scene import (
    SHAPES,
    TEXTURES,
    Camera,
    Lamp,
    Light,
    Material,
    Scene,
    Shape,
    Sky,
    frame_along,
)
from focuspuller.kernels.raytrace.textures import texture_mix

WIDTH, HEIGHT, SAMPLES = 36, 24, 16


def random_scene(seed: int) -> Scene:
    rng = np.random.default_rng(seed)

    def vector(low, high):
        return tuple(float(v) for v in rng.uniform(low, high))

    shapes = []
    for i in range(22):
        material = Material(
            vector([0] * 3, [1] * 3),
            vector([0] * 3, [1] * 3),
            TEXTURES[i % len(TEXTURES)],
            float(rng.uniform(0.05, 0.5)),
            float(rng.uniform(0.1, 1)),
            (0.3, 0.1, 0.0) if i == 4 else (0.0, 0.0, 0.0),
            float(rng.choice([0.0, 0.4])),
        )
        z = rng.uniform(0.8, 6)
        centre = vector([-0.4 * z, -0.3 * z, z], [0.4 * z, 0.3 * z, z])
        size = vector([0.02 * z] * 3, [0.15 * z] * 3)
        frame = frame_along(rng.normal(size=3), rng.normal(size=3))
        shapes.append(Shape(SHAPES[i % 5], centre, size, material, frame, float(rng.uniform(0, 1)), bool(i % 4)))
    lamps = [
        Lamp(vector([-1, -1, 3], [1, 1, 7]), float(rng.uniform(0.005, 0.05)), (50.0, 30.0, 10.0)) for _ in range(5)
    ]
    lights = [Light.sun(rng.normal(size=3), (1, 1, 1), 0.05), Light(vector([-2] * 3, [2] * 3), 0.2, (2, 1, 1))]
    camera = Camera.look_at(vector([-0.2] * 3, [0.2] * 3), (0, 0, 4), 40.0, 36.0, roll=0.1)
    return Scene("random", tuple(shapes), lambda frame: camera, tuple(lamps), tuple(lights), Sky(reach=0.8))


def view_of(scene, lens_radius, focus, iris) -> View:
    return View(scene.camera(1), WIDTH, HEIGHT, lens_radius, 1 / focus, iris)


CASES = [
    (0, 0.0, np.inf, Iris()),
    (1, 0.015, 1.2, Iris()),
    (2, 0.02, 5.0, Iris(6, 0.3, 12.0)),
    (3, 0.02, np.inf, Iris(5, 0.0, 0.0, 1.8)),
]


@pytest.mark.parametrize(("seed", "lens_radius", "focus", "iris"), CASES)
def test_radiance_equals_the_reference(seed, lens_radius, focus, iris):
    """Rays within a rounding error of an edge may fall on its other side: a few pixels in a thousand."""
    scene = random_scene(seed)
    view = view_of(scene, lens_radius, focus, iris)
    table, lamps = sampling.camera_table(SAMPLES, iris, seed), sampling.lamp_table(SAMPLES, iris, seed)
    expected = reference.radiance(scene, view, table, lamps, seed)
    result = Tracer(scene, view).radiance(table, lamps, seed)
    wrong = np.abs(result - expected) > 1e-4 + 1e-4 * np.abs(expected)
    assert wrong.any(-1).mean() < 0.01
    assert expected.std() > 0.05


def test_depth_equals_the_reference():
    scene = random_scene(7)
    view = view_of(scene, 0.0, np.inf, Iris())
    sums = Tracer(scene, view).depth(sampling.centre_table(), 0)
    expected = reference.depth(scene, view)
    assert ((sums[..., 2] == sampling.PACKET) == np.isfinite(expected)).mean() > 0.998
    hit = np.isfinite(expected) & (sums[..., 2] > 0)
    assert (np.abs(sums[..., 0] / sampling.PACKET / expected - 1)[hit] < 1e-5).mean() > 0.998


def test_what_is_hidden_equals_the_reference():
    scene, iris = random_scene(3), Iris()
    view = view_of(scene, 0.03, 2.0, iris)
    table = sampling.camera_table(SAMPLES, iris, 3)
    expected = reference.hidden(scene, view, table, 3)
    result = Tracer(scene, view).hidden(table, 3)[..., :2]
    assert (np.abs(result - expected) > 1.5 / SAMPLES).any(-1).mean() < 0.01
    assert 0.005 < expected[..., 0].mean() < 0.5
    assert 0.0005 < expected[..., 1].mean() < 0.2


def test_one_ray_at_a_time_gives_the_same_picture_as_eight():
    scene = random_scene(5)
    iris = Iris(7, 0.5)
    view = view_of(scene, 0.015, 1.5, iris)
    table, lamps = sampling.camera_table(SAMPLES, iris, 0), sampling.lamp_table(SAMPLES, iris, 0)
    one, eight = (Tracer(scene, view, width).radiance(table, lamps, 0) for width in (1, 8))
    assert (np.abs(one - eight) > 1e-4 + 1e-4 * eight).any(-1).mean() < 0.01


def test_an_empty_scene_is_sky():
    scene = Scene("empty", (), lambda frame: Camera(np.zeros(3), np.eye(3)))
    view = view_of(scene, 0.0, np.inf, Iris())
    table, lamps = sampling.camera_table(16, view.iris, 0), sampling.lamp_table(16, view.iris, 0)
    picture = Tracer(scene, view).radiance(table, lamps, 0)
    np.testing.assert_allclose(picture, reference.radiance(scene, view, table, lamps, 0), rtol=1e-5)
    assert (Tracer(scene, view).depth(sampling.centre_table(), 0)[..., 2] == 0).all()


def test_the_hierarchy_holds_every_shape_once():
    scene = random_scene(9)
    tables = pack(scene, scene.camera(1))
    leaves = tables.links[tables.links[:, 2] > 0]
    rows = np.concatenate([np.arange(first, first + count) for _, first, count in leaves])
    assert sorted(rows) == list(range(len(scene.shapes) + len(scene.lamps)))
    assert (tables.links[:, 0] > np.arange(len(tables.links))).all()
    assert tables.links[0, 0] == len(tables.links)
    for lamp, row in zip(scene.lamps, tables.lamp_shapes, strict=True):
        np.testing.assert_allclose(tables.shapes[row, :3], lamp.centre, rtol=1e-6)


def test_points_are_stratified():
    """256 points of a (0, 2)-sequence put exactly one in each of 16 × 16 cells and of 256 columns and rows."""
    points = sampling.squares(3, 256, np.random.default_rng(0), shuffle=True)
    for one in points:
        assert len({tuple(cell) for cell in (one * 16).astype(int)}) == 256
        assert len(set((one[:, 0] * 256).astype(int))) == len(set((one[:, 1] * 256).astype(int))) == 256


@pytest.mark.parametrize("iris", [Iris(), Iris(5, 0.0), Iris(8, 0.6, 20.0, 1.5)])
def test_iris_points_are_uniform_and_inside(iris):
    points = sampling.iris_points(iris, sampling.squares(1, 16384, np.random.default_rng(1), shuffle=False))[0]
    assert iris.contains(*(points * (1 - 1e-5) * [1, -1]).T).all()
    # A disc (before squeezing) inside the iris gets its share of the points.
    share = (np.hypot(points[:, 0] * iris.squeeze, points[:, 1]) < 0.5).mean()
    assert share == pytest.approx(np.pi * 0.25 / (sampling.iris_area(iris) * iris.squeeze), rel=0.01)
    np.testing.assert_allclose(points.mean(0), 0, atol=0.01)


def test_textures_stay_between_their_two_colours():
    points = np.random.default_rng(2).uniform(-5, 5, (4000, 3))
    for name in TEXTURES:
        share = texture_mix(name, points, 0.6)
        assert share.min() >= 0
        assert share.max() <= 1
        assert name == "plain" or share.std() > 0.05
