"""The clip as followers see it: small pictures, flows and camera motion of few frames, kept while they are needed."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np

from .evidence import Evidence, FlowPair, flow_pair
from .motion import camera_motion
from .pictures import resized, working_size

FRAMES_KEPT, PAIRS_KEPT, FULL_KEPT = 48, 24, 3


class ClipView:
    """frames(n): uint8 RGB [H, W, 3] of frame n in first … last. small: (width, height) of the working pictures."""

    def __init__(self, frames: Callable[[int], np.ndarray], first: int, last: int, check_abort: Callable[[], None]):
        self.frames, self.first, self.last, self.check_abort = frames, first, last, check_abort
        self._full: dict[int, np.ndarray] = {}
        self._pictures: dict[int, np.ndarray] = {}
        self._pairs: dict[tuple[int, int], tuple[FlowPair, np.ndarray]] = {}
        self.size = self.small = (0, 0)

    def open(self, frame: int) -> None:
        """Learns the size of the frames from one of them."""
        height, width = self.full(frame).shape[:2]
        self.size, self.small = (width, height), working_size(width, height)

    @property
    def scale(self) -> tuple[float, float]:
        """Full frame px for each working px (x, y)."""
        return self.size[0] / self.small[0], self.size[1] / self.small[1]

    def full(self, frame: int) -> np.ndarray:
        """A frame as it came."""
        if frame not in self._full:
            self.check_abort()
            _keep(self._full, frame, self.frames(frame), FULL_KEPT)
        return self._full[frame]

    def picture(self, frame: int) -> np.ndarray:
        """A frame at the working size."""
        if frame not in self._pictures:
            _keep(self._pictures, frame, resized(self.full(frame), self.small), FRAMES_KEPT)
        return self._pictures[frame]

    def pair(self, a: int, b: int) -> FlowPair:
        """The flows a → b and b → a of two frames that are not far apart."""
        onward, back = self._pair(a, b)[0]
        return (onward, back) if a < b else (back, onward)

    def camera(self, a: int, b: int) -> np.ndarray:
        """The camera's motion between neighbouring frames as a homography a → b of the working pictures."""
        matrix = self._pair(a, b)[1]
        return matrix if a < b else np.linalg.pinv(matrix)

    def _pair(self, a: int, b: int) -> tuple[FlowPair, np.ndarray]:
        key = (min(a, b), max(a, b))
        if key not in self._pairs:
            self.check_abort()
            flows = flow_pair(self.picture(key[0]), self.picture(key[1]))
            _keep(self._pairs, key, (flows, camera_motion(flows[0])), PAIRS_KEPT)
        return self._pairs[key]

    def evidence(self, frame: int, reach: int, background: np.ndarray | None = None, stride: int = 1) -> Evidence:
        """What a frame shows, its motion seen over `reach` steps of `stride` frames to either side."""
        runs = []
        for sign in (1, -1):
            ends = [frame + sign * stride * n for n in range(reach + 1)]
            ends = [end for end in ends if self.first <= end <= self.last]
            runs.append([(self.pair(a, b), self.picture(b)) for a, b in itertools.pairwise(ends)])
        return Evidence(self.picture(frame), *runs, background)


def _keep(kept: dict, key, value, most: int) -> None:
    """Adds to what is kept; the oldest goes."""
    while len(kept) >= most:
        kept.pop(next(iter(kept)))
    kept[key] = value
