"""Sound of WAV, other audio and video files, through PyAV, as mono samples at the rate that detectors use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..focus.detections import SOUND_RATE

LONGEST = 4 * 3600  # s of sound that are read


class SoundError(ValueError):
    """A file without usable sound; names it and the cure."""


def sound_chunks(path: str | Path) -> Iterator[np.ndarray]:
    """float32 [n] mono at SOUND_RATE, piece by piece, of the file's first audio stream. Raises SoundError."""
    import av

    path = Path(path)
    try:
        with av.open(str(path)) as container:
            if not container.streams.audio:
                raise SoundError(f"{path}: has no sound; choose a WAV file or a clip with sound")
            resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
            for frame in container.decode(container.streams.audio[0]):
                frame.pts = None  # gaps in time stamps would stop the resampler
                for piece in resampler.resample(frame):
                    yield _samples(piece)
            for piece in resampler.resample(None):
                yield _samples(piece)
    except FileNotFoundError:
        raise SoundError(f"{path}: there is no such file; check the path") from None
    except (av.FFmpegError, OSError, ValueError) as problem:
        if isinstance(problem, SoundError):
            raise
        raise SoundError(f"{path}: cannot be read as sound ({problem}); choose a WAV file") from None


def read_sound(path: str | Path) -> np.ndarray:
    """float32 [n] mono at SOUND_RATE: the whole file. Raises SoundError, also where it is longer than four hours."""
    pieces, count = [], 0
    for piece in sound_chunks(path):
        pieces.append(piece)
        count += len(piece)
        if count > LONGEST * SOUND_RATE:
            raise SoundError(f"{path}: is longer than {LONGEST // 3600} hours; cut it to the clip")
    return np.concatenate(pieces) if pieces else np.zeros(0, np.float32)


def sound_of_frame(sound: np.ndarray, place: int, fps: float) -> np.ndarray:
    """float32 [n]: the samples of the frame at `place` (0 = the first) of a clip whose first frame the sound begins
    with; empty beyond its end."""
    first, last = (round(p / fps * SOUND_RATE) for p in (place, place + 1))
    return sound[max(first, 0) : max(last, 0)]


def _samples(piece) -> np.ndarray:
    return np.nan_to_num(piece.to_ndarray().reshape(-1)).astype(np.float32)
