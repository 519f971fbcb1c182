"""From observations to holds, pulls and keys."""

from itertools import pairwise

import numpy as np
import pytest

from focuspuller.kernels.focus.holds import Hold, announced, bilateral, find_holds
from focuspuller.kernels.focus.keys import INTERPOLATIONS, sparse_keys
from focuspuller.kernels.focus.levels import LEVELS, planning_gain
from focuspuller.kernels.focus.observations import Observations
from focuspuller.kernels.focus.observe import Spot
from focuspuller.kernels.focus.plan import plan_focus
from focuspuller.kernels.focus.pulls import EASINGS, Style, place_pulls, pulled, steadied

FPS = 24.0
NEAR, FAR = 1 / 2.0, 1 / 8.0  # 1 / m


def observations(disparities, cuts=(), noise=0.01, resting=None, first=1):
    """One row a frame; None: nothing was seen."""
    rng = np.random.default_rng(5)
    seen = Observations(first, ("test",))
    for n, disparity in enumerate(disparities):
        spot = None if disparity is None else Spot(0.5, 0.5, disparity * (1 + noise * rng.normal()), 0.8)
        rest = None if resting is None else Spot(0.2, 0.2, resting, 0.5)
        seen.add(spot, rest, n + first in cuts, (1.0,))
    return seen


def hold(first, last, distance, cut=False, target=None):
    count = last - first + 1
    return Hold(
        first, last, float(first if target is None else target), np.full(count, 1 / distance), 0.5, 0.5, cut, count
    )


def test_a_change_of_subject_is_a_target_at_its_first_frame():
    holds = find_holds(observations([NEAR] * 60 + [None] * 10 + [FAR] * 60), LEVELS)
    assert [(h.first, h.last, h.target, h.cut) for h in holds] == [(1, 70, 1.0, True), (71, 130, 71.0, False)]
    assert np.allclose(holds[1].disparities, FAR, rtol=0.03)


def test_nothing_seen_carries_the_last_focus_on():
    plan = plan_focus(observations([NEAR] * 40 + [None] * 60), Style(), FPS)
    assert np.allclose(plan.distances, 2.0, rtol=0.02)
    assert len(plan.targets) == 1


def test_short_glimpses_do_not_take_the_focus():
    chatter = [NEAR] * 40 + [FAR] * 5 + [NEAR] * 20 + [FAR] * 5 + [NEAR] * 40
    assert len(find_holds(observations(chatter), LEVELS, patience=10)) == 1
    assert len(find_holds(observations([NEAR] * 40 + [FAR] * 30 + [NEAR] * 40), LEVELS, patience=10)) == 3


def test_alternating_detections_pick_one_subject():
    chatter = [NEAR if n % 3 else FAR for n in range(120)]
    holds = find_holds(observations(chatter), LEVELS)
    assert len(holds) == 1
    assert np.median(holds[0].disparities) == pytest.approx(NEAR, rel=0.03)


def test_walking_is_followed_without_a_target():
    walk = list(1 / np.linspace(9, 2, 200))
    plan = plan_focus(observations(walk), Style(), FPS)
    assert len(plan.targets) == 1
    off = np.abs(LEVELS / plan.distances - LEVELS * np.array(walk))
    assert off.max() < 0.6
    file = plan.focus_file(FPS)  # even in 1 / distance between keys, where a walk is even in distance
    kept = np.array([1 / file.focus_at(n) for n in range(1, 201)])
    assert np.abs(kept - 1 / plan.distances).max() * LEVELS <= 0.2501


def test_the_eye_rests_somewhere_until_something_happens():
    seen = observations([None] * 80 + [FAR] * 60, resting=NEAR)
    plan = plan_focus(seen, Style(), FPS)
    assert [t.frame for t in plan.targets] == [1.0, 81.0]
    assert plan.distances[0] == pytest.approx(2.0, rel=0.03)


def test_whoever_speaks_first_has_the_focus_from_the_start():
    seen = observations([None] * 30 + [FAR] * 60 + [None] * 30, resting=NEAR, cuts=(91,))
    seen.names = ("speaker",)
    plan = plan_focus(seen, Style(), FPS)
    assert plan.distances[0] == pytest.approx(8.0, rel=0.03)
    assert plan.distances[-1] == pytest.approx(2.0, rel=0.03)  # nobody speaks in the last shot
    assert len(plan.targets) == 2


def test_cuts_are_not_pulled_across():
    plan = plan_focus(observations([NEAR] * 50 + [FAR] * 50, cuts=(51,)), Style(), FPS)
    assert plan.curve.pulls == (None, None)
    assert plan.distances[49] == pytest.approx(2.0, rel=0.02)
    assert plan.distances[50] == pytest.approx(8.0, rel=0.02)
    assert {50, 51} <= {frame for frame, _ in plan.keys}
    assert plan.targets[1].cut


def test_a_shot_without_anything_keeps_the_focus():
    plan = plan_focus(observations([NEAR] * 30 + [None] * 30 + [FAR] * 30, cuts=(31, 61)), Style(), FPS)
    assert plan.distances[45] == pytest.approx(2.0, rel=0.02)


def test_nothing_at_all():
    with pytest.raises(ValueError, match="nothing to focus on"):
        plan_focus(observations([None] * 20), Style(), FPS)


def test_depth_in_other_units_is_planned_the_same():
    """Disparities that a network made, without a scale: noise stays noise, a new subject a new subject."""
    for scale in (0.01, 100.0):
        seen = observations([NEAR * scale] * 60 + [FAR * scale] * 60)
        gain = planning_gain(seen.spots[:, 2])
        assert len(find_holds(seen, gain)) == 2, scale


