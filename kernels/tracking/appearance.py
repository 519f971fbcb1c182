"""What a subject and its surroundings look like: colour histograms in CIE Lab, compared as log odds."""

from __future__ import annotations

import cv2
import numpy as np

LIGHT_BINS, CHROMA_BINS = 16, 24
CHROMA_REACH = 72  # of OpenCV's 8-bit a and b around 128; beyond it colours share the last bin
BINS = LIGHT_BINS * CHROMA_BINS * CHROMA_BINS
_KERNEL = np.array([1, 2, 1], np.float32) / 4


def lab(picture: np.ndarray) -> np.ndarray:
    """uint8 RGB [H, W, 3] as OpenCV's 8-bit Lab."""
    return cv2.cvtColor(picture, cv2.COLOR_RGB2LAB)


def bins_of(picture_lab: np.ndarray) -> np.ndarray:
    """Each pixel's bin, int32 [H, W]."""
    light = picture_lab[..., 0].astype(np.int32) * LIGHT_BINS >> 8
    chroma = picture_lab[..., 1:].astype(np.int32) - (128 - CHROMA_REACH)
    chroma = np.clip(chroma * CHROMA_BINS // (2 * CHROMA_REACH), 0, CHROMA_BINS - 1)
    return (light * CHROMA_BINS + chroma[..., 0]) * CHROMA_BINS + chroma[..., 1]


def histogram(bins: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Smoothed, normalised histogram float32 [BINS] of the pixels, each counting by its weight (same shape)."""
    counts = np.bincount(bins.ravel(), weights.ravel(), BINS).astype(np.float32)
    cube = counts.reshape(LIGHT_BINS, CHROMA_BINS, CHROMA_BINS)
    for axis in range(3):
        padded = np.concatenate([cube.take([0], axis), cube, cube.take([-1], axis)], axis)
        size = cube.shape[axis]
        parts = [padded.take(range(i, i + size), axis) for i in range(3)]
        cube = _KERNEL[0] * parts[0] + _KERNEL[1] * parts[1] + _KERNEL[2] * parts[2]
    total = float(cube.sum())
    return (cube / total if total > 0 else np.full_like(cube, 1 / BINS)).ravel()


def log_odds(inside: np.ndarray, outside: np.ndarray, doubt: float = 3e-4) -> np.ndarray:
    """log(P(colour | inside) / P(colour | outside)) for each bin; `doubt` is the probability every bin has anyway."""
    return np.log((inside + doubt) / (outside + doubt))


def similarity(a: np.ndarray, b: np.ndarray) -> float:
    """Bhattacharyya coefficient of two histograms, 0 … 1."""
    return float(np.sqrt(a * b).sum())
