"""How well a mouth's motion fits the sound: the measure that tells who speaks.

A mouth that speaks opens and closes with the loudness of its syllables (as in Hershey & Movellan 1999). Of a stretch of
mouth patches, the first principal component is its opening and closing, and the darkest place amid the mouth darkens as
it opens; both are correlated with loudness, all without their slow parts. Two more things must hold: the mouth moves
more than the rest of the head, and it does not move as much while nobody is heard. How far the picture is from its
sound is one number for all faces of a clip (`LagBelief`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .mouth import darkness

SLOW = 0.3  # s: half the window of the mean that is taken off both signals
LAGS = range(-5, 4)  # frames of 24 a second by which the mouth may be behind the sound: lips open early, cables delay
USUAL_LAGS, UNUSUAL = 1, 0.2  # log odds lost for each frame beyond the usual lags of either sign
MEMORY = 0.6  # s over which mouths and loudness are compared with themselves
COMPONENTS, ITERATIONS = 3, 8  # of mouth patches that count as their motion
LEAST_FRAMES = 8
BOTH = 0.6  # of the odds by two measures of one motion that count
SPEAKS = 0.4  # Fisher's z of the correlation between a speaker's mouth and the loudness, about
ACTIVE = 1.0, 1.5  # mouth's motion over the head's: from where it counts, and counts fully
LEAST_MOTION = 1.2  # grey levels: what noise moves
REST, RESTS = 1.5, 0.1  # log odds for each octave by which the mouth rests in silence beyond RESTS
NOBODY = 1.0  # log odds that a voice is nobody's in the picture, beside one face's that fits as chance does
SWITCH, FORGOTTEN = 2.0, 0.4  # log odds against another speaker without a pause; s of pause in which they fade to 1/e
CAUTION = 0.7  # of the evidence about the lag that is believed: stretches resemble each other


@dataclass(frozen=True)
class Stretch:
    """Neighbouring frames in which a face is seen while a voice is heard, with a little silence on either side.

    mouth, eyes: float32 [n, p] grey levels of halved patches. loud: float64 [n], dB. rest: float32 [m, p], the
    mouth in frames around in which nobody is heard.
    """

    mouth: np.ndarray
    eyes: np.ndarray
    loud: np.ndarray
    rest: np.ndarray


@dataclass(frozen=True)
class Fit:
    """odds: float64 [LAGS], log of how much better the stretch is explained by this face speaking than by it not, were
    the mouth so many frames behind the sound. moves: log of whether the mouth moves at all, ≤ 0."""

    odds: np.ndarray
    moves: float

    def at(self, lags: np.ndarray) -> float:
        """Log odds when the lag is known by its probabilities [LAGS]."""
        return float(np.log(np.sum(lags * np.exp(self.odds)))) + self.moves


NO_FIT = Fit(np.full(len(LAGS), -3.0), 0.0)  # a face that is not seen


class LagBelief:
    """How many frames mouths are behind the sound, learnt from all stretches of a clip together."""

    def __init__(self) -> None:
        beyond = np.maximum(np.abs(np.array(LAGS)) - USUAL_LAGS, 0)
        self._log = -UNUSUAL * beyond

    def learn(self, fits: Sequence[Fit]) -> None:
        """From the faces of one stretch, of which one may speak."""
        self._log = self._log + _told(fits)

    def with_(self, stretches: Sequence[Sequence[Fit]]) -> np.ndarray:
        """float64 [LAGS]: probabilities, with what further stretches tell."""
        log = self._log + sum((_told(fits) for fits in stretches), np.zeros(len(LAGS)))
        likely = np.exp(log - log.max())
        return likely / likely.sum()


def fit(stretch: Stretch, fps: float) -> Fit:
    """How well a face fits the voice that is heard in the stretch."""
    if len(stretch.loud) < LEAST_FRAMES:
        return Fit(np.zeros(len(LAGS)), 0.0)
    half = max(round(SLOW * fps), 2)
    opening, motion = _opening(_quick(stretch.mouth, half))
    _, head = _opening(_quick(stretch.eyes, half))
    moves = np.log(max(_ramp(motion / max(head, LEAST_MOTION), *ACTIVE), 1e-3))
    dark, loud = _quick(darkness(stretch.mouth), half), _quick(stretch.loud, half)
    odds = BOTH * (_odds(opening, loud, fps, signed=False) + _odds(dark, loud, fps, signed=True))
    if len(stretch.rest) >= LEAST_FRAMES:
        _, rest = _opening(_quick(stretch.rest, half))
        odds = odds + REST * np.clip(np.log2(motion / max(rest, LEAST_MOTION)) - RESTS, -1, 0.5)
    return Fit(odds, float(moves))


def speakers(phrases: Sequence[dict[int, Fit]], pauses: Sequence[float], lags: np.ndarray) -> list[dict[int, float]]:
    """By phrase and face, how likely it speaks: of phrases one after the other, which mostly are one speaker's, or
    nobody's in the picture, where pauses (s, before each phrase) are short (the forward–backward algorithm, Rabiner
    1989)."""
    faces = sorted({face for fits in phrases for face in fits})
    seen = np.full((len(phrases), len(faces) + 1), NOBODY)  # the last is nobody
    for n, fits in enumerate(phrases):
        seen[n, :-1] = [fits.get(face, NO_FIT).at(lags) for face in faces]
    seen = np.exp(np.clip(seen - seen.max(axis=1, keepdims=True), -30, 0))
    changes = []
    for pause in pauses:
        change = np.full((len(faces) + 1,) * 2, np.exp(-SWITCH * np.exp(-pause / FORGOTTEN)))
        np.fill_diagonal(change, 1.0)
        changes.append(change)
    before, after = seen.copy(), np.ones_like(seen)
    for n in range(1, len(phrases)):
        before[n] *= before[n - 1] @ changes[n]
        before[n] /= before[n].max()
    for n in range(len(phrases) - 2, -1, -1):
        after[n] = changes[n + 1] @ (seen[n + 1] * after[n + 1])
        after[n] /= after[n].max()
    chances = before * after
    chances /= chances.sum(axis=1, keepdims=True)
    return [dict(zip(faces, row[:-1].tolist(), strict=True)) for row in chances]


def _told(fits: Sequence[Fit]) -> np.ndarray:
    """float64 [LAGS]: what the faces of one stretch tell about the lag, in log odds."""
    chances = [np.full(len(LAGS), NOBODY), *(fit.odds + fit.moves for fit in fits)]
    return CAUTION * np.log(np.mean(np.exp(chances), axis=0))


def _odds(opening: np.ndarray, loud: np.ndarray, fps: float, signed: bool) -> np.ndarray:
    """float64 [LAGS]: log likelihood of the correlation at each lag if the mouth speaks, over that by chance. Not
    signed: of either sign, as that of a principal component is."""
    odds = np.zeros(len(LAGS))
    for k, usual in enumerate(LAGS):
        lag = round(usual * fps / 24)
        first, last = max(-lag, 0), len(opening) - max(lag, 0)
        m, s = opening[first + lag : last + lag], loud[first:last]
        if len(m) < LEAST_FRAMES or m.std() < 1e-9 or s.std() < 1e-12:
            continue
        count = _independent(m, s, round(MEMORY * fps))
        told = SPEAKS * count * float(np.arctanh(np.clip(np.corrcoef(m, s)[0, 1], -0.99, 0.99)))
        odds[k] = (told if signed else np.logaddexp(told, -told) - np.log(2)) - SPEAKS**2 * count / 2
    return odds


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
