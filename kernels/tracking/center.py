"""One point that stands for a mask: well inside, and moving with it."""

from __future__ import annotations

import cv2
import numpy as np

DEEP = 0.45  # of the deepest point's depth: what is deeper counts as well inside
HOMING = 0.12  # of the way to the best point that the centre goes in a frame


def center_of(mask: np.ndarray, carried: tuple[float, float] | None = None) -> tuple[float, float]:
    """(x, y) px inside a mask, float32 [H, W] with something above 0.5.

    carried: where the last frame's centre has moved; the centre stays with it, drawn slowly to the best point: as deep
    inside as may be and near the centroid. Without it, it is the best point.
    """
    inside = (mask > 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    ys, xs = np.nonzero(inside)
    depths = depth[ys, xs] / float(depth.max())
    size = max(float(np.sqrt(len(xs))), 1.0)
    worth = depths - 0.6 * np.hypot(xs - xs.mean(), ys - ys.mean()) / size
    if carried is None:
        best = int(np.argmax(worth))
        return float(xs[best]) + 0.5, float(ys[best]) + 0.5
    away = np.hypot(xs + 0.5 - carried[0], ys + 0.5 - carried[1])
    best = int(np.argmax(worth - 0.6 * np.minimum(away / size, 1)))
    x = carried[0] + HOMING * (xs[best] + 0.5 - carried[0])
    y = carried[1] + HOMING * (ys[best] + 0.5 - carried[1])
    column, row = int(np.floor(x)), int(np.floor(y))
    height, width = mask.shape
    if 0 <= row < height and 0 <= column < width and depth[row, column] >= DEEP * depth.max():
        return float(x), float(y)
    deep = depths >= DEEP
    nearest = int(np.argmin(np.where(deep, away, np.inf)))
    return float(xs[nearest]) + 0.5, float(ys[nearest]) + 0.5


def box_of(mask: np.ndarray) -> tuple[float, float, float, float]:
    """(x0, y0, x1, y1) px around what is above 0.5."""
    ys, xs = np.nonzero(mask > 0.5)
    return float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)
