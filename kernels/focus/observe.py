"""From the detectors' maps of one frame to one spot (the paper's section 5.2, Figure 4B): the maps are intersected,
K-means finds the clusters of what is left, the centre of the majority cluster is where to focus, and disparity is read
there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import cv2
import numpy as np

from .levels import LEVELS

CLUSTERS = 4  # the paper's K
GRID = 160  # px of the intersection's long side
_POINTS = 1500  # at most, in K-means
_ROUNDS = 12
_DEPTH_WEIGHT = 0.06  # picture heights for a level, so that clusters keep to one depth
_SAME_DEPTH = 1.0  # levels


class Spot(NamedTuple):
    """x, y: fractions of width and height; wide, high: of what is there. disparity: 1 / m. weight: 0 … 1, mean of the
    map over the cluster."""

    x: float
    y: float
    disparity: float
    weight: float
    wide: float = 0.06
    high: float = 0.1


def grid(aspect: float) -> tuple[int, int]:
    """Width and height of maps of a picture with this width / height."""
    return (GRID, max(round(GRID / aspect), 1)) if aspect >= 1 else (max(round(GRID * aspect), 1), GRID)


def intersection(maps: Sequence[np.ndarray], aspect: float) -> np.ndarray:
    """float32 [h, w] on a grid of GRID px: the product of maps 0 … 1 of any size. aspect: width / height."""
    size = grid(aspect)
    result = np.ones((size[1], size[0]), np.float32)
    for one in maps:
        small = cv2.resize(np.asarray(one, np.float32), size, interpolation=cv2.INTER_AREA)
        result *= np.clip(np.nan_to_num(small), 0, 1)
    return result


def locate(heat: np.ndarray, disparity: np.ndarray, threshold: float = 0.1) -> Spot | None:
    """The spot of a map [h, w] 0 … 1, with disparity [h', w'] of the same field of view; None where nothing exceeds
    the threshold."""
    peak = float(heat.max(initial=0.0))
    if not peak > threshold:
        return None
    height, width = heat.shape
    depth = cv2.resize(disparity, (width, height), interpolation=cv2.INTER_NEAREST)
    rows, columns = np.nonzero(heat > max(0.4 * peak, threshold))
    if len(rows) > _POINTS:
        pick = np.linspace(0, len(rows) - 1, _POINTS).astype(int)
        rows, columns = rows[pick], columns[pick]
    weights = heat[rows, columns].astype(np.float64)
    levels = depth[rows, columns].astype(np.float64) * LEVELS
    points = np.column_stack([(columns + 0.5) / height, (rows + 0.5) / height, levels * _DEPTH_WEIGHT])
    member = k_means(points, weights, CLUSTERS)
    heaviest = _majority(member, weights, levels)
    chosen = member == heaviest
    centre = np.average(points[chosen, :2], axis=0, weights=weights[chosen])
    inside = np.flatnonzero(chosen)
    together = chosen | (np.abs(levels - weighted_median(levels[chosen], weights[chosen])) < _SAME_DEPTH)
    wide, high = (np.ptp(np.percentile(points[together, axis], (4, 96))) * height for axis in (0, 1))
    middle = inside[np.argmin(np.sum((points[chosen, :2] - centre) ** 2, axis=1))]
    return Spot(
        float((columns[middle] + 0.5) / width),
        float((rows[middle] + 0.5) / height),
        weighted_median(levels[chosen], weights[chosen]) / LEVELS,
        float(min(weights[chosen].mean(), 1.0)),
        float(wide / width),
        float(high / height),
    )


def read_disparity(disparity: np.ndarray, x: float, y: float, radius: float = 0.012) -> float:
    """The median disparity around a point given in fractions; radius in fractions of the width."""
    height, width = disparity.shape
    r = max(round(radius * width), 1)
    column, row = min(max(int(x * width), 0), width - 1), min(max(int(y * height), 0), height - 1)
    return float(np.median(disparity[max(row - r, 0) : row + r + 1, max(column - r, 0) : column + r + 1]))


def k_means(points: np.ndarray, weights: np.ndarray, k: int) -> np.ndarray:
    """int [n]: the cluster of each point [n, d], by Lloyd's rounds from the heaviest point and those farthest from the
    chosen ones. Deterministic; fewer clusters where there are fewer points."""
    centres = [points[np.argmax(weights)]]
    distance = np.sum((points - centres[0]) ** 2, axis=1)
    for _ in range(k - 1):
        far = int(np.argmax(distance * weights))
        if distance[far] <= 1e-12:
            break
        centres.append(points[far])
        distance = np.minimum(distance, np.sum((points - points[far]) ** 2, axis=1))
    centre = np.array(centres)
    member = np.zeros(len(points), int)
    for _ in range(_ROUNDS):
        distances = np.sum((points[:, None] - centre[None]) ** 2, axis=2)
        now = np.argmin(distances, axis=1)
        if np.array_equal(now, member) and _ > 0:
            break
        member = now
        for n in range(len(centre)):
            mine = member == n
            if mine.any():
                centre[n] = np.average(points[mine], axis=0, weights=weights[mine])
    return member


def weighted_median(values: np.ndarray, weights: np.ndarray) -> float:
    """The value below which half of the weight lies."""
    order = np.argsort(values, kind="stable")
    total = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _majority(member: np.ndarray, weights: np.ndarray, levels: np.ndarray) -> int:
    """The heaviest cluster, where clusters at one depth (a large subject is cut into several) vote together."""
    clusters = np.unique(member)
    weight = np.array([weights[member == c].sum() for c in clusters])
    level = np.array([weighted_median(levels[member == c], weights[member == c]) for c in clusters])
    votes = [weight[np.abs(level - own) < _SAME_DEPTH].sum() for own in level]
    best = max(range(len(clusters)), key=lambda n: (round(votes[n], 9), weight[n]))
    together = np.abs(level - level[best]) < _SAME_DEPTH
    return int(clusters[together][np.argmax(weight[together])])
