"""The thin lens against numbers worked out by hand."""

import numpy as np
import pytest

from focuspuller.kernels.lens.optics import (
    camera_gain,
    circle_of_confusion,
    direct_radius,
    inverse_depth,
    size_gain,
)


def radius(focal_length, f_stop, sensor_width, format_width, focus, depth, scale=1.0):
    """By the camera, of one depth; focus and depth in world units."""
    gain = camera_gain(focal_length, f_stop, sensor_width, format_width, scale)
    return float(circle_of_confusion(np.float32(1 / depth), 1 / focus, gain))


def test_a_long_lens_close_up():
    # f²/(2 N s) = 200² / (2 · 5 · 1000) = 4 mm; · (1.25 - 1)/1.25 = 0.8 mm; · 640 px / 36 mm = 14.22 px.
    assert radius(200, 5, 36, 640, 1.0, 1.25) == pytest.approx(14.222, abs=0.001)


def test_far_is_positive_near_is_negative():
    # 50² / (2 · 2 · 2000) = 0.3125 mm, · 1920/24 = 25 px per unit of (z - s)/z.
    assert radius(50, 2, 24, 1920, 2.0, 4.0) == pytest.approx(12.5, rel=1e-5)
    assert radius(50, 2, 24, 1920, 2.0, 1.0) == pytest.approx(-25.0, rel=1e-5)
    assert radius(50, 2, 24, 1920, 2.0, 2.0) == 0


def test_infinity_on_either_side():
    assert radius(50, 2, 24, 1920, 2.0, np.inf) == pytest.approx(25.0, rel=1e-5)
    # Focus at infinity: f²/(2 N z) = 0.3125 mm at 2 m.
    assert radius(50, 2, 24, 1920, np.inf, 2.0) == pytest.approx(-25.0, rel=1e-5)
    assert radius(50, 2, 24, 1920, np.inf, np.inf) == 0


def test_a_focal_length_longer_than_the_focus_distance():
    assert radius(100, 2, 36, 3600, 0.05, 0.1) == pytest.approx(2500.0, rel=1e-5)


@pytest.mark.parametrize("scale", [0.01, 0.3048, 1000.0])
def test_world_units_do_not_matter(scale):
    metres = radius(35, 1.4, 36, 4096, 3.0, 7.0)
    assert radius(35, 1.4, 36, 4096, 3.0 / scale, 7.0 / scale, scale) == pytest.approx(metres, rel=1e-4)


def test_size_is_the_radius_at_infinity():
    gain = size_gain(20, 1 / 4)
    depth = np.array([np.inf, 8.0, 4.0, 2.0])
    np.testing.assert_allclose(circle_of_confusion(1 / depth, 1 / 4, gain), [20, 10, 0, -20], atol=1e-5)
    np.testing.assert_allclose(circle_of_confusion(1 / depth, 1 / 4, gain, 15), [15, 10, 0, -15], atol=1e-5)


def test_size_with_the_focus_at_infinity_bounds_what_is_nearer():
    coc = circle_of_confusion(np.array([0.0, 0.001, 10.0]), 0.0, size_gain(20, 0.0), 50)
    np.testing.assert_array_equal(coc, [0, -50, -50])


def test_what_is_no_depth_is_far():
    values = np.array([np.nan, np.inf, -np.inf, 0.0, -1.0, 2.0, 1e-45], np.float32)
    np.testing.assert_array_equal(inverse_depth(values, "inverse")[:6], [0, 0, 0, 0, 0, 2])
    distance = inverse_depth(values, "distance")
    np.testing.assert_array_equal(distance[:6], [0, 0, 0, 0, 0, 0.5])
    assert np.isfinite(distance).all() and distance[6] > 1e38
    np.testing.assert_array_equal(direct_radius(values[:6], 1.5), [0, 0, 0, 0, -1, 1.5])


@pytest.mark.parametrize("bad", [0.0, -1.0, float("nan")])
def test_no_camera_without_numbers(bad):
    with pytest.raises(ValueError, match="f-stop"):
        camera_gain(50, bad, 36, 1920)
    with pytest.raises(ValueError, match="direct"):
        inverse_depth(np.zeros(1), "direct")
