"""From a click to a mask: colour, motion and edges around the point, at several sizes, the most convincing one kept."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ..flow import concatenate, flow
from .appearance import bins_of, histogram, lab, log_odds, similarity
from .cut import edge_weights, minimum_cut
from .motion import Motion

SIZES = (0.03, 0.06, 0.11, 0.18, 0.28)  # radii of the subject that are tried, of the picture's diagonal
ROUNDS = 4
SMOOTHNESS = 2.0


class Evidence:
    """What is known about the clicked picture before a subject is assumed. All arrays are [H, W] of its size."""

    def __init__(self, picture: np.ndarray, neighbours: Sequence[Sequence[np.ndarray]] = ()):
        """neighbours: runs of pictures that follow on the clicked one, forward in time or backward."""
        self.picture = picture
        self.lab = lab(picture)
        self.bins = bins_of(self.lab)
        height, width = self.bins.shape
        self.y, self.x = np.mgrid[:height, :width].astype(np.float32)
        self.diagonal = float(np.hypot(width, height))
        self.moving, self.drift = independent_motion(picture, neighbours)
        colours = cv2.bilateralFilter(self.lab, 5, 20, 3).astype(np.float32)
        self.features = np.dstack([colours, np.clip(self.drift, -6, 6) * 4])
        self.across, self.down = edge_weights(self.features, SMOOTHNESS)


def independent_motion(picture: np.ndarray, neighbours: Sequence[Sequence[np.ndarray]]):
    """(how far each pixel moved by itself in units of noise, [H, W]; the same as a vector, [H, W, 2]).

    Flows are chained along the neighbours, so that slow subjects stand out in time; the strongest run counts.
    """
    height, width = picture.shape[:2]
    best, drift = np.zeros((height, width), np.float32), np.zeros((height, width, 2), np.float32)
    for run in neighbours:
        total, before, sums, weight = None, picture, 0, 0
        for after in run:
            step = flow(before, after)
            total = step if total is None else concatenate(total, step)
            before = after
            motion = Motion(total)
            sums = sums + motion.residual / motion.noise
            weight += 1
        if weight:
            mean = sums / weight
            speed = cv2.magnitude(mean[..., 0], mean[..., 1])
            if speed.mean() > best.mean():
                best, drift = speed, mean
    return best, drift


def first_mask(picture: np.ndarray, point: tuple[float, float], neighbours: Sequence[Sequence[np.ndarray]] = ()):
    """The clicked subject's mask, float32 [H, W] 0 … 1.

    picture: uint8 RGB of the working size. point: px of it. neighbours: as in Evidence.
    """
    evidence = Evidence(picture, neighbours)
    candidates = [grown(evidence, point, size * evidence.diagonal) for size in SIZES]
    scores = [score(evidence, c, point) for c in candidates]
    return candidates[int(np.argmax(scores))]


def grown(evidence: Evidence, point: tuple[float, float], radius: float) -> np.ndarray:
    """The mask of a subject of about this radius, px."""
    distance = np.hypot(evidence.x - point[0], evidence.y - point[1]) / radius
    near = np.exp(-0.5 * np.square(distance / 0.6))
    far = (distance > 2.2).astype(np.float32)
    place = np.clip(1.5 - 1.5 * distance, -3, 1.5)
    disc = distance < 0.25
    cost_motion = motion_odds(evidence, disc, far)
    inside, outside = near, far + 0.02
    u = None
    for _ in range(ROUNDS):
        odds = log_odds(histogram(evidence.bins, inside), histogram(evidence.bins, outside))
        total = np.clip(odds[evidence.bins], -2.5, 2.5) + cost_motion + place
        total[disc] = 4
        u = minimum_cut(-total, evidence.across, evidence.down, u, 40)
        u = connected(u, point)
        inside = u * (distance < 3) + 0.05 * near
        outside = (1 - u) * np.where(distance < 3.5, 1.0, 0.3)
    return u


def motion_odds(evidence: Evidence, disc: np.ndarray, far: np.ndarray) -> np.ndarray:
    """Log odds, [H, W]: moves like the click rather than with the camera. 0 where the click does not move."""
    own = float(np.median(evidence.moving[disc])) if disc.any() else 0.0
    if own < 1.5:
        return -np.clip(evidence.moving - 2.5, 0, 2) * 0.7
    drift = np.median(evidence.drift[disc], axis=0)
    unlike = np.square(evidence.drift - drift).sum(axis=2) / np.square(drift).sum()
    like = np.clip(1 - 2 * np.minimum(unlike, 1), -1, 1)  # 1: as the click, -1: as the camera or otherwise
    moves = np.clip(evidence.moving - 1.5, -1.5, 1.5) / 1.5
    return 1.5 * np.maximum(like, 0.6 * moves) * min(1.0, (own - 1.0) / 2)


def connected(u: np.ndarray, point: tuple[float, float]) -> np.ndarray:
    """The part of a mask that holds the point, or the part nearest to it."""
    count, labels, _, _ = cv2.connectedComponentsWithStats((u > 0.5).astype(np.uint8), connectivity=4)
    if count <= 2:
        return u
    x, y = min(max(int(point[0]), 0), u.shape[1] - 1), min(max(int(point[1]), 0), u.shape[0] - 1)
    label = labels[y, x]
    if label == 0:
        ys, xs = np.nonzero(labels)
        label = labels[ys, xs][np.argmin((xs - x) ** 2 + (ys - y) ** 2)]
    return u * (labels == label)


def score(evidence: Evidence, u: np.ndarray, point: tuple[float, float]) -> float:
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
    inside, around = evidence.moving[mask].mean(), evidence.moving[ring].mean()
    motion = (inside - around) / (inside + around + 2)
    across = mask[:, 1:] != mask[:, :-1]
    down = mask[1:] != mask[:-1]
    kept = np.concatenate([evidence.across[across], evidence.down[down]]) / SMOOTHNESS
    edge = 1 - float(kept.mean()) if kept.size else 0.0
    return colour + edge + 1.5 * motion
