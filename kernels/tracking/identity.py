"""Which instance is which from frame to frame, in the manner of ByteTrack (Zhang et al. 2022).

Confident detections are matched to the tracks' predicted boxes first, doubtful ones to the tracks that remain; a track
without a match lives on for a while, so that who reappears keeps the number it had.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

SURE = 0.5  # score from which a detection may start a track
LEAST_OVERLAP, LEAST_OVERLAP_DOUBTFUL = 0.2, 0.5
PATIENCE = 60  # frames without a match after which a track ends
LEARNING = 0.4  # of the velocity that one match changes
Box = tuple[float, float, float, float]


@dataclass
class Identity:
    """number: stays for life. box: where it is predicted or was matched; velocity: px a frame of the box's corners."""

    number: int
    box: np.ndarray
    label: int
    velocity: np.ndarray = field(default_factory=lambda: np.zeros(4))
    missed: int = 0


class Identities:
    """The tracks of a shot."""

    def __init__(self):
        self.alive: list[Identity] = []
        self._next = 1

    def update(self, boxes: Sequence[Box], scores: Sequence[float], labels: Sequence[int]) -> list[int]:
        """The number of each detection of the next frame; 0 for those that are nobody's and too doubtful to be new."""
        for track in self.alive:
            track.box = track.box + track.velocity
        numbers = [0] * len(boxes)
        free = list(self.alive)
        sure = [n for n, s in enumerate(scores) if s >= SURE]
        doubtful = [n for n, s in enumerate(scores) if s < SURE]
        for group, least in ((sure, LEAST_OVERLAP), (doubtful, LEAST_OVERLAP_DOUBTFUL)):
            for n, track in _matched(group, boxes, labels, free, least):
                seen = np.array(boxes[n], float)
                if track.missed == 0:
                    track.velocity = track.velocity + LEARNING * (seen - track.box)
                track.box, track.missed, numbers[n] = seen, -1, track.number
                free.remove(track)
        for n in sure:
            if numbers[n] == 0:
                self.alive.append(Identity(self._next, np.array(boxes[n], float), labels[n], missed=-1))
                numbers[n] = self._next
                self._next += 1
        for track in self.alive:
            track.missed += 1
            if track.missed:
                track.velocity = track.velocity * 0.9
        self.alive = [t for t in self.alive if t.missed <= PATIENCE]
        return numbers


def _matched(group, boxes, labels, tracks: list[Identity], least: float):
    """[(detection, track)]: the best overlaps first, each at most once."""
    pairs = []
    for n in group:
        for track in tracks:
            if track.label == labels[n]:
                both = overlap(boxes[n], tuple(track.box))
                # Who was lost may have gone on otherwise than predicted: a little more room for each missed frame.
                if both >= least / (1 + 0.1 * track.missed):
                    pairs.append((both, -track.missed, n, track))
    pairs.sort(key=lambda p: p[:3], reverse=True)
    taken, result = set(), []
    for _, _, n, track in pairs:
        if n not in taken and track.number not in {t.number for _, t in result}:
            taken.add(n)
            result.append((n, track))
    return result


def overlap(a: Box, b: Box) -> float:
    """Intersection over union of two boxes."""
    width = max(min(a[2], b[2]) - max(a[0], b[0]), 0)
    height = max(min(a[3], b[3]) - max(a[1], b[1]), 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - width * height
    return float(width * height / union) if union > 0 else 0.0
