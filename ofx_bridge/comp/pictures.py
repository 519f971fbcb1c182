"""Pictures on their way through a comp, and what files say about them beside their pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Window


@dataclass(frozen=True)
class Header:
    """What a file says about its picture.

    size: (width, height) of the display window; origin: its top-left corner in the file's own coordinates. window: the
    data window from the display window's top-left corner, y down. channels: 3 or 4. is_data: they are no colours
    but depth, say. metadata: OpenImageIO's (name, type, value) of every attribute in the file, as they are.
    """

    size: tuple[int, int]
    origin: tuple[int, int]
    window: Window
    channels: int
    is_data: bool
    pixel_aspect: float
    fps: float | None
    metadata: tuple[tuple[str, object, object], ...] = field(repr=False)


@dataclass(frozen=True)
class Layer:
    """Pixels and where they lie. pixels: float32 [H, W, C], premultiplied, linear; C is 4 (RGBA), 3 (RGB) or 1."""

    pixels: np.ndarray
    window: Window

    def cut(self, window: Window) -> Layer:
        """The part inside a window: a view of the pixels, smaller or empty where there are none."""
        shared = self.window.intersected(window)
        if shared.empty:
            return Layer(self.pixels[:0, :0], Window(window.x0, window.y0, window.x0, window.y0))
        return self if shared == self.window else Layer(self.pixels[shared.slices_in(self.window)], shared)

    def filled(self, window: Window) -> np.ndarray:
        """[H, W, C] of exactly this window, zero where there are no pixels."""
        inside = self.cut(window)
        if inside.window == window:
            return inside.pixels
        out = np.zeros((window.height, window.width, self.pixels.shape[2]), np.float32)
        if not inside.window.empty:
            out[inside.window.slices_in(window)] = inside.pixels
        return out
