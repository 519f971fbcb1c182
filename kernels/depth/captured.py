"""Depth that a sensor or another camera captured, fitted to the picture: holes filled, edges put onto the picture's."""

from __future__ import annotations

import cv2
import numpy as np

from .refine import refine

SENSOR_REACH = 0.02  # of the long side: how far a sensor's outlines lie off the picture's


def fitted(disparity: np.ndarray, known: np.ndarray, picture: np.ndarray | None) -> np.ndarray:
    """float32 [H, W]: disparity without holes; where a picture [H, W, 3] is given, with its edges.

    disparity: float32 [H, W]; known: bool [H, W], where it means something. All unknown: all far, 0.
    """
    filled = fill(disparity, known)
    return filled if picture is None else refine(filled, picture, SENSOR_REACH)


def fill(disparity: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Holes take the farther of what is known on both sides in their row, as what a sensor does not see is hidden
    behind something nearer; rows without anything known take it from the nearest row."""
    if known.all():
        return np.array(disparity, np.float32)
    if not known.any():
        return np.zeros(disparity.shape, np.float32)
    height, width = disparity.shape
    columns = np.arange(width)[None, :]
    left = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    right = np.minimum.accumulate(np.where(known, columns, width)[:, ::-1], axis=1)[:, ::-1]
    rows = np.arange(height)[:, None]
    values = np.where(known, disparity, 0).astype(np.float32)
    from_left = np.where(left >= 0, values[rows, np.maximum(left, 0)], np.inf)
    from_right = np.where(right < width, values[rows, np.minimum(right, width - 1)], np.inf)
    out = np.where(known, values, np.minimum(from_left, from_right)).astype(np.float32)
    empty = ~known.any(axis=1)
    if empty.any():
        there = np.flatnonzero(~empty)
        nearest = there[np.abs(np.flatnonzero(empty)[:, None] - there[None, :]).argmin(axis=1)]
        out[empty] = out[nearest]
    holes = (~known).astype(np.uint8)
    smooth = cv2.blur(out, (1, 5))  # streaks from row to row
    return np.where(cv2.erode(holes, np.ones((3, 3), np.uint8)) > 0, smooth, out).astype(np.float32)
