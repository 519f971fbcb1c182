"""Faces followed from frame to frame: points on a face move as its turned and scaled picture does."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

POINTS = 40
LEAST_POINTS = 6
MOUTH_PART = 0.62  # of the box's height from the top: what moves below is the mouth, not the head
ERROR = 0.06  # of the face's width: how well points must come back when followed forth and back


@dataclass(frozen=True)
class Face:
    """A face in a frame, px of the picture it was looked for in.

    x, y: centre of the box; size: its width and height; angle: radians it has turned since it was found; score 0 … 1.
    mouth: centre of the mouth from the box's centre, in sizes, when upright.
    """

    x: float
    y: float
    size: float
    score: float
    angle: float = 0.0
    mouth: tuple[float, float] = (0.0, 0.29)

    def mouth_centre(self) -> tuple[float, float]:
        c, s = np.cos(self.angle), np.sin(self.angle)
        dx, dy = self.mouth[0] * self.size, self.mouth[1] * self.size
        return self.x + c * dx - s * dy, self.y + s * dx + c * dy

    def overlap(self, other: Face) -> float:
        """Intersection over union of both boxes."""
        reach = (self.size + other.size) / 2
        least = min(self.size, other.size)
        across = min(max(reach - abs(self.x - other.x), 0.0), least)
        down = min(max(reach - abs(self.y - other.y), 0.0), least)
        both = across * down
        return both / (self.size**2 + other.size**2 - both)


def follow(face: Face, grey: np.ndarray, following: np.ndarray) -> Face | None:
    """The face in the following frame (uint8 [h, w] both), None where it is lost."""
    mask = np.zeros(grey.shape, np.uint8)
    half = face.size / 2
    x0, x1 = face.x - 0.9 * half, face.x + 0.9 * half
    y0, y1 = face.y - half, face.y - half + MOUTH_PART * face.size
    mask[max(int(y0), 0) : max(int(y1), 0), max(int(x0), 0) : max(int(x1), 0)] = 255
    points = cv2.goodFeaturesToTrack(grey, POINTS, 0.01, max(face.size / 20, 1.5), mask=mask)
    if points is None or len(points) < LEAST_POINTS:
        return None
    window = int(np.clip(face.size / 8, 9, 21)) | 1
    there, found, _ = cv2.calcOpticalFlowPyrLK(grey, following, points, None, winSize=(window, window))
    back, found_back, _ = cv2.calcOpticalFlowPyrLK(following, grey, there, None, winSize=(window, window))
    astray = np.linalg.norm((back - points)[:, 0], axis=1)
    good = (found[:, 0] > 0) & (found_back[:, 0] > 0) & (astray < max(ERROR * face.size, 0.5))
    if good.sum() < LEAST_POINTS:
        return None
    matrix, inside = cv2.estimateAffinePartial2D(
        points[good, 0], there[good, 0], method=cv2.RANSAC, ransacReprojThreshold=max(0.008 * face.size, 0.5)
    )
    if matrix is None or inside.sum() < LEAST_POINTS:
        return None
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    if not 0.85 < scale < 1.18:
        return None
    x, y = matrix @ (face.x, face.y, 1.0)
    height, width = grey.shape
    if not (0 <= x < width and 0 <= y < height):
        return None
    turned = face.angle + float(np.arctan2(matrix[1, 0], matrix[0, 0]))
    return replace(face, x=float(x), y=float(y), size=face.size * scale, angle=turned)


def towards(face: Face, seen: Face, part: float) -> Face:
    """The followed face, moved a part of the way to where a detector sees it."""

    def mix(a: float, b: float) -> float:
        return a + part * (b - a)

    mouth = (mix(face.mouth[0], seen.mouth[0]), mix(face.mouth[1], seen.mouth[1]))
    return replace(
        face,
        x=mix(face.x, seen.x),
        y=mix(face.y, seen.y),
        size=mix(face.size, seen.size),
        angle=mix(face.angle, seen.angle),
        score=max(seen.score, face.score),
        mouth=mouth,
    )
