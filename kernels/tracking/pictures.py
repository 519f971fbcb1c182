"""Pictures as the tracker sees them: 8-bit, display-referred, of a working size."""

from __future__ import annotations

import cv2
import numpy as np

WORKING_SIDE = 384  # px, the longer side of the pictures in which masks are found
_STEPS = 4096


def _srgb_table() -> np.ndarray:
    """IEC 61966-2-1's encoding of 0 … 1 in _STEPS steps of a square root, as uint8."""
    light = np.linspace(0, 1, _STEPS) ** 2
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(encoded * 255).astype(np.uint8)


_SRGB = _srgb_table()


def exposure_of(picture: np.ndarray) -> float:
    """A gain that brings a scene-linear picture [H, W, C] to a display's range: its 98th percentile to white.

    Clips are seen with one exposure, that of their first frame; pictures that already lie within a factor of four of
    the range keep 1.
    """
    sample = picture[::4, ::4, : min(3, picture.shape[2])]
    sample = sample[np.isfinite(sample)]
    white = float(np.percentile(sample, 98)) if sample.size else 1.0
    return 1.0 if white <= 1e-12 or 0.25 <= white <= 4.0 else 1.0 / white


def display_picture(picture: np.ndarray, exposure: float = 1.0) -> np.ndarray:
    """Scene-linear float32 [H, W, 1 | 3 | 4] as sRGB uint8 [H, W, 3]. What is not finite is black."""
    light = picture[..., :3] if picture.shape[2] >= 3 else np.repeat(picture[..., :1], 3, axis=2)
    root = np.sqrt(np.clip(np.nan_to_num(light * np.float32(exposure), nan=0.0, posinf=1.0, neginf=0.0), 0, 1))
    return _SRGB[(root * np.float32(_STEPS - 1) + np.float32(0.5)).astype(np.int32)]


def working_size(width: int, height: int, side: int = WORKING_SIDE) -> tuple[int, int]:
    """(width, height) of the working pictures: the longer side at most `side` px."""
    scale = min(1.0, side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def resized(picture: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """A picture at (width, height), averaged where it shrinks."""
    if (picture.shape[1], picture.shape[0]) == size:
        return picture
    shrinks = size[0] <= picture.shape[1] and size[1] <= picture.shape[0]
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
