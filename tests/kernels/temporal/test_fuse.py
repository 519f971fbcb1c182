"""The fast mean over frames against the readable one, and what it promises."""

import numpy as np
import pytest

from focuspuller.kernels.temporal import reference
from focuspuller.kernels.temporal.fill import carried
from focuspuller.kernels.temporal.fuse import fuse, median

STEPS = [-1, -2, -3, -4, -5, -6]


def window(count=6, shape=(9, 11), seed=0, spread=0.1):
    rng = np.random.default_rng(seed)
    truth = rng.random((*shape, 1))
    values = [(truth + spread * rng.standard_normal((*shape, 1))).astype(np.float32) for _ in range(count + 1)]
    visible = [rng.choice([0, 0.3, 0.8, 1], shape, p=[0.2, 0.1, 0.2, 0.5]).astype(np.float32) for _ in range(count)]
    return values[0], values[1:], visible


@pytest.mark.parametrize("count", range(1, 12))
def test_median_of_any_number(count):
    values = [np.random.default_rng(count * 50 + i).random(40).astype(np.float32) for i in range(count)]
    expected = np.median([*values, values[0]] if count % 2 == 0 else values, axis=0)
    np.testing.assert_array_equal(median(values), expected.astype(np.float32))


@pytest.mark.parametrize("strength", [0.0, 1.0, 4.0])
@pytest.mark.parametrize("steps", [STEPS, [-1, -2, 1, 2, 3], [-1, -2]])
def test_against_the_reference(strength, steps):
    wanted, neighbours, visible = window(len(steps))
    mean, share = fuse(wanted, neighbours, visible, steps, np.array([0.05]), strength)
    expected = reference.fused(
        wanted[..., 0], [n[..., 0] for n in neighbours], visible, steps, floor=0.05, strength=strength
    )
    np.testing.assert_allclose(mean[..., 0], expected[0], atol=2e-4)
    np.testing.assert_allclose(share[..., 0], expected[1], atol=2e-4)


def test_threads_and_strips_change_nothing():
    wanted, neighbours, visible = window(shape=(700, 300))
    one, two = (fuse(wanted, neighbours, visible, STEPS, np.array([0.05]), threads=n)[0] for n in (1, 2))
    np.testing.assert_array_equal(one, two)


def test_hidden_neighbours_have_no_say():
    wanted, neighbours, _ = window()
    hidden = [np.zeros(wanted.shape[:2], np.float32)] * 6
    mean, share = fuse(wanted, neighbours, hidden, STEPS, np.array([0.01]))
    np.testing.assert_allclose(mean, wanted, rtol=1e-5)
    assert not share.any()


def test_one_wild_frame_does_not_count():
    wanted, neighbours, _ = window(spread=0.01)
    visible = [np.ones(wanted.shape[:2], np.float32)] * 6
    calm, _ = fuse(wanted, neighbours, visible, STEPS, np.array([0.01]))
    wild, _ = fuse(wanted, [*neighbours[:2], neighbours[2] + 5, *neighbours[3:]], visible, STEPS, np.array([0.01]))
    assert np.abs(wild - calm).max() < 0.03


def test_noise_shrinks_and_a_clear_trend_does_not_lag():
    rng = np.random.default_rng(5)
    visible = [np.ones((60, 60), np.float32)] * 6

    def frames(slope):
        return [(1 + slope * t + 0.02 * rng.standard_normal((60, 60, 1))).astype(np.float32) for t in (0, *STEPS)]

    wanted, *neighbours = frames(0.0)
    mean, _ = fuse(wanted, neighbours, visible, STEPS, np.array([0.02]))
    assert mean.std() < 0.55 * wanted.std()
    wanted, *neighbours = frames(0.03)  # the plain mean would be 0.09 behind
    mean, _ = fuse(wanted, neighbours, visible, STEPS, np.array([0.02]))
    assert abs(mean.mean() - 1) < 0.03


def test_correction_is_carried_to_what_was_hidden_among_like_values():
    wanted = np.full((80, 120, 1), 0.2, np.float32)
    wanted[:, 60:] = 0.9
    true = wanted + np.where(wanted > 0.5, 0.05, -0.03).astype(np.float32)
    share = np.full_like(wanted, 0.85)
    share[36:44, 50:70] = 0  # across the edge
    mean = np.where(share > 0, true, wanted)
    np.testing.assert_allclose(carried(wanted, mean, share, np.ones(1)), true, atol=0.01)
    nothing = carried(wanted, wanted.copy(), np.zeros_like(share), np.ones(1))
    np.testing.assert_array_equal(nothing, wanted)
