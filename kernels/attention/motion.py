"""What moves on its own: optical flow without the camera's, kept where it goes somewhere.

The role of H_act in the paper's section 5.2 (optical flow and its tracking for action localisation). Of each frame:

1. flow to the next and from the next frame (dense inverse search), and the part that the camera explains;
2. a pixel is followed along the flow for a third of a second ahead and back, and along the camera's flow: the distance
   between both is what it moved on its own. It counts where the picture agrees better with the flow than with the
   camera's, which neither flat areas nor the rims around moving things do. Slow but steady motion, such as somebody
   who comes nearer, is followed twice as long both ways and counts less;
3. over more than a second around, motion at each place is added up: what sways to and fro (leaves, waves) cancels out.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..focus.detections import ClipFrame, ClipInfo, Detection, Reach, shrunk
from .camera import camera_flow
from .paths import Paths, Span, places, step

MAP_LONG_SIDE = 160  # px
FOLLOWED = 1 / 3  # s each pixel is followed ahead and back; twice that where slow
COMPARED = 4  # frames ahead and back whose pictures are compared
SLOW, FAST = 0.006, 0.018  # of the width in FOLLOWED: from where motion counts, and counts fully
STEADY = 0.006, 0.016  # of the width in four times FOLLOWED, likewise
STEADY_SHARE = 0.6  # what slow, steady motion counts at most
SWAY, WALK = 0.28, 0.55  # share of motion that does not cancel out: from where it counts, and counts fully
QUICKEST = 0.8  # of the quickest hundredth of the picture's motion: what counts fully beside it
NOW = 0.15, 0.5  # speed in this frame as a share of that over FOLLOWED: from where it counts, and counts fully
LEAP = 0.05, 0.09  # of the width in FOLLOWED: what goes that far is no leaf, to and fro or not
NOISE = 2.5  # grey levels of 255


class MotionDetector:
    """Lights up on what moves on its own and gets somewhere; dark on shake, pans and swaying leaves. Delayed by two
    thirds of a second."""

    name, version = "motion", "1"

    def __init__(self, clip: ClipInfo):
        self._followed = max(round(FOLLOWED * clip.fps), 2)
        self.reach = Reach(back=2 * self._followed, ahead=2 * self._followed)
        self._engine = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        self._engine.setFinestScale(1)
        self._begin()

    def push(self, frame: ClipFrame) -> list[Detection]:
        done = self.finish() if frame.cut else []
        if self._last is not None:
            self._add_steps(self._last, frame)
        self._last = frame
        self._greys[self._count] = shrunk(frame.small_grey, MAP_LONG_SIDE).astype(np.float32)
        self._numbers[self._count] = frame.number
        self._count += 1
        while self._count - self._next > self.reach.ahead:
            done.append(self._answer())
        return done

    def finish(self) -> list[Detection]:
        done = []
        while self._next < self._count:
            done.append(self._answer())
        self._begin()
        return done

    def _begin(self) -> None:
        self._ahead, self._back = Paths(1), Paths(-1)
        self._greys: dict[int, np.ndarray] = {}  # float32 [h, w] 0 … 255, by place in the shot
        self._numbers: dict[int, int] = {}
        self._last: ClipFrame | None = None
        self._count = self._next = 0

    def _add_steps(self, first: ClipFrame, second: ClipFrame) -> None:
        a, b = first.small_grey, second.small_grey
        at = self._count - 1
        self._ahead.add(at, _reduced(self._engine.calc(a, b, None), a, first.disparity))
        self._back.add(at + 1, _reduced(self._engine.calc(b, a, None), b, second.disparity))

    def _answer(self) -> Detection:
        at, self._next = self._next, self._next + 1
        heat = moving(self._greys, self._ahead, self._back, at, self._followed)
        oldest = self._next - self.reach.back
        self._ahead.forget(oldest), self._back.forget(oldest + 1)
        self._greys.pop(oldest - 1, None)
        brightest = np.sort(heat, axis=None)[-max(heat.size // 200, 1) :]
        return Detection(self._numbers.pop(at), heat, float(brightest.mean()))


def moving(greys: dict[int, np.ndarray], ahead: Paths, back: Paths, at: int, followed: int) -> np.ndarray:
    """float32 [h, w] 0 … 1: what moves on its own in frame `at` of a shot.

    greys: float32 [h, w] 0 … 255 by frame; followed: frames in FOLLOWED.
    """
    shape = greys[at].shape
    width = max(shape)
    quick, kept_sum, length = (
        np.zeros(shape, np.float32),
        np.zeros((*shape, 2), np.float32),
        np.zeros(shape, np.float32),
    )
    whole, sure = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    for paths in (ahead, back):
        if (short := paths.span(at, followed)) is None:
            continue
        long = paths.span(at, 2 * followed)
        distance = _size(short.apart)
        # What will soon be covered, or just was, does not move itself right now.
        now = _ramp(_size(paths.span(at, 1).apart) * followed / (distance + 1e-3), *NOW)
        quick = np.maximum(quick, distance * now * _agreement(greys, at, paths, COMPARED))
        sure = np.maximum(sure, _agreement(greys, at, paths, 2 * followed))
        whole += long.apart * paths.way
        kept_sum += long.own * paths.way
        length += long.length
    quick /= width
    sigma = width / 40
    kept = _size(cv2.GaussianBlur(kept_sum, (0, 0), sigma)) / (cv2.GaussianBlur(length, (0, 0), sigma) + 1e-3)
    onward = _ramp(kept, SWAY, WALK)
    onward_or_far = np.maximum(onward, _ramp(quick, *LEAP))
    # Beside something quick, what moves less (parallax, passers-by) counts less.
    quickest = np.sort(quick * onward_or_far, axis=None)[-max(quick.size // 100, 1)]
    fast = _ramp(quick, SLOW, max(FAST, QUICKEST * float(quickest))) * onward_or_far
    begun = _ramp(quick, 0.0, SLOW / 2)
    slow = STEADY_SHARE * _ramp(_size(whole) * sure / width, *STEADY) * onward * begun
    return cv2.GaussianBlur(np.maximum(fast, slow), (0, 0), width / 120)


def _reduced(flow: np.ndarray, grey: np.ndarray, disparity: np.ndarray | None) -> Span:
    """A flow at map size, with the camera's part of it."""
    height, width = grey.shape
    scale = min(MAP_LONG_SIDE / max(height, width), 1.0)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    slope = cv2.Sobel(grey, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(grey, cv2.CV_32F, 0, 1) ** 2
    trust = cv2.resize(cv2.boxFilter(slope, -1, (7, 7)), size, interpolation=cv2.INTER_AREA)
    trust = trust / (trust + np.float32((8 * NOISE) ** 2))
    near = None
    if disparity is not None:
        near = cv2.resize(np.nan_to_num(disparity, posinf=0, neginf=0), size, interpolation=cv2.INTER_AREA)
    small = cv2.resize(flow, size, interpolation=cv2.INTER_AREA) * np.float32([size[0] / width, size[1] / height])
    return step(small, camera_flow(small, trust, near))


def _agreement(greys: dict[int, np.ndarray], at: int, paths: Paths, count: int) -> np.ndarray:
    """float32 [h, w] 0 … 1: how much better the frame `count` steps on explains this one along the flow than along
    the camera's."""
    while at + paths.way * count not in greys:
        count -= 1
    span, other = paths.span(at, count), greys[at + paths.way * count]

    def error(where: np.ndarray) -> np.ndarray:
        seen = cv2.remap(other, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return cv2.GaussianBlur(abs(seen - greys[at]), (0, 0), 1.2)

    by_camera, by_flow = error(places(span.camera)), error(places(span.flow))
    return np.clip((by_camera - by_flow) / (by_camera + np.float32(NOISE)), 0, 1)


def _size(vectors: np.ndarray) -> np.ndarray:
    return np.hypot(vectors[..., 0], vectors[..., 1])


def _ramp(values: np.ndarray, start: float, full: float) -> np.ndarray:
    """0 up to `start`, 1 from `full`."""
    return np.clip((values - np.float32(start)) / np.float32(full - start), 0, 1)
