"""The clip as detectors and trackers see it: frames of an analysis, display-referred and small, with disparity."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from ...kernels.focus.cuts import CutFinder
from ...kernels.focus.detections import PICTURE_LONG_SIDE, SOUND_RATE, ClipFrame, ClipInfo, shrunk
from ...kernels.focus.sound import SoundError, of_frame, read_sound
from ...kernels.lens.optics import inverse_depth
from ..vocabulary.jobs import AnalyseJob, ClipError, KnobError, Picture, Window
from .settings import positive

DEPTH_LONG_SIDE = 480  # px


class ClipReader:
    """Reads frames of Source and Depth for an analysis, one at a time, and their sound."""

    def __init__(self, job: AnalyseJob):
        self.job = job
        self.world_scale = positive(job, "worldScale")
        self.sound = self._sound()
        self._warned = False

    @property
    def info(self) -> ClipInfo:
        width, height = self.job.format
        return ClipInfo(width, height, self.job.fps, self.sound is not None)

    def frames(self, numbers: range) -> Iterator[ClipFrame]:
        """The frames in order, with disparity, sound, and where shots begin."""
        cuts = CutFinder()
        for done, number in enumerate(numbers):
            self.job.progress(done / len(numbers), f"frame {number}")
            source = self.source(number)
            picture = display(source)
            yield ClipFrame(number, picture, self.disparity(number, source), self.sound_of(number), cuts.push(picture))

    def picture(self, number: int) -> np.ndarray:
        """uint8 [h, w, 3] RGB of a frame, display-referred, long side at most PICTURE_LONG_SIDE."""
        return display(self.source(number))

    def source(self, number: int) -> Picture:
        """Source at a frame, over the format's frame. ClipError where there is nothing."""
        picture = self.job.clip("Source", float(number))
        if picture is None:
            raise ClipError("Source", "is not connected; connect the clip.")
        if picture.window.empty:
            raise ClipError("Source", f"frame {number} is empty; give First Frame and Last Frame inside the clip.")
        return _framed(picture, Window(0, 0, *self.job.format))

    def disparity(self, number: int, source: Picture | None = None) -> np.ndarray:
        """float32 [h, w] 1 / m of a frame, over Source's field of view. ClipError where there is no depth."""
        knobs = self.job.knobs
        depth = self.job.clip("Depth", float(number)) if knobs["depthSource"] == "clip" else None
        source = source or self.source(number)
        if depth is not None and depth.window.empty:
            raise ClipError("Depth", f"frame {number} is empty; connect depth for every frame.")
        if depth is None:
            if source.pixels.shape[2] != 4:
                raise ClipError("Depth", "is not connected and Source has no alpha; connect a depth clip.")
            values = source.pixels[..., 3]
            if values.min() == values.max() and values.flat[0] in (0, 1):
                raise ClipError(
                    "Depth",
                    f"is not connected, and Source's alpha, which would be taken as disparity, is {values.flat[0]:g} "
                    f"everywhere in frame {number}; connect a depth clip, or DepthHDR's output to Source.",
                )
        else:
            values = depth.channel_over(depth.channel_index(str(knobs["depthChannel"])), source.window)
            self._check_depth(number, values, depth.window, source.window)
        inverse = inverse_depth(_thinned(values, DEPTH_LONG_SIDE), str(knobs["depthMath"]))
        return inverse / np.float32(self.world_scale)

    def _check_depth(self, number: int, values: np.ndarray, window: Window, frame: Window) -> None:
        """ClipError where not one pixel has a number; a warning where the clip is smaller than Source."""
        if np.isnan(values).all():
            raise ClipError("Depth", f"frame {number} is NaN everywhere; render it again, or give it a depth.")
        shared = window.intersected(frame)
        covered = shared.width * shared.height / (frame.width * frame.height)
        if covered < 0.9 and not self._warned:
            self._warned = True
            self.job.warn(
                f"Depth covers {covered:.0%} of Source's frame ({window.width} × {window.height} of "
                f"{frame.width} × {frame.height} px, frame {number}); the rest counts as far. Reformat Depth to Source."
            )

    def alpha(self, number: int) -> np.ndarray:
        """float32 [h, w] 0 … 1 of Source's alpha, at disparity's size. ClipError where it has none."""
        source = self.source(number)
        if source.pixels.shape[2] == 3:
            raise ClipError("Source", "has no alpha, which is the subject's matte in follow; connect FocusTrack to it.")
        return np.clip(np.nan_to_num(_thinned(source.pixels[..., -1], DEPTH_LONG_SIDE)), 0, 1)

    def sound_of(self, number: int) -> np.ndarray:
        """float32 [n]: the samples of a frame; empty without sound."""
        if self.sound is None:
            return np.zeros(0, np.float32)
        return of_frame(self.sound, number, float(self.job.knobs["audioStart"]), self.job.fps)

    def _sound(self) -> np.ndarray | None:
        path = str(self.job.knobs["audioFile"])
        if self.job.knobs["mode"] != "conversation" or self.job.button != "analyse":
            return None
        if not path:
            raise KnobError("audioFile", "is empty; who speaks is heard: choose the clip's WAV file or movie.")
        try:
            sound = read_sound(path, self.job.check_abort)
        except SoundError as problem:
            raise KnobError("audioFile", f"{problem}.") from None
        start, (first, last) = float(self.job.knobs["audioStart"]), self.job.frames
        end = start + len(sound) / SOUND_RATE * self.job.fps
        if min(end, last + 1) <= max(start, first):
            raise KnobError("audioStart", f"is {start:g}: {path} sounds in none of frames {first}–{last}; set it.")
        if end < last - self.job.fps / 2:
            self.job.warn(f"{path} ends at frame {end:.0f}, before the clip's {last}: the rest is taken as silent.")
        return sound


def display(picture: Picture) -> np.ndarray:
    """uint8 [h, w, 3] RGB, sRGB-encoded, of a scene-linear picture; long side at most PICTURE_LONG_SIDE."""
    light = picture.pixels[..., :3] if picture.pixels.shape[2] >= 3 else np.repeat(picture.pixels, 3, axis=2)
    light = np.clip(np.nan_to_num(shrunk(np.nan_to_num(light, posinf=1.0), PICTURE_LONG_SIDE)), 0, 1)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    return np.rint(255 * encoded).astype(np.uint8)


def _framed(picture: Picture, frame: Window) -> Picture:
    """The picture over the format's frame: cropped, or black where it has nothing."""
    if picture.window == frame:
        return picture
    pixels = np.zeros((frame.height, frame.width, picture.pixels.shape[2]), np.float32)
    shared = frame.intersected(picture.window)
    if not shared.empty:
        pixels[shared.slices_in(frame)] = picture.pixels[shared.slices_in(picture.window)]
    return Picture(pixels, frame, picture.premultiplied)


def _thinned(values: np.ndarray, long_side: int) -> np.ndarray:
    """Every n-th value, so that depths do not mix."""
    height, width = values.shape
    scale = long_side / max(height, width)
    if scale >= 1:
        return np.ascontiguousarray(values)
    size = (max(round(width * scale), 1), max(round(height * scale), 1))
    return cv2.resize(np.ascontiguousarray(values), size, interpolation=cv2.INTER_NEAREST)
