"""Synthesised speech: syllables of a source–filter voice, with the mouth's opening that made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

RATE = 16000  # samples a second
# First three formants of vowels, Hz (Peterson & Barney 1952, men), and how far the mouth opens for them.
_VOWELS = (
    ((730, 1090, 2440), 1.0),
    ((530, 1840, 2480), 0.7),
    ((270, 2290, 3010), 0.35),
    ((570, 840, 2410), 0.75),
    ((300, 870, 2240), 0.4),
    ((660, 1720, 2410), 0.85),
    ((440, 1020, 2240), 0.6),
)
_STEP = 80  # samples between frames of the synthesis


@dataclass(frozen=True)
class Voice:
    """pitch: Hz. tract: formants' factor (a shorter tract is higher). pace: syllables a second."""

    pitch: float
    tract: float
    pace: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Voice:
        high = rng.random() < 0.5
        pitch = rng.uniform(170, 230) if high else rng.uniform(95, 135)
        return cls(float(pitch), float(rng.uniform(1.1, 1.2) if high else rng.uniform(0.95, 1.05)), rng.uniform(3.6, 5))


def speak(voice: Voice, seconds: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(sound, mouth): float32 [n] around -0.5 … 0.5 at RATE, beginning with a syllable at once and ending with one;
    mouth's opening 0 … 1, float32 [n]."""
    n = max(int(seconds * RATE), RATE // 10)
    opening, formants, hiss, loud = _syllables(voice, n, rng)
    t = np.arange(n) / RATE
    drift = 1 + 0.08 * np.sin(2 * np.pi * t / rng.uniform(1.2, 2.0) + rng.uniform(0, 6)) - 0.06 * t / max(seconds, 0.1)
    phase = np.cumsum(voice.pitch * drift / RATE)
    pulses = np.diff(np.floor(phase), prepend=0.0) > 0
    source = np.zeros(n)
    source[pulses] = 1.0
    source = _low_pass(source, 0.94) + 0.01 * rng.standard_normal(n)
    voiced = source * loud
    for f in range(3):
        voiced = voiced + _resonate(source * loud, formants[:, f] * voice.tract, 60 + 40 * f) * (1.0, 0.7, 0.35)[f]
    noise = rng.standard_normal(n)
    sound = voiced / (np.abs(voiced).max() + 1e-9) + 0.12 * (noise - _low_pass(noise, 0.8) * 0.2) * hiss
    return (0.5 * sound / (np.abs(sound).max() + 1e-9)).astype(np.float32), opening.astype(np.float32)


def chew(pace: float, n: int, rng: np.random.Generator) -> np.ndarray:
    """float32 [n] at RATE: the opening of a mouth that moves without a sound."""
    t = np.arange(n) / RATE
    wander = np.interp(t, np.linspace(0, t[-1] + 1e-9, 40), rng.uniform(0.75, 1.25, 40))
    phase = np.cumsum(pace * wander / RATE) + rng.random()
    return (0.5 - 0.5 * np.cos(2 * np.pi * phase)).astype(np.float32) * np.float32(0.8)


def _syllables(voice: Voice, n: int, rng: np.random.Generator):
    """Per sample: opening, formants [n, 3], hiss of consonants, loudness."""
    opening, loud, hiss = np.zeros(n), np.zeros(n), np.zeros(n)
    formants = np.empty((n, 3))
    formants[:] = _VOWELS[6][0]
    at, word = 0, int(rng.integers(3, 8))
    while at < n:
        length = int(RATE / voice.pace * rng.uniform(0.75, 1.35))
        length = min(length, n - at)
        shape, wide = _VOWELS[rng.integers(len(_VOWELS))]
        part = np.linspace(0, 1, length, endpoint=False)
        envelope = np.sin(np.pi * np.clip(part, 0, 1)) ** 0.6 if length > 400 else np.zeros(length)
        stress = rng.uniform(0.6, 1.0)
        span = slice(at, at + length)
        loud[span] = envelope * stress
        opening[span] = np.sin(np.pi * part) * wide * (0.6 + 0.4 * stress)
        formants[span] = shape
        consonant = min(int(RATE * rng.uniform(0.03, 0.08)), length)
        hiss[at : at + consonant] = rng.random() * np.hanning(consonant) if consonant > 2 else 0
        at += length
        word -= 1
        if word == 0 and n - at > RATE:  # a short breath between phrases
            at += int(RATE * rng.uniform(0.08, 0.22))
            word = int(rng.integers(4, 9))
    return opening, formants, hiss, loud


def _low_pass(x: np.ndarray, pole: float) -> np.ndarray:
    """One pole, as a truncated convolution."""
    taps = (1 - pole) * pole ** np.arange(int(np.ceil(np.log(1e-4) / np.log(pole))))
    return np.convolve(x, taps)[: len(x)]


def _resonate(x: np.ndarray, frequency: np.ndarray, bandwidth: float) -> np.ndarray:
    """A formant: each short stretch of the source rings at its frequency (overlap-add of damped cosines)."""
    ring = np.arange(int(RATE * 0.03)) / RATE
    damp = np.exp(-np.pi * bandwidth * ring)
    out = np.zeros(len(x) + len(ring))
    for start in range(0, len(x), _STEP):
        chunk = x[start : start + _STEP]
        if np.any(chunk):
            response = damp * np.cos(2 * np.pi * frequency[start] * ring)
            wave = np.convolve(chunk, response)
            out[start : start + len(wave)] += wave[: len(out) - start]
    return out[: len(x)]
