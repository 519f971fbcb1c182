"""What detectors see and say: frames in, one detection a frame out, streaming.

A detector looks at a clip frame by frame and says of each frame where in the picture something is that may deserve the
focus (the focus probability maps of the paper's section 5.2). Frames arrive in order; an answer about frame t comes as
soon as the frames up to t + ahead have arrived, so that clips of any length take bounded memory and a live source is
delayed by no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import cv2
import numpy as np

PICTURE_LONG_SIDE = 960  # px, of ClipFrame.picture
SMALL_LONG_SIDE = 320  # px, of ClipFrame.small
SOUND_RATE = 16000  # samples a second


@dataclass(frozen=True)
class ClipInfo:
    """width, height: of the full-resolution picture, px. fps: frames a second. sound: whether the clip has any."""

    width: int
    height: int
    fps: float
    sound: bool = False


@dataclass(frozen=True)
class ClipFrame:
    """A frame as detectors see it.

    number: the comp's frame. picture: uint8 [h, w, 3] RGB, sRGB-encoded, long side ≤ PICTURE_LONG_SIDE. disparity:
    float32 [h', w'] 1 / m, far = 0, of the same field of view, or None. sound: float32 [n] mono at SOUND_RATE, the
    samples that belong to this frame (about SOUND_RATE / fps of them), empty without sound. cut: this frame begins a
    new shot; nothing may be tracked into it from the one before.
    """

    number: int
    picture: np.ndarray
    disparity: np.ndarray | None = None
    sound: np.ndarray = field(default_factory=lambda: np.zeros(0, np.float32))
    cut: bool = False

    @cached_property
    def small(self) -> np.ndarray:
        """uint8 [h, w, 3] RGB: the picture with a long side of at most SMALL_LONG_SIDE."""
        return shrunk(self.picture, SMALL_LONG_SIDE)

    @cached_property
    def small_grey(self) -> np.ndarray:
        """uint8 [h, w]: `small` without colour."""
        return cv2.cvtColor(self.small, cv2.COLOR_RGB2GRAY)


@dataclass(frozen=True)
class Region:
    """Something found: a box in fractions of width and height from the top-left corner, and how sure, 0 … 1.

    track: the same number means the same thing in other frames of the shot; -1 = not tracked.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    score: float
    label: str = ""
    track: int = -1


@dataclass(frozen=True)
class Detection:
    """What a detector says of one frame.

    map: float32 [h, w] 0 … 1, of the frame's field of view at any size (about 160 px wide is plenty): how likely each
    place is what the detector looks for; all zero where there is nothing. strength: 0 … 1, how sure it is that there is
    something in this frame at all; curves of it are shown in reports. regions: what stands out, if it knows.
    """

    number: int
    map: np.ndarray
    strength: float
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True)
class Reach:
    """The answer about frame t depends on frames t - back … t + ahead of its shot, and on nothing else.

    back None: on the whole shot so far.
    """

    back: int | None
    ahead: int


class Detector(Protocol):
    """A detector at work on one clip. Deterministic: the same frames give the same answers, bit by bit.

    name: as in reports, such as "motion". version: part of the cache's key; change it whenever answers may change
    (a model file's content hash belongs in it).
    """

    name: str
    version: str
    reach: Reach

    def push(self, frame: ClipFrame) -> Sequence[Detection]:
        """Takes the next frame; returns the answers that are now ready, in order, one for each frame in the end."""

    def finish(self) -> Sequence[Detection]:
        """The clip has ended: the remaining answers."""


def shrunk(picture: np.ndarray, long_side: int) -> np.ndarray:
    """The picture with its long side at most `long_side` px, averaged over areas; the same object where it is."""
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    if scale >= 1:
        return picture
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


def run_detectors(
    frames: Iterable[ClipFrame], detectors: Sequence[Detector], kept: Callable[[ClipFrame], ClipFrame] | None = None
) -> Iterator[tuple[ClipFrame, tuple[Detection, ...]]]:
    """Each frame with the answers of all detectors about it, in order; holds no more frames than the largest `ahead`
    plus one. kept: what of a frame is held, and given with the answers; all of it by default. Raises ValueError where a
    detector answers out of order."""
    waiting: list[ClipFrame] = []
    answers: list[list[Detection]] = [[] for _ in detectors]

    def ready() -> Iterator[tuple[ClipFrame, tuple[Detection, ...]]]:
        while waiting and all(answers):  # with no detectors at all, every frame is ready
            frame, found = waiting.pop(0), tuple(queue.pop(0) for queue in answers)
            for detector, detection in zip(detectors, found, strict=True):
                if detection.number != frame.number:
                    raise ValueError(f"{detector.name} answers frame {detection.number} instead of {frame.number}")
            yield frame, found

    for frame in frames:
        waiting.append(kept(frame) if kept else frame)
        for queue, detector in zip(answers, detectors, strict=True):
            queue += detector.push(frame)
        yield from ready()
    for queue, detector in zip(answers, detectors, strict=True):
        queue += detector.finish()
    yield from ready()
    if waiting:
        raise ValueError(f"frame {waiting[0].number} got no answer from a detector")
