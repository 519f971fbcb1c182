"""The door: follows the subject of a click through a clip."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from .boxes import CSRT, KCF
from .center import box_of, center_of
from .evidence import Evidence
from .first_mask import first_mask, mask_in_region
from .followers import BoxFollower, InstanceFollower, MaskFollower
from .instances import Detector
from .pictures import resized
from .track import Sample, Track, packed
from .view import ClipView

DIRECTIONS = ("forward", "backward", "both")
MASK, MODEL = "mask", "model file"
METHODS = (MASK, KCF, CSRT, MODEL)
LOOK_AHEAD = 4  # steps of time over which motion tells the clicked subject from its surroundings
STRIDES = (1, 3, 9)  # frames a step that are tried
SAME = 0.3  # overlap with what is followed, from which a click is on the same subject
Frames = Callable[[int], np.ndarray]


def _nothing(*_) -> None:
    pass


def track(
    frames: Frames,
    first: int,
    last: int,
    clicks: Mapping[int, tuple[float, float]],
    *,
    masks: Mapping[int, np.ndarray] | None = None,
    direction: str = "both",
    method: str = MASK,
    instances: Detector | None = None,
    check_abort: Callable[[], None] = _nothing,
    progress: Callable[[float, str], None] = _nothing,
) -> Track:
    """Follows what the clicks point at through frames first … last.

    frames(n): uint8 RGB [H, W, 3] of frame n, display-referred, always of one size; asked in no special order, and few
    are kept. clicks: frame → (x, y) px; a click on another thing than what is followed there switches to it, one on the
    same thing puts the track right. masks: frame → [H, W] 0 … 1 of any size, instead of a click; a rectangle is taken
    as a hint. direction: forward from the first click, backward from the last, or both ways from the first. Frames that
    are not reached so have no sample. method: one of METHODS; MODEL needs `instances`.

    ValueError: no click inside first … last, or one outside the picture. ClickError: `instances` finds nothing there.
    """
    anchors = {f: ("click", p) for f, p in clicks.items()} | {f: ("mask", m) for f, m in (masks or {}).items()}
    anchors = {f: a for f, a in sorted(anchors.items()) if first <= f <= last}
    if not anchors:
        raise ValueError(f"no click lies in frames {first} to {last}")
    if direction not in DIRECTIONS or method not in METHODS:
        raise ValueError(f"no such direction or method: {direction!r}, {method!r}")
    if method == MODEL and instances is None:
        raise ValueError("the method by a model needs its instances")
    run = _Run(ClipView(frames, first, last, check_abort), anchors, method, instances, progress)
    return run.run(direction)


class _Run:
    """One call of `track`."""

    def __init__(self, view: ClipView, anchors, method: str, instances: Detector | None, progress):
        self.view, self.anchors, self.method = view, anchors, method
        self.instances, self.progress = instances, progress
        self.done = 0

    def run(self, direction: str) -> Track:
        view = self.view
        start = max(self.anchors) if direction == "backward" else min(self.anchors)
        view.open(start)
        self.track = Track(view.size, view.small)
        walks = []
        if direction != "forward":
            walks.append(range(start, view.first - 1, -1))
        if direction != "backward":
            walks.append(range(start, view.last + 1))
        self.steps = sum(map(len, walks))
        for walk in walks:
            self._walk(walk)
        self.progress(1.0, "")
        return self.track

    def _walk(self, frames: range) -> None:
        follower, number, center, mask = None, 0, None, None
        for frame in frames:
            self.view.check_abort()
            if frame in self.anchors:
                follower, found = self._anchored(frame)
                if mask is not None and not _same(mask, found):
                    number += 1
                mask, confidence, center = found, 1.0, None
            else:
                mask, confidence = follower.step(frame, frame - frames.step)
            center = self._note(frame, frame - frames.step, number, follower, mask, confidence, center)
            self.done += 1
            self.progress(self.done / self.steps, f"frame {frame}")

    def _anchored(self, frame: int):
        """(a follower, its mask) of what the artist points at."""
        kind, what = self.anchors[frame]
        view = self.view
        if self.method == MODEL:
            given = (what, None) if kind == "click" else (None, np.asarray(what, np.float32))
            follower = InstanceFollower(view, frame, self.instances, *given)
            return follower, follower.mask
        if kind == "mask":
            evidence = view.evidence(frame, LOOK_AHEAD)
            mask = mask_in_region(evidence, resized(np.asarray(what, np.float32), view.small))
        else:
            point = (what[0] / view.scale[0], what[1] / view.scale[1])
            evidence = self._telling(frame, point)
            mask = first_mask(evidence, point, view.check_abort)
        if self.method == MASK:
            return MaskFollower(view, frame, evidence, mask), mask
        return BoxFollower(view, frame, evidence, mask, self.method), mask

    def _telling(self, frame: int, point: tuple[float, float]) -> Evidence:
        """The evidence in which what is at the point moves enough to stand out; a slow subject needs more frames."""
        best, most = None, -1.0
        for stride in STRIDES:
            evidence = self.view.evidence(frame, LOOK_AHEAD, stride=stride)
            weight = evidence.at(point)[2]
            if weight > most:
                best, most = evidence, weight
            if weight >= 1:
                break
        return best

    def _note(self, frame: int, before: int, number: int, follower, mask: np.ndarray, confidence: float, center):
        """Keeps what was found. Returns the centre, px of the working size; None where there is none."""
        x, y = self.view.scale
        if confidence <= 0 or not (mask > 0.5).any():
            last = self.track.samples.get(before)
            place = (last.center, last.box) if last else ((0.0, 0.0), (0.0, 0.0, 0.0, 0.0))
            self.track.samples[frame] = Sample(*place, 0.0, number, packed(np.zeros(mask.shape, np.uint8)))
            return None
        center = center_of(mask, center and follower.carried(frame, before, center))
        box = tuple(v * s for v, s in zip(box_of(mask), (x, y, x, y), strict=True))
        matte = packed(np.round(mask * 255).astype(np.uint8))
        place = (center[0] * x, center[1] * y)
        self.track.samples[frame] = Sample(place, box, float(min(confidence, 1.0)), number, matte)
        return center


def _same(followed: np.ndarray, clicked: np.ndarray) -> bool:
    both = float(np.minimum(followed, clicked).sum())
    return both > SAME * max(min(float(followed.sum()), float(clicked.sum())), 1.0)
