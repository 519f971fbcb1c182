"""The door to the lens: a sharp picture and its circles of confusion in, the picture through the lens out."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..opencl.device import Device, default_device
from .glass import PLAIN, Glass
from .iris import Iris
from .layers import Layers
from .samples import pyramid_levels, reach
from .sampling import sample
from .spreading import render
from .stages import Region, Stages

STRIP_PIXELS = 5_000_000  # pixels worked on at once, margins included, where the picture allows it
FINE = {"draft": 4.0, "normal": 6.0, "high": 12.0, "exact": math.inf}  # px of radius spread on the picture's own grid


def layers_for(max_radius: float, quality: str = "normal", across: float = 1.0) -> Layers:
    """The layers of a picture. across: width of the blur in columns, relative to its height in rows."""
    return Layers.up_to(max_radius, FINE[quality] / min(across, 1.0))


def margin(max_radius: float, quality: str = "normal", across: float = 1.0, glass: Glass = PLAIN) -> int:
    """Pixels around an output pixel on which it depends. across: width of the blur in columns, relative to its height
    in rows."""
    return _spread_margin(layers_for(max_radius, quality, across), max_radius, across, glass) + reach(max_radius)


def _spread_margin(layers: Layers, max_radius: float, across: float, glass: Glass) -> int:
    grids = 4 * 2**layers.levels if layers.levels else 0
    return math.ceil(max_radius * max(across, 1.0) * glass.reach) + 1 + grids


def defocus(
    rgba: np.ndarray,
    coc: np.ndarray,
    iris: Iris,
    *,
    glass: Glass = PLAIN,
    stretch: float = 1.0,
    origin: tuple[int, int] = (0, 0),
    max_radius: float | None = None,
    window: tuple[int, int, int, int] | None = None,
    quality: str = "normal",
    fill: bool = True,
    guide: np.ndarray | None = None,
    check_abort: Callable[[], None] = lambda: None,
    progress: Callable[[float], None] = lambda share: None,
    device: Device | None = None,
) -> np.ndarray:
    """The picture seen through a lens, float32 [H, W, 4]: `window` of it, default all.

    rgba: float32 [H, W, 4], premultiplied, scene-linear, finite. coc: float32 [H, W], signed radius of the circle of
    confusion in px of this picture's rows (far positive, 0 in focus), finite. glass: shapes that vary over the frame,
    and how light lies in them. stretch: columns per row of the same length (non-square pixels). origin: absolute pixel
    coordinates of rgba[0, 0]. max_radius: bound of |coc|, which fixes layers and reach, so give the same for all tiles
    of a picture; default: the largest here. window: columns and rows (x0, y0, x1, y1) of the array. Outside the picture
    is nothing: give `margin(max_radius)` more pixels than the window on each side. quality: draft, normal or high: from
    which radius on blur is made on coarser grids; exact: on none. fill: whether something is taken to be behind what is
    seen in front. guide: float32 [H, W, 4], premultiplied: what is known to be behind, such as a clean plate.

    check_abort is called several times a second and may raise. ValueError: shapes or values out of range. MemoryError:
    the device's memory does not suffice.
    """
    height, width = coc.shape
    if rgba.shape != (height, width, 4):
        raise ValueError(f"rgba {rgba.shape} does not fit coc {coc.shape}")
    if max_radius is None:
        max_radius = float(np.abs(coc).max(initial=0))
    if not (np.isfinite(max_radius) and stretch > 0):
        raise ValueError(f"max_radius {max_radius} and stretch {stretch} must be finite and positive")
    if quality not in FINE:
        raise ValueError(f"quality {quality!r} is none of {', '.join(FINE)}")
    x0, y0, x1, y1 = window or (0, 0, width, height)
    if not (0 <= x0 <= x1 <= width and 0 <= y0 <= y1 <= height):
        raise ValueError(f"window {window} lies outside a picture of {width} × {height}")
    if guide is not None and guide.shape != rgba.shape:
        raise ValueError(f"guide {guide.shape} does not fit rgba {rgba.shape}")
    rgba = np.ascontiguousarray(rgba, np.float32)
    guide = None if guide is None else np.ascontiguousarray(guide, np.float32)
    coc = np.clip(np.asarray(coc, np.float32), -max_radius, max_radius)
    out = np.empty((y1 - y0, x1 - x0, 4), np.float32)
    across = stretch / iris.squeeze
    layers = layers_for(max_radius, quality, across)
    stages = Stages(iris, glass, stretch, layers, origin, device or default_device(), check_abort)
    spread = _spread_margin(layers, max_radius, across, glass)
    rim = spread + reach(max_radius)
    cell = 2 ** max(pyramid_levels(max_radius), layers.levels)
    rows = height if height * width <= STRIP_PIXELS else max(STRIP_PIXELS // width - 2 * rim, rim, 1)
    left, right = max(x0 - spread, 0), min(x1 + spread, width)
    for top in range(y0, y1, rows):
        bottom = min(top + rows, y1)
        first, last = max(top - rim, 0), min(bottom + rim, height)
        before = origin[0] % cell, (origin[1] + first) % cell
        size = tuple(-(-(n + b) // cell) * cell for n, b in zip((width, last - first), before, strict=True))
        upper, lower = max(top - spread, first), min(bottom + spread, last)
        part = Region(left, upper - first, right - left, lower - upper)

        def report(share, top=top, bottom=bottom):
            progress((top - y0 + share * (bottom - top)) / (y1 - y0))

        check_abort()
        with stages.memory(f"{width} × {last - first} pixels"):
            known = None if guide is None else guide[first:last]
            grid = sample(stages, rgba[first:last], coc[first:last], before, part, fill=fill, guide=known)
            wanted = Region(x0, top - first, x1 - x0, bottom - top)
            out[top - y0 : bottom - y0] = render(stages, grid, before, size, part, wanted, first, report)
    if rgba[..., 3].max(initial=0) <= 1:  # nothing covers more than all
        out /= np.maximum(out[..., 3:], 1)
    return out
