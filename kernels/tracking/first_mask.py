"""From a click to a mask: colour, motion and edges around the point, at several sizes, the most convincing one kept."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np

from .appearance import histogram, log_odds, similarity
from .cut import minimum_cut
from .evidence import SMOOTHNESS, Evidence
from .parts import connected

SIZES = (0.015, 0.03, 0.06, 0.11, 0.18, 0.28)  # radii of the subject that are tried, of the picture's diagonal
ROUNDS = 4
RECTANGLE = 0.97  # of its bounding box that a region fills, from which it is one
SIZE_WORTH, OFF_CENTRE = 0.04, 0.7  # score a doubling of area adds, and being its own size away from the click takes
GAP = 0.15  # of the radius: what is no further apart is one subject, seen behind a pole


def first_mask(
    evidence: Evidence, point: tuple[float, float], check_abort: Callable[[], None] = lambda: None
) -> np.ndarray:
    """The clicked subject's mask, float32 [H, W] 0 … 1. point: px of the working size. check_abort: called often."""
    width, height = evidence.size
    diagonal = float(np.hypot(width, height))
    moves, weight = evidence.moves(*evidence.at(point)[:2])
    radii = [size * diagonal for size in SIZES]
    if weight > 0:
        part = connected(moves, point, 0.01 * diagonal) > 0.5
        radii.append(float(np.sqrt(part.sum() / np.pi)) + 2)
    candidates = [grown(evidence, point, radius, moves, weight, check_abort) for radius in radii]
    scores = [score(evidence, c, moves, weight) + (1 - weight) * fitness(c, point) for c in candidates]
    return candidates[int(np.argmax(scores))]


def mask_in_region(evidence: Evidence, region: np.ndarray) -> np.ndarray:
    """The mask of the subject in a region, float32 [H, W] 0 … 1: the region itself where it follows an outline; where
    it is a rectangle, what in it is unlike its surroundings."""
    inside = region > 0.5
    if not inside.any():
        raise ValueError("the region is empty")
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    width, height = columns[-1] + 1 - columns[0], rows[-1] + 1 - rows[0]
    if inside.sum() < RECTANGLE * width * height or inside.all():
        return region.astype(np.float32)
    x = (np.arange(inside.shape[1]) + 0.5 - columns[0] - width / 2) / (width / 2)
    y = (np.arange(inside.shape[0]) + 0.5 - rows[0] - height / 2) / (height / 2)
    place = np.where(inside, 1.2 - 1.5 * np.hypot(x[None, :], y[:, None]), -8).astype(np.float32)
    u = np.clip(place + 0.5, 0, 1)
    core = (np.hypot(x[None, :], y[:, None]) < 0.5) & (evidence.trusted > 0.3)
    moves, weight = np.full(inside.shape, 0.5, np.float32), 0.0
    if core.any():
        moves, weight = evidence.moves(float(np.median(evidence.speed[core])), np.median(evidence.drift[core], axis=0))
    for _ in range(ROUNDS):
        odds = log_odds(histogram(evidence.bins, u), histogram(evidence.bins, 1 - u))
        total = np.clip(odds[evidence.bins], -2.5, 2.5) + 2.5 * weight * (2 * moves - 1) + place
        u = minimum_cut(-total, evidence.across, evidence.down, u, 40)
    return u if u.sum() > 0.1 * inside.sum() else region.astype(np.float32)


def distance_to(evidence: Evidence, point: tuple[float, float]) -> np.ndarray:
    """Each pixel's distance from a point, px [H, W]."""
    width, height = evidence.size
    x, y = np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
    return np.hypot(x[None, :] - np.float32(point[0]), y[:, None] - np.float32(point[1]))


def grown(evidence: Evidence, point, radius: float, moves: np.ndarray, weight: float, check_abort) -> np.ndarray:
    """The mask of a subject of about this radius, px."""
    distance = distance_to(evidence, point) / np.float32(radius)
    near = np.exp(-0.5 * np.square(distance / 0.6))
    far = (distance > 2.2).astype(np.float32)
    place = np.clip(1.5 - 2 * distance, -6, 1.5)
    disc = distance < 0.25
    by_motion = 2.5 * weight * (2 * moves - 1) - (1 - weight) * np.clip(evidence.speed - 2.5, 0, 2) * 0.7
    inside = near * (1 - weight + weight * moves**2)
    outside = far + 0.02 + weight * np.square(1 - moves) * (distance < 2.2)
    u = None
    for _ in range(ROUNDS):
        check_abort()
        odds = log_odds(histogram(evidence.bins, inside), histogram(evidence.bins, outside))
        total = np.clip(odds[evidence.bins], -2.5, 2.5) + by_motion + place
        total[disc] = 4
        u = minimum_cut(-total, evidence.across, evidence.down, u, 40)
        u = connected(u, point, GAP * radius)
        inside = u * (distance < 3) + 0.05 * near
        outside = (1 - u) * np.where(distance < 3.5, 1.0, 0.3)
    return u


def score(evidence: Evidence, u: np.ndarray, moves: np.ndarray, weight: float) -> float:
    """How much a mask looks like a thing: unlike its surroundings in colour and motion, bounded by edges."""
    mask = u > 0.5
    area = int(mask.sum())
    share = area / mask.size
    if share < 5e-4 or share > 0.6:
        return -10.0
    reach = max(2, round(0.25 * np.sqrt(area)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    ring = (cv2.dilate(mask.astype(np.uint8), kernel) > 0) & ~mask
    if not ring.any():
        return -10.0
    colour = 1 - similarity(
        histogram(evidence.bins, mask.astype(np.float32)), histogram(evidence.bins, ring.astype(np.float32))
    )
    motion = float(moves[mask].mean() - moves[ring].mean())
    across = mask[:, 1:] != mask[:, :-1]
    down = mask[1:] != mask[:-1]
    kept = np.concatenate([evidence.across[across], evidence.down[down]]) / SMOOTHNESS
    edge = 1 - float(kept.mean()) if kept.size else 0.0
    return colour + edge + 3 * weight * motion


def fitness(u: np.ndarray, point: tuple[float, float]) -> float:
    """How likely a mask is to be what a click means, by its size and place alone: around the point, not a detail."""
    ys, xs = np.nonzero(u > 0.5)
    if not len(xs):
        return 0.0
    away = float(np.hypot(xs.mean() + 0.5 - point[0], ys.mean() + 0.5 - point[1])) / float(np.sqrt(len(xs)))
    return SIZE_WORTH * float(np.log2(len(xs) / u.size)) - OFF_CENTRE * min(away, 2.0)
