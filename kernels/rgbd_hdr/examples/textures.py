"""Surfaces for generated things: patches of panoramas, and procedural ones."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from .panoramas import Panorama

SIZE = 128  # px a side


def texture(panoramas: Sequence[Panorama], rng: np.random.Generator, plain: float = 0.0) -> np.ndarray:
    """float32 [SIZE, SIZE, 3], reflectance-like: mean about 0.3, mostly below 1. plain: the share of them that are of
    one colour, as walls are."""
    if rng.random() < plain:
        patch = _procedural(rng, "plain")
    elif panoramas and rng.random() < 0.6:
        patch = _patch(panoramas[int(rng.integers(len(panoramas)))].radiance, rng)
    else:
        patch = _procedural(rng)
    level = float(np.exp(rng.normal(np.log(0.25), 0.6)))
    return np.clip(patch * (level / max(float(patch.mean()), 1e-6)), 0.002, 1.5).astype(np.float32)


def _patch(radiance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    rows, columns = radiance.shape[:2]
    side = int(rng.integers(24, 160))
    y = int(rng.integers(rows // 4, max(3 * rows // 4 - side, rows // 4 + 1)))
    x = int(rng.integers(columns - side))
    patch = cv2.resize(radiance[y : y + side, x : x + side], (SIZE, SIZE), interpolation=cv2.INTER_LINEAR)
    return np.minimum(patch, 6 * np.median(patch) + 1e-3)


def _procedural(rng: np.random.Generator, kind: str | None = None) -> np.ndarray:
    a, b = rng.random((2, 3)) ** 1.5
    a, b = (c.mean() + (c - c.mean()) * rng.beta(1, 2) for c in (a, b))  # few things are of a pure colour
    kind = kind or rng.choice(["plain", "noise", "stripes", "checker", "dots", "grain", "boards"])
    y, x = np.mgrid[:SIZE, :SIZE] / SIZE
    if kind == "plain":
        share = 0.1 * clouds(rng, 3)
    elif kind == "noise":
        share = clouds(rng, int(rng.integers(2, 6)))
    elif kind == "stripes":
        turn = rng.uniform(0, np.pi)
        share = (np.sin((x * np.cos(turn) + y * np.sin(turn)) * rng.uniform(10, 90)) > rng.uniform(-0.5, 0.5)) * 1.0
    elif kind == "checker":
        count = int(rng.integers(2, 12))
        share = ((np.floor(x * count) + np.floor(y * count)) % 2).astype(float)
    elif kind == "dots":
        count = int(rng.integers(3, 12))
        share = (np.hypot(x * count % 1 - 0.5, y * count % 1 - 0.5) < rng.uniform(0.15, 0.45)) * 1.0
    elif kind == "grain":
        share = cv2.GaussianBlur(rng.random((SIZE, SIZE)), (0, 0), rng.uniform(0.5, 3), sigmaY=rng.uniform(0.5, 20))
        share = (share - share.min()) / max(np.ptp(share), 1e-6)
    else:
        count = int(rng.integers(3, 10))
        share = rng.random(count)[np.floor(x * count).astype(int)] * 0.6 + 0.4 * clouds(rng, 4)
        share[(x * count) % 1 < 0.04] = 1
    share = share[..., None]
    return a * (1 - share) + b * share + 0.02 * rng.normal(size=(SIZE, SIZE, 1)) * a.mean()


def clouds(rng: np.random.Generator, octaves: int, size: int = SIZE) -> np.ndarray:
    """Smooth noise 0 … 1, [size, size]."""
    out = np.zeros((size, size))
    for octave in range(octaves):
        coarse = rng.random((2 ** (octave + 1) + 1,) * 2)
        out += 0.6**octave * cv2.resize(coarse, (size, size), interpolation=cv2.INTER_CUBIC)
    return (out - out.min()) / max(np.ptp(out), 1e-6)
