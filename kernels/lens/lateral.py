"""Lateral chromatic aberration: each colour's picture has its own magnification.

Green stays. At a place p the red picture is displaced outward by L · q and the blue one inward, q being p's direction
from the optical centre, 1 long in the frame's corners. Farther out the displacement stays L, so that it has a bound.
"""

from __future__ import annotations

import cv2
import numpy as np

STEPS = 32  # places are rounded to 1/32 px, as cv2.remap does: no tile differs from the whole by rounding
ROWS_AT_ONCE = 256
LARGEST_SIDE = 30_000  # cv2.remap's is 32767


def with_lateral_aberration(
    rgba: np.ndarray,
    shift: float,
    origin: tuple[int, int],
    centre: tuple[float, float],
    pixel: tuple[float, float],
    corner: float,
    window: tuple[int, int, int, int],
) -> np.ndarray:
    """Columns and rows `window` (x0, y0, x1, y1) of rgba, float32 [H, W, 4] premultiplied, with red displaced by
    `shift` outward at the corners and blue inward.

    origin: absolute pixel coordinates of rgba[0, 0]; centre: of the optical centre, in such. pixel: (width, height) of
    a pixel in the unit that shift, and corner, the distance of the frame's corners from the centre, are given in.
    Alpha is the mean of the three colours' own. Beyond rgba its rim goes on.
    """
    x0, y0, x1, y1 = window
    out = np.empty((y1 - y0, x1 - x0, 4), np.float32)
    for left in range(x0, x1, LARGEST_SIDE):
        for top in range(y0, y1, ROWS_AT_ONCE):
            part = (left, top, min(left + LARGEST_SIDE, x1), min(top + ROWS_AT_ONCE, y1))
            place = np.s_[top - y0 : part[3] - y0, left - x0 : part[2] - x0]
            out[place] = _part(rgba, shift, origin, centre, pixel, corner, part)
    return out


def _part(rgba, shift, origin, centre, pixel, corner, window) -> np.ndarray:
    x0, y0, x1, y1 = window
    height, width = rgba.shape[:2]
    dx = (np.arange(x0, x1) + origin[0] + 0.5 - centre[0])[None]
    dy = (np.arange(y0, y1) + origin[1] + 0.5 - centre[1])[:, None]
    distance = np.hypot(dx * pixel[0], dy * pixel[1])
    by = shift / np.maximum(distance, corner)
    # What the displaced places can reach, so that cv2.remap never sees a side it cannot hold.
    far = np.abs(shift) / np.asarray(pixel)
    left, top = max(int(x0 - far[0] - 3), 0), max(int(y0 - far[1] - 3), 0)
    near = rgba[top : min(int(y1 + far[1] + 4), height), left : min(int(x1 + far[0] + 4), width)]
    out = rgba[y0:y1, x0:x1].copy()
    alpha = out[..., 3].astype(np.float64)
    for channel, sign in ((0, -1), (2, 1)):
        at_x = np.arange(x0 - left, x1 - left)[None] + np.rint(sign * by * dx * STEPS) / STEPS
        at_y = np.arange(y0 - top, y1 - top)[:, None] + np.rint(sign * by * dy * STEPS) / STEPS
        pair = np.ascontiguousarray(near[..., [channel, 3]])
        moved = _interpolated(pair, at_x.astype(np.float32), at_y.astype(np.float32))
        out[..., channel] = moved[..., 0]
        alpha += moved[..., 1]
    out[..., 3] = alpha / 3
    return out


def _interpolated(pixels: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Bicubic, which keeps an in-focus picture sharp, within the range of the pixels around, so that no lamp rings."""
    border = cv2.BORDER_REPLICATE
    cubic = cv2.remap(pixels, x, y, cv2.INTER_CUBIC, borderMode=border)
    square = np.ones((2, 2), np.uint8)
    column, row = np.floor(x), np.floor(y)
    # The four pixels around a place are the 2 × 2 square whose lower right corner lies at (column + 1, row + 1).
    least, most = (
        cv2.remap(change(pixels, square, anchor=(1, 1), borderType=border), column + 1, row + 1, cv2.INTER_NEAREST,
                  borderMode=border)
        for change in (cv2.erode, cv2.dilate)
    )  # fmt: skip
    return np.clip(cubic, least, most)
