"""The lens with a picture for an iris: samples and layers as ever, each layer spread by Fourier transforms.

Layers cover one another as in `reference.py`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .convolution import Canvas, spread_reach
from .kernel_picture import KernelPicture
from .layers import Layers
from .reference import SAME_SURFACE
from .samples import make_samples, reach

STRIP_PIXELS = 3_000_000  # pixels worked on at once, margins included, where the picture allows it
DETAIL = {"draft": 12, "normal": 24, "high": 48}  # cells of radius on coarser grids, if the kernel needs as many
NOTHING = 1e-5  # coverage that may be the transforms' rounding


def picture_margin(max_radius: float, stretch: float = 1.0) -> int:
    """Pixels around an output pixel on which it depends. stretch: width of the blur, relative to its height."""
    return max(spread_reach(max_radius, stretch)) + reach(max_radius)


def defocus_with_picture(
    rgba: np.ndarray,
    coc: np.ndarray,
    kernels: tuple[KernelPicture, KernelPicture],
    *,
    stretch: float = 1.0,
    origin: tuple[int, int] = (0, 0),
    max_radius: float | None = None,
    window: tuple[int, int, int, int] | None = None,
    quality: str = "normal",
    fill: bool = True,
    guide: np.ndarray | None = None,
    check_abort: Callable[[], None] = lambda: None,
    progress: Callable[[float], None] = lambda share: None,
) -> np.ndarray:
    """The picture through the lens, float32 [H, W, 4]: `window` of it, default all.

    kernels: behind and in front of the focus, both as a point behind it shows them. The other arguments are those of
    `focuspuller.kernels.lens.defocus.defocus`, but stretch holds the squeeze too: width of the kernel's square over its
    height, in px.
    """
    height, width = coc.shape
    if rgba.shape != (height, width, 4):
        raise ValueError(f"rgba {rgba.shape} does not fit coc {coc.shape}")
    if max_radius is None:
        max_radius = float(np.abs(coc).max(initial=0))
    if not (np.isfinite(max_radius) and stretch > 0):
        raise ValueError(f"max_radius {max_radius} and stretch {stretch} must be finite and positive")
    x0, y0, x1, y1 = window or (0, 0, width, height)
    if not (0 <= x0 <= x1 <= width and 0 <= y0 <= y1 <= height):
        raise ValueError(f"window {window} lies outside a picture of {width} × {height}")
    coc = np.clip(np.asarray(coc, np.float32), -max_radius, max_radius)
    out = np.empty((y1 - y0, x1 - x0, 4), np.float32)
    rim = picture_margin(max_radius, stretch)
    rows = max(STRIP_PIXELS // max(width, 1) - 2 * rim, rim, 1)
    for top in range(y0, y1, rows):
        bottom = min(top + rows, y1)
        first, last = max(top - rim, 0), min(bottom + rim, height)
        place = (origin[0], origin[1] + first)
        hidden = {"fill": fill, "guide": None if guide is None else guide[first:last]}
        samples = make_samples(rgba[first:last], coc[first:last], max_radius, place, check_abort, **hidden)
        canvas = Canvas(kernels, max_radius, stretch, place, (x0, top - first, x1, bottom - first), DETAIL[quality])

        def report(share, top=top, bottom=bottom):
            check_abort()
            progress((top - y0 + share * (bottom - top)) / (y1 - y0))

        out[top - y0 : bottom - y0] = _blended(samples, canvas, Layers.up_to(max_radius), report, check_abort)
    return out


def _blended(samples, canvas: Canvas, layers: Layers, report, check_abort) -> np.ndarray:
    x0, y0, x1, y1 = canvas.window
    state = _Surfaces(y1 - y0, x1 - x0)
    layer_of = layers.layer_of(samples.radius)
    order = np.argsort(layer_of, kind="stable")
    numbers = np.arange(-layers.outermost, layers.outermost + 1)
    starts = np.searchsorted(layer_of[order], numbers)
    ends = np.searchsorted(layer_of[order], numbers, side="right")
    for number, start, end in zip(numbers, starts, ends, strict=True):
        report((int(number) + layers.outermost) / len(numbers))
        state.lay(canvas.spread(samples.ordered(order[start:end]), check_abort), (x0, y0))
    return state.picture()


class _Surfaces:
    """Layers blended front to back so far: see `reference.py`."""

    def __init__(self, height: int, width: int):
        self.light = np.zeros((4, height, width), np.float32)
        self.through = np.ones((height, width), np.float32)  # what the surfaces in front let through
        self.covered = np.zeros((height, width), np.float32)  # how much of that the current surface has covered
        self.previous = np.zeros((height, width), np.float32)  # coverage of the layer in front

    def lay(self, layer, corner: tuple[int, int]) -> None:
        """layer: (light, coverage, (x0, y0, x1, y1)) of Canvas.spread, None for an empty one; corner: the window's."""
        same = np.minimum(self.previous / np.float32(SAME_SURFACE), 1)
        self.through *= (1 - self.covered) / np.maximum(1 - same * self.covered, np.float32(1e-6))
        self.covered *= same
        self.previous[...] = 0
        if layer is None:
            return
        light, coverage, (x0, y0, x1, y1) = layer
        part = np.s_[y0 - corner[1] : y1 - corner[1], x0 - corner[0] : x1 - corner[0]]
        coverage = np.where(coverage > NOTHING, coverage, 0)
        taken = np.minimum(coverage, 1 - self.covered[part])
        share = self.through[part] * taken / np.maximum(coverage, np.float32(NOTHING))
        self.light[(slice(None), *part)] += share * light
        self.covered[part] += taken
        self.previous[part] = coverage

    def picture(self) -> np.ndarray:
        total = 1 - self.through * (1 - self.covered)
        return (self.light / np.maximum(total, np.float32(1e-6))).transpose(1, 2, 0)
