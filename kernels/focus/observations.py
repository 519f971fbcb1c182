"""What was observed of a clip, one row a frame: little enough to keep for 10,000 frames and to cache."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from .observe import Spot

NOWHERE = Spot(np.nan, np.nan, np.nan, 0.0, np.nan, np.nan)
_LARGEST_FILE = 256 << 20


@dataclass
class Observations:
    """Of consecutive frames first … first + n - 1.

    spots: float64 [n, 6], a Spot a row, of the intersected maps; NaN and weight 0 where empty.
    resting: the same of what the eye rests on while nothing happens (saliency or faces alone). cuts: bool [n], first
    frames of shots. strengths: float32 [n, detectors] 0 … 1. loudness: float32 [n] 0 … 1 of the sound. thumbnails:
    frame → JPEG.
    """

    first: int
    names: tuple[str, ...] = ()
    _spots: list[Spot] = field(default_factory=list)
    _resting: list[Spot] = field(default_factory=list)
    _cuts: list[bool] = field(default_factory=list)
    _strengths: list[tuple[float, ...]] = field(default_factory=list)
    _loudness: list[float] = field(default_factory=list)
    thumbnails: dict[int, bytes] = field(default_factory=dict)

    def add(
        self,
        spot: Spot | None,
        resting: Spot | None = None,
        cut: bool = False,
        strengths: Sequence[float] = (),
        loudness: float = 0.0,
    ) -> None:
        """The next frame's row."""
        self._spots.append(spot or NOWHERE)
        self._resting.append(resting or NOWHERE)
        self._cuts.append(bool(cut) or not self._cuts)
        self._strengths.append(tuple(strengths) or (0.0,) * len(self.names))
        self._loudness.append(float(loudness))

    def __len__(self) -> int:
        return len(self._spots)

    @property
    def frames(self) -> np.ndarray:
        return np.arange(self.first, self.first + len(self))

    @property
    def spots(self) -> np.ndarray:
        return np.array(self._spots, float).reshape(len(self), 6)

    @property
    def resting(self) -> np.ndarray:
        return np.array(self._resting, float).reshape(len(self), 6)

    @property
    def cuts(self) -> np.ndarray:
        return np.array(self._cuts, bool)

    @property
    def strengths(self) -> np.ndarray:
        return np.array(self._strengths, np.float32).reshape(len(self), len(self.names))

    @property
    def loudness(self) -> np.ndarray:
        return np.array(self._loudness, np.float32)

    def forget_before(self, first: int) -> None:
        """Drops the rows of frames before `first`."""
        drop = min(max(first - self.first, 0), len(self))
        for column in (self._spots, self._resting, self._cuts, self._strengths, self._loudness):
            del column[:drop]
        self.first += drop
        for number in [n for n in self.thumbnails if n < self.first]:
            del self.thumbnails[number]

    def replace_first(self, spot: Spot) -> None:
        """Another spot for the first row."""
        self._spots[0] = spot

    def to_bytes(self) -> bytes:
        """As an .npz archive without pickles."""
        numbers = sorted(self.thumbnails)
        pictures = b"".join(self.thumbnails[n] for n in numbers)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            head=np.frombuffer(json.dumps({"first": self.first, "names": self.names}).encode(), np.uint8),
            spots=self.spots,
            resting=self.resting,
            cuts=self.cuts,
            strengths=self.strengths,
            loudness=self.loudness,
            numbers=np.array(numbers, np.int64),
            sizes=np.array([len(self.thumbnails[n]) for n in numbers], np.int64),
            pictures=np.frombuffer(pictures, np.uint8),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Observations:
        """The inverse; ValueError for what is none."""
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > _LARGEST_FILE:
                    raise ValueError("the archive is too large to be observations")
            with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
                return cls._from_arrays({name: arrays[name] for name in arrays.files})
        except (zipfile.BadZipFile, OSError, KeyError, TypeError, EOFError) as problem:
            raise ValueError(f"these are no observations ({problem})") from None

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> Observations:
        head = json.loads(arrays["head"].tobytes().decode())
        count = len(arrays["spots"])
        columns = ("resting", "cuts", "strengths", "loudness")
        if any(len(arrays[name]) != count for name in columns) or arrays["spots"].shape[1:] != (6,):
            raise ValueError("these observations have columns of different lengths")
        result = cls(int(head["first"]), tuple(str(name) for name in head["names"]))
        result._spots = [Spot(*row) for row in arrays["spots"].tolist()]
        result._resting = [Spot(*row) for row in arrays["resting"].tolist()]
        result._cuts = arrays["cuts"].astype(bool).tolist()
        result._strengths = [tuple(row) for row in arrays["strengths"].tolist()]
        result._loudness = arrays["loudness"].tolist()
        ends = np.cumsum(arrays["sizes"])
        pictures = arrays["pictures"].tobytes()
        for number, size, end in zip(arrays["numbers"], arrays["sizes"], ends, strict=True):
            result.thumbnails[int(number)] = pictures[end - size : end]
        return result
