"""How the camera moved from a frame to its neighbours, with everything that moves on its own left out.

1. Rotation alone is fitted to each neighbour's flow. What it leaves over is parallax, noise, and moving things.
2. Of the neighbour with most parallax, every direction of travel is tried: for each the rest of the rotation that lets
   most flow point along the epipolar lines (the instantaneous model of Longuet-Higgins & Prazdny 1980, as in the
   subspace search of Heeger & Jepson 1992).
3. The best are refined exactly, with inverse depth ≥ 0; the other neighbours join in; all are adjusted together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from . import bundle

SAMPLES = 1500
DIRECTIONS = 180  # of travel that are tried, over half a sphere: 9° apart
STARTS = 3  # of the best of them are refined
NOISE = 0.15  # px: what flow is good for
LEAST_PARALLAX = 0.5  # px that the flow of MOVED of all samples must keep when rotation and zoom are taken out
MOVED = 0.3
LEAST_TRUST = 0.2  # share of a neighbour's pixels that must be seen in both, or it is of another shot
RIGID = 0.5  # share of the samples that must agree with one camera motion
NORMAL_LENS, LENS_DOUBT = 1.25, 0.35  # focal length over the picture's width where it is unknown, and of its logarithm


@dataclass(frozen=True)
class Motion:
    """focal: px. used: which neighbours. rotations [3, 3] and translations [3] of each: a point at p = (x, y, 1) and
    inverse depth d is at rotation @ p + d · translation there. The longest translation has length 1. reason: why there
    is nothing."""

    focal: float = 0.0
    used: Sequence[int] = ()
    rotations: np.ndarray = field(default_factory=lambda: np.zeros((0, 3, 3)))
    translations: np.ndarray = field(default_factory=lambda: np.zeros((0, 3)))
    reason: str = ""


def find(
    flows: Sequence[np.ndarray], trust: Sequence[np.ndarray], texture: np.ndarray, focal: float | None = None
) -> Motion:
    """flows: float32 [h, w, 2] px to each neighbour. trust: float32 [h, w] 0 … 1 of each. texture: float32 [h, w],
    0 … 1. focal: px; None: estimated."""
    height, width = texture.shape
    used = [k for k, t in enumerate(trust) if t.mean() >= LEAST_TRUST]
    if not used:
        return Motion(reason="no neighbouring frame shows the same things")
    step = max(int((height * width / SAMPLES) ** 0.5), 1)
    rows, columns = (g.ravel() for g in np.mgrid[step // 2 : height : step, step // 2 : width : step])
    points = np.stack([columns + 0.5 - width / 2, rows + 0.5 - height / 2], axis=1)
    seen = np.stack([points + flows[k][rows, columns] for k in used])
    weight = np.stack([trust[k][rows, columns] for k in used]).astype(np.float64) * texture[rows, columns]
    usable = weight.sum(axis=0) > 0.3
    if usable.sum() < 50:
        return Motion(reason="too little texture is seen in more than one frame")
    points, seen, weight = points[usable], seen[:, usable], weight[:, usable]
    guess = NORMAL_LENS * width if focal is None else focal
    still = [bundle.rotate_and_zoom(points, q, w, guess) for q, w in zip(seen, weight, strict=True)]
    moved = [_share(residual > LEAST_PARALLAX, w) for (_, residual), w in zip(still, weight, strict=True)]
    if max(moved) < MOVED:
        return Motion(reason="the camera only turns or stands still")
    strength = [np.minimum(r, 8) @ w for (_, r), w in zip(still, weight, strict=True)]
    anchor = int(np.argmax(strength))
    cameras = _two_views(points, seen[anchor], weight[anchor], guess, still[anchor][0])
    rotations, translations, depth = [], [], cameras.inverse_depth
    for k, (rotation, _) in enumerate(still):
        if k == anchor:
            rotations.append(cameras.rotations[0])
            translations.append(cameras.translations[0])
        else:
            alone = bundle.Cameras(guess, rotation[None], np.zeros((1, 3)), depth)
            alone = bundle.adjust(alone, points, seen[k : k + 1], weight[k : k + 1], fixed_depth=True)
            rotations.append(alone.rotations[0])
            translations.append(alone.translations[0])
    cameras = bundle.Cameras(guess, np.stack(rotations), np.stack(translations), depth)
    cameras = bundle.adjust(cameras, points, seen, weight, focal_doubt=LENS_DOUBT if focal is None else 0.0)
    if bundle.inliers(cameras, points, seen, weight) < RIGID:
        return Motion(reason="what moves does not move as one rigid scene")
    length = np.linalg.norm(cameras.translations, axis=1).max()
    return Motion(cameras.focal, used, cameras.rotations, cameras.translations / length)


def _two_views(points, seen, weight, focal, rotation) -> bundle.Cameras:
    """The motion to one neighbour, rotation [3, 3] first guess; the longest translation is 1."""
    p = points / focal
    turned = np.column_stack([p, np.ones(len(p))]) @ rotation.T
    p = turned[:, :2] / turned[:, 2:]  # what is left of the motion is small
    moved = seen / focal - p
    x, y = p.T
    turning = np.stack([np.stack([-x * y, 1 + x * x, -y], -1), np.stack([-1 - y * y, x * y, x], -1)])  # [2, n, 3]
    directions = _half_sphere(DIRECTIONS)
    along = directions[:, None, :2] - p * directions[:, None, 2:]  # [D, n, 2]
    across = np.stack([-along[..., 1], along[..., 0]], axis=-1)
    across /= np.maximum(np.linalg.norm(across, axis=-1, keepdims=True), 1e-9)
    rows = across[..., :1] * turning[0] + across[..., 1:] * turning[1]  # [D, n, 3]
    right = (across * moved).sum(axis=-1)
    omega = np.zeros((len(directions), 3))
    for scale in (4.0, 2.0, 1.0, 0.6, 0.6, 0.6):  # px: from what a poor guess of the rotation leaves to flow's noise
        error = (right - (rows @ omega[..., None])[..., 0]) * focal
        robust = weight / (1 + (error / scale) ** 2) ** 2
        normal = np.einsum("dn,dni,dnj->dij", robust, rows, rows) + 1e-9 * np.eye(3)
        omega = np.linalg.solve(normal, np.einsum("dn,dni,dn->di", robust, rows, right)[..., None])[..., 0]
    error = (right - (rows @ omega[..., None])[..., 0]) * focal
    cost = (weight * error**2 / (error**2 + 0.6**2)).sum(axis=1)
    best, least = None, np.inf
    for i in np.argsort(cost, kind="stable")[:STARTS]:
        left = moved - np.stack([turning[0] @ omega[i], turning[1] @ omega[i]], axis=-1)
        depth = (along[i] * left).sum(-1) / np.maximum((along[i] ** 2).sum(-1), 1e-6)
        for sign in (1, -1):
            start = bundle.Cameras(
                focal,
                (bundle.rotation_of(omega[i]) @ rotation)[None],
                sign * directions[i][None],
                np.maximum(sign * depth, 0),
            )
            found = bundle.adjust(start, points, seen[None], weight[None])
            price = bundle.cost(found, points, seen[None], weight[None])
            if price < least:
                best, least = found, price
    return best


def _half_sphere(count: int) -> np.ndarray:
    """Directions evenly over z ≥ 0, float64 [count, 3] (a Fibonacci spiral)."""
    i = np.arange(count) + 0.5
    z = i / count
    angle = i * np.pi * (3 - 5**0.5)
    radius = np.sqrt(1 - z * z)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)


def _share(mask: np.ndarray, weight: np.ndarray) -> float:
    return float(weight[mask].sum() / max(weight.sum(), 1e-9))
