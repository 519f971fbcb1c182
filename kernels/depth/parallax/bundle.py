"""Bundle adjustment: cameras and inverse depths from where points are seen, by robust least squares.

A point seen at (x, y) px from the centre has the ray p = (x / f, y / f, 1) and, at inverse depth d of the first camera,
lies at R p + d t in another's space, up to scale, and so is seen at f (X / Z, Y / Z). Gauss–Newton with the inverse
depths eliminated (Schur complement), Geman–McClure weights, and d ≥ 0: points that would go behind the camera are held
at infinity, which settles the sign of the translation and much of what turning and shifting have in common.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

ROUNDS = 40
TOLERANCE = 0.5  # px of residual at which a point counts a quarter
INLIER = 1.0  # px


@dataclass(frozen=True)
class Cameras:
    """focal: px. rotations [K, 3, 3]. translations [K, 3]. inverse_depth [n] ≥ 0."""

    focal: float
    rotations: np.ndarray
    translations: np.ndarray
    inverse_depth: np.ndarray


def rotation_of(omega: np.ndarray) -> np.ndarray:
    """Rotation vector [3], rad → [3, 3]."""
    return cv2.Rodrigues(np.asarray(omega, np.float64).reshape(3, 1))[0]


def projected(cameras: Cameras, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(seen [K, n, 2] px, space [K, n, 3], turned [K, n, 3]: R p)."""
    rays = np.column_stack([points / cameras.focal, np.ones(len(points))])
    turned = np.einsum("kij,nj->kni", cameras.rotations, rays)
    space = turned + cameras.inverse_depth[:, None] * cameras.translations[:, None]
    space[..., 2] = np.maximum(space[..., 2], 1e-3)
    return cameras.focal * space[..., :2] / space[..., 2:], space, turned


