"""One point that stands for a mask: well inside, and moving with it."""

from __future__ import annotations

import cv2
import numpy as np


def center_of(mask: np.ndarray, expected: tuple[float, float] | None = None) -> tuple[float, float]:
    """(x, y) px inside a mask, float32 [H, W] with something above 0.5.

    As deep inside as may be, near the centroid, and near `expected`, where the point would be had it only moved along.
    """
    inside = (mask > 0.5).astype(np.uint8)
    depth = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    ys, xs = np.nonzero(inside)
    deepest = float(depth.max())
    size = max(float(np.sqrt(len(xs))), 1.0)
    worth = depth[ys, xs] / deepest - 0.6 * np.hypot(xs - xs.mean(), ys - ys.mean()) / size
    if expected is not None:
        worth = worth - 0.6 * np.minimum(np.hypot(xs - expected[0], ys - expected[1]) / size, 1)
    best = int(np.argmax(worth))
    return float(xs[best]) + 0.5, float(ys[best]) + 0.5


def box_of(mask: np.ndarray) -> tuple[float, float, float, float]:
    """(x0, y0, x1, y1) px around what is above 0.5."""
    ys, xs = np.nonzero(mask > 0.5)
    return float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1)
