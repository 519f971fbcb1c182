"""What a user connects to a clip, brought into the shape that the C++ side takes."""

from __future__ import annotations

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Window

from .profile import long_components

_CHANNELS = {4: "RGBA", 3: "RGB", 1: "Alpha"}


class Source:
    """Wraps a clip: an object with

    components      "RGBA", "RGB" or "Alpha"
    premultiplied   True, False, or None for opaque pictures
    frame_range     (first, last)
    region(time)    Window of all it has at that time; empty when it has nothing
    pixels(time, window)  (float32 [H, W, C], Window): at least `window` as far as its region goes; None = no such frame

    Windows are full-resolution pixels, y down, (0, 0) at the format's top-left corner.
    """

    def __init__(self, clip):
        self.clip = clip
        self.components = long_components(clip.components)
        opaque = clip.components == "RGB" or clip.premultiplied is None
        kind = "Opaque" if opaque else "AlphaPremultiplied" if clip.premultiplied else "AlphaUnPremultiplied"
        self.premultiplication = f"OfxImage{kind}"
        self.frame_range = tuple(float(f) for f in clip.frame_range)

    def region(self, time: float) -> tuple[int, int, int, int]:
        return tuple(int(edge) for edge in self.clip.region(time))

    def pixels(self, time: float, window: tuple[int, int, int, int]):
        """(float32 [H, W, C] with packed rows, x0, y0), or None."""
        answer = self.clip.pixels(time, Window(*window))
        if answer is None:
            return None
        pixels, covered = answer
        if pixels.ndim != 3 or pixels.shape[2] not in _CHANNELS:
            raise ValueError(f"pixels have shape {pixels.shape}, not [H, W, 4], [H, W, 3] or [H, W, 1]")
        if pixels.shape[:2] != (covered.height, covered.width):
            raise ValueError(f"pixels of shape {pixels.shape} do not fill their window {tuple(covered)}")
        height, width, channels = pixels.shape
        packed = pixels.dtype == np.float32 and pixels.strides[1:] == (4 * channels, 4)
        return (pixels if packed or not height * width else np.ascontiguousarray(pixels, np.float32)), *covered[:2]


class ArrayClip:
    """A clip of arrays: one for every frame, or {frame: array}. float32 [H, W, C], top row first.

    origin: where the arrays' top-left pixel lies in the format.
    """

    def __init__(self, frames, origin: tuple[int, int] = (0, 0), premultiplied: bool | None = True):
        self._frames = frames if isinstance(frames, dict) else {None: frames}
        some = next(iter(self._frames.values()))
        self._origin = origin
        self.components = _CHANNELS[some.shape[2]]
        self.premultiplied = premultiplied
        self.frame_range = (min(self._frames), max(self._frames)) if isinstance(frames, dict) else (-1e6, 1e6)

    def _frame(self, time: float) -> np.ndarray | None:
        return self._frames.get(None, self._frames.get(time))

    def region(self, time: float) -> Window:
        frame = self._frame(time)
        if frame is None:
            return Window(0, 0, 0, 0)
        x, y = self._origin
        return Window(x, y, x + frame.shape[1], y + frame.shape[0])

    def pixels(self, time: float, window: Window):
        frame = self._frame(time)
        return None if frame is None else (frame, self.region(time))
