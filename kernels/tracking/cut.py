"""Binary labelling with edge-aware smoothness: the minimum cut, by convex relaxation.

minimise over u in [0, 1]:  Σ cost·u + Σ across·|u(x+1) − u(x)| + Σ down·|u(y+1) − u(y)|

Every level set of a minimiser is a minimum cut (Chan, Esedoglu, Nikolova 2006; Bresson et al. 2007). Solved by the
primal-dual iteration of Chambolle and Pock 2011, Alg. 1, which needs array operations only.
"""

from __future__ import annotations

import numpy as np

_STEP = np.float32(1 / np.sqrt(8))  # primal and dual: their product times |∇|² ≤ 8 is 1


def edge_weights(features: np.ndarray, smoothness: float, floor: float = 0.05) -> tuple[np.ndarray, np.ndarray]:
    """How costly a boundary is between neighbours: high where they look alike.

    features: float32 [H, W, C]. Returns (across [H, W-1], down [H-1, W]), smoothness · exp(−d² / (2·mean d²)), at least
    smoothness · floor (Boykov and Jolly 2001; the mean as in GrabCut, Rother et al. 2004).
    """
    across = np.square(features[:, 1:] - features[:, :-1]).sum(axis=2)
    down = np.square(features[1:] - features[:-1]).sum(axis=2)
    total = across.sum(dtype=np.float64) + down.sum(dtype=np.float64)
    scale = np.float32(-0.5 / max(total / max(across.size + down.size, 1), 1e-6))
    weights = []
    for difference in (across, down):
        difference *= scale
        np.exp(difference, out=difference)
        np.maximum(difference, floor, out=difference)
        difference *= np.float32(smoothness)
        weights.append(difference)
    return weights[0], weights[1]


def minimum_cut(
    cost: np.ndarray, across: np.ndarray, down: np.ndarray, start: np.ndarray | None = None, iterations: int = 60
) -> np.ndarray:
    """float32 [H, W], 0 … 1, nearly binary: what belongs to the subject.

    cost: float32 [H, W], negative where a pixel is likely the subject's (log odds with the sign turned). across
    [H, W-1], down [H-1, W]: see edge_weights. start: where to begin, [H, W].
    """
    height, width = cost.shape
    u = np.full((height, width), 0.5, np.float32) if start is None else np.array(start, np.float32)
    ahead = u.copy()
    dual_x = np.zeros((height, max(width - 1, 0)), np.float32)
    dual_y = np.zeros((max(height - 1, 0), width), np.float32)
    step_cost = cost * _STEP
    change_x, change_y, old, low_x, low_y = (np.empty_like(a) for a in (dual_x, dual_y, u, across, down))
    np.negative(across, out=low_x)
    np.negative(down, out=low_y)
    for _ in range(iterations):
        np.subtract(ahead[:, 1:], ahead[:, :-1], out=change_x)
        change_x *= _STEP
        dual_x += change_x
        np.minimum(dual_x, across, out=dual_x)
        np.maximum(dual_x, low_x, out=dual_x)
        np.subtract(ahead[1:], ahead[:-1], out=change_y)
        change_y *= _STEP
        dual_y += change_y
        np.minimum(dual_y, down, out=dual_y)
        np.maximum(dual_y, low_y, out=dual_y)
        old[...] = u
        u -= step_cost
        np.multiply(dual_x, _STEP, out=change_x)
        u[:, :-1] += change_x
        u[:, 1:] -= change_x
        np.multiply(dual_y, _STEP, out=change_y)
        u[:-1] += change_y
        u[1:] -= change_y
        np.minimum(u, 1, out=u)
        np.maximum(u, 0, out=u)
        np.subtract(u, old, out=ahead)
        ahead += u
    return u
