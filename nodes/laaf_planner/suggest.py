"""Suggested targets: the faces and the salient or moving subjects of a clip, listed for the artist to choose from."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ...kernels.focus.detections import Detection, run_detectors
from ...kernels.focus.holds import JUMP
from ...kernels.focus.levels import LEVELS
from ...kernels.focus.look import thumbnail
from ...kernels.focus.observe import intersection, locate, read_disparity
from ..vocabulary.jobs import AnalyseJob, KnobError
from .clip import ClipReader

MOST = 12
_EVERY = 4  # frames: how often a subject is noted
_NEAR = 0.12  # of the width: the same subject from note to note
_FORGOTTEN = 48  # frames
_ENTRY = re.compile(r"(\d+) @(-?\d+) \((-?[\d.]+), (-?[\d.]+)\)")


@dataclass
class Suggestion:
    """A subject: frame and place (fractions) at which it was first seen clearly, disparity 1 / m, what it is, in how
    many notes, and the last place for following it."""

    frame: int
    x: float
    y: float
    disparity: float
    kind: str
    picture: bytes
    notes: int = 1
    last: int = 0
    last_x: float = 0.0
    last_y: float = 0.0


def suggestions(job: AnalyseJob, reader: ClipReader) -> list[Suggestion]:
    """The subjects of the frames to analyse, those seen longest, in order of time."""
    from ...kernels.attention.faces import FaceDetector
    from ...kernels.attention.motion import MotionDetector
    from ...kernels.attention.saliency import SaliencyDetector

    detectors = (MotionDetector(reader.info), SaliencyDetector(reader.info), FaceDetector(reader.info))
    found: list[Suggestion] = []
    first, last = job.frames
    for frame, (motion, saliency, faces) in run_detectors(reader.frames(range(first, last + 1)), detectors):
        if (frame.number - first) % _EVERY:
            continue
        for x, y, kind in _places(frame.disparity, motion, saliency, faces):
            _note(found, frame, x, y, read_disparity(frame.disparity, x, y), kind)
    clear = [s for s in found if s.notes >= 3] or found
    longest = sorted(clear, key=lambda s: (-s.notes, s.frame))[:MOST]
    return sorted(longest, key=lambda s: s.frame)


def listed(job: AnalyseJob, found: list[Suggestion], world_scale: float) -> str:
    """The suggestions as a line of text: `1 @12 (310, 420) 2.35 face; 2 @…`, places in px from the lower left
    corner."""
    width, height = job.format
    entries = []
    for n, s in enumerate(found, 1):
        x, y = s.x * width / job.scale[0] * job.pixel_aspect, (1 - s.y) * height / job.scale[1]
        distance = 1 / max(s.disparity, 1e-4) / world_scale
        entries.append(f"{n} @{s.frame} ({x:.0f}, {y:.0f}) {distance:.3g} {s.kind}")
    return "; ".join(entries)


def accepted_clicks(job: AnalyseJob) -> dict[int, tuple[float, float]]:
    """Frame → (x, y) px of the suggestions that the artist accepted. KnobError for numbers that are not listed."""
    words = re.findall(r"\d+", str(job.knobs["accepted"]))
    entries = {int(n): (int(frame), float(x), float(y)) for n, frame, x, y in _ENTRY.findall(job.knobs["suggestions"])}
    clicks = {}
    for word in words:
        if int(word) not in entries:
            there = ", ".join(map(str, entries)) or "none"
            raise KnobError("accepted", f"names {word}; Suggestions has {there}: press Suggest Targets first.")
        frame, x, y = entries[int(word)]
        clicks[frame] = (x * job.scale[0] / job.pixel_aspect, job.format[1] - y * job.scale[1])
    return clicks


def _places(disparity: np.ndarray, motion: Detection, saliency: Detection, faces: Detection):
    """(x, y, kind) of what stands out in a frame."""
    for face in faces.regions:
        yield (face.x0 + face.x1) / 2, (face.y0 + face.y1) / 2, "face"
    aspect = disparity.shape[1] / disparity.shape[0]
    for maps, kind in (([motion.map, saliency.map], "moves"), ([saliency.map], "stands out")):
        spot = locate(intersection(maps, aspect), disparity)
        if spot:
            yield spot.x, spot.y, kind


def _note(found: list[Suggestion], frame, x: float, y: float, disparity: float, kind: str) -> None:
    """Adds a sighting to the subject it is of, or begins a new one."""
    for s in found:
        near = np.hypot(x - s.last_x, y - s.last_y) < _NEAR and abs(disparity - s.disparity) * LEVELS < 3 * JUMP
        if near and frame.number - s.last < _FORGOTTEN:
            s.notes += s.last != frame.number
            s.last, s.last_x, s.last_y = frame.number, x, y
            if kind == "face" and s.kind != "face":
                s.kind, s.frame, s.x, s.y, s.disparity = kind, frame.number, x, y, disparity
                s.picture = thumbnail(frame.picture)
            return
    found.append(Suggestion(frame.number, x, y, disparity, kind, thumbnail(frame.picture), 1, frame.number, x, y))