def test_a_network_says_when():
    holds = [hold(1, 99, 2.0, cut=True), hold(100, 200, 8.0)]
    likelihood = np.zeros(200)
    likelihood[[2, 94, 150]] = 0.9, 0.7, 1.0
    assert [h.target for h in announced(holds, 1, likelihood)] == [1.0, 95.0]
    (alone,) = announced(holds, 1, likelihood * 0.5)
    assert alone.last == holds[-1].last == alone.first + len(alone.disparities) - 1
    assert np.ptp(alone.disparities[50:]) < 0.01 * NEAR


def test_bilateral_smooths_noise_and_keeps_the_step():
    rng = np.random.default_rng(0)
    clean = np.repeat([5.0, 1.0], 50)
    noisy = clean + 0.2 * rng.normal(size=100)
    weights = np.ones(100)
    weights[20:25] = 0
    smooth = bilateral(noisy, weights, 3.0, 0.7)
    assert np.isnan(smooth[20:25]).all()
    known = weights > 0
    assert np.abs(smooth - clean)[known].mean() < 0.6 * np.abs(noisy - clean)[known].mean()
    assert smooth[49] > 4.5 and smooth[50] < 1.5


def test_a_pull_arrives_before_the_target():
    (first, pull) = place_pulls([hold(1, 99, 2.0, cut=True), hold(100, 200, 8.0)], Style(10, 12), FPS)
    assert first is None
    assert (pull.start, pull.end) == (78.0, 88.0)
    curve = pulled([hold(1, 99, 2.0, cut=True), hold(100, 200, 8.0)], Style(10, 12), FPS)
    distances = curve.distances(100.0)
    assert distances[77] == pytest.approx(2.0) and distances[87] == pytest.approx(8.0)
    assert 1 / distances[82] == pytest.approx((1 / 2 + 1 / 8) / 2)  # constant in disparity


@pytest.mark.parametrize("easing", EASINGS)
def test_easings_rise_from_0_to_1(easing):
    u = np.linspace(0, 1, 50)
    e = EASINGS[easing](u)
    assert e[0] == 0 and e[-1] == pytest.approx(1)
    assert (np.diff(e) >= -1e-12).all()


def test_speed_makes_the_length_follow_from_the_way():
    assert Style(speed=0.375).length(FAR - NEAR, FPS) == pytest.approx(24)
    assert Style(frames=7).length(FAR - NEAR, FPS) == 7


@pytest.mark.parametrize("seed", range(30))
def test_pulls_never_collide_and_never_come_late(seed):
    rng = np.random.default_rng(seed)
    starts = np.cumsum(rng.integers(3, 50, 12))
    holds = [
        hold(int(a), int(b) - 1, rng.uniform(1, 10), cut=n == 0 or rng.random() < 0.2)
        for n, (a, b) in enumerate(pairwise(starts))
    ]
    pulls = place_pulls(holds, Style(rng.uniform(1, 30), rng.uniform(0, 20)), FPS)
    moving = [(h, p) for h, p in zip(holds, pulls, strict=True) if p]
    for h, pull in moving:
        assert pull.start < pull.end <= h.target + 1e-9
        assert pull.start >= max(x.first for x in holds if x.cut and x.first <= h.first)
    for (_, a), (_, b) in pairwise(moving):
        assert b.start >= a.end
    assert len(moving) == sum(not h.cut for h in holds[1:])


def test_a_held_focus_is_still():
    rng = np.random.default_rng(1)
    noisy = 0.4 + 0.01 * rng.normal(size=200)
    assert np.ptp(steadied(noisy, 0.3 / LEVELS)) == 0


@pytest.mark.parametrize("seed", range(12))
def test_keys_are_few_and_safe_under_every_interpolation(seed):
    rng = np.random.default_rng(seed)
    holds, at = [], 1
    for n in range(6):
        length = int(rng.integers(20, 90))
        walk = np.cumsum(rng.normal(0, 0.004, length)) if rng.random() < 0.5 else np.zeros(length)
        disparities = np.clip(1 / rng.uniform(1, 12) + walk, 0.03, 2)
        holds.append(Hold(at, at + length - 1, float(at), disparities, 0.5, 0.5, n == 0 or rng.random() < 0.2, length))
        at += length
    curve = pulled(holds, Style(easing=list(EASINGS)[seed % 3]), FPS)
    distances = curve.distances(44.0)
    tolerance = 0.25 / LEVELS
    corners = [f for p in curve.pulls if p for f in (p.start, p.end)]
    keys = sparse_keys(distances, 1, tolerance, corners, [h.first for h in holds[1:] if h.cut])
    frames, values = np.array([k for k, _ in keys], float), np.array([v for _, v in keys])
    at_frames = np.arange(1, len(distances) + 1)
    for interpolate in INTERPOLATIONS:
        off = np.abs(1 / interpolate(frames, values, at_frames) - 1 / distances)
        assert off.max() <= tolerance * 1.001, interpolate.__name__
    assert len(keys) < len(distances) / 4
    assert keys[0][0] == 1 and keys[-1][0] == len(distances)


def test_a_still_focus_needs_two_keys():
    assert sparse_keys(np.full(500, 3.0), 1001, 0.01) == [(1001, 3.0), (1500, 3.0)]
    assert sparse_keys(np.full(1, 3.0), 7, 0.01) == [(7, 3.0)]
