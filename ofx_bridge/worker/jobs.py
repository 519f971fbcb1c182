"""The jobs that rendering modules see, made from messages."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from focuspuller.nodes.vocabulary.jobs import (
    Aborted,
    AnalyseJob,
    Analysis,
    ClipError,
    Job,
    Picture,
    RenderJob,
    Window,
)

from .coordinates import Coordinates
from .segments import Segments

_SAME_TIME = 1e-4  # frames


def _numbers(value: object) -> object:
    """A knob's value: JSON has null for what is no finite number."""
    if isinstance(value, list):
        return [_numbers(v) for v in value]
    return float("nan") if value is None else value


class WorkerJob(Job):
    """What both kinds have in common. tell(op, **fields) sends a message about this job."""

    def __init__(self, message: dict, cancelled: threading.Event, tell: Callable[..., None], warn: Callable):
        self.time = float(message["time"])
        x, y = message["scale"]
        self.scale = (float(x), float(y))
        width, height = message["format"]
        self.format = (round(width), round(height))
        self.pixel_aspect = float(message["pixelAspect"])
        self.fps = float(message["fps"])
        self.coordinates = Coordinates(self.format[1], self.scale, self.pixel_aspect)
        self.knobs = {
            name: self.coordinates.position(value) if isinstance(value, list) else value
            for name, value in ((name, _numbers(value)) for name, value in message["knobs"].items())
        }
        self._regions = {clip: self.coordinates.window(r) for clip, r in message["regions"].items()}
        self._cancelled = cancelled
        self._tell = tell
        self._warn = warn

    def region(self, name: str) -> Window | None:
        return self._regions.get(name)

    def check_abort(self) -> None:
        if self._cancelled.is_set():
            raise Aborted

    def progress(self, fraction: float, text: str = "") -> None:
        self.check_abort()
        self._tell("progress", fraction=min(max(float(fraction), 0.0), 1.0), text=text)

    def warn(self, message: str) -> None:
        self._warn(message)

    def _picture(self, entry: dict, segments: Segments) -> Picture:
        window = self.coordinates.window(entry["bounds"])
        shape = (window.height, window.width, int(entry["channels"]))
        pixels = segments.pixels(entry["segment"], shape) if "segment" in entry else np.zeros(shape, np.float32)
        pixels.flags.writeable = False
        return Picture(pixels, window, bool(entry["premultiplied"]))


class WorkerRenderJob(WorkerJob, RenderJob):
    """A `render` message."""

    def __init__(self, message: dict, segments: Segments, cancelled, tell, warn):
        super().__init__(message, cancelled, tell, warn)
        self.window = self.coordinates.window(message["window"])
        self.channels = int(message["channels"])
        self.draft = bool(message.get("draft", False))
        self._frames = [
            (f["clip"], float(f["time"]), self._picture(f, segments), f.get("segment")) for f in message["frames"]
        ]
        self._output = message["output"]
        self._output_pixels = segments.pixels(self._output, self._shape())

    def _shape(self) -> tuple[int, int, int]:
        return self.window.height, self.window.width, self.channels

    def clip(self, name: str, time: float | None = None) -> Picture | None:
        self.check_abort()
        time = self.time if time is None else time
        frames = [(t, picture) for clip, t, picture, _ in self._frames if clip == name]
        for t, picture in frames:
            if abs(t - time) < _SAME_TIME:
                return picture
        if not frames:
            return None
        times = ", ".join(f"{t:g}" for t, _ in frames)
        raise ClipError(name, f"frame {time:g} was not asked of the host, only {times}; see the node's frames_needed")

    def deliver(self, result: object) -> int:
        """Puts what `render` returned where the host can read it: the segment that holds it.

        An input handed back is not copied. Raises TypeError, ValueError for what is not the picture that was asked for.
        """
        if not isinstance(result, Picture):
            raise TypeError(f"render returned {type(result).__name__} instead of a Picture")
        if result.window != self.window or result.pixels.shape != self._shape():
            raise ValueError(
                f"render returned {result.window} with {result.pixels.shape[2]} channels; "
                f"asked were {self.window} with {self.channels}"
            )
        for _, _, picture, segment in self._frames:
            if segment is not None and _same_memory(picture.pixels, result.pixels):
                return segment
        np.copyto(self._output_pixels, result.pixels)
        return self._output


def _same_memory(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and a.strides == b.strides and a.ctypes.data == b.ctypes.data


class WorkerAnalyseJob(WorkerJob, AnalyseJob):
    """An `analyse` message. fetch(clip, time) gives the plug-in's answer: {"frame": entry} or {"error": text}."""

    def __init__(self, message: dict, segments: Segments, cancelled, tell, warn, fetch: Callable[[str, float], dict]):
        super().__init__(message, cancelled, tell, warn)
        first, last = message["frames"]
        self.frames = (int(first), int(last))
        self.button = str(message["button"])
        self.curves = {
            name: [(float(t), self.coordinates.position(v) if isinstance(v, list) else v) for t, v in keys]
            for name, keys in message.get("curves", {}).items()
        }
        self._segments = segments
        self._fetch = fetch

    def clip(self, name: str, time: float | None = None) -> Picture | None:
        self.check_abort()
        if name not in self._regions:
            return None
        answer = self._fetch(name, self.time if time is None else float(time))
        if "error" in answer:
            raise ClipError(name, str(answer["error"]))
        picture = self._picture(answer["frame"], self._segments)
        # A copy: the memory is the next frame's, and a node may keep what it has seen.
        pixels = picture.pixels.copy()
        pixels.flags.writeable = False
        return Picture(pixels, picture.window, picture.premultiplied)

    def reply(self, analysis: object) -> dict:
        """What `analyse` returned as the fields of `done`, positions canonical. Raises TypeError, ValueError."""
        if not isinstance(analysis, Analysis):
            raise TypeError(f"analyse returned {type(analysis).__name__} instead of an Analysis")
        return {
            "keys": {
                knob: [[float(frame), self._host_value(value)] for frame, value in curve]
                for knob, curve in analysis.keys.items()
            },
            "values": {knob: self._host_value(value) for knob, value in analysis.values.items()},
            "message": analysis.message,
            "within": None if analysis.within is None else [float(frame) for frame in analysis.within],
        }

    def _host_value(self, value: object) -> object:
        if isinstance(value, (tuple, list, np.ndarray)):
            value = list(self.coordinates.canonical(value))
        elif isinstance(value, np.generic):
            value = value.item()
        for number in value if isinstance(value, list) else [value]:
            if isinstance(number, float) and not np.isfinite(number):
                raise ValueError(f"analyse returned {number} for a knob")
        return value
