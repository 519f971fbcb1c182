"""The ray tracer's camera against closed forms."""

import math

import numpy as np
import pytest

from focuspuller.kernels.raytrace import render
from focuspuller.kernels.raytrace.scene import Camera, Lamp, Light, Material, Scene, Shape, Sky

BLACK = Sky((0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 0))
FACING = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]])


def one_camera(focal_length=50.0, sensor=36.0):
    return lambda frame: Camera(np.zeros(3), np.eye(3), focal_length, sensor)


def scene_of(shapes=(), lamps=(), lights=(), sky=BLACK, **lens) -> Scene:
    return Scene("test", tuple(shapes), one_camera(**lens), tuple(lamps), tuple(lights), sky)


def coc_radius(width, sensor, focal_length, f_stop, focus, z) -> float:
    """Thin lens of docs/raytracer.md, px; focal length in mm, focus and z in m."""
    f = focal_length / 1000
    return width / (sensor / 1000) * f * f / (2 * f_stop * focus) * abs(z - focus) / z


def moments(picture):
    """(sum, centre x, centre y, variance x, variance y) of the green channel; px, pixel centres at half-integers."""
    light = picture[..., 1].astype(np.float64)
    total = light.sum()
    x, y = np.arange(light.shape[1]) + 0.5, np.arange(light.shape[0]) + 0.5
    cx, cy = (light.sum(0) * x).sum() / total, (light.sum(1) * y).sum() / total
    return total, cx, cy, (light.sum(0) * (x - cx) ** 2).sum() / total, (light.sum(1) * (y - cy) ** 2).sum() / total


def test_a_sphere_has_its_silhouette_and_planar_depth():
    centre, radius, width, height = np.array([0.21, -0.13, 3.0]), 0.4, 120, 80
    _, depth = render.deep_focus(
        scene_of([Shape("sphere", tuple(centre), (radius, 0, 0), Material())]), 1, width, height, 16
    )
    y, x = np.mgrid[:height, :width]
    per_tangent = width * 50 / 36
    d = np.stack([(x + 0.5 - width / 2) / per_tangent, (height / 2 - y - 0.5) / per_tangent, np.ones(x.shape)], -1)
    a, b, c = (d * d).sum(-1), d @ centre, centre @ centre - radius**2
    inside = b * b - a * c
    assert ((inside > 1e-5) <= np.isfinite(depth)).all()
    assert ((inside < -1e-5) <= np.isinf(depth)).all()
    hit = inside > 1e-4
    assert hit.sum() > 800
    np.testing.assert_allclose(depth[hit], ((b - np.sqrt(np.maximum(inside, 0))) / a)[hit], rtol=2e-6)


def test_depth_is_planar_not_along_the_ray():
    card = Shape("card", (0, 0, 4.0), (10, 10, 0), Material(), FACING)
    _, depth = render.deep_focus(scene_of([card], focal_length=18.0), 1, 48, 32, 16)
    np.testing.assert_allclose(depth, 4.0, rtol=1e-6)


@pytest.mark.parametrize(
    ("focus", "z", "f_stop"), [(1.5, 5.0, 1.4), (4.0, 1.6, 2.0), (math.inf, 3.0, 2.8), (2.0, 40.0, 1.4)]
)
def test_a_lamp_becomes_a_disc_of_the_coc_radius_and_keeps_its_energy(focus, z, f_stop):
    width, height = 400, 240
    lamp = Lamp((0.02 * z, 0.013 * z, z), 0.0008 * z, (900.0, 700.0, 300.0))
    scene = scene_of(lamps=[lamp], focal_length=135.0)
    sharp, _ = render.deep_focus(scene, 1, width, height, 64)
    blurred = render.thin_lens(scene, 1, width, height, focus, f_stop, 64)
    energy = moments(sharp)[0]
    total, bx, by, vx, vy = moments(blurred)
    per_tangent = width * 135 / 36
    lamp_radius = lamp.radius / z * per_tangent
    assert energy == pytest.approx(700 * math.pi * lamp_radius**2, rel=0.01)
    assert total == pytest.approx(energy, rel=0.01)
    x, y, _ = scene.camera(1).project(lamp.centre, width, height)
    assert (bx, by) == pytest.approx((x, y), abs=0.05)
    # A disc of radius r has variance r² / 4 on each axis, the lamp its own, the pixel 1/12.
    measured = np.sqrt(4 * (np.array([vx, vy]) - 1 / 12) - lamp_radius**2)
    if math.isinf(focus):
        expected = per_tangent * 0.135 / (2 * f_stop) / z
    else:
        expected = coc_radius(width, 36, 135, f_stop, focus, z)
    assert expected > 8
    np.testing.assert_allclose(measured, expected, atol=0.05)
    core = blurred[int(y) - 3 : int(y) + 3, int(x) - 3 : int(x) + 3, 1]
    np.testing.assert_allclose(core, energy / (math.pi * expected**2), rtol=0.06)


