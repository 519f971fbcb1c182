"""A mask carried from picture to picture: along the flow, corrected by colour, motion and edges."""

from __future__ import annotations

import cv2
import numpy as np

from ..flow import warp
from .appearance import bins_of, histogram, lab, log_odds, similarity
from .cut import edge_weights, minimum_cut
from .motion import Motion

SMOOTHNESS = 2.0
MEMORY = 0.06  # how much of the newest picture goes into the remembered colours
COLOUR_LIMIT, MOTION_LIMIT, PLACE_LIMIT = 2.5, 1.5, 4.0  # of log odds


class Subject:
    """A subject as last seen. mask: float32 [H, W] 0 … 1 over `picture`, uint8 RGB [H, W, 3] of the working size."""

    def __init__(self, picture: np.ndarray, mask: np.ndarray):
        self.picture, self.mask = picture, mask
        bins = bins_of(lab(picture))
        self.first = histogram(bins, mask)
        self.recent = self.first
        self.surroundings = histogram(bins, (1 - mask) * nearness(mask))
        self.area = float(mask.sum())
        self.likeness = 1.0
        self.expected = mask

    def seen(self, bins: np.ndarray, mask: np.ndarray) -> None:
        """Takes over what the subject looks like now."""
        now = histogram(bins, mask)
        self.recent = (1 - MEMORY) * self.recent + MEMORY * now
        self.surroundings = 0.7 * self.surroundings + 0.3 * histogram(bins, (1 - mask) * nearness(mask))
        self.area = 0.9 * self.area + 0.1 * float(mask.sum())


def nearness(mask: np.ndarray) -> np.ndarray:
    """1 at the mask, falling to 0.1 at one and a half of its sizes away; float32 [H, W]."""
    size = max(np.sqrt(float(mask.sum())), 4.0)
    away = cv2.distanceTransform((mask <= 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    return np.clip(1.2 - away / (1.5 * size), 0.1, 1).astype(np.float32)


def step(subject: Subject, picture: np.ndarray) -> tuple[np.ndarray, float]:
    """The subject's mask in the next picture, [H, W] 0 … 1, and its confidence; the subject is not changed."""
    background = (cv2.dilate(subject.mask, np.ones((9, 9), np.uint8)) < 0.2).astype(np.float32)
    motion = Motion.between(picture, subject.picture, background)
    expected = warp(subject.mask, motion.flow)
    current = lab(picture)
    bins = bins_of(current)
    total = colour_odds(subject, bins) + motion_odds(motion, expected) + place_odds(expected)
    colours = cv2.bilateralFilter(current, 5, 20, 3).astype(np.float32)
    across, down = edge_weights(np.dstack([colours, motion.residual * (4 / motion.noise)]), SMOOTHNESS)
    mask = minimum_cut(-total, across, down, expected, 40)
    likeness = similarity(0.5 * (subject.first + subject.recent), histogram(bins, mask)) if mask.sum() > 4 else 0.0
    subject.bins = bins
    return mask, likeness


def colour_odds(subject: Subject, bins: np.ndarray) -> np.ndarray:
    inside = 0.4 * subject.first + 0.6 * subject.recent
    odds = log_odds(inside, subject.surroundings)
    return np.clip(odds, -COLOUR_LIMIT, COLOUR_LIMIT)[bins]


def motion_odds(motion: Motion, expected: np.ndarray) -> np.ndarray:
    """Moves as the subject's surroundings inside the expected mask do, or as the camera."""
    weight = expected + 1e-4
    blur = max(3.0, 0.15 * float(np.sqrt(expected.sum())))
    total = cv2.GaussianBlur(weight, (0, 0), blur)
    own = np.dstack([cv2.GaussianBlur(motion.residual[..., i] * weight, (0, 0), blur) / total for i in (0, 1)])
    as_camera = np.square(motion.residual).sum(axis=2)
    as_subject = np.square(motion.residual - own).sum(axis=2)
    odds = (as_camera - as_subject) / (2 * (2 * motion.noise) ** 2)
    return np.clip(odds, -MOTION_LIMIT, MOTION_LIMIT)


def place_odds(expected: np.ndarray) -> np.ndarray:
    """Near and inside the expected mask; firmly not, far from it."""
    size = max(np.sqrt(float(expected.sum())), 4.0)
    inside = (expected > 0.5).astype(np.uint8)
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    scale = 0.06 * size + 1.0
    return np.clip((within - away) / scale, -PLACE_LIMIT, 1.8).astype(np.float32)
