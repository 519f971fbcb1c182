"""Highlights: what is raised, by how much."""

import numpy as np
import pytest

from focuspuller.kernels.lens.highlights import KNEE, raised

RNG = np.random.default_rng(5)


def colour(*rgb, alpha=1.0):
    return np.array([[[*rgb, alpha]]], np.float32)


def test_far_above_the_threshold_it_is_the_gain_on_what_lies_above():
    out = raised(colour(1000, 500, 250), np.full((1, 1), 9.0), 1.0, 3.0)
    assert out[0, 0, 0] == pytest.approx(1000 + 2 * 999, rel=1e-3)
    np.testing.assert_allclose(out[0, 0, :3] / out[0, 0, 0], [1, 0.5, 0.25], rtol=1e-6)  # the colour stays
    assert out[0, 0, 3] == 1


def test_the_knee_is_smooth():
    values = np.linspace(0.9, 1.3, 400, dtype=np.float32)
    rgba = np.stack([values, values, values, np.ones(400)], axis=1)[None].astype(np.float32)
    out = raised(rgba, np.full((1, 400), 9.0), 1.0, 10.0)[0, :, 0]
    assert (out[values <= 1] == values[values <= 1]).all()
    slope = np.diff(out) / np.diff(values)
    assert slope[200:].max() < 10 and np.abs(np.diff(slope)).max() < 0.5  # from 1 up to the gain, without a corner
    at = np.float32(1 + KNEE)
    np.testing.assert_allclose(
        raised(colour(at, at, at), np.full((1, 1), 9.0), 1.0, 10.0)[0, 0, 0], at + 9 * KNEE / 2, rtol=1e-3
    )


def test_only_what_is_out_of_focus():
    radii = np.array([[0, 0.5, 1.25, 2, 50, -1.25, -50]], np.float32)
    rgba = np.full((1, 7, 4), 5.0, np.float32)
    rgba[..., 3] = 1
    out = raised(rgba, radii, 1.0, 4.0)[0, :, 0]
    assert out[0] == out[1] == 5
    assert 5 < out[2] < out[3] and out[3] == out[4] == out[6] and out[2] == out[5]


def test_alpha_does_not_decide_what_is_bright():
    """A lamp that half covers its pixel is as bright as one that covers it."""
    whole = raised(colour(8, 4, 2), np.full((1, 1), 9.0), 1.0, 4.0)
    half = raised(colour(4, 2, 1, alpha=0.5), np.full((1, 1), 9.0), 1.0, 4.0)
    np.testing.assert_allclose(half[..., :3] * 2, whole[..., :3], rtol=1e-6)


def test_nothing_to_do_and_nothing_strange():
    rgba = RNG.random((9, 9, 4)).astype(np.float32)
    radius = np.full((9, 9), 5.0)
    assert raised(rgba, radius, 0.5, 1.0) is rgba and raised(rgba, radius, 2000.0, 9.0) is rgba
    rgba[0, 0], rgba[1, 1] = 0, (-1, -2, 5, 1)
    for threshold, gain in ((0.0, 0.0), (0.0, 10000.0), (1e6, 0.0)):
        assert np.isfinite(raised(rgba, radius, threshold, gain)).all()
    dimmed = raised(rgba, radius, 0.3, 0.0)
    assert (dimmed[..., :3].max(axis=-1) <= rgba[..., :3].max(axis=-1) + 1e-6).all()
