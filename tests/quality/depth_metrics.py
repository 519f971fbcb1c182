"""How good a disparity map is: RMS, AbsRel, δ1 and boundary F1 after a scale and shift; and the naive ones to beat.

Disparity is float [H, W], 1/z, far = 0. What a network says is right up to a scale and a shift of disparity, so the
best ones by least squares are applied first (Ranftl et al. 2020, "Towards robust monocular depth estimation").
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import cv2
import numpy as np

RATIOS = np.linspace(1.05, 1.25, 10)  # of disparity across an edge (Depth Pro's t = 5 … 25 %)
TOLERANCE = 2  # px that a boundary may lie off
FLOOR = 0.02  # of the truth's 98th percentile: what is farther counts as this far where ratios are looked at


@dataclass(frozen=True)
class Measures:
    """rms: in % of the truth's standard deviation, so that the best constant has 100. abs_rel: mean |z - z*| / z* in %.
    delta1: % of pixels with max(z/z*, z*/z) < 1.25. boundary_f1: %."""

    rms: float
    abs_rel: float
    delta1: float
    boundary_f1: float


def measure(found: np.ndarray, truth: np.ndarray, known: np.ndarray | None = None) -> Measures:
    """found: disparity of any scale and shift [H, W]. truth: disparity [H, W]. known: bool [H, W], where the truth is
    known, default where it is finite."""
    known = np.isfinite(truth) if known is None else known & np.isfinite(truth)
    fitted = aligned(found, truth, known)
    return Measures(
        rms=100 * rms(fitted, truth, known) / max(float(truth[known].std()), 1e-12),
        abs_rel=100 * abs_rel(fitted, truth, known),
        delta1=100 * delta1(fitted, truth, known),
        boundary_f1=100 * boundary_f1(fitted, truth, known),
    )


def mean(of: list[Measures]) -> Measures:
    """Of several pictures, each counted the same; what is not defined in one (NaN) is left out there."""
    return Measures(*(float(np.nanmean([getattr(m, f.name) for m in of])) for f in fields(Measures)))


def aligned(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> np.ndarray:
    """scale · found + shift, nearest to the truth in the sense of least squares, float64 [H, W]."""
    x, y = found[known].astype(np.float64), truth[known].astype(np.float64)
    if not x.size:
        return found.astype(np.float64)
    variance = x.var()
    scale = ((x - x.mean()) * (y - y.mean())).mean() / variance if variance > 1e-12 * max(x.mean() ** 2, 1e-24) else 0.0
    return scale * (found.astype(np.float64) - x.mean()) + y.mean()


def rms(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> float:
    """Root of the mean squared difference of disparity."""
    return float(np.sqrt(((found - truth)[known].astype(np.float64) ** 2).mean()))


def abs_rel(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> float:
    """Mean |z - z*| / z* over pixels not infinitely far (Eigen et al. 2014). z ends at the farthest true one."""
    z, true = _depths(found, truth, known)
    return float((np.abs(z - true) / true).mean()) if true.size else float("nan")


def delta1(found: np.ndarray, truth: np.ndarray, known: np.ndarray) -> float:
    """Share of pixels, not infinitely far, with max(z / z*, z* / z) < 1.25 (Eigen et al. 2014)."""
    z, true = _depths(found, truth, known)
    return float((np.maximum(z / true, true / z) < 1.25).mean()) if true.size else float("nan")


def _depths(found, truth, known) -> tuple[np.ndarray, np.ndarray]:
    """(z, z*) of the pixels whose true depth is finite."""
    use = known & (truth > 1e-6)
    if not use.any():
        return np.empty(0), np.empty(0)
    true = truth[use].astype(np.float64)
    return 1 / np.maximum(found[use].astype(np.float64), true.min()), 1 / true


def boundary_f1(found: np.ndarray, truth: np.ndarray, known: np.ndarray | None = None) -> float:
    """0 … 1; NaN where the truth has no boundary. found: on the truth's scale.

    As in Depth Pro (Bochkovskii et al. 2024): a boundary lies between two neighbours where the ratio of their
    disparities exceeds t, and it counts as found when one with the same near side lies there; F1 is averaged over
    RATIOS, weighted by t. Unlike there it may lie TOLERANCE px off, as in the classic benchmark (Martin et al. 2004).
    """
    known = np.isfinite(truth) if known is None else known
    floor = FLOOR * max(float(np.percentile(truth[known], 98)), 1e-9)
    a, b = (np.log(np.maximum(np.where(known, m, np.nan), floor)) for m in (found, truth))
    total, weights = 0.0, 0.0
    for ratio in RATIOS:
        sides = [(_side(a, s, ratio), _side(b, s, ratio)) for s in range(4)]
        ours, true = sum(int(x.sum()) for x, _ in sides), sum(int(y.sum()) for _, y in sides)
        if not true:
            continue
        precise = sum(int((x & _near(y)).sum()) for x, y in sides) / ours if ours else 0.0
        recalled = sum(int((y & _near(x)).sum()) for x, y in sides) / true
        total += ratio * (2 * precise * recalled / (precise + recalled) if precise + recalled else 0.0)
        weights += ratio
    return total / weights if weights else float("nan")


def _side(log: np.ndarray, side: int, ratio: float) -> np.ndarray:
    """bool [H, W]: pixels that are nearer, by the ratio, than their neighbour right, below, left, above (0 … 3)."""
    out = np.zeros(log.shape, bool)
    here, there = (np.s_[:, :-1], np.s_[:, 1:]) if side % 2 == 0 else (np.s_[:-1], np.s_[1:])
    if side >= 2:
        here, there = there, here
    out[here] = log[here] - log[there] > np.log(ratio)
    return out


def _near(mask: np.ndarray) -> np.ndarray:
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * TOLERANCE + 1,) * 2)
    return cv2.dilate(mask.astype(np.uint8), disc) > 0


def constant(picture: np.ndarray) -> np.ndarray:
    """The same depth everywhere. picture: [H, W, 3]."""
    return np.ones(picture.shape[:2], np.float32)


def ramp(picture: np.ndarray) -> np.ndarray:
    """From 0 at the top to 1 at the bottom, where the ground is near. picture: [H, W, 3]."""
    height, width = picture.shape[:2]
    return np.repeat(np.linspace(0, 1, height, dtype=np.float32)[:, None], width, axis=1)


def guided_ramp(picture: np.ndarray) -> np.ndarray:
    """The ramp through a guided filter (He et al. 2010), so that it has the picture's edges. picture: [H, W, 3],
    scene-linear."""
    guide = np.sqrt(np.clip(picture, 0, 1)).astype(np.float32)
    return cv2.ximgproc.guidedFilter(guide, ramp(picture), max(picture.shape[1] // 16, 4), 1e-2)


NAIVE = {"constant": constant, "ramp": ramp, "ramp + guided filter": guided_ramp}
