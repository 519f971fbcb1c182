"""Three ways to follow a subject from frame to frame: by its mask, by a box, by a network's instances.

A follower is made at a click with the mask found there; `step(frame, before)` gives the mask in the next frame, float32
[H, W] 0 … 1 of the working size, and the confidence, 0 where the subject is lost.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..flow import warp
from .boxes import BoxFilter, mask_in
from .center import box_of, center_of
from .evidence import Evidence
from .identity import Identities
from .instances import Detector, Instance
from .parts import connected
from .pictures import resized
from .propagate import Subject, step
from .refind import MOVES, STANDS, Gallery, own_motion, refind, strangers
from .track import ClickError
from .view import ClipView

SURELY_OUTSIDE = np.ones((9, 9), np.uint8)  # px around a mask that are not taken for background
LEAST_AREA = 6.0  # px² of the working size
LOST_AREA = 0.06  # of the usual area
LOST_LIKENESS, LEFT_LIKENESS = 0.4, 0.85  # of the usual likeness
REMEMBER_EVERY = 8  # frames, for the gallery
GAP = 0.35  # of the subject's size: parts further from the centre's are other things
WHOLE, HIDDEN = 0.85, 0.3  # of its usual area: less is partly hidden; so little says nothing of its motion
OUTLINE_RATE, HIDDEN_RATE = 0.15, 0.06  # of the newest mask that goes into the outline
HIDDEN_PART = 0.4  # of the outline, above which a part of it is there, seen or not
PATCH = 3  # px around a point whose flow carries it
SLOWING = 0.96  # of its speed that a hidden subject keeps from frame to frame
Found = tuple[np.ndarray, float]
Point = tuple[float, float]


class MaskFollower:
    """By motion, colour and edges."""

    def __init__(self, view: ClipView, frame: int, evidence: Evidence, mask: np.ndarray):
        self.view, self.mask = view, mask
        self.subject = Subject(evidence.bins, mask)
        self.gallery = Gallery()
        self.gallery.add(evidence.picture, mask)
        self.area = float(mask.sum())
        self.since = 0
        self.lost_for = 0
        self.motion = own_motion(evidence, mask)
        self.place, self.speed = _middle(mask), np.zeros(2)
        self.point, self.outline = center_of(mask), mask.copy()
        self.seen, self.strange = evidence, np.zeros_like(mask)

    def step(self, frame: int, before: int) -> Found:
        background = (cv2.dilate(self.mask, SURELY_OUTSIDE) < 0.2).astype(np.float32)
        evidence = self.view.evidence(frame, 1, background)
        if self.lost_for:
            return self._look_for(frame, before, evidence)
        onward, back = self.view.pair(before, frame)
        self._move_outline(onward, frame, before)
        hidden = self.outline > HIDDEN_PART if float(self.mask.sum()) < WHOLE * self.area else None
        mask = step(self.subject, evidence, warp(self.mask, back), hidden)
        point = self.carried(frame, before, self.point)
        together = mask if hidden is None else np.maximum(mask, hidden)
        mask = np.where(connected(together, point, GAP * float(np.sqrt(self.area))) > 0, mask, 0)
        likeness = self.subject.likeness(evidence.bins, mask)
        size = float(mask.sum())
        gone = size < max(LEAST_AREA, LOST_AREA * self.area)
        gone = gone or likeness * min(1.0, np.sqrt(size / self.area)) < LOST_LIKENESS * self.subject.usual
        motion = own_motion(evidence, mask)
        # What used to move and now stands still, looking less like itself, is the ground that it has left.
        left = self.motion > MOVES and motion < STANDS and likeness < LEFT_LIKENESS * self.subject.usual
        if gone or left:
            self.lost_for = 1
            self.strange = warp(strangers(self.subject, self.seen, self.mask, self.area), back)
            self._go_on(frame, before)
            return np.zeros_like(mask), 0.0
        self.motion = 0.9 * self.motion + 0.1 * motion
        self._saw(evidence, mask, likeness)
        middle = _middle(mask)
        still = self._by_camera(frame, before, self.place)
        self.speed = 0.7 * self.speed + 0.3 * (np.array(middle) - still)
        self.place = middle
        self.point = center_of(mask, point)
        return mask, likeness * min(1.0, 0.4 + size / max(self.area, 1.0))

    def _look_for(self, frame: int, before: int, evidence: Evidence) -> Found:
        self._go_on(frame, before)
        self.lost_for += 1
        self.strange = warp(self.strange, self.view.pair(frame, before)[0])
        found = refind(
            self.subject, self.gallery, evidence, self.place, self.area, self.lost_for, self.strange, self.motion
        )
        if found is None:
            return np.zeros_like(self.mask), 0.0
        self.lost_for = 0
        self.point, self.outline = center_of(found[0]), found[0].copy()
        self._saw(evidence, *found)
        self.place, self.speed = _middle(found[0]), np.zeros(2)
        return found

    def _move_outline(self, onward: np.ndarray, frame: int, before: int) -> None:
        """Where the whole subject is, parts of it hidden for some frames: its mean outline, moved as it moves."""
        inside = self.mask > 0.5
        if inside.sum() > HIDDEN * self.area:
            x, y = np.median(onward[inside], axis=0)
        else:
            x, y = self._by_camera(frame, before, self.place) + self.speed - self.place
        shift = np.array([[1, 0, x], [0, 1, y]], np.float64)
        self.outline = cv2.warpAffine(self.outline, shift, self.view.small)

    def _saw(self, evidence: Evidence, mask: np.ndarray, likeness: float) -> None:
        self.mask, self.seen = mask, evidence
        rate = OUTLINE_RATE if float(mask.sum()) >= WHOLE * self.area else HIDDEN_RATE
        self.outline += rate * (mask - self.outline)
        self.subject.seen(evidence.bins, mask, likeness)
        self.area = 0.95 * self.area + 0.05 * float(mask.sum())
        self.since += 1
        if self.since % REMEMBER_EVERY == 0:
            self.gallery.add(evidence.picture, mask)

    def _go_on(self, frame: int, before: int) -> None:
        """Where a hidden subject would be: carried by the camera, and on by its own speed."""
        self.place = tuple(self._by_camera(frame, before, self.place) + self.speed)
        self.speed = self.speed * SLOWING
        width, height = self.view.small
        self.place = (min(max(self.place[0], 0.0), width), min(max(self.place[1], 0.0), height))

    def carried(self, frame: int, before: int, point: Point) -> Point:
        """Where a point of the subject has moved from the frame before: with the flow around it."""
        return _along(self.view.pair(before, frame)[0], point)

    def _by_camera(self, frame: int, before: int, place: Point) -> np.ndarray:
        """Where the camera's motion puts a point of the frame before."""
        x, y, w = self.view.camera(before, frame) @ np.array([place[0], place[1], 1.0])
        return np.array([x / w, y / w])


