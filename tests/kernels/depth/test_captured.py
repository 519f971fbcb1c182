"""Depth of a sensor beside the camera: coarse, noisy, displaced, with shadows."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.depth.captured import fill, fitted
from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.render import antialiased_depth, deep_focus

COARSE, OFF, NOISE = 4, 2.5, 0.01  # px a side of the sensor's pixels; px that it is displaced by; relative


@pytest.fixture(scope="module")
def traced():
    """(picture, disparity at the pixels' centres, antialiased disparity)."""
    scene = scenes.scene("cards")
    picture, depth = deep_focus(scene, 1, 480, 270, 16)
    return picture, (1 / depth).astype(np.float32), (1 / antialiased_depth(scene, 1, 480, 270, 32)).astype(np.float32)


def lidar(truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(disparity, known) at the picture's size: shadows to the left of what is near, and pixels that give nothing."""
    height, width = truth.shape
    rng = np.random.default_rng(6)
    move = np.float32([[1, 0, OFF], [0, 1, 1]])
    moved = cv2.warpAffine(truth, move, (width, height), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    small = moved[COARSE // 2 :: COARSE, COARSE // 2 :: COARSE][: height // COARSE, : width // COARSE]
    known = rng.random(small.shape) > 0.03
    for n in range(1, 4):
        known[:, :-n] &= small[:, n:] - small[:, :-n] < 0.06 * n * np.percentile(truth, 98)
    small = small * (1 + NOISE * rng.standard_normal(small.shape)).astype(np.float32)
    known = cv2.resize(known.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    return np.where(known, cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), np.nan), known


def test_a_sensor_is_fitted_to_the_picture(traced):
    picture, truth, _ = traced
    disparity, known = lidar(truth)
    assert 0.05 < (~known).mean() < 0.3
    filled, found = fill(disparity, known), fitted(disparity, known, picture)
    near = np.percentile(truth, 98)

    def wrong(d):
        return (np.abs(d - truth) > 0.05 * near).mean()

    assert np.isfinite(found).all()
    assert wrong(found) < 0.5 * wrong(filled)
    assert np.abs(found - truth)[~known].mean() < 0.5 * np.abs(filled - truth)[~known].mean()


def test_a_rendered_pass_keeps_its_values(traced):
    picture, clean, antialiased = traced
    everywhere = np.ones(clean.shape, bool)
    np.testing.assert_array_equal(fitted(clean, everywhere, picture), clean)
    np.testing.assert_array_equal(fitted(antialiased, everywhere, picture), antialiased)
    known = everywhere.copy()
    known[100:110, 200:230] = False
    np.testing.assert_array_equal(fitted(antialiased, known, picture)[known], antialiased[known])


def test_holes_are_behind_what_hides_them():
    disparity = np.full((5, 9), 0.2, np.float32)
    disparity[:, 6:] = 1.0
    known = np.ones(disparity.shape, bool)
    known[:, 3:6] = False
    np.testing.assert_allclose(fill(np.where(known, disparity, np.nan), known)[:, 3:6], 0.2)


def test_holes_in_a_slope_go_on_with_it():
    slope = np.repeat(np.linspace(0.5, 0.6, 40, dtype=np.float32)[None], 30, axis=0)
    slope[:, 30:] -= 0.5  # something else, so that there is a range
    known = np.ones(slope.shape, bool)
    known[10:14, 8:20] = False
    np.testing.assert_allclose(fill(slope, known), slope, atol=0.012)


def test_nothing_known_beside_or_at_all():
    known = np.zeros((6, 8), bool)
    assert not fitted(np.full((6, 8), np.nan, np.float32), known, np.ones((6, 8, 3), np.float32)).any()
    known[2, 3] = True
    disparity = np.where(known, np.float32(0.7), np.nan)
    np.testing.assert_allclose(fill(disparity, known), 0.7)
