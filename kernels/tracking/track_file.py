"""Track files: what tracking found, frame by frame, so that any frame renders alone. Data only.

    8 bytes     "FPTRACK1"
    8 bytes     length of the header, little-endian
    header      UTF-8 JSON: {"version": 1, "unit": "m", "fps": 24, "frameOffset": 0, "window": [x0, y0, x1, y1],
                "matteSize": [w, h], "tracks": [[sample, …], …], "inFocus": [[frame, track], …]}
    mattes      zlib-compressed uint8 rows, one blob a sample that has one

A sample is {"frame", "subject", "center": [x, y], "box": [x0, y0, x1, y1], "confidence", "distance" (m, where depth is
known), "matte": [offset, bytes] (where the subject is seen)}. Positions are px of the full-resolution format, y down
from its top-left corner; mattes cover `window`. Frame 0 of the file is frame `frameOffset` of the comp. Tracks are in
the order of the node's targets; `inFocus` says from which frame on which of them (0 = the first) has the focus.
"""

from __future__ import annotations

import json
import math
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from ..focus.focus_file import FocusFileError, write_bytes

MAGIC = b"FPTRACK1"
VERSION = 1
LARGEST_HEADER = 1 << 29  # bytes
LARGEST_SIDE = 4096  # px of a matte
LARGEST = 1e12  # of any number but a distance


class TrackFileError(ValueError):
    """A file that is no track file, or cannot be read or written. The message names the file and the cure."""


@dataclass(frozen=True)
class Seen:
    """One subject in one frame, as the module's header says. matte: compressed; b"" where it is not seen."""

    center: tuple[float, float]
    box: tuple[float, float, float, float]
    confidence: float
    subject: int = 0
    distance: float | None = None
    matte: bytes = b""


@dataclass(frozen=True)
class TrackFile:
    """window: (x0, y0, x1, y1) px that mattes cover. matte_size: (width, height). tracks: one a target, by frame."""

    window: tuple[int, int, int, int]
    matte_size: tuple[int, int]
    tracks: Sequence[dict[int, Seen]]
    fps: float = 24.0
    frame_offset: int = 0
    in_focus: Sequence[tuple[int, int]] = field(default_factory=tuple)

    def subject_at(self, frame: int) -> int:
        """The track that has the focus in a frame of the file."""
        chosen = [track for start, track in self.in_focus if start <= frame] or [t for _, t in self.in_focus[:1]] or [0]
        return chosen[-1]

    def frame_at(self, time: float, fps: float | None = None) -> int:
        """The file's frame for a time of the comp, whose frame rate is `fps` (None: the file's)."""
        at = time - self.frame_offset
        return math.floor((at * self.fps / fps if fps else at) + 0.5)

    def matte(self, track: int, frame: int) -> np.ndarray:
        """uint8 [height, width]: 255 where the subject is. KeyError where the frame is not tracked."""
        return unpacked(self.tracks[track][frame].matte, self.matte_size)

    @property
    def frames(self) -> tuple[int, int]:
        """First and last frame of any track. ValueError where there is none."""
        return min(min(t) for t in self.tracks if t), max(max(t) for t in self.tracks if t)


def unpacked(data: bytes, size: tuple[int, int]) -> np.ndarray:
    """A compressed matte as uint8 [height, width]; black where there is no data. ValueError where it is damaged."""
    width, height = size
    if not data:
        return np.zeros((height, width), np.uint8)
    try:
        engine = zlib.decompressobj()
        rows = engine.decompress(data, width * height + 1)
    except zlib.error as problem:
        raise ValueError(f"a matte is damaged ({problem})") from None
    if len(rows) != width * height:
        raise ValueError(f"a matte is damaged ({len(rows)} bytes where {width} × {height} belong)")
    return np.frombuffer(rows, np.uint8).reshape(height, width)


