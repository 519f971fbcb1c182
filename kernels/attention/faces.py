"""Faces of a clip, each with a number that stays: found every quarter of a second, followed in between.

The role of H_face in the paper's section 5.2. A face counts once it was found twice; then it is followed back to where
it came into the picture, so that a face is known from its first frame on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import cv2
import numpy as np

from ..focus.detections import ClipFrame, ClipInfo, Detection, Reach, Region, shrunk
from .face_finders import CascadeFinder, Finder, YuNetFinder
from .face_tracks import Face, follow, towards

LONG_SIDE = 640  # px of the pictures faces are looked for in
EVERY = 0.25  # s from search to search
LOST_AFTER = 8  # searches without finding it again
SAME = 0.3  # overlap of a followed and a found face that are one
CORRECTION = 0.3  # of the way a followed face moves to the found one
LEAST_SCORE = 0.55  # that a face must reach once; what only looks a little like one does not
SURE_ALONE = 0.8  # score with which one sighting is enough where the shot ends
MAP_LONG_SIDE = 160


@dataclass
class Track:
    """faces: by frame. seen: how often it was found; missed: searches since."""

    number: int = -1
    faces: dict[int, Face] = field(default_factory=dict)
    seen: int = 1
    missed: int = 0


class FaceDetector:
    """map: an ellipse over each face; regions: the faces, `track` staying the same through a shot. Delayed by about
    half a second. model_file: YuNet's ONNX file, "" for OpenCV's cascade; FaceModelError where it cannot be used."""

    name = "faces"

    def __init__(self, clip: ClipInfo, model_file: str = ""):
        self._finder: Finder = YuNetFinder(model_file) if model_file else CascadeFinder()
        self.version = f"1 {self._finder.version}"
        self.listeners: list[Callable[[tuple[int, int], dict[int, Face]], None]] = []  # get each frame's faces
        self._every = max(round(EVERY * clip.fps), 1)
        self.reach = Reach(back=None, ahead=2 * self._every)
        self._begin()

    def push(self, frame: ClipFrame) -> list[Detection]:
        return [detection for detection, _ in self.push_faces(frame)]

    def finish(self) -> list[Detection]:
        return [detection for detection, _ in self.finish_faces()]

    def push_faces(self, frame: ClipFrame) -> list[tuple[Detection, dict[int, Face]]]:
        """As push, with the faces by track, in px of `looked_at(frame)`."""
        done = self.finish_faces() if frame.cut else []
        at = self._count
        self._count += 1
        self._frames[at] = frame
        self._greys[at] = cv2.cvtColor(looked_at(frame), cv2.COLOR_RGB2GRAY)
        self._follow_all(at)
        if at % self._every == 0:
            self._search(at)
            done += self._answers(at - self._every)
        return done

    def finish_faces(self) -> list[tuple[Detection, dict[int, Face]]]:
        for track in self._tracks:
            last = track.faces[max(track.faces)]
            if track.number < 0 and last.score >= SURE_ALONE:
                self._confirm(track)
        done = self._answers(self._count - 1)
        self._begin()
        return done

    def _begin(self) -> None:
        self._frames: dict[int, ClipFrame] = {}
        self._greys: dict[int, np.ndarray] = {}
        self._tracks: list[Track] = []
        self._count = self._next = self._numbered = 0

    def _follow_all(self, at: int) -> None:
        for track in self._tracks:
            before = track.faces.get(at - 1)
            after = follow(before, self._greys[at - 1], self._greys[at]) if before else None
            if after is not None:
                track.faces[at] = after

    def _search(self, at: int) -> None:
        found = self._finder.find(looked_at(self._frames[at]))
        for track in self._tracks:
            track.missed += 1
        pairs = [
            (track.faces[at].overlap(face), t, f)
            for t, track in enumerate(self._tracks)
            if at in track.faces
            for f, face in enumerate(found)
        ]
        used_tracks, used_faces = set(), set()
        for overlap, t, f in sorted(pairs, reverse=True):
            if overlap < SAME or t in used_tracks or f in used_faces:
                continue
            used_tracks.add(t), used_faces.add(f)
            track = self._tracks[t]
            track.faces[at] = towards(track.faces[at], found[f], CORRECTION)
            track.seen, track.missed = track.seen + 1, 0
            if track.number < 0 and track.seen >= 2 and track.faces[at].score >= LEAST_SCORE:
                self._confirm(track)
        self._tracks = [t for t in self._tracks if t.missed <= (LOST_AFTER if t.number >= 0 else 1)]
        for f, face in enumerate(found):
            if f not in used_faces and not any(
                at in t.faces and t.faces[at].overlap(face) > 0.1 for t in self._tracks if t.number >= 0
            ):
                self._tracks.append(Track(faces={at: face}))

    def _confirm(self, track: Track) -> None:
        """Gives the face its number and follows it back to where it appeared, as far as frames without an answer."""
        track.number, self._numbered = self._numbered, self._numbered + 1
        at = min(track.faces)
        while at - 1 >= self._next and at - 1 in self._greys:
            face = follow(track.faces[at], self._greys[at], self._greys[at - 1])
            if face is None:
                break
            at -= 1
            track.faces[at] = face

    def _answers(self, last: int) -> list[tuple[Detection, dict[int, Face]]]:
        """Of all frames up to `last` that have none yet."""
        done = []
        while self._next <= last:
            at, self._next = self._next, self._next + 1
            frame = self._frames.pop(at)
            here = {t.number: t.faces[at] for t in self._tracks if t.number >= 0 and at in t.faces}
            for listener in self.listeners:
                listener(self._greys[at].shape, here)
            done.append((_detection(frame, self._greys[at].shape, here), here))
            self._greys.pop(at - 1, None)
            for track in self._tracks:
                track.faces.pop(at - 1, None)
        self._tracks = [t for t in self._tracks if t.faces]
        return done


def looked_at(frame: ClipFrame) -> np.ndarray:
    """uint8 [h, w, 3] RGB: the picture that faces are looked for in."""
    return shrunk(frame.picture, LONG_SIDE)


def face_heat(shape: tuple[int, int], face: Face) -> np.ndarray:
    """float32 [h, w] 0 … 1 at map size: a soft ellipse over a face of a picture of `shape`."""
    scale = MAP_LONG_SIDE / max(shape)
    height, width = (max(round(side * scale), 1) for side in shape)
    y, x = np.ogrid[:height, :width]
    dx = ((x + 0.5) / scale - face.x) / (0.42 * face.size)
    dy = ((y + 0.5) / scale - face.y) / (0.55 * face.size)
    return np.clip(1.5 - np.hypot(dx, dy), 0, 1).astype(np.float32)


def face_region(shape: tuple[int, int], face: Face, track: int, score: float) -> Region:
    """The face's box in fractions of a picture of `shape`."""
    (height, width), half = shape, face.size / 2
    box = ((face.x - half) / width, (face.y - half) / height, (face.x + half) / width, (face.y + half) / height)
    return Region(*box, score, f"face {track + 1}", track)


def _detection(frame: ClipFrame, shape: tuple[int, int], faces: dict[int, Face]) -> Detection:
    scale = MAP_LONG_SIDE / max(shape)
    heat = np.zeros([max(round(side * scale), 1) for side in shape], np.float32)
    for face in faces.values():
        np.maximum(heat, face_heat(shape, face), out=heat)
    regions = tuple(face_region(shape, face, track, face.score) for track, face in sorted(faces.items()))
    return Detection(frame.number, heat, max((r.score for r in regions), default=0.0), regions)
