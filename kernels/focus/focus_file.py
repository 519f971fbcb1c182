"""Focus files: a focus curve and its targets as JSON, for hosts that cannot hold keys and for `focuspuller evaluate`.

    {"version": 1, "unit": "m", "fps": 24, "frameOffset": 0, "keys": [[1, 2.0], [48, 8.0]],
     "targets": [{"frame": 48, "x": 0.25, "y": 0.4, "distance": 8.0, "label": "face 2"}]}

Frame 0 of the file is frame `frameOffset` of the comp. Between keys the focus is linear in 1 / distance, before the
first and after the last it stays. Targets say when (frame), where (x, y: fractions of the picture's width and height
from its top-left corner) and how far (m) a new subject gets the focus; all but the frame may be missing. `boxes` may
say where the subject is in other frames: [frame, x0, y0, x1, y1], the same fractions.
"""

from __future__ import annotations

import contextlib
import errno
import json
import math
import os
import tempfile
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

VERSION = 1
LARGEST_FILE = 64 << 20  # bytes


class FocusFileError(ValueError):
    """A file that is no focus file, or cannot be read or written. The message names the file and the cure."""


@dataclass(frozen=True)
class FocusTarget:
    """A New Focus Target (x, y, t) of the paper's section 5.

    frame: when the subject must be sharp. x, y: fractions of width and height from the top-left corner; distance: m;
    None where unknown. label: what it is, for people. cut: the first focus of a shot, which no pull leads to.
    """

    frame: float
    x: float | None = None
    y: float | None = None
    distance: float | None = None
    label: str = ""
    cut: bool = False


@dataclass(frozen=True)
class FocusFile:
    """keys: (frame, distance in m > 0), frames rising, at least one. frame_offset: the comp's frame for file frame 0.

    ValueError says what is wrong with keys, fps or offset.
    """

    keys: Sequence[tuple[float, float]]
    fps: float = 24.0
    frame_offset: float = 0.0
    targets: Sequence[FocusTarget] = field(default_factory=tuple)
    boxes: Sequence[tuple[float, float, float, float, float]] = field(default_factory=tuple)

    def __post_init__(self):
        if not self.keys:
            raise ValueError("there are no keys; give at least one [frame, distance]")
        for frame, distance in self.keys:
            if not (math.isfinite(frame) and math.isfinite(distance) and distance > 0):
                raise ValueError(f"key [{frame}, {distance}] is no frame with a distance above 0 m")
        for (frame, _), (following, _) in pairwise(self.keys):
            if frame >= following:
                raise ValueError(f"the keys at frames {frame:g} and {following:g} do not rise; sort them, one a frame")
        if not (math.isfinite(self.fps) and self.fps > 0):
            raise ValueError(f"fps {self.fps} is no frame rate; write one such as 24")
        if not math.isfinite(self.frame_offset):
            raise ValueError(f"frameOffset {self.frame_offset} is no frame; write 0")

    def focus_at(self, frame: float, fps: float | None = None) -> float:
        """Distance of the plane of focus in m at a frame of the comp, whose frame rate is `fps` (None: the file's)."""
        at = frame - self.frame_offset
        if fps:
            at *= self.fps / fps
        after = bisect_right(self.keys, at, key=lambda key: key[0])
        if after == 0 or after == len(self.keys):
            return float(self.keys[max(after - 1, 0)][1])
        (t0, d0), (t1, d1) = self.keys[after - 1 : after + 1]
        part = (at - t0) / (t1 - t0)
        return 1 / ((1 - part) / d0 + part / d1)

    @property
    def frames(self) -> tuple[float, float]:
        """First and last key as frames of the comp."""
        return self.keys[0][0] + self.frame_offset, self.keys[-1][0] + self.frame_offset


