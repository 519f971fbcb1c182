"""Scale and offset of relative depth from frame to frame: fitted to the wanted frame, and steadied.

Depth from a network is right up to a scale and an offset, which jitter. Each neighbour is fitted to the wanted frame on
its own, never through others, so that a frame alone comes out as in the whole clip.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

ITERATIONS = 6
SAMPLES = 8_000  # pixels a fit looks at, about
LEAST_SAMPLES = 30
STRENGTH = 2.5  # robust standard deviations from which on a pixel counts as an outlier
LARGEST_SCALE = 4.0
FLOATING = 0.15  # weight of what moves on its own
SIGNIFICANT = 8.0  # squared ratio of a trend to its standard error up to which it counts as noise


@dataclass(frozen=True)
class Level:
    """wanted ≈ scale · neighbour + offset."""

    scale: float = 1.0
    offset: float = 0.0

    def undone(self, value: np.ndarray) -> np.ndarray:
        """What a value of the wanted frame is in the neighbour."""
        return (value - self.offset) / self.scale


def fit(neighbour: np.ndarray, wanted: np.ndarray, weight: np.ndarray) -> Level:
    """The scale and offset between samples [N] of two aligned frames, weighted [N].

    The ratio of their spreads (reduced major axis): both are equally wrong, and a scale applies to the error too, where
    ordinary least squares would flatten every neighbour. Outliers are weighted down (Geman–McClure), so that a subject
    that moves in depth does not count. Where the samples do not vary together, the scale stays near 1; with too few
    there is no change at all.
    """
    used = (weight > 0.05) & np.isfinite(neighbour) & np.isfinite(wanted)
    if np.count_nonzero(used) < LEAST_SAMPLES:
        return Level()
    x, y, w = (v[used].astype(np.float64) for v in (neighbour, wanted, weight))
    low, high = np.percentile(np.concatenate([x, y]), (1, 99))
    within = (x >= low) & (x <= high) & (y >= low) & (y <= high)
    if np.count_nonzero(within) < LEAST_SAMPLES or not high > low:
        return Level()
    x, y, w = (v[within] for v in (x, y, w))
    scale, offset = 1.0, float(np.median(y - x))
    for _ in range(ITERATIONS):
        distance = (y - scale * x - offset) / np.hypot(1, scale)
        spread = 1.4826 * np.median(np.abs(distance)) + 1e-6 * (high - low)
        robust = w / (1 + (distance / (STRENGTH * spread)) ** 2) ** 2
        total = robust.sum()
        mx, my = (robust @ x) / total, (robust @ y) / total
        xx, yy, xy = (
            robust @ (x - mx) ** 2 / total,
            robust @ (y - my) ** 2 / total,
            robust @ ((x - mx) * (y - my)) / total,
        )
        scale = _slope(xx, yy, xy)
        scale = float(np.clip(scale, 1 / LARGEST_SCALE, LARGEST_SCALE))
        offset = my - scale * mx
    return Level(scale, float(offset))


def static(flow: np.ndarray) -> np.ndarray:
    """How much each pixel moves with the picture as a whole, not on its own: [H, W], 1 = with it. flow: [H, W, 2] px.

    The whole's motion is affine, fitted robustly; where parallax spreads the motion widely, all pixels count.
    """
    height, width = flow.shape[:2]
    y, x = np.mgrid[:height, :width].astype(np.float64)
    basis = np.stack([np.ones(flow[..., 0].size), x.ravel() / width - 0.5, y.ravel() / height - 0.5], -1)
    motion = flow.reshape(-1, 2).astype(np.float64)
    weight = np.ones(len(motion))
    for _ in range(ITERATIONS):
        weighted = basis * weight[:, None]
        model = np.linalg.lstsq(weighted.T @ basis, weighted.T @ motion, rcond=None)[0]
        left = np.hypot(*(motion - basis @ model).T)
        bound = max(1.0, STRENGTH * float(np.median(left)))
        weight = 1 / (1 + (left / bound) ** 2) ** 2
    return FLOATING + (1 - FLOATING) * weight.reshape(height, width)


def _slope(xx: float, yy: float, xy: float) -> float:
    """Slope between two variables of these variances and covariance; 1 where they do not vary together."""
    alike = xy * xy / max(xx * yy, 1e-300) if xy > 0 else 0.0
    sure = min(max((alike - 0.05) / 0.2, 0.0), 1.0)
    return float((yy / max(xx, 1e-300)) ** (0.5 * sure))


def steadied(levels: Sequence[Level], steps: Sequence[int], trust: Sequence[float], wanted: np.ndarray) -> Level:
    """What brings the wanted frame from its own level to that of the window. wanted: samples of its values.

    levels, steps, trust: of the neighbours; trust is the share of the picture that each fit could use. Two values of
    the wanted frame are followed through the window, outliers weighted down, and a trend is kept (see `at_zero`):
    a camera that moves in changes depth for good reason.
    """
    values = wanted[np.isfinite(wanted)]
    if not levels or values.size < LEAST_SAMPLES:
        return Level()
    low, high = (float(v) for v in np.percentile(values, (15, 85)))
    followed = [[v, *(level.undone(v) for level in levels)] for v in (low, high)]
    steps, trust = np.array([0, *steps], float), np.array([1.0, *trust])
    steady = [at_zero(np.array(values), steps, trust) for values in followed]
    scale = (steady[1] - steady[0]) / (high - low) if high - low > 1e-6 * abs(high) else 1.0
    if not 1 / LARGEST_SCALE <= scale <= LARGEST_SCALE:
        return Level()
    return Level(scale, steady[0] - scale * low)


def at_zero(values: np.ndarray, steps: np.ndarray, trust: np.ndarray) -> float:
    """The robust mean of a few values over time, or where their trend leads at step 0 as far as there is one.

    The trend is shrunk by 1 - SIGNIFICANT / t², t its ratio to its standard error (James–Stein), so noise makes none.
    """
    weight = trust.astype(float)
    for _ in range(5):
        mean = weight @ values / weight.sum()
        spread = 1.4826 * np.median(np.abs(values - mean)) + 1e-12
        weight = trust / (1 + ((values - mean) / (STRENGTH * spread)) ** 2)
    if len(values) < 4:
        return float(mean)
    middle = weight @ steps / weight.sum()
    lever = weight @ (steps - middle) ** 2
    slope = weight @ ((steps - middle) * (values - mean)) / lever
    left = values - mean - slope * (steps - middle)
    error = (weight @ left**2) / (len(values) - 2) / lever
    kept = max(0.0, 1 - SIGNIFICANT * error / max(slope**2, 1e-30))
    return float(mean - kept * slope * middle)
