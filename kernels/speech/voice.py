"""Voice in the sound, frame by frame: how loud the speech band is, and whether somebody speaks.

Speech is told from noise by three things: it is louder than what is always there, in the band of speech; it is voiced
(periodic between 70 and 400 Hz) every few frames; and it comes and goes in syllables.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..focus.detections import SOUND_RATE

WINDOW = 0.048  # s that a frame's features look at, around its middle
BAND = 200.0, 4000.0  # Hz
PITCH = 70.0, 400.0  # Hz
SILENCE = -80.0  # dB of full scale: what digital silence is taken for
FLOOR_PART = 10  # percentile of the levels around that is taken for the room's noise
ABOVE = 6.0, 14.0  # dB above the floor: from where it counts as speech, and counts fully
LOUD_PART, SPREAD = 95, (0.25, 0.6)  # in noise less: parts of the way from the floor to the percentile of the loud
LEAST_ABOVE = 3.0, 7.0  # dB, at least
AUDIBLE = -62.0, -52.0  # dB of full scale, likewise
VOICED = 0.35, 0.6  # periodicity, likewise
VOICED_WITHIN = 0.17  # s around a frame in which something must be voiced


@dataclass(frozen=True)
class SoundFrame:
    """level: dB of full scale in the band of speech. voicing: 0 … 1, how periodic the sound is."""

    level: float
    voicing: float


def measure(samples: np.ndarray) -> SoundFrame:
    """samples: float32 [n] mono at SOUND_RATE around the middle of a frame."""
    samples = np.nan_to_num(np.asarray(samples, np.float64))
    if len(samples) < 64:
        return SoundFrame(SILENCE, 0.0)
    window = np.hanning(len(samples))
    size = 1 << (2 * len(samples) - 1).bit_length()
    spectrum = np.fft.rfft((samples - samples.mean()) * window, size)
    frequency = np.fft.rfftfreq(size, 1 / SOUND_RATE)
    power = np.abs(spectrum) ** 2
    band = power[(frequency >= BAND[0]) & (frequency <= BAND[1])].sum() * 2 / size / (window**2).sum()
    level = max(10 * np.log10(band + 1e-12), SILENCE)
    return SoundFrame(float(level), _voicing(power, window, size, frequency))


def _voicing(power: np.ndarray, window: np.ndarray, size: int, frequency: np.ndarray) -> float:
    """The highest peak of the autocorrelation among lags of a voice, corrected for the window (Boersma 1993)."""
    low = np.where((frequency > 50) & (frequency < 1200), power, 0.0)
    correlation = np.fft.irfft(low, size)
    correction = np.fft.irfft(np.abs(np.fft.rfft(window, size)) ** 2, size)
    first, last = int(SOUND_RATE / PITCH[1]), min(int(SOUND_RATE / PITCH[0]), int(0.7 * len(window)))
    if last <= first + 1 or correlation[0] <= 1e-9:
        return 0.0
    ratio = correlation[first:last] / correlation[0] * correction[0] / np.maximum(correction[first:last], 1e-9)
    inner = ratio[1:-1]
    peaks = inner[(inner >= ratio[:-2]) & (inner >= ratio[2:])]
    return float(np.clip(peaks.max(initial=0.0), 0, 1))


def voice_activity(levels: np.ndarray, voicing: np.ndarray, fps: float) -> np.ndarray:
    """float64 [n] 0 … 1, whether somebody speaks in each of n neighbouring frames; of a few seconds, for the floor."""
    floor = np.percentile(levels, FLOOR_PART)
    reach = max(round(VOICED_WITHIN * fps), 1)
    near = np.array([voicing[max(i - reach, 0) : i + reach + 1].max() for i in range(len(voicing))])
    spread = np.percentile(levels, LOUD_PART) - floor
    above = [np.clip(part * spread, least, most) for part, least, most in zip(SPREAD, LEAST_ABOVE, ABOVE, strict=True)]
    return _ramp(levels - floor, *above) * _ramp(levels, *AUDIBLE) * _ramp(near, *VOICED)


def _ramp(values: np.ndarray, start: float, full: float) -> np.ndarray:
    return np.clip((values - start) / (full - start), 0, 1)
