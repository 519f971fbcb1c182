"""LensDefocus's light: where it goes, at which depth, in which channels."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render


def lens(source, depth=None, **options):
    """(pixels, job) of LensDefocus on these pictures."""
    clips = {"Source": source} | ({} if depth is None else {"Depth": depth})
    job = FakeJob(NODE, clips, **options)
    return render(job).pixels, job


def textured(height=48, width=64, channels=4, seed=0):
    """A picture with opaque alpha and a depth picture (1/z, 0.2 … 1) with edges in it."""
    rng = np.random.default_rng(seed)
    pixels = rng.random((height, width, channels), np.float32)
    if channels == 4:
        pixels[..., 3] = 1
    y, x = np.mgrid[:height, :width]
    depth = np.where((x + y) % 23 < 9, 1.0, 0.2 + 0.2 * x / width)
    return picture(pixels), picture(depth)


CAMERA = {"focusDistance": 2.0, "maxSize": 6.0, "lensModel": "size", "size": 5.0}


def test_a_point_far_behind_becomes_a_disc_of_the_cameras_radius():
    pixels = np.zeros((41, 41, 4), np.float32)
    pixels[..., 3] = 1
    pixels[20, 20, :3] = 100
    # 50² / (2 · 2 · 2000) mm · 800 px / 25 mm = 10 px at infinity.
    out, _ = lens(
        picture(pixels),
        picture(np.zeros((41, 41))),
        focusDistance=2.0,
        focalLength=50.0,
        fStop=2.0,
        sensorWidth=25.0,
        formatWidth=800,
    )
    y, x = np.mgrid[-20:21, -20:21]
    distance = np.hypot(x, y)
    assert out[..., 0].sum() == pytest.approx(100, rel=1e-3)
    assert (out[..., 0][distance > 11] < 1e-3).all()
    np.testing.assert_allclose(out[..., 0][distance < 9], 100 / (np.pi * 100), rtol=0.02)


@pytest.mark.parametrize("radius", [0.3, 1.7, 5.0, 12.5])
def test_a_plane_keeps_its_light(radius):
    source = picture(np.full((40, 50, 4), 0.5))
    out, _ = lens(source, picture(np.full((40, 50), radius)), depthMath="direct", maxSize=20.0)
    np.testing.assert_allclose(out, 0.5, rtol=1e-3)


def test_no_rim_and_no_seam_at_the_frames_sides():
    source = picture(np.ones((60, 80, 4)))
    depth = picture(textured(60, 80)[1].pixels)
    out, _ = lens(source, depth, **CAMERA)
    np.testing.assert_allclose(out, 1, rtol=2e-3)
    grown, _ = lens(source, depth, window=source.window.grown(6, 6), **CAMERA)
    np.testing.assert_allclose(grown, 1, rtol=2e-3)


def test_blur_fades_out_at_the_pictures_own_sides():
    source = picture(np.ones((20, 24, 4)), x0=30, y0=40)
    out, _ = lens(
        source,
        picture(np.full((100, 100), 4.0)),
        window=source.window.grown(6, 6),
        format=(100, 100),
        depthMath="direct",
        maxSize=6.0,
    )
    assert out[..., 3].sum() == pytest.approx(20 * 24, rel=2e-3)  # nothing is cropped, nothing is added
    row = out[16, :, 3]
    assert row[0] == pytest.approx(0, abs=1e-6) and row[18] == pytest.approx(1, abs=1e-3)
    assert (np.diff(row[:18]) >= -1e-5).all() and (np.diff(row[18:]) <= 1e-5).all()
    np.testing.assert_allclose(out[..., 0], out[..., 3], atol=1e-6)


def test_one_side_on_the_frame_one_inside():
    source = picture(np.ones((100, 30, 4)))  # the left part of a frame
    out, _ = lens(source, picture(np.full((100, 100), 3.0)), format=(100, 100), depthMath="direct", maxSize=5.0)
    np.testing.assert_allclose(out[:, :26], 1, rtol=1e-3)
    assert (out[:, 29, 3] < 0.7).all()


def test_a_lamp_on_the_frames_side_stays_one_lamp():
    pixels = np.full((60, 80, 3), 0.01)
    pixels[30, 0] = 500
    out, _ = lens(picture(pixels), picture(np.full((60, 80), 10.0)), depthMath="direct", maxSize=10.0)
    # Half of its disc lies in the frame; its mirror image is the most that may come on top.
    assert out[..., 0].sum() - 0.01 * 60 * 80 < 1.1 * 500


def test_foreground_goes_straight_on_beyond_the_frame():
    x = np.arange(80)
    colour = np.where((x > 30) & (x < 50), 1.0, 0.0)[None].repeat(60, axis=0)
    coc = np.where((x > 30) & (x < 50), -8.0, 0.0)[None].repeat(60, axis=0)
    out, _ = lens(picture(np.repeat(colour[..., None], 3, axis=2)), picture(coc), depthMath="direct", maxSize=8.0)
    np.testing.assert_allclose(out[0], out[30], atol=2e-3)


def test_the_three_depth_maths_agree():
    source, inverse = textured()
    whole, _ = lens(source, inverse, **CAMERA)
    distance, _ = lens(source, picture(1 / inverse.pixels), depthMath="distance", **CAMERA)
    np.testing.assert_allclose(distance, whole, atol=2e-4)
    radius, _ = lens(source, inverse, output="CoC", **CAMERA)
    direct, _ = lens(source, picture(radius[..., 0]), depthMath="direct", maxSize=6.0)
    np.testing.assert_allclose(direct, whole, atol=1e-5)


def test_in_focus_is_untouched():
    source, _ = textured()
    out, _ = lens(source, picture(np.full((48, 64), 0.5)), focusDistance=2.0)
    np.testing.assert_allclose(out, source.pixels, atol=1e-5)


def test_depth_that_is_none_is_far():
    source, _ = textured()
    far, _ = lens(source, picture(np.zeros((48, 64))), **CAMERA)
    for nothing in (np.nan, np.inf, -np.inf, -3.0):
        out, _ = lens(source, picture(np.full((48, 64), nothing)), **CAMERA)
        np.testing.assert_array_equal(out, far)
        out, _ = lens(source, picture(np.full((48, 64), nothing)), depthMath="distance", **CAMERA)
        np.testing.assert_array_equal(out, far)
    sharp, _ = lens(source, picture(np.full((48, 64), np.nan)), depthMath="direct")
    np.testing.assert_allclose(sharp, source.pixels, atol=1e-5)


def test_depth_smaller_than_the_picture_is_far_outside_unless_the_frame_cuts_it():
    source = picture(np.ones((40, 60, 4)), x0=-10)  # overscan on the left
    depth = picture(np.full((40, 30), 0.5))  # the frame's left part, in focus at 2
    out, _ = lens(source, depth, format=(50, 40), output="CoC", **CAMERA)
    np.testing.assert_allclose(out[:, :40, 0], 0, atol=1e-6)
    np.testing.assert_allclose(out[:, 40:, 0], 5, atol=1e-5)


def test_pixels_that_are_no_light_do_not_spread():
    source, depth = textured()
    broken = np.array(source.pixels)
    broken[10, 10], broken[20, 30, 0], broken[5, 5, 3] = np.nan, np.inf, -np.inf
    out, job = lens(picture(broken), depth, **CAMERA)
    assert np.isfinite(out).all()
    assert any("NaN" in w for w in job.warnings)
    black = np.array(source.pixels)
    for y, x in ((10, 10), (20, 30), (5, 5)):
        black[y, x] = 0
    clean, _ = lens(picture(black), depth, **CAMERA)
    np.testing.assert_array_equal(out, clean)


def test_rgb_is_opaque_rgba():
    rgba, depth = textured()
    out, _ = lens(rgba, depth, **CAMERA)
    rgb, _ = lens(picture(rgba.pixels[..., :3]), depth, **CAMERA)
    np.testing.assert_allclose(rgb, out[..., :3], atol=1e-6)


def test_an_alpha_picture_blurs_like_any_other():
    rgba, depth = textured()
    grey = picture(rgba.pixels[..., 0])
    four = picture(np.repeat(grey.pixels, 4, axis=2))
    np.testing.assert_allclose(lens(grey, depth, **CAMERA)[0], lens(four, depth, **CAMERA)[0][..., :1], atol=1e-5)


def test_unpremultiplied_is_premultiplied_meanwhile():
    rgba, depth = textured()
    alpha = np.random.default_rng(1).uniform(0.1, 1, (48, 64, 1)).astype(np.float32)
    straight = np.concatenate([rgba.pixels[..., :3], alpha], axis=2)
    premultiplied = np.concatenate([rgba.pixels[..., :3] * alpha, alpha], axis=2)
    want, _ = lens(picture(premultiplied), depth, **CAMERA)
    out, _ = lens(picture(straight, premultiplied=False), depth, **CAMERA)
    np.testing.assert_allclose(out[..., 3], want[..., 3], atol=1e-6)
    np.testing.assert_allclose(out[..., :3] * out[..., 3:], want[..., :3], atol=1e-5)


def spread_of_point(**options):
    """Half the (width, height) of what a point of light becomes, px."""
    pixels = np.zeros((61, 61, 3), np.float32)
    pixels[30, 30] = 1
    out, _ = lens(picture(pixels), picture(np.full((61, 61), 16.0)), depthMath="direct", maxSize=16.0, **options)
    lit = out[..., 0] > out[..., 0].max() / 2
    return lit.any(axis=0).sum() / 2, lit.any(axis=1).sum() / 2


@pytest.mark.parametrize(
    ("options", "half_width", "half_height"),
    [
        ({}, 16, 16),
        ({"squeeze": 2.0}, 8, 16),
        ({"pixel_aspect": 2.0}, 8, 16),
        ({"pixel_aspect": 2.0, "squeeze": 2.0}, 4, 16),
        ({"scale": (0.5, 0.5)}, 8, 8),
        ({"scale": (1.0, 0.5)}, 16, 8),
    ],
)
def test_squeeze_pixel_aspect_and_render_scale(options, half_width, half_height):
    width, height = spread_of_point(**options)
    assert width == pytest.approx(half_width, abs=0.8) and height == pytest.approx(half_height, abs=0.8)


def test_a_near_point_shows_the_iris_upside_down():
    pixels = np.zeros((51, 51, 3), np.float32)
    pixels[25, 25] = 1
    iris = {"blades": 3, "irisRotation": 90.0, "depthMath": "direct", "maxSize": 20.0}
    far, _ = lens(picture(pixels), picture(np.full((51, 51), 18.0)), **iris)
    near, _ = lens(picture(pixels), picture(np.full((51, 51), -18.0)), **iris)
    np.testing.assert_allclose(near, far[::-1, ::-1], atol=1e-5)
    assert np.abs(near - far).max() > 1e-4
