"""Depth as it reaches a compositor: from a renderer, a file of few bits, a matte process, a network."""

from __future__ import annotations

import cv2
import numpy as np

CLEAN, ANTIALIASED, EIGHT_BIT, DILATED, NOISY = KINDS = "clean", "antialiased", "8bit", "dilated", "noisy"
WORDS = {
    CLEAN: "1/z at the pixel's centre: hard edges",
    ANTIALIASED: "1/z averaged over the pixel, as renderers write it",
    EIGHT_BIT: "1/z in 256 even steps from the farthest to the nearest",
    DILATED: "every near side a pixel wider than it is",
    NOISY: "each pixel's depth off by 1 % (standard deviation)",
}
NOISE = 0.01


def corrupted(clean: np.ndarray, antialiased: np.ndarray, kind: str, seed: int = 0) -> np.ndarray:
    """1/z as `kind` says, float32 [H, W]. clean: 1/z at the pixels' centres, which 8bit, dilated and noisy spoil;
    antialiased: 1/z averaged over pixels. ValueError: no such kind."""
    if kind == CLEAN:
        return clean
    if kind == ANTIALIASED:
        return antialiased
    if kind == EIGHT_BIT:
        low, high = float(clean.min()), float(clean.max())
        step = max(high - low, 1e-9) / 255
        return (low + np.rint((clean - low) / step) * step).astype(np.float32)
    if kind == DILATED:
        return cv2.dilate(clean, np.ones((3, 3), np.uint8))
    if kind == NOISY:
        noise = np.random.default_rng(seed).standard_normal(clean.shape)
        return (clean * (1 + NOISE * noise)).astype(np.float32)
    raise ValueError(f"depth {kind!r} is not one of {', '.join(KINDS)}")