class BoxFollower:
    """By one of OpenCV's correlation filters."""

    def __init__(self, view: ClipView, frame: int, evidence: Evidence, mask: np.ndarray, method: str):
        self.view = view
        self.subject = Subject(evidence.bins, mask)
        self.box = box_of(mask)
        self.filter = BoxFilter(method, view.full(frame), self.box, view.small)
        self.moved = (0.0, 0.0)

    def step(self, frame: int, before: int) -> Found:
        box = self.filter.update(self.view.full(frame))
        width, height = self.view.small
        if box is None or box[2] <= 0 or box[3] <= 0 or box[0] >= width or box[1] >= height:
            return np.zeros((height, width), np.float32), 0.0
        self.moved = (
            (box[0] + box[2] - self.box[0] - self.box[2]) / 2,
            (box[1] + box[3] - self.box[1] - self.box[3]) / 2,
        )
        self.box = box
        evidence = Evidence(self.view.picture(frame))
        mask = mask_in(box, self.subject, evidence)
        likeness = self.subject.likeness(evidence.bins, mask)
        if mask.sum() < LEAST_AREA or likeness < LOST_LIKENESS:
            return np.zeros((height, width), np.float32), 0.0
        return mask, likeness

    def carried(self, frame: int, before: int, point: Point) -> Point:
        """As the box has moved."""
        return point[0] + self.moved[0], point[1] + self.moved[1]


