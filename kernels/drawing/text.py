"""Text in pictures, antialiased."""

from __future__ import annotations

import cv2
import numpy as np

_OVERSAMPLING = 4  # which OpenCV's stroke fonts need
_FONT = cv2.FONT_HERSHEY_DUPLEX


def text_width(text: str, height: int) -> int:
    """Width in px of a line whose capitals are `height` px high."""
    return -(-_measure(text, height)[2] // _OVERSAMPLING)


def write_text(
    picture: np.ndarray,
    text: str,
    x: int,
    baseline: int,
    height: int,
    colour: int | tuple[int, int, int] = 235,
) -> int:
    """Writes into a uint8 picture [H, W, 3], capitals `height` px high, and returns the width in px. colour: grey, or
    one value a channel. What falls outside is left out."""
    scale, thick, wide, high, below = _measure(text, height)
    mask = np.zeros((high + below + 2 * _OVERSAMPLING, wide), np.uint8)
    cv2.putText(mask, text, (_OVERSAMPLING, high + _OVERSAMPLING), _FONT, scale, 255, thick, cv2.LINE_AA)
    size = (-(-wide // _OVERSAMPLING), -(-mask.shape[0] // _OVERSAMPLING))
    mask = cv2.resize(mask, size, interpolation=cv2.INTER_AREA)
    top = baseline - (high + _OVERSAMPLING) // _OVERSAMPLING
    rows = slice(max(-top, 0), max(min(mask.shape[0], picture.shape[0] - top), 0))
    columns = slice(max(-x, 0), max(min(mask.shape[1], picture.shape[1] - x), 0))
    mask = mask[rows, columns, None] / 255.0
    area = picture[top + rows.start : top + rows.start + mask.shape[0], x + columns.start :][:, : mask.shape[1]]
    area[:] = np.rint(area * (1 - mask) + np.array(colour) * mask).astype(np.uint8)
    return size[0]


def _measure(text: str, height: int) -> tuple[float, int, int, int, int]:
    """(font scale, thickness, width, height, depth below the baseline), oversampled."""
    thick = max(1, round(_OVERSAMPLING * height / 9))
    scale = cv2.getFontScaleFromHeight(_FONT, _OVERSAMPLING * height, thick)
    (wide, high), below = cv2.getTextSize(text, _FONT, scale, thick)
    return scale, thick, wide + 2 * _OVERSAMPLING, high, below
