"""What a node's rendering module sees: pictures, the job of rendering one frame, the job of analysing a clip, errors.

Coordinates are pixels of the rendered scale, x right, y down, with (0, 0) at the top-left corner of the format (the
project's frame): pixel (x, y) covers [x, x + 1) × [y, y + 1) and its centre is at (x + 0.5, y + 0.5). Windows reach
outside the format (overscan, data windows) and so may be negative.
"""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from .common import CHANNELS


class Window(NamedTuple):
    """Half-open rectangle of pixels: columns x0 … x1 - 1, rows y0 … y1 - 1, y down."""

    x0: int
    y0: int
    x1: int
    y1: int

    @property
    def width(self) -> int:
        return max(self.x1 - self.x0, 0)

    @property
    def height(self) -> int:
        return max(self.y1 - self.y0, 0)

    @property
    def empty(self) -> bool:
        return self.x1 <= self.x0 or self.y1 <= self.y0

    def grown(self, x: int, y: int) -> Window:
        """Larger by x columns and y rows on every side."""
        return Window(self.x0 - x, self.y0 - y, self.x1 + x, self.y1 + y)

    def intersected(self, other: Window) -> Window:
        """What both cover; may be empty."""
        return Window(max(self.x0, other.x0), max(self.y0, other.y0), min(self.x1, other.x1), min(self.y1, other.y1))

    def slices_in(self, outer: Window) -> tuple[slice, slice]:
        """(rows, columns) of this window inside the array that holds `outer`. This window must lie inside `outer`."""
        return (
            slice(self.y0 - outer.y0, self.y1 - outer.y0),
            slice(self.x0 - outer.x0, self.x1 - outer.x0),
        )


@dataclass(frozen=True)
class Picture:
    """Pixels and where they lie.

    pixels: float32 [H, W, C], top row first, C-contiguous, read-only when it comes from a job. C is 4 (RGBA), 3 (RGB)
    or 1 (Alpha). Colour clips are scene-linear. premultiplied: whether RGB is already multiplied by alpha.
    """

    pixels: np.ndarray
    window: Window
    premultiplied: bool = True

    def __post_init__(self):
        expected = (self.window.height, self.window.width)
        if self.pixels.ndim != 3 or self.pixels.shape[:2] != expected or self.pixels.dtype != np.float32:
            found = f"{self.pixels.dtype} {self.pixels.shape}"
            raise ValueError(f"a picture of {self.window} needs float32 (height, width, channels) pixels, not {found}")

    def light(self) -> np.ndarray:
        """RGB, float32 [H, W, 3]; of a one-channel picture, grey."""
        return np.ascontiguousarray(self.pixels[..., :3] if self.pixels.shape[2] >= 3 else self.pixels.repeat(3, 2))

    def channel_index(self, name: str) -> int:
        """Of red, green, blue or alpha; the first where the picture lacks it."""
        index = CHANNELS.index(name)
        return index if index < self.pixels.shape[2] else 0

    def channel_over(self, channel: int, window: Window) -> np.ndarray:
        """float32 [H, W]: a channel over `window`; 0, which is no depth, where the picture has nothing."""
        out = np.zeros((window.height, window.width), np.float32)
        shared = window.intersected(self.window)
        if not shared.empty:
            out[shared.slices_in(window)] = self.pixels[shared.slices_in(self.window)][..., channel]
        return out


def check_distances(near: float, far: float) -> None:
    """KnobError where Near and Far, as `common` declares them, leave nothing between them."""
    if not 0 < near < far:
        raise KnobError("far", f"is {far:g}, not beyond Near, {near:g}; give a larger Far or a smaller Near.")


def check_finite(job: Job) -> None:
    """KnobError for a knob whose value, an expression's perhaps, is no finite number."""
    for name, value in job.knobs.items():
        if isinstance(value, (float, tuple)) and not np.isfinite(value).all():
            raise KnobError(name, f"is {value}, no finite number; check its expression or curve.")


