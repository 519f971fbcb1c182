"""Where pixels go over many frames, beside where they would go if the world stood still.

A Span is the motion from one frame to another; two that follow each other join into one. Joining spans of equal length
over and over makes long ones from few steps, as `Paths` does; `followed` joins step by step, for reading and testing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np


@dataclass(frozen=True)
class Span:
    """Motion from a frame to another, by pixel of the first; float32, px.

    flow, camera [h, w, 2]: where the pixel goes, and where it would go if it stood still in the world. apart
    [h, w, 2]: flow - camera, up to where either leaves the picture. own [h, w, 2], length [h, w]: the motion that is
    not the camera's, summed up at a place that stands still, as vectors and as lengths.
    """

    flow: np.ndarray
    camera: np.ndarray
    apart: np.ndarray
    own: np.ndarray
    length: np.ndarray


def step(flow: np.ndarray, camera: np.ndarray) -> Span:
    """The span between neighbouring frames."""
    own = flow - camera
    return Span(flow, camera, own, own, np.hypot(own[..., 0], own[..., 1]))


def join(first: Span, second: Span) -> Span:
    """The span of `first` and then `second`."""
    height, width = first.length.shape
    grid = _grid(height, width)
    moved, stayed = grid + first.flow, grid + first.camera
    alive = (_inside(moved, width, height) & _inside(stayed, width, height))[..., None]
    flow = _at(second.flow, moved)
    still = _at(np.dstack([second.camera, second.own]), stayed)
    camera, own = still[..., :2], still[..., 2:]
    return Span(
        np.where(alive, first.flow + flow, first.flow),
        first.camera + camera,
        np.where(alive, first.apart + _at(second.apart, moved), first.apart),
        first.own + own,
        first.length + _at(second.length, stayed),
    )


def followed(steps: Sequence[Span]) -> Span:
    """All steps, joined one after the other."""
    whole, *rest = steps
    for one in rest:
        whole = join(whole, one)
    return whole


class Paths:
    """Spans of one way through time; start(n) is the step that begins at frame index n."""

    def __init__(self, way: int):
        self.way = way  # 1: ahead, -1: back
        self._spans: dict[tuple[int, int], Span] = {}  # by frame and length, a power of two

    def add(self, frame: int, motion: Span) -> None:
        """The step from `frame` to its neighbour."""
        self._spans[frame, 1] = motion

    def span(self, frame: int, count: int) -> Span | None:
        """Over `count` steps or as many as there are; None where there are none."""
        at, left, whole = frame, count, None
        while left and (at, 1) in self._spans:
            length = 1 << (left.bit_length() - 1)
            while (part := self._doubled(at, length)) is None:
                length //= 2
            whole = part if whole is None else join(whole, part)
            at, left = at + self.way * length, left - length
        return whole

    def forget(self, before: int) -> None:
        """Drops all that begins before a frame."""
        self._spans = {key: span for key, span in self._spans.items() if key[0] >= before}

    def _doubled(self, frame: int, length: int) -> Span | None:
        if (frame, length) in self._spans or length == 1:
            return self._spans.get((frame, length))
        first = self._doubled(frame, length // 2)
        second = self._doubled(frame + self.way * (length // 2), length // 2) if first else None
        if second is None:
            return None
        return self._spans.setdefault((frame, length), join(first, second))


def places(flow: np.ndarray) -> np.ndarray:
    """float32 [h, w, 2]: where each pixel goes."""
    return _grid(*flow.shape[:2]) + flow


@lru_cache(maxsize=8)
def _grid(height: int, width: int) -> np.ndarray:
    return np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=2).astype(np.float32)


def _at(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    return cv2.remap(values, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _inside(where: np.ndarray, width: int, height: int) -> np.ndarray:
    x, y = where[..., 0], where[..., 1]
    return (x >= -0.5) & (y >= -0.5) & (x <= width - 0.5) & (y <= height - 0.5)
