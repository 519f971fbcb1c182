"""Eq. 7 and Eq. 8 of Zhang et al. 2019 pixel by pixel: slow, to be read, and what the fast twins are tested against.

Where it differs from the paper, and why:

- The outlier weight is measured in the pixel's own usual deviation (1.4826 · median absolute deviation, at least
  `floor`), so it means the same for disparity in any unit and for lamps. The paper's exp(-median|…|) does not.
- Neighbours that do not see a pixel vote in the median with the wanted frame's value: where most are hidden, the wanted
  frame wins over them.
- A trend over the window that stands out from the noise is kept, as the mean of past frames lags behind a subject that
  comes nearer. It leads towards the wanted frame's own value and never past it.
"""

from __future__ import annotations

import math

import numpy as np

from .fuse import SEEN, SPREADS, TREND


def return_distance(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """Left side of Eq. 7, the least over all pixels q of b: [H, W], px. forward: a → b, backward: b → a, [H, W, 2]."""
    height, width = forward.shape[:2]
    out = np.full((height, width), np.inf)
    for y in range(height):
        for x in range(width):
            for qy in range(height):
                for qx in range(width):
                    back = math.hypot(x - qx - backward[qy, qx, 0], y - qy - backward[qy, qx, 1])
                    there = math.hypot(qx - x - forward[y, x, 0], qy - y - forward[y, x, 1])
                    out[y, x] = min(out[y, x], back + there)
    return out


def fused(wanted, neighbours, visible, steps, floor: float, strength: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """(mean, share of the neighbours), each [H, W], of one channel; arguments as those of `fuse.fuse`."""
    mean, share = np.zeros(wanted.shape), np.zeros(wanted.shape)
    for place in np.ndindex(wanted.shape):
        own = float(wanted[place])
        values = [own, *(float(n[place]) for n in neighbours)]
        seen = [1.0, *(float(v[place]) for v in visible)]
        mean[place], share[place] = _pixel(values, seen, [0, *steps], floor, strength)
    return mean, share


def _pixel(values, seen, steps, floor, strength) -> tuple[float, float]:
    middle = _median([v if s >= SEEN else values[0] for v, s in zip(values, seen, strict=True)])
    squares = [(v - middle) ** 2 for v in values]
    spread = (
        1.4826**2 * _median([q if s >= SEEN else squares[0] for q, s in zip(squares, seen, strict=True)]) + floor**2
    )
    weights = [s * math.exp(-strength * q / (SPREADS**2 * spread)) for q, s in zip(squares, seen, strict=True)]
    total = sum(weights)
    share = 1 - weights[0] / max(total, 1e-20)
    total = max(total, 1e-6)
    mean = sum(w * (v - middle) for w, v in zip(weights, values, strict=True)) / total
    if len(values) >= 5:
        late = sum(w * t for w, t in zip(weights, steps, strict=True)) / total
        lever = max(sum(w * (t - late) ** 2 for w, t in zip(weights, steps, strict=True)), 1e-6)
        rows = list(zip(weights, values, steps, strict=True))
        slope = sum(w * (t - late) * (v - middle) for w, v, t in rows) / lever
        left = sum(w * (v - middle - mean - slope * (t - late)) ** 2 for w, v, t in rows)
        error = left / max(total - 2, 1) / lever
        shift = -max(0.0, 1 - TREND * error / max(slope**2, 1e-30)) * slope * late
        ahead = values[0] - middle - mean
        mean += min(max(shift, min(ahead, 0.0)), max(ahead, 0.0))
    return middle + mean, share


def _median(values: list[float]) -> float:
    """Of an even number, the first counts twice."""
    values = sorted([*values, values[0]] if len(values) % 2 == 0 else values)
    return values[len(values) // 2]
