"""Edges of disparity put onto the edges of the picture.

What networks, flow and sensors say is smooth or displaced across an outline for some pixels. There, each pixel belongs
to the near or to the far surface: both are known from farther away, and the picture's colours tell which (a local
two-colour matte). Nothing is averaged across an edge, and surfaces away from edges, slanted ones too, stay as they are.
"""

from __future__ import annotations

import cv2
import numpy as np

WORKING_PIXELS = 700_000  # larger pictures are looked at smaller; the result is carried to the full size
REACH = 0.012  # of the long side: how far from the true outline an edge of disparity may lie
STEP = 0.05  # of the range of disparity: lesser steps are no edges
STEEPNESS = 2.2  # how much steeper than an even slope over the window an edge is
SURE = 0.3  # of the step, from its middle: pixels beyond are surely near or far
SOFT = 1e-4  # of the guided filter that smooths the matte along the picture's edges, squared display units
LEAST_CONTRAST = 0.03  # of display: colours that differ less tell nothing


def refine(disparity: np.ndarray, picture: np.ndarray, reach: float = REACH) -> np.ndarray:
    """float32 [H, W]. disparity: float32 [H, W], finite. picture: float32 [H, W, 3], scene-linear or display-referred.

    reach: how far edges are moved at most, of the long side.
    """
    height, width = disparity.shape
    shrink = min((WORKING_PIXELS / (height * width)) ** 0.5, 1.0)
    size = (max(round(width * shrink), 1), max(round(height * shrink), 1))
    guide = display(picture)
    if shrink < 1:
        small = cv2.resize(disparity, size, interpolation=cv2.INTER_AREA)
        seen = cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
    else:
        small, seen = disparity, guide
    radius = max(round(reach * max(size)), 2)
    near, far, matte, edge = _matte(np.ascontiguousarray(small, np.float32), seen, radius)
    if not edge.any():
        return np.array(disparity, np.float32)
    if shrink < 1:
        near, far, edge = (cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) for m in (near, far, edge))
        matte = _enlarged(matte, seen, guide)
    found = far + matte * (near - far)
    return disparity + edge * (found - disparity)


def display(picture: np.ndarray) -> np.ndarray:
    """float32 [H, W, 3], 0 … 1: a square root of what is below white, in place of a display's curve."""
    return np.sqrt(np.clip(np.nan_to_num(picture[..., :3], nan=0.0), 0, 1)).astype(np.float32)


def _matte(disparity, seen, radius):
    """(near, far, matte, edge) [h, w]: the surfaces on both sides, the share of the near one, where that is so."""
    window = np.ones((2 * radius + 1,) * 2, np.uint8)
    high, low = cv2.dilate(disparity, window), cv2.erode(disparity, window)
    step = high - low
    spread = max(float(np.percentile(disparity, 98) - np.percentile(disparity, 2)), 1e-6)
    gradient = np.hypot(*(cv2.Sobel(disparity, cv2.CV_32F, a, 1 - a, ksize=3, scale=1 / 8) for a in (0, 1)))
    steepest = cv2.dilate(gradient, window) * (2 * radius + 1)
    edge = _ramp(step / spread, STEP, 2 * STEP) * _ramp(steepest / np.maximum(step, 1e-9), STEEPNESS, 1.3 * STEEPNESS)
    share = (disparity - low) / np.maximum(step, 1e-9)
    nearly, farly = (share > 0.5 + SURE).astype(np.float32), (share < 0.5 - SURE).astype(np.float32)
    near, far = _mean(disparity, nearly, radius), _mean(disparity, farly, radius)
    front, back = (_mean(seen, mask, radius) for mask in (nearly, farly))
    to_front, to_back = (np.linalg.norm(seen - colour, axis=2) for colour in (front, back))
    by_colour = to_back**2 / np.maximum(to_front**2 + to_back**2, 1e-9)
    trust = _ramp(np.linalg.norm(front - back, axis=2), LEAST_CONTRAST, 3 * LEAST_CONTRAST)
    known = _mean(nearly, np.ones_like(nearly), 1)
    matte = trust * by_colour + (1 - trust) * _ramp(share, 0.35, 0.65)
    matte = cv2.ximgproc.guidedFilter(seen, matte, max(radius // 2, 1), SOFT)
    matte = _ramp(matte, 0.3, 0.7)
    both = (_mean(nearly, np.ones_like(nearly), radius) > 0.02) & (_mean(farly, np.ones_like(farly), radius) > 0.02)
    edge = edge * both * (1 - (known > 0.999) * (matte > 0.99))
    return near, far, matte, edge.astype(np.float32)


def _mean(values, weights, radius):
    """Mean over a window, float32 [h, w(, c)], by weights [h, w]."""
    size = (2 * radius + 1,) * 2
    total = cv2.boxFilter(weights, -1, size, normalize=False)
    weighted = values * (weights if values.ndim == 2 else weights[..., None])
    found = cv2.boxFilter(weighted, -1, size, normalize=False)
    return found / np.maximum(total if values.ndim == 2 else total[..., None], 1e-6)


def _ramp(x, begin, end):
    t = np.clip((x - begin) / (end - begin), 0, 1)
    return (t * t * (3 - 2 * t)).astype(np.float32)


def _enlarged(matte: np.ndarray, seen: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """A matte at the full picture's size, its edges the picture's (guided upsampling, He & Sun 2015)."""
    height, width = guide.shape[:2]
    luma = seen.mean(axis=2)
    mean_i, mean_m = cv2.blur(luma, (5, 5)), cv2.blur(matte, (5, 5))
    slope = (cv2.blur(luma * matte, (5, 5)) - mean_i * mean_m) / (cv2.blur(luma * luma, (5, 5)) - mean_i**2 + SOFT)
    offset = mean_m - slope * mean_i
    slope, offset = (cv2.resize(m, (width, height), interpolation=cv2.INTER_LINEAR) for m in (slope, offset))
    return _ramp(np.clip(slope * guide.mean(axis=2) + offset, 0, 1), 0.2, 0.8)
