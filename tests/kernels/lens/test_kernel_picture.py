"""Pictures as kernels: their scaling, their colour, dust on them."""

from itertools import pairwise

import numpy as np
import pytest

from focuspuller.kernels.lens.dust import dusty, transmission
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.kernel_picture import KernelPicture, iris_picture
from focuspuller.kernels.lens.profile import lens_profiles

HEART = np.array([[0, 3, 0, 2], [5, 1, 4, 0], [0, 2, 0, 0]], float)


def moments(weights):
    """(centre, variance) along columns and rows, px, of weights [h, w]."""
    y, x = (np.arange(n) - n // 2 for n in weights.shape)
    centre = np.array([weights.sum(axis=0) @ x, weights.sum(axis=1) @ y])
    return centre, np.array([weights.sum(axis=0) @ x**2, weights.sum(axis=1) @ y**2]) - centre**2


@pytest.mark.parametrize("radius", [0.1, 0.5, 0.9, 3.3, 17.25, 60.0])
@pytest.mark.parametrize("picture", [HEART, np.ones((1, 1)), np.ones((5, 300))], ids=["heart", "dot", "bar"])
def test_light_is_kept_and_stays_within_the_square(picture, radius):
    weights = KernelPicture.of(picture).scaled(radius, radius)
    assert weights.sum() == pytest.approx(1, abs=1e-5) and weights.min() >= -1e-7
    assert max(weights.shape[:2]) <= 2 * np.ceil(radius + 0.5) + 1


def test_a_pixels_weight_is_the_pictures_integral_over_it():
    """Against 40 × 40 points a pixel."""
    rx, ry = 3.7, 2.6
    weights = KernelPicture.of(HEART).scaled(rx, ry)[..., 0]
    tall, wide = weights.shape[0] // 2, weights.shape[1] // 2
    steps = (np.arange(40) + 0.5) / 40 - 0.5
    x = (np.arange(-wide, wide + 1)[:, None] + steps).ravel() / rx * 2 + 2
    y = (np.arange(-tall, tall + 1)[:, None] + steps).ravel() / ry * 2 + 1.5
    inside = ((y >= 0) & (y < 3))[:, None] & ((x >= 0) & (x < 4))
    light = HEART[np.clip(y, 0, 2).astype(int)[:, None], np.clip(x, 0, 3).astype(int)] * inside
    expected = light.reshape(2 * tall + 1, 40, 2 * wide + 1, 40).sum(axis=(1, 3))
    np.testing.assert_allclose(weights, expected / expected.sum(), atol=2e-3)


def test_a_disc_is_the_disc():
    kernel = KernelPicture.of(iris_picture(Iris()))
    for radius in (4.3, 7.3, 33.0):
        centre, variance = moments(kernel.scaled(radius, radius)[..., 0])
        np.testing.assert_allclose(centre, 0, atol=1e-6)
        np.testing.assert_allclose(variance, radius**2 / 4 + 1 / 12, rtol=0.02)  # a disc's, and the pixel's


def test_weights_change_with_the_radius_without_steps():
    kernel = KernelPicture.of(HEART)

    def at(radius):
        weights = kernel.scaled(radius, radius)[..., 0]
        pad = 12 - weights.shape[0] // 2, 12 - weights.shape[1] // 2
        return np.pad(weights, ((pad[0], pad[0]), (pad[1], pad[1])))

    steps = [np.abs(at(r + 0.01) - at(r)).sum() for r in np.arange(0.3, 9, 0.05)]
    assert max(steps) < 0.08


def test_colour():
    red = np.zeros((4, 4, 3))
    red[..., 0] = 1
    red[:2, :, 1] = 0.5
    kept = KernelPicture.of(red, "kept")
    np.testing.assert_allclose(kept.cast, np.array([1, 0.25, 0]) * 3 / 1.25)
    assert kept.gains(0.8) == pytest.approx(1)  # what is sharp is not coloured
    np.testing.assert_allclose(kept.gains(-10), kept.cast)
    balanced = KernelPicture.of(red, "balanced")
    weights = balanced.scaled(8, 8)
    np.testing.assert_allclose(weights.sum(axis=(0, 1)), 1, rtol=1e-5)
    assert weights[:8, :, 1].sum() > 0.9 and weights[:8, :, 0].sum() < 0.55  # green above, red everywhere
    grey = KernelPicture.of(red, "none")
    assert grey.flat and np.all(grey.cast == 1) and grey.scaled(3, 3).shape[2] == 1
    assert KernelPicture.of(np.ones((3, 3, 3))).flat


def test_pixels_that_are_no_light_count_as_none():
    bad = HEART.copy()
    bad[0, 0], bad[0, 2], bad[2, 0], bad[2, 2] = np.nan, np.inf, -5, -np.inf
    np.testing.assert_allclose(KernelPicture.of(bad).weights, KernelPicture.of(HEART).weights)
    for nothing in (np.zeros((3, 3)), np.full((2, 2), np.nan), np.zeros((0, 4))):
        with pytest.raises(ValueError, match="no light"):
            KernelPicture.of(nothing)
    with pytest.raises(ValueError, match="no kernel"):
        KernelPicture.of(np.ones((3, 3, 2)))


def test_a_picture_of_an_iris_has_its_profile():
    far, near = lens_profiles(0.8, obstruction=0.3)
    for profile in (far, near):
        picture = iris_picture(Iris(), profile)
        middle = picture[128, 128:]
        expected = profile.density((np.arange(128) + 0.5) / 128)
        assert np.median(np.abs(middle - expected)) < 1e-6
        assert picture.sum() / picture.size * 4 / np.pi == pytest.approx(1, rel=2e-3)


def test_dust_shades_and_never_lights_and_comes_bit_by_bit():
    amounts = [transmission(96, 96, amount, 7) for amount in (0, 0.05, 0.3, 0.6, 1)]
    assert np.all(amounts[0] == 1)
    for less, more in pairwise(amounts):
        assert more.min() >= 0 and np.all(more <= less + 1e-12) and more.sum() < less.sum()
    assert np.abs(transmission(96, 96, 0.3, 7) - transmission(96, 96, 0.301, 7)).max() < 0.03  # no popping
    assert np.array_equal(amounts[2], transmission(96, 96, 0.3, 7))
    assert not np.array_equal(amounts[2], transmission(96, 96, 0.3, 8))
    picture = dusty(np.ones((96, 96, 3)), 1, 7)
    np.testing.assert_allclose(picture, amounts[-1][..., None].repeat(3, axis=2))
    with pytest.raises(ValueError, match="dust"):
        dusty(np.ones((4, 4)), 1.2)
