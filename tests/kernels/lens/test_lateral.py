"""Lateral chromatic aberration: where the colours go."""

import numpy as np
import pytest

from focuspuller.kernels.lens.lateral import with_lateral_aberration

HEIGHT, WIDTH = 80, 120
CORNER = float(np.hypot(WIDTH, HEIGHT) / 2)
WHOLE = (0, 0, WIDTH, HEIGHT)


def shifted(rgba, shift, window=WHOLE, origin=(0, 0), pixel=(1.0, 1.0), centre=(WIDTH / 2, HEIGHT / 2)):
    return with_lateral_aberration(rgba, shift, origin, centre, pixel, CORNER, window)


def spot(x, y, sigma=2.0):
    """A soft white spot on opaque black."""
    yy, xx = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    light = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / (2 * sigma**2))
    return np.stack([light, light, light, np.ones_like(light)], axis=-1).astype(np.float32)


def centre_of(channel):
    y, x = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    return np.array([(channel * x).sum(), (channel * y).sum()]) / channel.sum()


@pytest.mark.parametrize("shift", [3.0, -1.3])
@pytest.mark.parametrize("place", [(100.0, 65.0), (20.0, 40.0), (60.0, 40.0)])
def test_red_goes_outward_and_blue_inward_in_proportion_to_the_distance(place, shift):
    out = shifted(spot(*place), shift)
    expected = shift * (np.array(place) - (WIDTH / 2, HEIGHT / 2)) / CORNER
    np.testing.assert_allclose(centre_of(out[..., 0]) - place, expected, atol=0.12)
    np.testing.assert_allclose(centre_of(out[..., 1]) - place, 0, atol=1e-3)
    np.testing.assert_allclose(centre_of(out[..., 2]) - place, -expected, atol=0.12)


def test_tiles_are_the_whole():
    rng = np.random.default_rng(2)
    rgba = rng.random((HEIGHT, WIDTH, 4)).astype(np.float32)
    whole = shifted(rgba, 4.7)
    for x0, y0, x1, y1 in ((0, 0, 30, 30), (31, 17, 90, 60), (90, 60, WIDTH, HEIGHT)):
        left, top = max(x0 - 9, 0), max(y0 - 9, 0)
        part = rgba[top : y1 + 9, left : x1 + 9]
        tile = shifted(part, 4.7, (x0 - left, y0 - top, x1 - left, y1 - top), (left, top))
        np.testing.assert_array_equal(tile, whole[y0:y1, x0:x1])


def test_lamps_do_not_ring_and_planes_stay():
    lamp = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    lamp[..., 3] = 1
    lamp[60, 100, :3] = 1000
    out = shifted(lamp, 2.5)
    assert out.min() >= 0 and out.max() <= 1000
    plane = np.full((HEIGHT, WIDTH, 4), 0.7, np.float32)
    np.testing.assert_allclose(shifted(plane, 2.5), plane, rtol=1e-5)


def test_alpha_is_the_mean_of_the_colours_own():
    card = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    card[:, 90:] = 1
    out = shifted(card, 6.0)
    by_colour = (out[..., 0] + out[..., 1] + out[..., 2]) / 3
    np.testing.assert_allclose(out[..., 3], by_colour, atol=1e-5)


def test_wide_pixels():
    """A frame of pixels twice as wide as high: displaced columns are half as many."""
    rgba = np.repeat(np.linspace(0, 1, WIDTH, dtype=np.float32)[None, :, None], HEIGHT, axis=0).repeat(4, axis=2)
    square, wide = shifted(rgba, 3.0), shifted(rgba, 3.0, pixel=(2.0, 1.0))
    move = (square - rgba)[HEIGHT // 2, 80, 0]
    assert (wide - rgba)[HEIGHT // 2, 80, 0] == pytest.approx(move, rel=0.05)  # by direction · L / corner, in columns