class InstanceFollower:
    """By a network's instances, each with an identity of its own."""

    def __init__(self, view: ClipView, frame: int, detect: Detector, point: tuple[float, float] | None, mask=None):
        """point: px of the full frame; or mask: of the working size. ClickError where no instance is there."""
        self.view, self.detect = view, detect
        self.identities = Identities()
        instances, numbers = self._seen(frame)
        chosen = _at_point(instances, point) if point is not None else _like_mask(instances, mask)
        if chosen is None or numbers[chosen] == 0:
            raise ClickError(f"the network finds nothing there in frame {frame}; point at another place, or frame")
        self.number = numbers[chosen]
        self.mask = self._small(instances[chosen])
        self.moved = (0.0, 0.0)

    def step(self, frame: int, before: int) -> Found:
        instances, numbers = self._seen(frame)
        for instance, number in zip(instances, numbers, strict=True):
            if number == self.number:
                mask = self._small(instance)
                (x0, y0), (x1, y1) = _middle(self.mask), _middle(mask)
                self.moved, self.mask = (x1 - x0, y1 - y0), mask
                return mask, min(instance.score, 1.0)
        return np.zeros_like(self.mask), 0.0

    def carried(self, frame: int, before: int, point: Point) -> Point:
        """As the middle of the mask has moved."""
        return point[0] + self.moved[0], point[1] + self.moved[1]

    def _seen(self, frame: int) -> tuple[list[Instance], list[int]]:
        instances = self.detect(self.view.full(frame))
        numbers = self.identities.update(
            [i.box for i in instances], [i.score for i in instances], [i.label for i in instances]
        )
        return instances, numbers

    def _small(self, instance: Instance) -> np.ndarray:
        return resized(instance.mask.astype(np.float32), self.view.small)


def _at_point(instances: list[Instance], point: tuple[float, float]) -> int | None:
    """The smallest instance that holds the point: the person, not the car they sit in."""
    x, y = int(point[0]), int(point[1])
    holding = [n for n, i in enumerate(instances) if i.mask[y, x]]
    return min(holding, key=lambda n: int(instances[n].mask.sum()), default=None)


def _like_mask(instances: list[Instance], mask: np.ndarray) -> int | None:
    """The instance that covers a mask of any size best."""
    best, most = None, 0.2
    for n, instance in enumerate(instances):
        other = resized(instance.mask.astype(np.float32), (mask.shape[1], mask.shape[0]))
        share = float(np.minimum(mask, other).sum()) / max(float(np.maximum(mask, other).sum()), 1e-6)
        if share > most:
            best, most = n, share
    return best


def _along(flow: np.ndarray, point: Point) -> Point:
    """A point moved by the median of the flow around it."""
    height, width = flow.shape[:2]
    x, y = min(max(int(point[0]), 0), width - 1), min(max(int(point[1]), 0), height - 1)
    around = flow[max(y - PATCH, 0) : y + PATCH + 1, max(x - PATCH, 0) : x + PATCH + 1].reshape(-1, 2)
    moved = np.median(around, axis=0)
    return point[0] + float(moved[0]), point[1] + float(moved[1])


def _middle(mask: np.ndarray) -> tuple[float, float]:
    ys, xs = np.nonzero(mask > 0.5)
    if not len(xs):
        return mask.shape[1] / 2, mask.shape[0] / 2
    return float(xs.mean()) + 0.5, float(ys.mean()) + 0.5
