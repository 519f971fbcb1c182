"""The door: follows the subject of a click through a clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from .center import box_of, center_of
from .first_mask import first_mask
from .pictures import resized, working_size
from .propagate import Subject, step
from .track import Sample, Track, packed

DIRECTIONS = ("forward", "backward", "both")
LOOK_AHEAD = 8  # frames whose motion tells the clicked subject from its surroundings
LEAST_LIKENESS = 0.3
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

    def _walk(self, frames: range) -> None:
        subject, number, center = None, 0, None
        for frame in frames:
            self.check_abort()
            picture = self.picture(frame)
            if frame in self.anchors and (frame == frames.start or frames.step > 0):
                mask, same = self._anchor(frame, picture, subject)
                number += not same
                subject, likeness = Subject(picture, mask), 1.0
                center = None
            else:
                mask, likeness = step(subject, picture)
            center = self._note(frame, number, subject, mask, likeness, center)
            subject.picture, subject.mask = picture, mask
            if hasattr(subject, "bins"):
                subject.seen(subject.bins, mask)
            self.done += 1
            self.progress(self.done / self.steps, f"frame {frame}")

    def _anchor(self, frame: int, picture: np.ndarray, subject: Subject | None) -> tuple[np.ndarray, bool]:
        """The mask where the artist points, and whether that is the subject already followed."""
        kind, what = self.anchors[frame]
        if kind == "mask":
            mask = cv2.resize(np.asarray(what, np.float32), self.small, interpolation=cv2.INTER_AREA)
        else:
            point = (what[0] / self.scale[0], what[1] / self.scale[1])
            ahead = [self.picture(f) for f in range(frame + 1, min(frame + LOOK_AHEAD, self.last) + 1)]
            behind = [self.picture(f) for f in range(frame - 1, max(frame - LOOK_AHEAD, self.first) - 1, -1)]
            runs = [run for run in (ahead if len(ahead) >= len(behind) else behind,) if run]
            mask = first_mask(picture, point, runs)
        expected = subject.mask if subject is not None else None
        both = 0.0 if expected is None else float(np.minimum(mask, expected).sum())
        return mask, expected is not None and both > 0.3 * min(float(mask.sum()), float(expected.sum()))

    def _note(self, frame, number, subject, mask, likeness, center):
        if mask.sum() < 4:
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
