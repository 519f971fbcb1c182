"""The textures of textures.cl in numpy: the readable twin, used by the reference tracer."""

from __future__ import annotations

import numpy as np


def _lattice(x, y, z) -> np.ndarray:
    """Value in [0, 1) of integer lattice points [N]."""
    x, y, z = (np.asarray(v).astype(np.int64).astype(np.uint32) for v in (x, y, z))
    h = x * np.uint32(0x8DA6B343) + y * np.uint32(0xD8163841) + z * np.uint32(0xCB1AB31F)
    h ^= h >> np.uint32(13)
    h *= np.uint32(0x5BD1E995)
    h ^= h >> np.uint32(15)
    return (h & np.uint32(0xFFFFFF)) / 16777216.0


def _noise(p: np.ndarray) -> np.ndarray:
    """Value noise of points [N, 3], 0 … 1, features about 1 in size."""
    cell = np.floor(p)
    f = p - cell
    f = f * f * (3 - 2 * f)
    total = np.zeros(len(p))
    for corner in np.ndindex(2, 2, 2):
        weight = np.prod(np.where(corner, f, 1 - f), axis=-1)
        total += weight * _lattice(*(cell + corner).T)
    return total


def _cloud(p: np.ndarray) -> np.ndarray:
    return (_noise(p) + 0.5 * _noise(p * 2.03) + 0.25 * _noise(p * 4.01)) / 1.75


def _fraction(x):
    return x - np.floor(x)


def _odd(whole):
    return np.mod(whole, 2)


def texture_mix(texture: str, p: np.ndarray, detail: float) -> np.ndarray:
    """Scaled local coordinates [N, 3] → share of colour2 [N], 0 … 1. See textures.cl for what `detail` means."""
    x, y, z = p.T
    zero = np.zeros(len(p))
    if texture == "checker":
        return _odd(np.floor(x) + np.floor(y) + np.floor(z))
    if texture == "stripes":
        return (_fraction(x) < detail).astype(float)
    if texture == "noise":
        return np.clip(0.5 + (_cloud(p) - 0.5) * (1 + 4 * detail), 0, 1)
    if texture == "wood":
        ring = _fraction(np.hypot(x, y) + 2 * detail * _noise(p * 0.6))
        return np.clip(0.75 * ring * ring + 0.35 * _noise(p * [9, 9, 0.7]) - 0.05, 0, 1)
    if texture == "bricks":
        row = np.floor(y * 2.5)
        x = x + 0.5 * _odd(row)
        own = _lattice(np.floor(x), row, zero)
        mortar = (_fraction(x) < 0.035) | (_fraction(y * 2.5) < 0.09)
        return np.where(mortar, 1.0, 0.8 * detail * (0.6 * own + 0.4 * _noise(p * 9)))
    if texture == "planks":
        row = np.floor(y)
        grain = np.stack([x * 0.6 + 17 * row, y * 9, zero], axis=-1)
        streak = 0.6 * _noise(grain) + 0.4 * _noise(grain * 3.1)
        tint = np.clip(detail * (0.5 * _lattice(row, zero, zero) + 0.6 * streak), 0, 1)
        return np.where(_fraction(y) < 0.03, 1.0, tint)
    if texture == "dots":
        return ((_fraction(x) - 0.5) ** 2 + (_fraction(y) - 0.5) ** 2 < 0.25 * detail**2).astype(float)
    if texture == "ramp":
        streak = _noise(np.stack([x * 8, y, z * 8], axis=-1)) - 0.5
        return np.clip(0.5 + 0.5 * y + detail * streak, 0, 1)
    if texture == "sectors":
        return _odd(np.floor((np.arctan2(y, x) / (2 * np.pi) + 0.5) * np.floor(8 * detail + 0.5) * 2))
    return zero
