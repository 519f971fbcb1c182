"""How good a network is on what it has not learned from."""

from __future__ import annotations

import numpy as np

from .batches import CROP, linear, nearest
from .estimate import Estimator
from .examples.photographs import crop
from .network import CLIPPED, RgbdHdr

CROPS = 48  # of held-out photographs, and held-out examples, at most
HELD_SEED = 97


def measure(network: RgbdHdr, examples, photographs, device: str) -> tuple[float, float, float]:
    """(RMS of disparity after the best scale and offset; the same of a vertical ramp; mean squared error of the log of
    clipped channels, as a share of that of the clipped picture). NaN where there is nothing to measure on."""
    estimator = Estimator(network.cpu())
    found, ramps = [], []
    for number in range(min(len(examples), CROPS)):
        example = examples[number]
        truth = example.disparity.astype(np.float32)
        truth = np.clip(truth / nearest(truth), 0, 1.5)
        ramp = np.broadcast_to(np.linspace(0, 1, truth.shape[0], dtype=np.float32)[:, None], truth.shape)
        found.append(fitted_rms(estimator.disparity(linear(example.picture)), truth))
        ramps.append(fitted_rms(ramp, truth))
    lost = log_errors(estimator, photographs)
    network.to(device)
    nothing = float("nan")
    return (
        float(np.mean(found)) if found else nothing,
        float(np.mean(ramps)) if ramps else nothing,
        lost if photographs else nothing,
    )


def fitted_rms(found: np.ndarray, truth: np.ndarray) -> float:
    """RMS of scale · found + offset - truth for the best scale ≥ 0 and offset."""
    a, b = found - found.mean(), truth - truth.mean()
    scale = max(float((a * b).mean()) / max(float((a * a).mean()), 1e-12), 0.0)
    return float(np.sqrt(np.mean((scale * a - b) ** 2)))


def log_errors(estimator: Estimator, photographs) -> float:
    """Mean squared log error of clipped channels over CROPS crops, relative to the clipped picture's."""
    after = before = 0.0
    for number in range(CROPS if photographs else 0):
        rng = np.random.default_rng((HELD_SEED, number))
        light, radiance = crop(photographs[number % len(photographs)], CROP, rng)
        mask = light >= CLIPPED
        truth = np.log(np.maximum(radiance[mask], 1e-4) / light[mask])
        given = np.log(estimator.radiance(light)[mask] / light[mask])
        after += float(np.mean((given - truth) ** 2))
        before += float(np.mean(truth**2))
    return after / max(before, 1e-9)
