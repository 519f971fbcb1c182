"""Dust: specks and hairs on a lens, which shade parts of every bokeh alike.

A particle near the iris's plane stands in the way of the same part of each point's cone of light, so it shows as the
same soft dark spot at the same place of every disc.
"""

from __future__ import annotations

import cv2
import numpy as np

SPECKS, HAIRS = 26, 3  # of an amount of 1
DARKEST = 0.85  # of the light that a particle takes


def dusty(picture: np.ndarray, amount: float, seed: int = 0) -> np.ndarray:
    """The kernel's picture ([H, W] or [H, W, C]) with dust on it.

    amount: 0 … 1: how many specks and hairs, and how dark; seed: which. Particles come one after the other as the
    amount grows; those there are stay where they are.
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"dust {amount} is outside [0, 1]")
    shade = transmission(*picture.shape[:2], amount, seed)
    return picture * (shade if picture.ndim == 2 else shade[..., None])


def transmission(height: int, width: int, amount: float, seed: int) -> np.ndarray:
    """float64 [height, width], 0 … 1: what the dust lets through."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    x, y = (2 * x + 1 - width) / max(height, width), (2 * y + 1 - height) / max(height, width)
    light = np.ones((height, width))
    for number in range(SPECKS):
        angle, distance, size, dark = rng.random(4)
        radius = 0.012 + 0.06 * size**3
        away = np.hypot(
            x - np.sqrt(distance) * np.cos(angle * 2 * np.pi), y - np.sqrt(distance) * np.sin(angle * 2 * np.pi)
        )
        strength = _share(number, SPECKS, amount) * DARKEST * (0.4 + 0.6 * dark)
        light *= 1 - strength * np.clip(1.5 - away / radius, 0, 1)
    for number in range(HAIRS):
        line = _hair(rng, height, width)
        light *= 1 - _share(number, HAIRS, amount) * DARKEST * line
    return light


def _share(number: int, count: int, amount: float) -> float:
    """How much of a particle is there: the first appear first."""
    return float(np.clip(amount * (count + 1) - number, 0, 1)) * (0.4 + 0.6 * amount)


def _hair(rng: np.random.Generator, height: int, width: int) -> np.ndarray:
    """float64 [height, width], 0 … 1: a curved fibre."""
    start, heading = rng.uniform(-0.7, 0.7, 2), rng.uniform(0, 2 * np.pi)
    bend = rng.uniform(-2.5, 2.5, 2)
    t = np.linspace(0, rng.uniform(0.4, 0.9), 40)
    angle = heading + bend[0] * t + bend[1] * t**2
    step = np.stack([np.cos(angle), np.sin(angle)], axis=1) * (t[1] - t[0])
    points = (start + np.cumsum(step, axis=0)) * max(height, width) / 2 + (width / 2, height / 2)
    canvas = np.zeros((height, width), np.uint8)
    fixed = np.rint(points * 256).astype(np.int32).reshape(-1, 1, 2)
    thick = max(round(0.011 * max(height, width)), 1)
    cv2.polylines(canvas, [fixed], False, 255, thick, cv2.LINE_AA, shift=8)
    return canvas / 255.0