def test_the_path_traced_case_of_the_design():
    """f 200 mm, s 1 m, N 5, a point at 2 m, 256 pixels over 36 mm: 14.2 px, not the 17.8 of a lens that breathes."""
    assert coc_radius(256, 36, 200, 5, 1, 2) == pytest.approx(14.22, abs=0.01)
    scene = scene_of(lamps=[Lamp((0, 0, 2.0), 0.001, (500.0, 500.0, 500.0))], focal_length=200.0)
    _, _, _, vx, vy = moments(render.thin_lens(scene, 1, 256, 144, 1.0, 5.0, 64))
    lamp = 0.001 / 2 * 256 * 200 / 36
    np.testing.assert_allclose(np.sqrt(4 * (np.array([vx, vy]) - 1 / 12) - lamp**2), 14.22, atol=0.1)


def still_life() -> Scene:
    floor = Material((0.8, 0.8, 0.8), (0.1, 0.1, 0.1), "checker", 0.3)
    wood = Material((0.6, 0.4, 0.2), (0.2, 0.1, 0.05), "wood", 0.05)
    shapes = [
        Shape("card", (0, -0.5, 0), (20, 20, 0), floor, np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])),
        Shape("sphere", (0.1, 0, 3), (0.45, 0, 0), wood),
        Shape("cylinder", (-0.4, 0, 1.2), (0.02, 1, 0), Material(), np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])),
    ]
    lights = [Light.sun((0.5, 1, -0.6), (1.5, 1.4, 1.2))]
    return scene_of(shapes, [Lamp((0.5, 0.5, 5), 0.02, (80.0, 60.0, 20.0))], lights, Sky())


def test_a_tiny_aperture_is_the_pinhole():
    scene = still_life()
    sharp, _ = render.deep_focus(scene, 1, 96, 64, 32)
    np.testing.assert_allclose(render.thin_lens(scene, 1, 96, 64, 2.0, 1e6, 32), sharp, rtol=2e-3, atol=2e-3)


def test_the_plane_in_focus_stays_sharp():
    """Everything on one plane: the widest lens sees what the pinhole sees, but for rays that touch a texture's edge."""
    picture = Material((0.9, 0.5, 0.1), (0.1, 0.2, 0.6), "checker", 0.11, emission=(0.2, 0.1, 0.0))
    scene = scene_of([Shape("card", (0, 0, 2.5), (3, 3, 0), picture, FACING)], sky=Sky(reach=0.5), focal_length=85.0)
    sharp, _ = render.deep_focus(scene, 1, 96, 64, 64)
    focused = render.thin_lens(scene, 1, 96, 64, 2.5, 0.95, 64)
    assert np.abs(focused - sharp).max() < 0.02
    blurred = render.thin_lens(scene, 1, 96, 64, 1.5, 0.95, 64)
    assert np.abs(blurred - sharp).max() > 0.1


def test_a_uniform_plane_keeps_its_radiance():
    glow = Material((0, 0, 0), (0, 0, 0), emission=(0.7, 0.4, 0.2))
    picture = render.thin_lens(scene_of([Shape("card", (0, 0, 6), (20, 20, 0), glow, FACING)]), 1, 64, 40, 1.0, 1.2, 64)
    np.testing.assert_allclose(picture, np.broadcast_to([0.7, 0.4, 0.2], picture.shape), rtol=1e-5)


