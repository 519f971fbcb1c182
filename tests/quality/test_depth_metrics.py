"""The depth metrics against values worked out by hand."""

import numpy as np
import pytest
from quality.depth_metrics import NAIVE, abs_rel, aligned, boundary_f1, delta1, mean, measure, rms

ALL = np.ones((1, 4), bool)


def step(at: int, width: int = 40, near: float = 1.0, far: float = 0.5) -> np.ndarray:
    """Near to the left of column `at`."""
    out = np.full((20, width), far)
    out[:, :at] = near
    return out


def test_a_scale_and_a_shift_do_not_count():
    truth = np.random.default_rng(1).uniform(0.1, 1, (20, 30))
    found = measure(7 * truth - 3, truth)
    assert found.rms == pytest.approx(0, abs=1e-6) and found.abs_rel == pytest.approx(0, abs=1e-6)
    assert found.delta1 == 100 and found.boundary_f1 == pytest.approx(100)


def test_alignment_is_by_least_squares_and_on_known_pixels():
    found, truth = np.array([[0.0, 1, 2, 99]]), np.array([[1.0, 2, 6, np.nan]])
    # slope Σ(x - 1)(y - 3) / Σ(x - 1)² = (2 + 3) / 2
    np.testing.assert_allclose(aligned(found, truth, np.isfinite(truth))[0, :3], [0.5, 3, 5.5])


def test_values():
    truth, found = np.array([[1.0, 0.5, 0.25, 0.0]]), np.array([[0.5, 0.5, 0.3, 1.0]])
    assert rms(found, truth, ALL) == pytest.approx(np.sqrt((0.25 + 0.0025 + 1) / 4))
    # z* = 1, 2, 4 (the sky is left out), z = 2, 2, 10/3: errors 1, 0, 1/6; ratios 2, 1, 1.2
    assert abs_rel(found, truth, ALL) == pytest.approx((1 + 1 / 6) / 3)
    assert delta1(found, truth, ALL) == pytest.approx(2 / 3)
    below = np.array([[1.0, 0.5, -3.0, 0.0]])  # counts as the farthest true depth, 4 m
    assert abs_rel(below, truth, ALL) == 0


def test_the_best_constant_has_an_rms_of_100():
    truth = np.random.default_rng(2).uniform(0, 1, (20, 30))
    picture = np.ones((20, 30, 3), np.float32)
    assert measure(NAIVE["constant"](picture), truth).rms == pytest.approx(100)
    assert measure(NAIVE["ramp"](picture), NAIVE["ramp"](picture)).rms == pytest.approx(0, abs=1e-4)


def test_boundaries_may_lie_two_pixels_off():
    assert boundary_f1(step(20), step(20)) == boundary_f1(step(22), step(20)) == pytest.approx(1)
    assert boundary_f1(step(23), step(20)) == 0


def test_boundaries_have_a_near_side():
    assert boundary_f1(step(20, near=0.5, far=1.0), step(20)) == 0


def test_half_of_the_boundaries():
    half, truth = step(20), step(20)
    half[10:] = 1.0  # its own boundary, between the rows, is not one of the truth's but near its end
    # columns: 10 of the truth's 20 are found, and two more within 2 px; rows: 20 pixels that the truth does not have
    recalled, precise = 12 / 20, 10 / 30
    assert boundary_f1(half, truth) == pytest.approx(2 * precise * recalled / (precise + recalled))


def test_a_blurred_boundary_is_not_found_and_no_boundary_is_none():
    ramp = np.repeat(np.linspace(1, 0.5, 40)[None], 20, axis=0)
    assert boundary_f1(ramp, step(20)) == 0
    assert np.isnan(boundary_f1(step(20), np.ones((20, 40))))


def test_unknown_pixels_make_no_boundary():
    truth = step(20)
    known = np.ones(truth.shape, bool)
    known[:, 30:] = False
    found = truth.copy()
    found[:, 30:] = 9
    assert boundary_f1(found, truth, known) == pytest.approx(1)
    assert measure(found, truth, known).rms == pytest.approx(0, abs=1e-6)


def test_the_mean_leaves_out_what_is_not_defined():
    flat, edge = np.linspace(0.5, 0.6, 800).reshape(20, 40), step(20)
    both = mean([measure(flat, flat), measure(edge, edge)])
    assert both.boundary_f1 == pytest.approx(100) and both.delta1 == 100