def write_track_file(path: str | Path, found: TrackFile) -> None:
    """Writes a track file, whole or not at all; folders are made. Raises TrackFileError."""
    path = Path(path)
    blobs, at, tracks = [], 0, []
    for track in found.tracks:
        samples = []
        for frame, seen in sorted(track.items()):
            entry = {
                "frame": frame,
                "subject": seen.subject,
                "center": [round(v, 3) for v in seen.center],
                "box": [round(v, 2) for v in seen.box],
                "confidence": round(seen.confidence, 4),
            }
            if seen.distance is not None:
                entry["distance"] = float(f"{seen.distance:.6g}")
            if seen.matte:
                entry["matte"] = [at, len(seen.matte)]
                blobs.append(seen.matte)
                at += len(seen.matte)
            samples.append(entry)
        tracks.append(samples)
    header = {"version": VERSION, "unit": "m", "fps": found.fps, "frameOffset": found.frame_offset}
    header |= {"window": list(found.window), "matteSize": list(found.matte_size), "tracks": tracks}
    header["inFocus"] = [list(pair) for pair in found.in_focus]
    text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
    try:
        write_bytes(path, b"".join([MAGIC, len(text).to_bytes(8, "little"), text, *blobs]))
    except FocusFileError as problem:
        raise TrackFileError(str(problem)) from None


def read_track_file(path: str | Path) -> TrackFile:
    """Reads and checks a track file. Raises TrackFileError."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            if file.read(8) != MAGIC:
                raise TrackFileError(f"{path}: is no track file; write one with Track")
            length = int.from_bytes(file.read(8), "little")
            if not 0 < length <= LARGEST_HEADER:
                raise TrackFileError(f"{path}: is damaged (a header of {length} bytes); track again")
            text, blobs = file.read(length), file.read()
    except OSError as problem:
        raise TrackFileError(f"{path}: cannot be read ({problem.strerror}); check the path, or track again") from None
    try:
        return _from_header(json.loads(text), blobs)
    except RecursionError:
        raise TrackFileError(f"{path}: is nested too deeply to be a track file") from None
    except (ValueError, KeyError, TypeError, OverflowError) as problem:
        raise TrackFileError(f"{path}: is damaged or no track file ({problem}); track again") from None


def _from_header(header: dict, blobs: bytes) -> TrackFile:
    if header["version"] != VERSION:
        raise ValueError(f"version {header['version']!r} is unknown, this FocusPuller reads version {VERSION}")
    window, size = _numbers(header["window"], 4), _numbers(header["matteSize"], 2)
    width, height = map(int, size)
    if not (0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE):
        raise ValueError(f"mattes of {width} × {height} px")
    if not (window[2] > window[0] and window[3] > window[1]):
        raise ValueError("an empty window")
    fps, offset = _numbers([header["fps"], header["frameOffset"]], 2)
    if not fps > 0:
        raise ValueError(f"fps {fps}")
    tracks = [{_whole(entry["frame"]): _seen(entry, blobs) for entry in track} for track in header["tracks"]]
    if not tracks:
        raise ValueError("it holds no track")
    in_focus = [tuple(map(int, _numbers(pair, 2))) for pair in header["inFocus"]]
    if not all(0 <= track < len(tracks) for _, track in in_focus):
        raise ValueError("the focus is on a track that is not there")
    return TrackFile(tuple(map(int, window)), (width, height), tracks, fps, int(offset), in_focus)


def _seen(entry: dict, blobs: bytes) -> Seen:
    matte = b""
    if "matte" in entry:
        at, length = map(int, _numbers(entry["matte"], 2))
        if at < 0 or length < 0 or at + length > len(blobs):
            raise ValueError(f"the matte of frame {entry['frame']} is missing")
        matte = blobs[at : at + length]
    distance = _numbers([entry["distance"]], 1, sys.float_info.max)[0] if "distance" in entry else None
    confidence = _numbers([entry["confidence"]], 1)[0]
    center, box = _numbers(entry["center"], 2), _numbers(entry["box"], 4)
    return Seen(center, box, confidence, _whole(entry["subject"]), distance, matte)


def _whole(value: object) -> int:
    return int(_numbers([value], 1)[0])


def _numbers(values: object, count: int, largest: float = LARGEST) -> tuple[float, ...]:
    """Finite numbers from JSON, of a size to count with. ValueError for anything else."""
    if not isinstance(values, list) or len(values) != count:
        raise ValueError(f"{values!r} where {count} numbers belong")
    if not all(isinstance(v, (int, float)) and not isinstance(v, bool) and abs(v) <= largest for v in values):
        raise ValueError(f"{values!r} where {count} numbers belong")
    return tuple(float(v) for v in values)
