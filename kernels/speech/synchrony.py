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
LAGS = range(-5, 4)  # frames of 24 a second by which the mouth may be behind the sound: lips open early, cables delay
USUAL_LAGS, UNUSUAL = 1, 0.2  # evidence lost for each frame beyond the usual lags of either sign
MEMORY = 0.6  # s over which mouths and loudness are compared with themselves
COMPONENTS, ITERATIONS = 3, 8  # of mouth patches that count as their motion
LEAST_FRAMES = 8
HALF, SLOPE = 1.7, 4.0  # the evidence with an even chance, and how steep it is there
ACTIVE = 1.3, 1.9  # mouth's motion over the head's: from where it counts, and counts fully
LEAST_MOTION = 1.2  # grey levels: what noise moves
REST, RESTS = (
    1.2,
    0.55,
)  # evidence for each octave by which the mouth rests in silence beyond RESTS, up to one either way
FADING = 2.0  # evidence a second that an earlier fit of the same run loses
RIVAL = 1.5  # how quickly a face is held back that fits worse than another


@dataclass(frozen=True)
class Stretch:
    """Neighbouring frames in which a face is seen.

    mouth, eyes: float32 [n, p] grey levels of patches. loud: float64 [n], dB. speech: bool [n], whether a
    voice is heard; the synchrony is measured there.
    """

    mouth: np.ndarray
    eyes: np.ndarray
    loud: np.ndarray
    speech: np.ndarray


@dataclass(frozen=True)
class Fit:
    """gate: 0 … 1, whether the mouth moves at all. evidence: that it speaks, in standard deviations, about."""

    gate: float
    evidence: float

    @property
    def chance(self) -> float:
        """0 … 1: how likely this face makes the voice, were it the only one."""
        return self.gate / (1 + float(np.exp(-SLOPE * (self.evidence - HALF))))


NO_FIT = Fit(0.0, 0.0)


def fit(stretch: Stretch, fps: float) -> Fit:
    """How well a face fits the voice that is heard in the stretch."""
    heard = stretch.speech
    if heard.sum() < LEAST_FRAMES:
        return NO_FIT
    half = max(round(SLOW * fps), 2)
    mouth, loud = _quick(stretch.mouth, half), _quick(stretch.loud, half)
    opening, motion = _opening(mouth[heard])
    _, head = _opening(_quick(stretch.eyes, half)[heard])
    gate = _ramp(motion / max(head, LEAST_MOTION), *ACTIVE)
    if gate == 0:
        return NO_FIT
    evidence = _correlation(opening, loud[heard], fps)
    if (~heard).sum() >= LEAST_FRAMES:
        _, rest = _opening(mouth[~heard])
        evidence += REST * np.clip(np.log2(motion / max(rest, LEAST_MOTION)) - RESTS, -1, 1)
    return Fit(gate, float(evidence))


def carried(fits: dict[int, Fit], before: dict[int, Fit], fps: float) -> dict[int, Fit]:
    """Fits of a frame, or those of the frame before in the same run of speech where they were better: a speaker goes on
    speaking while his mouth, for a moment, says little."""
    out = dict(fits)
    for face, earlier in before.items():
        faded = Fit(earlier.gate, earlier.evidence - FADING / fps)
        if face in fits and faded.chance > fits[face].chance:
            out[face] = faded
    return out


def shares(fits: dict[int, Fit]) -> dict[int, float]:
    """By face, how likely it speaks: faces that fit worse than another are held back."""
    best = max((f.evidence for f in fits.values() if f.gate > 0), default=0.0)
    return {face: f.chance * float(np.exp(-RIVAL * (best - f.evidence))) if f.gate else 0.0 for face, f in fits.items()}


def _opening(patches: np.ndarray) -> tuple[np.ndarray, float]:
    """(float64 [n]: the first principal component, of either sign; grey levels that the patches move)."""
    moved = patches - patches.mean(axis=1, keepdims=True)
    likeness = moved @ moved.T
    # The first components by subspace iteration: all of them would take most of the detector's time.
    basis = likeness[:, np.argsort(-np.diag(likeness), kind="stable")[:COMPONENTS]]
    for _ in range(ITERATIONS):
        basis, _ = np.linalg.qr(likeness @ basis)
    values, turned = np.linalg.eigh(basis.T @ likeness @ basis)
    opening = basis @ turned[:, -1] * np.sqrt(max(values[-1], 0.0))
    motion = float(np.sqrt(max(values.sum(), 0.0) / moved.size))
    return opening, motion


def _correlation(opening: np.ndarray, loud: np.ndarray, fps: float) -> float:
    """The highest correlation over LAGS in standard deviations of what chance makes (Fisher's z), of either sign: an
    open mouth is dark, or shows its teeth."""
    best = 0.0
    for lag in sorted({round(lag * fps / 24) for lag in LAGS}):
        first, last = max(-lag, 0), len(opening) - max(lag, 0)
        m, s = opening[first + lag : last + lag], loud[first:last]
        if len(m) < LEAST_FRAMES or m.std() < 1e-9 or s.std() < 1e-12:
            continue
        correlation = np.clip(abs(np.corrcoef(m, s)[0, 1]), 0, 0.99)
        evidence = float(np.arctanh(correlation)) * float(np.sqrt(_independent(m, s, round(MEMORY * fps))))
        best = max(best, evidence - UNUSUAL * max(abs(lag) * 24 / fps - USUAL_LAGS, 0))
    return best


def _independent(a: np.ndarray, b: np.ndarray, memory: int) -> float:
    """How many independent pairs two series hold that both resemble themselves a while later (Bartlett 1935)."""
    a, b = a - a.mean(), b - b.mean()
    count = len(a)
    lags = range(1, min(memory, count // 2))
    alike = sum((1 - k / count) * (a[k:] @ a[:-k]) * (b[k:] @ b[:-k]) for k in lags) / ((a @ a) * (b @ b))
    return max(count / max(1 + 2 * alike, 1.0), 4.0)


def _quick(signal: np.ndarray, half: int) -> np.ndarray:
    """float64, shape of the signal [n, …]: without its moving mean over 2 half + 1 frames (fewer at the ends)."""
    total = np.concatenate([np.zeros((1, *signal.shape[1:])), np.cumsum(signal, axis=0, dtype=np.float64)])
    at = np.arange(len(signal))
    first, last = np.maximum(at - half, 0), np.minimum(at + half + 1, len(signal))
    count = (last - first).reshape(-1, *[1] * (signal.ndim - 1))
    return signal - (total[last] - total[first]) / count


def _ramp(value: float, start: float, full: float) -> float:
    return float(np.clip((value - start) / (full - start), 0, 1))
