"""Sound from files, through PyAV: WAV and whatever else FFmpeg reads, movies' own sound included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from .detections import SOUND_RATE

_LONGEST = 6 * 3600 * SOUND_RATE  # samples


class SoundError(ValueError):
    """A file without usable sound. The message names the file and the cure."""


def read_sound(path: str | Path, check_abort: Callable[[], None] | None = None) -> np.ndarray:
    """float32 [n] mono at SOUND_RATE, about -1 … 1, of a file's first sound track. Raises SoundError."""
    try:
        import av
    except ImportError:
        raise SoundError(f"{path}: reading sound needs PyAV; install it with pip install av") from None
    parts, length = [], 0
    try:
        with av.open(str(path)) as file:
            if not file.streams.audio:
                raise SoundError(f"{path}: has no sound; choose a WAV file, or a movie with sound")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
            for frame in file.decode(file.streams.audio[0]):
                for part in resampler.resample(frame):
                    parts.append(part.to_ndarray().ravel())
                    length += len(parts[-1])
                if length > _LONGEST:
                    raise SoundError(f"{path}: is longer than {_LONGEST // SOUND_RATE // 3600} hours; cut it")
                if check_abort:
                    check_abort()
            parts += [part.to_ndarray().ravel() for part in resampler.resample(None)]
    except av.FFmpegError as problem:
        raise SoundError(f"{path}: cannot be read ({problem.strerror}); choose a WAV file or a movie") from None
    except OSError as problem:
        raise SoundError(f"{path}: cannot be read ({problem.strerror}); check the path") from None
    if not length:
        raise SoundError(f"{path}: its sound is empty; choose another file")
    return np.nan_to_num(np.concatenate(parts)).astype(np.float32)


def of_frame(sound: np.ndarray, frame: int, start: float, fps: float) -> np.ndarray:
    """float32 [n]: the samples of one frame, when the sound starts with frame `start`; silence where it has none."""
    first, last = (round((frame + n - start) / fps * SOUND_RATE) for n in (0, 1))
    part = sound[max(first, 0) : max(last, 0)]
    if len(part) == last - first:
        return part
    whole = np.zeros(last - first, np.float32)
    offset = max(-first, 0)
    whole[offset : offset + len(part)] = part
    return whole


def loudness(samples: np.ndarray) -> float:
    """0 … 1: the samples' level, -60 … 0 dB of full scale."""
    if not len(samples):
        return 0.0
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return float(np.clip(1 + 10 * np.log10(power + 1e-12) / 60, 0, 1))