def test_the_iris_shapes_the_disc_and_turns_with_the_side_of_focus():
    """A triangle with a vertex to the right is upright for a far lamp and turned by 180° for a near one."""

    def skew(z, focus, **iris):
        scene = scene_of(lamps=[Lamp((0, 0, z), 0.0006 * z, (900.0, 900.0, 900.0))], focal_length=135.0)
        light = render.thin_lens(scene, 1, 240, 240, focus, 1.4, 64, **iris)[..., 1].astype(np.float64)
        x = np.arange(240) + 0.5 - 120
        return light.sum(), (light.sum(0) * x**3).sum() / light.sum(), moments(light[..., None].repeat(3, -1))[3:]

    circle, _, _ = skew(6.0, 1.2)
    far, far_skew, _ = skew(6.0, 1.2, blades=3, roundness=0.0)
    _, near_skew, _ = skew(0.8, 2.0, blades=3, roundness=0.0)
    assert far_skew > 100
    assert near_skew < -100
    assert far == pytest.approx(circle, rel=0.02)
    _, _, (vx, vy) = skew(6.0, 1.2, squeeze=2.0)
    own = 1 / 12 + (0.0006 * 240 * 135 / 36) ** 2 / 4  # the pixel's and the lamp's variance
    assert math.sqrt((vy - own) / (vx - own)) == pytest.approx(2.0, rel=0.01)


def test_antialiased_depth_mixes_what_the_pixel_covers():
    half = [
        Shape("card", (-5, 0, 2.0), (5, 10, 0), Material(), FACING),
        Shape("card", (0, 0, 8.0), (40, 40, 0), Material(), FACING),
    ]
    scene = scene_of(half)
    inverse = render.antialiased_depth(scene, 1, 33, 5, 64, "inverse")
    distance = render.antialiased_depth(scene, 1, 33, 5, 64, "distance")
    np.testing.assert_allclose(distance[:, :16], 2, rtol=1e-5)
    np.testing.assert_allclose(inverse[:, 17:], 8, rtol=1e-5)
    np.testing.assert_allclose(distance[:, 16], 5, rtol=0.1)
    np.testing.assert_allclose(inverse[:, 16], 3.2, rtol=0.1)
    sky = scene_of(half[:1])
    assert np.isinf(render.antialiased_depth(sky, 1, 33, 5)[:, 17:]).all()
    np.testing.assert_allclose(render.antialiased_depth(sky, 1, 33, 5, 64, "distance")[:, 16], 2, rtol=1e-5)


def test_the_same_seed_gives_the_same_picture():
    scene = still_life()
    first, again, other = (render.thin_lens(scene, 1, 64, 40, 1.2, 2.0, 16, seed=s) for s in (3, 3, 4))
    assert (first == again).all()
    assert (first != other).any()
    assert np.abs(first.mean() - other.mean()) < 0.01


class Stopped(Exception):
    pass


def test_abort_passes_and_progress_reaches_one():
    def stop():
        raise Stopped

    with pytest.raises(Stopped):
        render.deep_focus(still_life(), 1, 32, 32, 16, check_abort=stop)
    seen = []
    render.thin_lens(still_life(), 1, 64, 64, 1.0, 2.0, 16, progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"focus_distance": 0.0}, "focus_distance"),
        ({"focus_distance": math.nan}, "focus_distance"),
        ({"f_stop": 0.0}, "f_stop"),
        ({"samples": 0}, "samples"),
        ({"width": 0}, "1 × 1"),
        ({"blades": 2}, "blades"),
        ({"roundness": 1.5}, "roundness"),
        ({"squeeze": 0.0}, "squeeze"),
    ],
)
def test_bad_input_says_what_is_wrong(change, message):
    arguments = {"width": 8, "height": 8, "focus_distance": 1.0, "f_stop": 2.0, **change}
    with pytest.raises(ValueError, match=message):
        render.thin_lens(still_life(), 1, **arguments)


def test_bad_scenes_say_what_is_wrong():
    with pytest.raises(ValueError, match="texture"):
        Material(texture="marble")
    with pytest.raises(ValueError, match="scale"):
        Material(scale=0)
    with pytest.raises(ValueError, match="shape"):
        Shape("torus", (0, 0, 0), (1, 1, 1), Material())
    with pytest.raises(ValueError, match="sizes"):
        Shape("box", (0, 0, 0), (1, 1, 0), Material())
    with pytest.raises(ValueError, match="radius"):
        Lamp((0, 0, 1), 0.0, (1, 1, 1))
    with pytest.raises(ValueError, match="focal length"):
        Camera(np.zeros(3), np.eye(3), 0.0)
    with pytest.raises(ValueError, match="zero vector"):
        Camera.look_at((0, 0, 0), (0, 0, 0))
