"""How well a mouth's motion fits the sound: the measure that tells who speaks.

A mouth that speaks opens and closes with the loudness of its syllables (as in Hershey & Movellan 1999). Of a stretch of
mouth patches, the first principal component is its opening and closing; it is correlated with loudness, both without
their slow parts. Two more things must hold: the mouth moves more than the rest of the head, and it moves less while
nobody is heard.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SLOW = 0.3  # s: half the window of the mean that is taken off both signals
LAGS = -1, 0, 1  # frames of 24 a second by which the mouth may be behind the sound
INDEPENDENT = 0.4  # of neighbouring frames, as a share: speech is smooth in time
LEAST_FRAMES = 8
HALF, SLOPE = 1.2, 4.0  # the evidence with an even chance, and how steep it is there
ACTIVE = 1.05, 1.6  # mouth's motion over the head's: from where it counts, and counts fully
LEAST_MOTION = 1.2  # grey levels: what noise moves
REST = 0.8  # what a halving of motion in silence adds to the evidence


@dataclass(frozen=True)
class Stretch:
    """Neighbouring frames in which a face is seen.

    mouth, eyes: float32 [n, p] grey levels of patches. dark: which of the mouth's p lie at its middle, bool [p].
    loud: float64 [n]. speech: bool [n], whether a voice is heard; the synchrony is measured there.
    """

    mouth: np.ndarray
    eyes: np.ndarray
    dark: np.ndarray
    loud: np.ndarray
    speech: np.ndarray


def speaking(stretch: Stretch, fps: float) -> float:
    """0 … 1: how likely this face makes the voice that is heard in the stretch."""
    heard = stretch.speech
    if heard.sum() < LEAST_FRAMES:
        return 0.0
    opening, motion = _opening(stretch.mouth[heard], stretch.dark)
    _, head = _opening(stretch.eyes[heard], None)
    gate = _ramp(motion / max(head, LEAST_MOTION), *ACTIVE)
    if gate == 0:
        return 0.0
    correlation = _correlation(opening, stretch.loud[heard], fps)
    count = INDEPENDENT * heard.sum()
    evidence = np.arctanh(np.clip(correlation, -0.99, 0.99)) * np.sqrt(count)
    if (~heard).sum() >= LEAST_FRAMES:
        _, rest = _opening(stretch.mouth[~heard], None)
        evidence += REST * np.clip(np.log2(motion / max(rest, LEAST_MOTION)) - 0.3, -1, 1)
    return float(gate / (1 + np.exp(-SLOPE * (evidence - HALF))))


def _opening(patches: np.ndarray, dark: np.ndarray | None) -> tuple[np.ndarray, float]:
    """(float64 [n]: the first principal component, rising as the middle darkens; grey levels that the patches move)."""
    moved = patches - patches.mean(axis=1, keepdims=True)
    moved = (moved - moved.mean(axis=0)).astype(np.float64)
    values, vectors = np.linalg.eigh(moved @ moved.T)
    opening = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    motion = float(np.sqrt(max(values[-3:].sum(), 0.0) / moved.size))
    if dark is not None and opening @ moved[:, dark].mean(axis=1) > 0:
        opening = -opening
    return opening, motion


def _correlation(opening: np.ndarray, loud: np.ndarray, fps: float) -> float:
    """The highest correlation coefficient over LAGS."""
    half = max(round(SLOW * fps), 2)
    mouth, sound = _quick(opening, half), _quick(loud, half)
    best = -1.0
    for lag in sorted({round(lag * fps / 24) for lag in LAGS}):
        first, last = max(-lag, 0), len(mouth) - max(lag, 0)
        m, s = mouth[first + lag : last + lag], sound[first:last]
        if len(m) < LEAST_FRAMES or m.std() < 1e-9 or s.std() < 1e-12:
            continue
        best = max(best, float(np.corrcoef(m, s)[0, 1]))
    return best


def _quick(signal: np.ndarray, half: int) -> np.ndarray:
    """The signal without its moving mean over 2 half + 1 frames."""
    window = np.ones(2 * half + 1) / (2 * half + 1)
    return signal - np.convolve(np.pad(signal, half, mode="edge"), window, "valid")


def _ramp(value: float, start: float, full: float) -> float:
    return float(np.clip((value - start) / (full - start), 0, 1))
