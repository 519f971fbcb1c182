"""How the camera moved from a frame to its neighbours, with everything that moves on its own left out.

1. Rotation alone is fitted to each neighbour's flow. What it leaves over is parallax, noise, and moving things.
2. Of the neighbour with most parallax, every direction of travel is tried: for each the rest of the rotation that lets
   most flow point along the epipolar lines (the instantaneous model of Longuet-Higgins & Prazdny 1980, as in the
   subspace search of Heeger & Jepson 1992).
3. The best are refined exactly, with inverse depth ≥ 0; the other neighbours join in; all are adjusted together.
4. The same is done with near and far exchanged. With a long lens both fit (Necker's reversal); then the one counts in
   which things are nearer the lower they lie.
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
MOVED = 0.35
LEAST_TRUST = 0.2  # share of a neighbour's pixels that must be seen in both, or it is of another shot
RIGID = 0.5  # share of the samples that must agree with one camera motion
GROUND = 0.02  # how much a ground that comes nearer downward counts where near and far could be exchanged
LENSES = (0.7, 1.0, 1.75, 2.5)  # focal lengths over the picture's width that are tried too, to recognise a pan
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
    if max(_moved(fit, w) for fit, w in zip(still, weight, strict=True)) < MOVED or (
        focal is None and _only_turned(points, seen, weight, width)
    ):
        return Motion(reason="the camera only turns or stands still")
    strength = [np.minimum(r, 8) @ w for (_, r), w in zip(still, weight, strict=True)]
    anchor = int(np.argmax(strength))
    doubt = LENS_DOUBT if focal is None else 0.0
    found = []
    for two in _two_views(points, seen[anchor], weight[anchor], guess, still[anchor][0]):
        joined = _joined(two, anchor, [rotation for rotation, _ in still], points, seen, weight)
        found.append(bundle.adjust(joined, points, seen, weight, focal_doubt=doubt))
    for cameras in tuple(found):
        turned = _with_far_at_zero(
            cameras.focal, points, cameras.rotations, -cameras.translations, -cameras.inverse_depth
        )
        found.append(bundle.adjust(turned, points, seen, weight, focal_doubt=doubt))
    costs = [bundle.cost(c, points, seen, weight) - GROUND * weight.sum() * _ground(c, points, weight) for c in found]
    cameras = found[int(np.argmin(costs))]
    if bundle.inliers(cameras, points, seen, weight) < RIGID:
        return Motion(reason="what moves does not move as one rigid scene")
    length = np.linalg.norm(cameras.translations, axis=1).max()
    return Motion(cameras.focal, used, cameras.rotations, cameras.translations / length)


def _joined(two: bundle.Cameras, anchor: int, rotations, points, seen, weight) -> bundle.Cameras:
    """All cameras, from that of the anchor and the depths found with it."""
    found = []
    for k, rotation in enumerate(rotations):
        alone = two
        if k != anchor:
            alone = bundle.Cameras(two.focal, rotation[None], np.zeros((1, 3)), two.inverse_depth)
            alone = bundle.adjust(alone, points, seen[k : k + 1], weight[k : k + 1], fixed_depth=True)
        found.append(alone)
    rotations, translations = (np.concatenate([getattr(c, n) for c in found]) for n in ("rotations", "translations"))
    return bundle.Cameras(two.focal, rotations, translations, two.inverse_depth)


def _two_views(points, seen, weight, focal, rotation) -> list[bundle.Cameras]:
    """The motion to one neighbour, for travel one way and for travel the other. rotation: [3, 3], a first guess."""
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
    best, least = [None, None], [np.inf, np.inf]
    for i in np.argsort(cost, kind="stable")[:STARTS]:
        left = moved - np.stack([turning[0] @ omega[i], turning[1] @ omega[i]], axis=-1)
        depth = (along[i] * left).sum(-1) / np.maximum((along[i] ** 2).sum(-1), 1e-6)
        turn = bundle.rotation_of(omega[i]) @ rotation
        for s, sign in enumerate((1, -1)):
            start = _with_far_at_zero(focal, points, turn[None], sign * directions[i][None], sign * depth)
            found = bundle.adjust(start, points, seen[None], weight[None])
            price = bundle.cost(found, points, seen[None], weight[None])
            if price < least[s]:
                best[s], least[s] = found, price
    return best


def _with_far_at_zero(focal, points, rotations, translations, depth) -> bundle.Cameras:
    """Cameras with as much of the parallax as all points share given to their rotations. rotations [K, 3, 3],
    translations [K, 3], depth [n] of any sign."""
    far = np.percentile(depth, 2)
    rays = np.column_stack([points / focal, np.ones(len(points))])
    turned = []
    for rotation, translation in zip(rotations, translations, strict=True):
        there = rays @ rotation.T + far * translation
        a, b = (v / np.linalg.norm(v, axis=1, keepdims=True) for v in (rays, there))
        u, _, vt = np.linalg.svd(b.T @ a)  # Kabsch 1976
        turned.append(u @ np.diag([1, 1, np.linalg.det(u @ vt)]) @ vt)
    return bundle.Cameras(focal, np.stack(turned), translations, np.maximum(depth - far, 0))


def _half_sphere(count: int) -> np.ndarray:
    """Directions evenly over z ≥ 0, float64 [count, 3] (a Fibonacci spiral)."""
    i = np.arange(count) + 0.5
    z = i / count
    angle = i * np.pi * (3 - 5**0.5)
    radius = np.sqrt(1 - z * z)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=1)


def _moved(fit: tuple[np.ndarray, np.ndarray], weight: np.ndarray) -> float:
    """Share of the samples that keep parallax, 0 … 1, of what bundle.rotate_and_zoom gives."""
    return float(weight[fit[1] > LEAST_PARALLAX].sum() / max(weight.sum(), 1e-9))


def _only_turned(points, seen, weight, width: int) -> bool:
    """Whether, for some lens, turning explains the motion: a wrong focal length makes a pan look like parallax."""
    for lens in LENSES:
        fits = (bundle.rotate_and_zoom(points, q, w, lens * width) for q, w in zip(seen, weight, strict=True))
        if max(_moved(fit, w) for fit, w in zip(fits, weight, strict=True)) < MOVED:
            return True
    return False


def _ground(cameras: bundle.Cameras, points: np.ndarray, weight: np.ndarray) -> float:
    """How much nearer things are the lower they lie, -1 … 1: a correlation over samples."""
    sure = weight.sum(axis=0)
    rank = cameras.inverse_depth.argsort(kind="stable").argsort(kind="stable")
    x, y = (v - np.average(v, weights=sure) for v in (rank.astype(np.float64), points[:, 1]))
    return float((sure * x * y).sum() / max(((sure * x * x).sum() * (sure * y * y).sum()) ** 0.5, 1e-9))
