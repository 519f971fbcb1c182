"""The parts of a mask: which of them belong together."""

from __future__ import annotations

import cv2
import numpy as np


def labelled(u: np.ndarray, gap: float = 0.0) -> tuple[int, np.ndarray]:
    """(number of labels with the background's 0, labels int32 [H, W] of the pixels above 0.5).

    Parts no more than about `gap` px apart have one label.
    """
    inside = (u > 0.5).astype(np.uint8)
    reach = round(gap / 2)
    if reach < 1:
        return cv2.connectedComponents(inside, connectivity=4)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    count, labels = cv2.connectedComponents(cv2.dilate(inside, kernel), connectivity=4)
    return count, labels * inside


def connected(u: np.ndarray, point: tuple[float, float], gap: float = 0.0) -> np.ndarray:
    """The part of a mask [H, W] that holds the point, px, or the part nearest to it."""
    count, labels = labelled(u, gap)
    if count <= 2:
        return u
    x, y = min(max(int(point[0]), 0), u.shape[1] - 1), min(max(int(point[1]), 0), u.shape[0] - 1)
    label = labels[y, x]
    if label == 0:
        ys, xs = np.nonzero(labels)
        label = labels[ys, xs][np.argmin((xs - x) ** 2 + (ys - y) ** 2)]
    return np.where(labels == label, u, 0).astype(np.float32)


def rooted(mask: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Those parts of a mask [H, W] of which a good share was expected."""
    count, labels = labelled(mask)
    if count <= 2:
        return mask
    areas = np.bincount(labels.ravel(), minlength=count)
    known = np.bincount(labels.ravel(), (expected > 0.5).ravel(), minlength=count)
    keep = (known > 0.25 * areas) & (areas > 0.01 * areas[1:].max())
    keep[0] = False
    return np.where(keep[labels], mask, 0).astype(np.float32)
