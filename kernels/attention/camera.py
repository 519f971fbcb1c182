"""The part of an optical flow that the camera's own motion explains.

For a small motion of a pinhole camera the flow is quadratic in the picture's coordinates where it comes from turning
or from a plane, and proportional to disparity where it comes from moving past things (Longuet-Higgins & Prazdny 1980):

    u = a0 + a1 x + a2 y + a6 x² + a7 x y  +  d (tx - x tz)
    v = a3 + a4 x + a5 y + a6 x y + a7 y²  +  d (ty - y tz)
"""

from __future__ import annotations

import cv2
import numpy as np

STEP = 6  # px between the flow's samples that are fitted
CONSENSUS = 0.6  # px: what the first, affine guess counts as agreeing
LEAST_SCALE = 0.12  # px: a tighter fit than flow is precise
ROUNDS = 8
RIDGE = 0.001  # of the samples' number: how unwilling disparity terms are to leave 0


def camera_flow(flow: np.ndarray, trust: np.ndarray | None = None, disparity: np.ndarray | None = None) -> np.ndarray:
    """The flow of things that stand still, float32 [H, W, 2] px.

    flow: float32 [H, W, 2] px. trust: float32 [H, W] ≥ 0, how far to believe each sample (texture). disparity: float32
    [H, W] in any unit, for parallax; None leaves it out. What moves on its own may cover nearly half the picture.
    """
    height, width = flow.shape[:2]
    rows, columns = np.mgrid[STEP // 2 : height : STEP, STEP // 2 : width : STEP]
    samples = flow[rows, columns].reshape(-1, 2).astype(np.float64)
    weight = np.ones(len(samples)) if trust is None else trust[rows, columns].ravel().astype(np.float64)
    if weight.sum() < 16:
        weight = np.ones(len(samples))
    near = None
    if disparity is not None:
        span = float(disparity.max() - disparity.min())
        if span > 1e-3 * float(abs(disparity).max()):
            near = (disparity - np.median(disparity)) / span
    x, y = _unit(columns.ravel(), width, width), _unit(rows.ravel(), height, width)
    plain = _basis(x, y, None)
    guess = _consensus(np.column_stack([columns.ravel(), rows.ravel()]), samples, weight)
    solution = _reweighted(plain, samples, weight, guess, 0)
    if near is not None:
        full = _basis(x, y, near[rows, columns].ravel())
        solution = _reweighted(full, samples, weight, _apply(plain, solution), 3)
    ys, xs = np.mgrid[:height, :width]
    everywhere = _basis(
        _unit(xs.ravel(), width, width), _unit(ys.ravel(), height, width), None if near is None else near.ravel()
    )
    return _apply(everywhere, solution).reshape(height, width, 2).astype(np.float32)


def _unit(at: np.ndarray, size: int, width: int) -> np.ndarray:
    """Pixel coordinates from the centre, in half widths."""
    return (at + 0.5 - size / 2) / (width / 2)


def _basis(x: np.ndarray, y: np.ndarray, disparity: np.ndarray | None) -> np.ndarray:
    """float64 [2, n, 8 or 11]: what each unknown adds to u and to v."""
    one, no = np.ones_like(x), np.zeros_like(x)
    u = [one, x, y, no, no, no, x * x, x * y]
    v = [no, no, no, one, x, y, x * y, y * y]
    if disparity is not None:
        u += [disparity, no, -x * disparity]
        v += [no, disparity, -y * disparity]
    return np.stack([np.stack(u, axis=1), np.stack(v, axis=1)]).astype(np.float64)


def _apply(basis: np.ndarray, solution: np.ndarray) -> np.ndarray:
    return np.stack([basis[0] @ solution, basis[1] @ solution], axis=1)


def _consensus(points: np.ndarray, samples: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """The affine flow on which most samples agree, float64 [n, 2] at them; their median where none is found."""
    sure = weight > 0.2 * weight.max()
    if sure.sum() >= 12:
        start = points[sure].astype(np.float64)
        matrix, _ = cv2.estimateAffine2D(
            start, start + samples[sure], method=cv2.RANSAC, ransacReprojThreshold=CONSENSUS, maxIters=300
        )
        if matrix is not None:
            return points @ matrix[:, :2].T + matrix[:, 2] - points
    return np.broadcast_to(np.median(samples, axis=0), samples.shape)


def _reweighted(basis: np.ndarray, samples: np.ndarray, weight: np.ndarray, guess: np.ndarray, parallax: int):
    """The unknowns by iteratively reweighted least squares (Geman–McClure), from a guessed flow [n, 2]."""
    count = basis.shape[2]
    ridge = np.zeros(count)
    ridge[8:] = RIDGE * weight.sum() if parallax else 0
    ridge[:8] = 1e-6 * weight.sum()
    fitted, solution = guess, np.zeros(count)
    for _ in range(ROUNDS):
        error = np.hypot(*(samples - fitted).T)
        scale = max(2.0 * _weighted_median(error, weight), LEAST_SCALE)
        robust = weight / (1 + (error / scale) ** 2) ** 2
        normal = np.diag(ridge) + sum((b * robust[:, None]).T @ b for b in basis)
        right = sum((b * robust[:, None]).T @ samples[:, axis] for axis, b in enumerate(basis))
        solution = np.linalg.solve(normal, right)
        fitted = _apply(basis, solution)
    return solution


def _weighted_median(values: np.ndarray, weight: np.ndarray) -> float:
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weight[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])
