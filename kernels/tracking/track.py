"""What tracking gives: for each frame where the subject is, its mask, and how sure that is."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

import numpy as np


class ClickError(ValueError):
    """There is nothing to follow where the artist points. The message says why, and the cure."""


@dataclass(frozen=True)
class Sample:
    """One subject in one frame.

    center: (x, y), a point well inside the subject that moves with it. box: (x0, y0, x1, y1). Both in px of the frame.
    confidence: 0 … 1; 0 where the subject is lost, hidden or out of the picture: then center and box say where it was
    last, and the matte is empty. subject: which one is followed, counted up where a click picks another. matte:
    zlib-compressed uint8 [height, width] of Track.matte_size.
    """

    center: tuple[float, float]
    box: tuple[float, float, float, float]
    confidence: float
    subject: int
    matte: bytes


@dataclass
class Track:
    """size, matte_size: (width, height) of the frames and of the mattes. samples: by frame."""

    size: tuple[int, int]
    matte_size: tuple[int, int]
    samples: dict[int, Sample] = field(default_factory=dict)

    def matte(self, frame: int) -> np.ndarray:
        """uint8 [height, width] of matte_size: 255 where the subject is. KeyError for frames that are not tracked."""
        width, height = self.matte_size
        data = zlib.decompress(self.samples[frame].matte)
        return np.frombuffer(data, np.uint8).reshape(height, width)

    def frames(self) -> list[int]:
        return sorted(self.samples)


def packed(matte: np.ndarray) -> bytes:
    """A matte, uint8 [H, W], as Sample keeps it."""
    return zlib.compress(np.ascontiguousarray(matte, np.uint8).tobytes(), 6)
