"""A mask carried from picture to picture: along the flow, corrected by colour, motion and edges."""

from __future__ import annotations

import cv2
import numpy as np

from .appearance import histogram, log_odds, similarity
from .cut import minimum_cut
from .evidence import Evidence, drift_odds
from .parts import rooted

MEMORY = 0.06  # how much of the newest picture goes into the remembered colours
APPEARS = -0.8  # log odds of place where a hidden part may appear: its colour and motion have to speak for it
OTHERWISE = 1.0  # log odds by which a drift may be likelier around the subject than in it before it counts against it
COLOUR_LIMIT, MOTION_LIMIT, PLACE_LIMIT = 2.5, 2.0, 4.0  # of log odds


class Subject:
    """What a subject looks like. first: colours at the click; recent: those of late; surroundings: those around it.
    usual: the likeness it has had of late."""

    def __init__(self, bins: np.ndarray, mask: np.ndarray):
        """bins: Evidence.bins. mask: float32 [H, W] 0 … 1."""
        self.first = self.recent = histogram(bins, mask)
        self.surroundings = histogram(bins, (1 - mask) * nearness(mask))
        self.usual = 1.0

    def seen(self, bins: np.ndarray, mask: np.ndarray, likeness: float) -> None:
        """Learns from a picture in which the subject has been found."""
        self.usual += (0.1 if likeness > self.usual else 0.03) * (likeness - self.usual)
        self.recent = (1 - MEMORY) * self.recent + MEMORY * histogram(bins, mask)
        self.surroundings = 0.7 * self.surroundings + 0.3 * histogram(bins, (1 - mask) * nearness(mask))

    def likeness(self, bins: np.ndarray, mask: np.ndarray) -> float:
        """How much what the mask holds looks like the subject, 0 … 1."""
        return similarity(0.5 * (self.first + self.recent), histogram(bins, mask)) if mask.sum() >= 4 else 0.0


def nearness(mask: np.ndarray) -> np.ndarray:
    """1 at the mask, falling to 0.1 at one and a half of its sizes away; float32 [H, W]."""
    size = max(np.sqrt(float(mask.sum())), 4.0)
    away = cv2.distanceTransform((mask <= 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    return np.clip(1.2 - away / (1.5 * size), 0.1, 1).astype(np.float32)


def step(subject: Subject, evidence: Evidence, expected: np.ndarray, hidden: np.ndarray | None = None) -> np.ndarray:
    """The subject's mask in the next picture, [H, W] 0 … 1; the subject is not changed.

    expected: the last mask, moved along the flow. hidden: bool [H, W], where parts of it may come into sight again.
    """
    place = place_odds(expected)
    if hidden is not None:
        np.maximum(place, APPEARS, out=place, where=hidden)
    rows, columns = _worth_looking(place)
    total = place + motion_odds(evidence, expected)
    total = total[rows, columns] + colour_odds(subject, evidence.bins[rows, columns])
    down = evidence.down[rows.start : rows.stop - 1, columns]
    across = evidence.across[rows, columns.start : columns.stop - 1]
    mask = np.zeros_like(expected)
    mask[rows, columns] = minimum_cut(-total, across, down, expected[rows, columns], 40)
    return rooted(mask, expected if hidden is None else np.maximum(expected, hidden))


def _worth_looking(place: np.ndarray) -> tuple[slice, slice]:
    """(rows, columns) of the box outside of which everything is firmly not the subject's."""
    possible = place > -PLACE_LIMIT
    rows, columns = np.flatnonzero(possible.any(axis=1)), np.flatnonzero(possible.any(axis=0))
    if not len(rows):
        return slice(0, place.shape[0]), slice(0, place.shape[1])
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(columns[0]), int(columns[-1]) + 1)


def colour_odds(subject: Subject, bins: np.ndarray) -> np.ndarray:
    inside = 0.4 * subject.first + 0.6 * subject.recent
    odds = log_odds(inside, subject.surroundings)
    return np.clip(odds, -COLOUR_LIMIT, COLOUR_LIMIT)[bins]


def motion_odds(evidence: Evidence, expected: np.ndarray) -> np.ndarray:
    """Log odds [H, W]: moves as what is inside the expected mask does, or stays with the camera."""
    inside = (expected > 0.5) & (evidence.trusted > 0.3)
    if inside.sum() < 12:
        return np.zeros_like(expected)
    own = float(np.median(evidence.speed[inside]))
    moves, weight = evidence.moves(own, np.median(evidence.drift[inside], axis=0))
    odds = MOTION_LIMIT * weight * (2 * moves - 1)
    if weight > 0:
        alike = drift_odds(evidence, expected, (1 - expected) * nearness(expected), own) + OTHERWISE
        np.minimum(odds, weight * np.maximum(alike, -MOTION_LIMIT), out=odds)
    return odds


def place_odds(expected: np.ndarray) -> np.ndarray:
    """Near and inside the expected mask; firmly not, far from it."""
    size = max(np.sqrt(float(expected.sum())), 4.0)
    inside = (expected > 0.5).astype(np.uint8)
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 3)
    away = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 3)
    scale = 0.06 * size + 1.0
    return np.clip((within - away) / scale, -PLACE_LIMIT, 1.8).astype(np.float32)
