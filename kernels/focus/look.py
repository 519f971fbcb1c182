"""Looking at a clip: detectors run over its frames, their maps become spots. Streaming."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from .detections import ClipFrame, ClipInfo, Detection, Detector, run_detectors, shrunk
from .observations import Observations
from .observe import grid, intersection, locate
from .sound import loudness

RECIPES = ("action", "conversation", "learned")
THUMBNAIL_EVERY = 6  # frames
_THUMBNAIL = 224  # px wide


@dataclass(frozen=True)
class Recipe:
    """Which detectors look, and which of them (indices) are intersected: the paper's set H for a kind of scene.

    resting: those that say where the eye rests until something happens.
    """

    detectors: tuple[Detector, ...]
    intersected: tuple[int, ...]
    resting: tuple[int, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(d.name for d in self.detectors)

    @property
    def version(self) -> str:
        return " ".join(f"{d.name}:{d.version}" for d in self.detectors)

    @property
    def ahead(self) -> int:
        """Frames of look-ahead."""
        return max(d.reach.ahead for d in self.detectors)


def recipe(kind: str, clip: ClipInfo, model_file: str = "", speaker_model: str = "", live: bool = False) -> Recipe:
    """The recipe for one of RECIPES. model_file: of AF-Net, or of the face detector; speaker_model: of an active
    speaker detector. live: frames come from a source in which one cannot look far ahead. Detectors load what they need;
    ModelError where the speaker model cannot be used, other ValueErrors for the model file."""
    if kind == "action":
        from ..attention.motion import MotionDetector
        from ..attention.saliency import SaliencyDetector

        return Recipe((MotionDetector(clip), SaliencyDetector(clip)), (0, 1), (1,))
    if kind == "conversation":
        from ..attention.faces import FaceDetector
        from ..speech.detector import FILE_AHEAD, HEARD_AHEAD, SpeakerDetector
        from ..speech.speaker_network import SpeakerNetwork

        faces = FaceDetector(clip, model_file)
        network = SpeakerNetwork(speaker_model) if speaker_model else None
        ahead = HEARD_AHEAD if live or network else FILE_AHEAD
        return Recipe((faces, SpeakerDetector(clip, faces, network=network, ahead=ahead)), (0, 1), (0,))
    if kind == "learned":
        from ..attention.af_net import AfNetDetector

        return Recipe((AfNetDetector(clip, model_file=model_file),), (0,), (0,))
    raise ValueError(f"no recipe {kind!r}; recipes: {', '.join(RECIPES)}")


def look(frames: Iterable[ClipFrame], how: Recipe) -> Iterator[Observations]:
    """Yields the observations, each time with one frame more. Frames must have disparity."""
    seen: Observations | None = None
    for frame, found in run_detectors(frames, how.detectors, _small):
        if seen is None:
            seen = Observations(frame.number, how.names)
        _add(seen, frame, found, how)
        yield seen


def thumbnail(picture: np.ndarray) -> bytes:
    """A small JPEG of uint8 [h, w, 3] RGB."""
    small = shrunk(picture, _THUMBNAIL)
    return cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()


def _small(frame: ClipFrame) -> ClipFrame:
    """What is kept of a frame until its detections are known: seconds of full pictures would take gigabytes."""
    height, width = frame.picture.shape[:2]
    depth = cv2.resize(frame.disparity, grid(width / height), interpolation=cv2.INTER_NEAREST)
    return replace(frame, picture=frame.small, disparity=depth)


def _add(seen: Observations, frame: ClipFrame, found: Sequence[Detection], how: Recipe) -> None:
    aspect = frame.picture.shape[1] / frame.picture.shape[0]
    spots = []
    for chosen in (how.intersected, how.resting):
        heat = intersection([found[n].map for n in chosen], aspect)
        spots.append(locate(heat, frame.disparity))
    seen.add(spots[0], spots[1], frame.cut, [d.strength for d in found], loudness(frame.sound))
    if (frame.number - seen.first) % THUMBNAIL_EVERY == 0 or frame.cut:
        seen.thumbnails[frame.number] = thumbnail(frame.picture)
