"""Whether the edges of a disparity map already are those of the picture, as in a rendered Z pass."""

from __future__ import annotations

import cv2
import numpy as np

STEP = 0.15  # of the shape (refine.py) within 3 × 3 pixels: an edge
SAMPLES = 10_000  # edge pixels that are looked at, about
REACH = 6  # px to each side
SHARP = 0.85  # of an edge's whole step lies within 2 px of its middle, median
CENTRED = 1.0  # px that the picture's edges may lie off on average
CONTRAST = 1.6  # how much stronger they must be there than farther away
LEAST_EDGES = 30


def fit(shape: np.ndarray, guide: np.ndarray) -> bool:
    """shape: float32 [H, W], disparity as refine.py compares it. guide: float32 [H, W, 3], display-referred.

    Along lines across the edges of disparity, the picture's gradient is averaged. Where it peaks in the middle, and the
    edges are sharp, there is nothing to mend. True as well where there are no edges.
    """
    step = cv2.dilate(shape, np.ones((3, 3), np.uint8)) - cv2.erode(shape, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero(step > STEP)
    if len(rows) < LEAST_EDGES:
        return not _blurred(shape)
    some = slice(None, None, max(len(rows) // SAMPLES, 1))
    rows, columns = rows[some].astype(np.float32), columns[some].astype(np.float32)
    smooth = cv2.GaussianBlur(shape, (0, 0), 1.0)
    across = [_sampled(cv2.Sobel(smooth, cv2.CV_32F, a, 1 - a), columns, rows) for a in (1, 0)]
    length = np.maximum(np.hypot(*across), 1e-9)
    places = np.arange(-REACH, REACH + 1)
    x, y = (p[:, None] + places * (a / length)[:, None] for p, a in zip((columns, rows), across, strict=True))
    profile = _sampled(shape, x, y)
    whole = profile[:, -1] - profile[:, 0]
    inner = profile[:, REACH + 2] - profile[:, REACH - 2]
    edges = whole > STEP / 2
    if np.count_nonzero(edges) < LEAST_EDGES or np.median(inner[edges] / whole[edges]) < SHARP:
        return False
    gradient = sum(np.abs(cv2.Sobel(guide, cv2.CV_32F, a, 1 - a)).max(axis=2) for a in (0, 1))
    strength = _sampled(gradient, x[edges], y[edges]).mean(axis=0)
    middle = float(strength[REACH - 1 : REACH + 2].mean())
    beside = float(np.delete(strength, np.s_[REACH - 2 : REACH + 3]).mean())
    return abs(int(strength.argmax()) - REACH) <= CENTRED and middle > CONTRAST * beside


def _blurred(shape: np.ndarray) -> bool:
    """Whether there are edges that no 3 × 3 pixels show."""
    window = np.ones((2 * REACH + 1,) * 2, np.uint8)
    return bool(np.count_nonzero(cv2.dilate(shape, window) - cv2.erode(shape, window) > STEP) >= LEAST_EDGES)


def _sampled(values: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """values [H, W] at px x, y, of any shape [n] or [n, m], bilinear."""
    found = cv2.remap(
        values,
        np.float32(x).reshape(len(x), -1),
        np.float32(y).reshape(len(y), -1),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return found.reshape(x.shape)
