"""Layers of circles of confusion: the order in which samples cover one another.

Layer limits are fixed radii, one px apart near the focus and an eighth of the radius apart beyond 8 px, so they do not
move with the picture's depths: a focus pull does not pop, and a tile has the layers of the whole. They decide only what
covers what; every sample spreads by its own radius.
"""

from __future__ import annotations

import numpy as np

LINEAR = 8.0  # px of radius up to which layers are 1 px apart


def layer_of(radius: np.ndarray, max_radius: float) -> np.ndarray:
    """Layer index, int32, nearest first, for signed CoC radii in px (any shape)."""
    size = np.abs(np.asarray(radius, np.float64))
    place = np.where(size <= LINEAR, size, LINEAR * (1 + np.log(np.maximum(size, LINEAR) / LINEAR)))
    half = layer_count(max_radius) // 2
    return np.clip(np.rint(np.copysign(place, radius)), -half, half).astype(np.int32) + half


def layer_count(max_radius: float) -> int:
    """How many layers radii from -max_radius to max_radius fall into; odd, the middle one in focus."""
    size = max(float(max_radius), 1.0)
    place = size if size <= LINEAR else LINEAR * (1 + np.log(size / LINEAR))
    return 2 * int(np.ceil(place)) + 1