def read_focus_file(path: str | Path) -> FocusFile:
    """Reads and checks a focus file. Raises FocusFileError."""
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise FocusFileError(f"{path}: is larger than {LARGEST_FILE >> 20} MB, no focus file")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise FocusFileError(f"{path}: cannot be read ({problem.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise FocusFileError(f"{path}: is not UTF-8; write a focus file with Analyse") from None
    try:
        return focus_file_from_json(json.loads(text))
    except json.JSONDecodeError as problem:
        raise FocusFileError(f"{path}: is not JSON at line {problem.lineno}: {problem.msg.lower()}") from None
    except RecursionError:
        raise FocusFileError(f"{path}: is nested too deeply to be a focus file") from None
    except ValueError as problem:
        raise FocusFileError(f"{path}: {problem}") from None


def focus_file_from_json(data: object) -> FocusFile:
    """A focus file from its parsed JSON. Raises ValueError saying what is wrong and the cure."""
    if not isinstance(data, dict) or "keys" not in data:
        raise ValueError('a focus file is an object with "keys"; write one with Analyse')
    if data.get("version") != VERSION:
        raise ValueError(f"version {data.get('version')!r} is unknown; this FocusPuller reads version {VERSION}")
    if data.get("unit", "m") != "m":
        raise ValueError(f"unit {data['unit']!r} is unknown; give distances in m")
    keys = data["keys"]
    if not isinstance(keys, list) or not all(isinstance(key, list) and len(key) == 2 for key in keys):
        raise ValueError("keys are a list of [frame, distance] pairs")
    targets = data.get("targets", [])
    if not isinstance(targets, list):
        raise ValueError("targets are a list; write [] for none")
    return FocusFile(
        keys=tuple((_number(frame, "a key's frame"), _number(d, "a key's distance")) for frame, d in keys),
        fps=_number(data.get("fps", 24.0), "fps"),
        frame_offset=_number(data.get("frameOffset", 0.0), "frameOffset"),
        targets=tuple(_target(entry) for entry in targets),
        boxes=_boxes(data.get("boxes", [])),
    )


def write_focus_file(path: str | Path, focus: FocusFile) -> None:
    """Writes a focus file, whole or not at all; folders are made. Raises FocusFileError."""
    data = {
        "version": VERSION,
        "unit": "m",
        "fps": focus.fps,
        "frameOffset": focus.frame_offset,
        "keys": [[_tidy(frame), float(f"{distance:.6g}")] for frame, distance in focus.keys],
        "targets": [_target_json(target) for target in focus.targets],
    }
    if focus.boxes:
        data["boxes"] = [[_tidy(box[0]), *(round(v, 4) for v in box[1:])] for box in focus.boxes]
    write_text(Path(path), json.dumps(data, ensure_ascii=False) + "\n")


def write_text(path: Path, text: str) -> None:
    """Writes a text file under another name beside its place, then renames it. Raises FocusFileError."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """As `write_text`, for bytes. A file that is read-only stays."""
    temporary = None
    try:
        if path.is_file() and not path.stat().st_mode & 0o222:
            raise FocusFileError(f"{path}: is read-only; unlock it, or choose another name")
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except OSError as problem:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        cure = "make room there" if problem.errno == errno.ENOSPC else "choose a folder you may write"
        raise FocusFileError(f"{path}: cannot be written ({problem.strerror}); {cure}") from None


def _target(entry: object) -> FocusTarget:
    if not isinstance(entry, dict) or "frame" not in entry:
        raise ValueError('a target is an object with "frame", and if known "x", "y", "distance", "label"')
    optional = {name: _number(entry[name], f"a target's {name}") for name in ("x", "y", "distance") if name in entry}
    if not optional.get("distance", 1.0) > 0:
        raise ValueError(f"a target's distance {optional['distance']:g} is not above 0 m")
    label = entry.get("label", "")
    if not isinstance(label, str):
        raise ValueError(f"a target's label {label!r} is no text")
    return FocusTarget(_number(entry["frame"], "a target's frame"), label=label, cut=bool(entry.get("cut")), **optional)


def _boxes(data: object) -> tuple:
    if not isinstance(data, list) or not all(isinstance(box, list) and len(box) == 5 for box in data):
        raise ValueError("boxes are a list of [frame, x0, y0, x1, y1]")
    return tuple(tuple(_number(v, "a box") for v in box) for box in data)


def _target_json(target: FocusTarget) -> dict:
    entry: dict[str, object] = {"frame": _tidy(target.frame)}
    for name in ("x", "y", "distance"):
        value = getattr(target, name)
        if value is not None:
            entry[name] = float(f"{value:.6g}")
    if target.label:
        entry["label"] = target.label
    if target.cut:
        entry["cut"] = True
    return entry


def _number(value: object, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not abs(value) < 1e300:
        raise ValueError(f"{what} is {value!r}, which is no number")
    return float(value)


def _tidy(frame: float) -> float | int:
    """Whole frames without a point."""
    return int(frame) if frame == int(frame) else frame