def residuals(cameras: Cameras, points: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """How far from where they are seen the points fall, [K, n] px."""
    return np.linalg.norm(projected(cameras, points)[0] - seen, axis=-1)


def cost(cameras: Cameras, points: np.ndarray, seen: np.ndarray, weight: np.ndarray) -> float:
    square = residuals(cameras, points, seen) ** 2
    return float((weight * square / (square + TOLERANCE**2)).sum())


def inliers(cameras: Cameras, points: np.ndarray, seen: np.ndarray, weight: np.ndarray) -> float:
    """Share of the observations that agree with the cameras, 0 … 1."""
    return float(weight[residuals(cameras, points, seen) < INLIER].sum() / max(weight.sum(), 1e-9))


def adjust(
    cameras: Cameras,
    points: np.ndarray,
    seen: np.ndarray,
    weight: np.ndarray,
    fixed_depth: bool = False,
    focal_doubt: float = 0.0,
) -> Cameras:
    """points: [n, 2] px from the centre. seen: [K, n, 2] where each camera sees them. weight: [K, n] ≥ 0.
    fixed_depth: cameras only. focal_doubt: standard deviation of the focal length's logarithm around the given one;
    0 holds it. The scale of the result is that of the start, roughly; only ratios mean something."""
    first = cameras.focal
    best, least, damping = cameras, np.inf, 1e-4
    current = cameras
    for _ in range(ROUNDS):
        found, space, turned = projected(current, points)
        error = seen - found
        square = (error**2).sum(-1)
        price = (weight * square / (square + TOLERANCE**2)).sum()
        price += _doubt(current.focal, first, focal_doubt) ** 2
        if price < least:
            gain = 1 - price / least if np.isfinite(least) else 1.0
            best, least, damping = current, price, damping / 4
            if gain < 1e-4:
                break
        else:
            current, damping = best, damping * 16
            found, space, turned = projected(current, points)
            error = seen - found
            square = (error**2).sum(-1)
        # Geman–McClure's weight is (T² / (T² + e²))², over T² so that it minimises `price`
        robust = weight * TOLERANCE**2 / (square + TOLERANCE**2) ** 2
        current = _step(current, points, space, turned, error, robust, damping, fixed_depth, first, focal_doubt)
    if cost(current, points, seen, weight) + _doubt(current.focal, first, focal_doubt) ** 2 < least:
        best = current
    return best


def _doubt(focal: float, first: float, doubt: float) -> float:
    return np.log(focal / first) / doubt if doubt else 0.0


def _step(now: Cameras, points, space, turned, error, robust, damping, fixed_depth, first, doubt) -> Cameras:
    count, n = robust.shape
    inverse = 1 / space[..., 2]
    project = np.zeros((count, n, 2, 3))  # of the picture by space
    project[..., 0, 0] = project[..., 1, 1] = now.focal * inverse
    project[..., :, 2] = -now.focal * space[..., :2] * inverse[..., None] ** 2
    spin = np.zeros((count, n, 3, 3))  # of space by a rotation vector: -[R p]×
    x, y, z = np.moveaxis(turned, -1, 0)
    spin[..., 0, 1], spin[..., 0, 2], spin[..., 1, 2] = z, -y, x
    spin[..., 1, 0], spin[..., 2, 0], spin[..., 2, 1] = -z, y, -x
    by_camera = np.concatenate([project @ spin, project * now.inverse_depth[:, None, None]], axis=-1)  # [K, n, 2, 6]
    by_depth = (project @ now.translations[:, None, :, None])[..., 0]  # [K, n, 2]
    size = 6 * count + (doubt > 0)
    normal, right, mixed = np.zeros((size, size)), np.zeros(size), np.zeros((n, size))
    for k in range(count):
        at = slice(6 * k, 6 * k + 6)
        weighted = by_camera[k] * robust[k][:, None, None]
        normal[at, at] = np.einsum("nai,naj->ij", weighted, by_camera[k])
        right[at] = np.einsum("nai,na->i", weighted, error[k])
        mixed[:, at] = np.einsum("nai,na->ni", weighted, by_depth[k])
    if doubt:
        flat = np.column_stack([-points / now.focal, np.zeros(n)])
        by_focal = now.focal * space[..., :2] * inverse[..., None]
        by_focal += (project @ np.einsum("kij,nj->kni", now.rotations, flat)[..., None])[..., 0]
        weighted = by_focal * robust[..., None]
        for k in range(count):
            at = slice(6 * k, 6 * k + 6)
            normal[at, -1] = normal[-1, at] = np.einsum("nai,na->i", by_camera[k], weighted[k])
        normal[-1, -1] = (weighted * by_focal).sum() + 1 / doubt**2
        right[-1] = (weighted * error).sum() - np.log(now.focal / first) / doubt**2
        mixed[:, -1] = (weighted * by_depth).sum(axis=(0, 2))
    depth_normal = (robust[..., None] * by_depth**2).sum(axis=(0, 2))
    depth_right = (robust[..., None] * by_depth * error).sum(axis=(0, 2))
    held = (now.inverse_depth <= 0) & (depth_right <= 0)
    free = np.zeros(n) if fixed_depth else np.where(held, 0, 1 / (depth_normal * (1 + damping) + 1e-9))
    normal[np.diag_indices(size)] *= 1 + damping
    normal[np.diag_indices(size)] += 1e-9 * (np.trace(normal) + 1e-9)
    change = np.linalg.solve(normal - mixed.T @ (mixed * free[:, None]), right - mixed.T @ (free * depth_right))
    depth = np.maximum(now.inverse_depth + free * (depth_right - mixed @ change), 0)
    rotations = np.stack([rotation_of(change[6 * k : 6 * k + 3]) @ now.rotations[k] for k in range(count)])
    translations = now.translations + change[: 6 * count].reshape(count, 6)[:, 3:]
    focal = now.focal * np.exp(np.clip(change[-1], -0.2, 0.2)) if doubt else now.focal
    return replace(now, focal=focal, rotations=rotations, translations=translations, inverse_depth=depth)


def rotate_and_zoom(points: np.ndarray, seen: np.ndarray, weight: np.ndarray, focal: float):
    """The rotation [3, 3] that explains most of what one camera sees, with a zoom that is dropped, and what it leaves
    over, [n] px. points, seen: [n, 2] px from the centre."""
    rotation, zoom = np.eye(3), 1.0
    rays = np.column_stack([points / focal, np.ones(len(points))])
    middle = np.median(seen - points, axis=0)  # far motions start near enough
    rotation = rotation_of([-middle[1] / focal, middle[0] / focal, 0.0])
    for scale in (8.0, 4.0, 2.0, 1.0, 0.5, 0.5, 0.5, 0.5):
        turned = rays @ rotation.T
        x, y = turned[:, 0] / turned[:, 2], turned[:, 1] / turned[:, 2]
        error = seen - zoom * focal * np.stack([x, y], axis=-1)
        robust = weight / (1 + (error**2).sum(-1) / scale**2) ** 2
        columns = np.stack(
            [np.stack([-x * y, 1 + x * x, -y, x], -1), np.stack([-1 - y * y, x * y, x, y], -1)], axis=1
        )  # [n, 2, 4]
        columns *= zoom * focal
        normal = np.einsum("n,nai,naj->ij", robust, columns, columns) + 1e-6 * np.eye(4)
        change = np.linalg.solve(normal, np.einsum("n,nai,na->i", robust, columns, error))
        rotation, zoom = rotation_of(change[:3]) @ rotation, zoom * np.exp(np.clip(change[3], -0.2, 0.2))
    turned = rays @ rotation.T
    return rotation, np.linalg.norm(seen - zoom * focal * turned[:, :2] / turned[:, 2:], axis=-1)
