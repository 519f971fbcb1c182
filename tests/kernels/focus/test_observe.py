"""From maps to a spot, and what was observed as a file."""

import numpy as np
import pytest

from focuspuller.kernels.focus.detections import ClipFrame, Detection, Reach, run_detectors
from focuspuller.kernels.focus.observations import Observations
from focuspuller.kernels.focus.observe import Spot, intersection, k_means, locate, weighted_median


def blob(x, y, size=0.05, height=90, width=160):
    row, column = np.mgrid[:height, :width]
    distance = np.hypot((column + 0.5) / width - x, ((row + 0.5) / height - y) * height / width)
    return np.exp(-((distance / size) ** 2)).astype(np.float32)


def test_the_intersection_is_where_both_are():
    both = intersection([blob(0.3, 0.5) + blob(0.7, 0.5), np.repeat(blob(0.7, 0.5)[::2, ::2], 1, 0)], 16 / 9)
    spot = locate(both, np.full((90, 160), 0.25, np.float32))
    assert (spot.x, spot.y) == pytest.approx((0.7, 0.5), abs=0.02)
    assert spot.disparity == pytest.approx(0.25)


def test_empty_and_bad_maps_give_nothing():
    flat = np.full((9, 16), 0.5, np.float32)
    assert locate(intersection([np.zeros((9, 16), np.float32), flat], 16 / 9), flat) is None
    assert locate(intersection([np.full((9, 16), np.nan, np.float32)], 16 / 9), flat) is None


def test_the_majority_has_the_focus():
    heat = blob(0.3, 0.5, 0.08) + 0.9 * blob(0.8, 0.5, 0.02)
    depth = np.full((90, 160), 0.5, np.float32)
    depth[:, 100:] = 0.1
    spot = locate(np.minimum(heat, 1), depth)
    assert spot.x == pytest.approx(0.3, abs=0.05)
    assert spot.disparity == pytest.approx(0.5)


def test_background_around_a_subject_does_not_move_its_depth():
    heat = blob(0.5, 0.5, 0.09)
    depth = np.full((90, 160), 0.08, np.float32)
    depth[blob(0.5, 0.5, 0.06) > 0.3] = 0.4
    assert locate(heat, depth).disparity == pytest.approx(0.4)


def test_k_means_finds_separate_groups_and_bears_few_points():
    rng = np.random.default_rng(0)
    centres = np.array([[0, 0], [5, 0], [0, 5], [5, 5]])
    points = np.repeat(centres, 20, 0) + 0.2 * rng.normal(size=(80, 2))
    member = k_means(points, np.ones(80), 4)
    assert len(np.unique(member)) == 4
    assert all(len(np.unique(member[n : n + 20])) == 1 for n in range(0, 80, 20))
    assert k_means(np.zeros((1, 3)), np.ones(1), 4).tolist() == [0]
    assert len(np.unique(k_means(np.zeros((5, 3)), np.ones(5), 4))) == 1


def test_weighted_median():
    assert weighted_median(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 5.0])) == 2.0


def test_observations_survive_a_file():
    seen = Observations(1001, ("motion", "saliency"))
    seen.add(Spot(0.1, 0.2, 0.3, 0.4, 0.5, 0.6), None, False, (0.25, 1.0), 0.5)
    seen.add(None, Spot(0.1, 0.2, 0.3, 0.4), True, (0.0, 0.5))
    seen.thumbnails = {1001: b"jpeg", 1002: b""}
    again = Observations.from_bytes(seen.to_bytes())
    assert (again.first, again.names, len(again), again.thumbnails) == (1001, seen.names, 2, seen.thumbnails)
    for name in ("spots", "resting", "cuts", "strengths", "loudness"):
        np.testing.assert_array_equal(getattr(again, name), getattr(seen, name))
    again.forget_before(1002)
    assert (again.first, len(again), list(again.thumbnails)) == (1002, 1, [1002])


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\x80\x04]", b"x" * 1000])
def test_other_bytes_are_refused(data):
    with pytest.raises(ValueError, match="observations"):
        Observations.from_bytes(data)


class Delayed:
    """Answers with the frame's number after `ahead` frames."""

    version = "1"

    def __init__(self, name, ahead):
        self.name, self.reach, self.waiting, self.most = name, Reach(0, ahead), [], 0

    def push(self, frame):
        self.waiting.append(frame)
        self.most = max(self.most, len(self.waiting))
        return [self.answer()] if len(self.waiting) > self.reach.ahead else []

    def finish(self):
        return [self.answer() for _ in range(len(self.waiting))]

    def answer(self):
        frame = self.waiting.pop(0)
        return Detection(frame.number, np.full((2, 2), frame.number, np.float32), 1.0)


def test_detectors_of_different_delay_are_brought_together():
    frames = [ClipFrame(n, np.zeros((4, 4, 3), np.uint8)) for n in range(10, 30)]
    detectors = [Delayed("a", 0), Delayed("b", 7)]
    together = list(run_detectors(iter(frames), detectors))
    assert [frame.number for frame, _ in together] == list(range(10, 30))
    assert all(d.number == frame.number for frame, found in together for d in found)
    assert detectors[1].most <= 8
