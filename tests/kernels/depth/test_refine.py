"""Edges of disparity on the picture's: blurred, displaced ones move there, right ones and slopes stay."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.depth import edges
from focuspuller.kernels.depth.refine import _median, _shape, display, refine
from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.render import antialiased_depth, deep_focus


def disc(height: int = 120, width: int = 160):
    """(disparity, picture): a textured near disc before a textured slope."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    inside = np.hypot(x - 0.5 * width, y - 0.45 * height) < 0.28 * height
    noise = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 1.5)[..., None]
    picture = np.where(inside[..., None], (0.5, 0.12, 0.08), (0.1, 0.25, 0.3)) * np.exp(noise)
    return np.where(inside, np.float32(1), 0.1 + 0.3 * y / height).astype(np.float32), picture.astype(np.float32)


@pytest.fixture(scope="module")
def traced():
    """(picture, disparity at the pixels' centres, antialiased disparity) of a scene."""
    scene = scenes.scene("backlight")
    picture, depth = deep_focus(scene, 1, 320, 180, 32)
    return picture, (1 / depth).astype(np.float32), (1 / antialiased_depth(scene, 1, 320, 180, 32)).astype(np.float32)


def upsampled(disparity, factor):
    height, width = disparity.shape
    small = cv2.resize(disparity, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)


@pytest.mark.parametrize(
    "spoil, left",
    [
        (lambda d: upsampled(d, 4), 0.35),
        (lambda d: cv2.dilate(d, np.ones((5, 5))), 0.6),
        (lambda d: np.roll(d, 3, 1), 0.35),
    ],
    ids=["blurred", "dilated", "displaced"],
)
def test_edges_move_to_the_pictures(spoil, left):
    truth, picture = disc()
    spoiled = spoil(truth)
    found = refine(spoiled, picture)
    assert found.dtype == np.float32 and found.shape == truth.shape
    before, after = (np.abs(d - truth) > 0.05 for d in (spoiled, found))
    assert after.sum() < left * before.sum()


def test_every_value_is_one_that_was_there():
    truth, picture = disc()
    spoiled = upsampled(truth, 4)
    assert np.isin(refine(spoiled, picture), spoiled).all(), "nothing is averaged across an edge"


def test_scale_and_offset_do_not_matter():
    truth, picture = disc()
    spoiled = upsampled(truth, 4)
    np.testing.assert_allclose(refine(40 * spoiled - 7, picture), 40 * refine(spoiled, picture) - 7, atol=0.02)


def test_slopes_and_textures_are_left_alone():
    _, picture = disc()
    y, x = np.mgrid[:120, :160].astype(np.float32)
    for slope in (y, x + 2 * y, np.maximum(y - 60, 0), np.hypot(x, y)):  # a floor, a slanted wall, a horizon, a cone
        np.testing.assert_array_equal(refine(slope, picture), slope)
    flat = np.full((120, 160), 0.3, np.float32)
    np.testing.assert_array_equal(refine(flat, picture), flat)


def test_a_rendered_pass_is_left_alone(traced):
    picture, clean, antialiased = traced
    np.testing.assert_array_equal(refine(clean, picture), clean)
    np.testing.assert_array_equal(refine(antialiased, picture), antialiased)


def test_which_edges_fit(traced):
    picture, clean, antialiased = traced
    guide = display(picture)

    def fits(disparity):
        return edges.fit(_shape(disparity, *np.percentile(disparity, (1, 98))), guide)

    assert fits(clean) and fits(antialiased)
    assert not fits(upsampled(clean, 4)) and not fits(np.roll(clean, 4, 1))
    assert not fits(cv2.dilate(clean, np.ones((7, 7))))


def test_large_pictures_are_looked_at_smaller_and_answered_in_full():
    truth, picture = disc(720, 960)
    spoiled = upsampled(truth, 8)
    found = refine(spoiled, picture)
    assert (np.abs(found - truth) > 0.05).sum() < 0.35 * (np.abs(spoiled - truth) > 0.05).sum()
    far = np.abs(cv2.dilate(truth, np.ones((91, 91))) - cv2.erode(truth, np.ones((91, 91)))) < 0.3
    np.testing.assert_array_equal(found[far], spoiled[far])


def test_what_is_not_known_gives_way():
    truth, picture = disc()
    spoiled = truth.copy()
    wrong = cv2.dilate((truth == 1).astype(np.uint8), np.ones((9, 9))).astype(bool) & (truth < 1)
    spoiled[wrong] = 1.0
    found = refine(spoiled, picture, np.where(wrong, 0, 1).astype(np.float32))
    assert np.abs(found - truth)[wrong].mean() < 0.2 * np.abs(spoiled - truth)[wrong].mean()


def test_tiny_pictures_and_pictures_that_are_not_finite():
    for shape in ((1, 1), (2, 9), (5, 3)):
        disparity = np.random.default_rng(1).uniform(0, 1, shape).astype(np.float32)
        assert refine(disparity, np.ones((*shape, 3), np.float32)).shape == shape
    truth, picture = disc()
    picture[40:50, 60:70] = np.nan
    picture[60:64, 60:64] = np.inf
    assert np.isfinite(refine(upsampled(truth, 4), picture)).all()


def test_the_median_by_weights():
    values = np.array([[3.0, 1, 2], [3, 1, 2], [5, 5, 4]])
    weights = np.array([[1.0, 1, 1], [5, 1, 1], [0, 1, 0.5]])
    assert values[np.arange(3), _median(values, weights)].tolist() == [2, 3, 5]