class Aborted(Exception):
    """The host no longer wants this frame. Raised by `check_abort`; let it pass."""


class NodeError(Exception):
    """A problem the artist can cure. The message says what is wrong and the cure; the bridge adds node and frame."""


class KnobError(NodeError):
    """A NodeError about one knob; the bridge adds its name."""

    def __init__(self, knob: str, message: str):
        super().__init__(message)
        self.knob = knob


class ClipError(NodeError):
    """A NodeError about one input clip; the bridge adds its name."""

    def __init__(self, clip: str, message: str):
        super().__init__(message)
        self.clip = clip


class Job(abc.ABC):
    """What rendering and analysing have in common.

    knobs: script name → value at the job's time: float, int, bool, str (choice item, string, file path), or (x, y) in
    pixels of the rendered scale. scale: (x, y) render scale, 1 = full resolution. format: (width, height) of the
    project's frame in pixels of the rendered scale. pixel_aspect: width / height of one pixel. fps: frames a second.
    """

    knobs: Mapping[str, object]
    scale: tuple[float, float]
    format: tuple[int, int]
    pixel_aspect: float
    fps: float

    def pixels(self, name: str) -> tuple[float, float]:
        """A knob in px (square pixels of the full resolution) as (x, y) lengths in rendered pixels."""
        length = float(self.knobs[name])
        return length * self.scale[0] / self.pixel_aspect, length * self.scale[1]

    @abc.abstractmethod
    def clip(self, name: str, time: float | None = None) -> Picture | None:
        """The clip's pixels at `time` (default: the job's own), None when it is not connected.

        Covers the region of interest where the clip has pixels, and so may be smaller than the render window, or empty.
        Raises ClipError when the host cannot deliver the frame, Aborted when the host has given up.
        """

    @abc.abstractmethod
    def region(self, name: str) -> Window | None:
        """Everything the clip has at the job's time (its region of definition), None when it is not connected.

        May be far larger than any picture for clips without bounds.
        """

    @abc.abstractmethod
    def check_abort(self) -> None:
        """Raises Aborted when the host has given up. Call it at least every 100 ms."""

    @abc.abstractmethod
    def progress(self, fraction: float, text: str = "") -> None:
        """0 … 1. Shown where the host shows progress. Also checks for abort."""

    @abc.abstractmethod
    def warn(self, message: str) -> None:
        """Tells the artist something that does not stop the frame: once in a host session, and in the log."""


class RenderJob(Job):
    """One frame to render. window: what to return, exactly. draft: the host is scrubbing and wants speed.

    `render(job)` returns a Picture whose window is `job.window`, with `channels` channels (4, 3 or 1), premultiplied as
    Source is. Pictures of a job are valid until it ends; copy what is to be kept.
    """

    time: float
    window: Window
    channels: int
    draft: bool


class AnalyseJob(Job):
    """A button press. frames: (first, last) frame of Source; button: name of the button; time: the current frame.

    `analyse(job)` returns an Analysis. Knob values are those at `time`; curves: knob → [(frame, value), …] in order of
    time, of the knobs that have keys. Frames come at full resolution, whole.
    """

    time: float
    frames: tuple[int, int]
    button: str
    curves: Mapping[str, list[tuple[float, object]]]


@dataclass(frozen=True)
class Analysis:
    """What an analysis writes back into the host, in one undo step.

    keys: knob → [(frame, value), …], replacing the knob's curve, or, with `within` (first, last), its keys between
    these frames, so that others stay as the artist made them; a Position's value is (x, y) in pixels like everywhere
    in a job. values: knob → new constant value. message: one line for the artist.
    """

    keys: Mapping[str, list[tuple[float, object]]] = field(default_factory=dict)
    values: Mapping[str, object] = field(default_factory=dict)
    message: str = ""
    within: tuple[float, float] | None = None
