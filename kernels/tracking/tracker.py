"""The door: follows the subject of a click through a clip."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping

import cv2
import numpy as np

from ..flow import warp
from .center import box_of, center_of
from .evidence import Evidence, FlowPair, flow_pair
from .first_mask import first_mask
from .pictures import resized, working_size
from .propagate import Subject, step
from .track import Sample, Track, packed

DIRECTIONS = ("forward", "backward", "both")
LOOK_AHEAD = 4  # frames whose motion tells the clicked subject from its surroundings
SURELY_OUTSIDE = np.ones((9, 9), np.uint8)  # px around a mask that are not taken for background
Frames = Callable[[int], np.ndarray]


def _nothing(*_) -> None:
    pass


def track(
    frames: Frames,
    first: int,
    last: int,
    clicks: Mapping[int, tuple[float, float]],
    *,
    direction: str = "both",
    masks: Mapping[int, np.ndarray] | None = None,
    check_abort: Callable[[], None] = _nothing,
    progress: Callable[[float, str], None] = _nothing,
) -> Track:
    """Follows what the clicks point at through frames first … last.

    frames(n): uint8 RGB [H, W, 3] of frame n, display-referred, always of one size; asked in no special order, and few
    are kept. clicks: frame → (x, y) px; a click on another thing than what is followed there switches to it, one on the
    same thing puts the track right. masks: frame → [H, W] 0 … 1 of any size, instead of a click. direction: from the
    first click on, back from it, or both. Frames that cannot be reached so have no sample.

    ValueError: no clicks, none inside first … last, an unknown direction.
    """
    anchors = {f: ("click", p) for f, p in clicks.items()} | {f: ("mask", m) for f, m in (masks or {}).items()}
    anchors = {f: a for f, a in sorted(anchors.items()) if first <= f <= last}
    if not anchors:
        raise ValueError(f"no click lies in frames {first}–{last}")
    if direction not in DIRECTIONS:
        raise ValueError(f"direction is {direction!r}, not one of {', '.join(DIRECTIONS)}")
    return _Run(frames, first, last, anchors, direction, check_abort, progress).run()


class _Run:
    """One call of `track`."""

    def __init__(self, frames, first, last, anchors, direction, check_abort, progress):
        self.frames, self.first, self.last, self.anchors = frames, first, last, anchors
        self.check_abort, self.progress = check_abort, progress
        start = next(iter(anchors))
        self.backward = range(start, first - 1, -1) if direction != "forward" else range(0)
        self.forward = range(start, last + 1) if direction != "backward" else range(0)
        self.steps = max(len(self.backward) + len(self.forward), 1)
        self.done = 0
        picture = frames(start)
        self.size = (picture.shape[1], picture.shape[0])
        self.small = working_size(*self.size)
        self.scale = (self.size[0] / self.small[0], self.size[1] / self.small[1])
        self.kept: dict[int, np.ndarray] = {}
        self.pairs: dict[tuple[int, int], FlowPair] = {}
        self.track = Track(self.size, self.small)

    def run(self) -> Track:
        for frames in (self.backward, self.forward):
            self._walk(frames)
        self.progress(1.0, "")
        return self.track

    def picture(self, frame: int) -> np.ndarray:
        """A frame at the working size."""
        if frame not in self.kept:
            self.check_abort()
            if len(self.kept) > 3 * LOOK_AHEAD:
                self.kept.pop(next(iter(self.kept)))
            self.kept[frame] = resized(self.frames(frame), self.small)
        return self.kept[frame]

    def pair(self, a: int, b: int) -> FlowPair:
        """The flows between two neighbouring frames."""
        key = (min(a, b), max(a, b))
        if key not in self.pairs:
            if len(self.pairs) > 2 * LOOK_AHEAD + 2:
                self.pairs.pop(next(iter(self.pairs)))
            self.pairs[key] = flow_pair(self.picture(key[0]), self.picture(key[1]))
        onward, back = self.pairs[key]
        return (onward, back) if a < b else (back, onward)

    def evidence(self, frame: int, reach: int, background: np.ndarray | None = None) -> Evidence:
        """What a frame shows, its motion seen over `reach` frames to either side."""
        runs = []
        for sign in (1, -1):
            ends = [frame + sign * n for n in range(reach + 1) if self.first <= frame + sign * n <= self.last]
            runs.append([self.pair(a, b) for a, b in itertools.pairwise(ends)])
        return Evidence(self.picture(frame), *runs, background)

    def _walk(self, frames: range) -> None:
        subject, number, center, mask = None, 0, None, None
        for frame in frames:
            self.check_abort()
            if frame in self.anchors and (frame == frames.start or frames.step > 0):
                evidence = self.evidence(frame, LOOK_AHEAD)
                found, same = self._anchor(frame, evidence, mask)
                number += not same and mask is not None
                mask, center = found, None
                subject, likeness = Subject(evidence.bins, mask), 1.0
            else:
                evidence = self.evidence(frame, 1, (cv2.dilate(mask, SURELY_OUTSIDE) < 0.2).astype(np.float32))
                to_before = self.pair(frame, frame - frames.step)[0]
                mask = step(subject, evidence, warp(mask, to_before))
                likeness = subject.likeness(evidence.bins, mask)
                if mask.sum() >= 4:
                    subject.seen(evidence.bins, mask)
            center = self._note(frame, number, mask, likeness, center)
            self.done += 1
            self.progress(self.done / self.steps, f"frame {frame}")

    def _anchor(self, frame: int, evidence: Evidence, expected: np.ndarray | None) -> tuple[np.ndarray, bool]:
        """The mask where the artist points, and whether that is the subject already followed."""
        kind, what = self.anchors[frame]
        if kind == "mask":
            mask = cv2.resize(np.asarray(what, np.float32), self.small, interpolation=cv2.INTER_AREA)
        else:
            mask = first_mask(evidence, (what[0] / self.scale[0], what[1] / self.scale[1]))
        both = 0.0 if expected is None else float(np.minimum(mask, expected).sum())
        return mask, expected is not None and both > 0.3 * min(float(mask.sum()), float(expected.sum()))

    def _note(self, frame, number, mask, likeness, center):
        if mask.sum() < 4 or not (mask > 0.5).any():
            before = self.track.samples.get(frame - 1) or self.track.samples.get(frame + 1)
            place, box = (before.center, before.box) if before else ((0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
            self.track.samples[frame] = Sample(place, box, 0.0, number, packed(np.zeros(mask.shape, np.uint8)))
            return center
        center = center_of(mask, center)
        x, y = self.scale
        box = tuple(v * s for v, s in zip(box_of(mask), (x, y, x, y), strict=True))
        matte = packed(np.round(mask * 255).astype(np.uint8))
        self.track.samples[frame] = Sample((center[0] * x, center[1] * y), box, likeness, number, matte)
        return center
