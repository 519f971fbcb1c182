"""What lies around the picture: a scene that goes on beyond the frame, or nothing.

The picture's region (its data window) has four sides. A side at the format's side, or beyond it, is a *frame edge*: the
camera cut the scene off there, so the scene goes on outward and no rim darkens. A side inside the format is a *picture
edge*: outside it is transparent, and blur fades out softly. See docs/decisions/0004-borders.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..vocabulary.jobs import Window

SAME_SIDE = 1  # px between a region's side and the format's that rounding may make
FOREGROUND = -0.5  # px of CoC from which on a pixel is in front of the focus
HIGHLIGHT = 1.0  # scene-linear: brighter than any matte surface


@dataclass(frozen=True)
class FrameEdges:
    """Which sides of a region are frame edges."""

    left: bool
    top: bool
    right: bool
    bottom: bool

    @classmethod
    def of(cls, region: Window, picture_format: tuple[int, int]) -> FrameEdges:
        width, height = picture_format
        return cls(
            left=region.x0 <= SAME_SIDE,
            top=region.y0 <= SAME_SIDE,
            right=region.x1 >= width - SAME_SIDE,
            bottom=region.y1 >= height - SAME_SIDE,
        )

    def grown(self, region: Window, frame: tuple[int, int], picture: tuple[int, int]) -> Window:
        """The region grown by `frame` (columns, rows) at frame edges and by `picture` at picture edges."""
        return Window(
            region.x0 - (frame if self.left else picture)[0],
            region.y0 - (frame if self.top else picture)[1],
            region.x1 + (frame if self.right else picture)[0],
            region.y1 + (frame if self.bottom else picture)[1],
        )

    def infinite(self, region: Window) -> Window:
        """The region without bounds at its frame edges."""
        endless = 1 << 30
        return self.grown(region, (endless, endless), (0, 0))


def lens_domain(region: Window, edges: FrameEdges, radius_x: float, radius_y: float) -> Window:
    """All that takes part in the picture: the region and so much around it that light spreading by these radii is
    right.

    Beyond a frame edge: what reaches into the frame. Beyond a picture edge: also the transparency that pixels outside
    see, up to a radius farther. It depends on no render window, so that tiles get what the whole picture gets.
    """
    x, y = math.ceil(radius_x) + 1, math.ceil(radius_y) + 1
    return edges.grown(region, (x, y), (2 * x, 2 * y))


def extended(pixels: np.ndarray, window: Window, wanted: Window) -> np.ndarray:
    """Pixels [H, W, …] of `window` over `wanted`, continued outward from the nearest pixel. `window` must not be
    empty."""
    if wanted == window:
        return pixels
    rows = np.clip(np.arange(wanted.y0, wanted.y1), window.y0, window.y1 - 1) - window.y0
    columns = np.clip(np.arange(wanted.x0, wanted.x1), window.x0, window.x1 - 1) - window.x0
    return pixels[rows[:, None], columns[None, :]]


def scene_around(
    light: np.ndarray, coc: np.ndarray, window: Window, wanted: Window, edges: FrameEdges
) -> tuple[np.ndarray, np.ndarray]:
    """(light [H, W, 4], coc [H, W]) of `window` over `wanted`, as the scene may go on beyond it.

    Beyond a frame edge the picture is mirrored, which keeps texture and the number of lamps as they are. But a
    foreground that meets the edge goes straight on from its last pixel, and no mirrored foreground comes in elsewhere:
    a rail would bend, a blade of grass come twice. Highlights are mirrored in any case, or a lamp on the edge would
    become a line of lamps. Beyond a picture edge everything goes on from its last pixel.
    """
    if wanted == window:
        return light, coc
    rows = _mirrored(wanted.y0, wanted.y1, window.y0, window.y1, edges.top, edges.bottom)
    columns = _mirrored(wanted.x0, wanted.x1, window.x0, window.x1, edges.left, edges.right)
    mirror = np.ix_(rows, columns)
    out_light, out_coc = extended(light, window, wanted), extended(coc, window, wanted)
    behind = (out_coc >= FOREGROUND) & (coc[mirror] >= FOREGROUND)
    behind |= out_light[..., :3].max(axis=-1) > HIGHLIGHT
    out_light[behind] = light[mirror][behind]
    out_coc[behind] = coc[mirror][behind]
    return out_light, out_coc


def _mirrored(start: int, stop: int, low: int, high: int, at_low: bool, at_high: bool) -> np.ndarray:
    """Indices into low … high - 1 for start … stop - 1: mirrored beyond the sides named, the last one beyond others."""
    index, count = np.arange(start, stop) - low, high - low
    mirrored = np.mod(index, 2 * count)
    mirrored = np.minimum(mirrored, 2 * count - 1 - mirrored)
    beyond = ((index < 0) & at_low) | ((index >= count) & at_high)
    return np.where(beyond, mirrored, np.clip(index, 0, count - 1))


def lit_window(light: np.ndarray, window: Window) -> Window:
    """The part of `window` outside which its light [H, W, 4] is 0; empty where all is."""
    lit = light.any(axis=-1)
    rows, columns = np.flatnonzero(lit.any(axis=1)), np.flatnonzero(lit.any(axis=0))
    if len(rows) == 0:
        return Window(window.x0, window.y0, window.x0, window.y0)
    left, top = window.x0 + int(columns[0]), window.y0 + int(rows[0])
    return Window(left, top, window.x0 + int(columns[-1]) + 1, window.y0 + int(rows[-1]) + 1)


def clear_outside(pixels: np.ndarray, window: Window, inside: Window) -> None:
    """Sets the pixels of `window` that lie outside `inside` to 0, in place."""
    y0, y1 = (min(max(y - window.y0, 0), window.height) for y in (inside.y0, inside.y1))
    x0, x1 = (min(max(x - window.x0, 0), window.width) for x in (inside.x0, inside.x1))
    pixels[:y0] = pixels[y1:] = 0
    pixels[:, :x0] = pixels[:, x1:] = 0
