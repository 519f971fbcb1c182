"""The door to the lens: a sharp picture and its circles of confusion in, the picture through the lens out."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..opencl.device import Device, default_device
from .iris import TABLE_SIZE, Iris, area
from .layers import layer_count, layer_of
from .reference import SAME_SURFACE, SMALLEST_RADIUS
from .samples import Samples, make_samples, reach

STRIP_PIXELS = 3_000_000  # pixels worked on at once, margins included, where the picture allows it
ROWS_AT_ONCE = 64  # output rows a kernel call, at first: the time between two looks at abort
CALL_SECONDS = 0.05


def margin(max_radius: float) -> int:
    """Pixels around an output pixel on which it depends."""
    return int(np.ceil(max_radius)) + 1 + reach(max_radius)


def defocus(
    rgba: np.ndarray,
    coc: np.ndarray,
    iris: Iris,
    *,
    stretch: float = 1.0,
    origin: tuple[int, int] = (0, 0),
    max_radius: float | None = None,
    window: tuple[int, int, int, int] | None = None,
    check_abort: Callable[[], None] = lambda: None,
    progress: Callable[[float], None] = lambda share: None,
    device: Device | None = None,
) -> np.ndarray:
    """The picture seen through a lens, float32 [H, W, 4]: `window` of it, default all.

    rgba: float32 [H, W, 4], premultiplied, scene-linear, finite. coc: float32 [H, W], signed radius of the circle of
    confusion in px of this picture's rows (far positive, 0 in focus), finite. stretch: columns per row of the same
    length (non-square pixels). origin: absolute pixel coordinates of rgba[0, 0]. max_radius: bound of |coc|, which
    fixes layers and reach, so give the same for all tiles of a picture; default: the largest here. window: columns and
    rows (x0, y0, x1, y1) of the array. Outside the picture is nothing: give `margin(max_radius)` more pixels than the
    window on each side.

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
    x0, y0, x1, y1 = window or (0, 0, width, height)
    if not (0 <= x0 <= x1 <= width and 0 <= y0 <= y1 <= height):
        raise ValueError(f"window {window} lies outside a picture of {width} × {height}")
    rgba = np.ascontiguousarray(rgba, np.float32)
    coc = np.clip(np.asarray(coc, np.float32), -max_radius, max_radius)
    out = np.empty((y1 - y0, x1 - x0, 4), np.float32)
    lens = _Lens(iris, stretch, max_radius, device or default_device())
    rim = margin(max_radius)
    rows = max(STRIP_PIXELS // max(width, 1) - 2 * rim, rim, 1)
    for top in range(y0, y1, rows):
        bottom = min(top + rows, y1)
        first, last = max(top - rim, 0), min(bottom + rim, height)
        place = (origin[0], origin[1] + first)
        samples = make_samples(rgba[first:last], coc[first:last], max_radius, place, check_abort)
        part = (x0, top - first, x1, bottom - first)

        def report(share, top=top, bottom=bottom):
            check_abort()
            progress((top - y0 + share * (bottom - top)) / (y1 - y0))

        lens.render(samples, last - first, part, out[top - y0 : bottom - y0], report)
    return out


class _Lens:
    """A lens on a device: turns samples into rows of the picture."""

    def __init__(self, iris: Iris, stretch: float, max_radius: float, device: Device):
        spans = iris.spans()
        self.area, self.stretch, self.max_radius, self.device = area(spans), stretch, max_radius, device
        self.widest = stretch / iris.squeeze  # bound of the half width at radius 1
        self.table = np.zeros((TABLE_SIZE + 1, 4), np.float32)
        self.table[:, :3] = spans
        defines = {
            "TABLE_SIZE": TABLE_SIZE,
            "SAME_SURFACE": f"{SAME_SURFACE}f",
            "SMALLEST_RADIUS": f"{SMALLEST_RADIUS}f",
        }
        self.kernel = device.kernel(Path(__file__).with_name("defocus.cl"), "defocus_rows", defines)

    def render(self, samples: Samples, height: int, window, out: np.ndarray, report: Callable[[float], None]) -> None:
        """Writes columns and rows `window` of a picture of `height` rows into `out` [rows, columns, 4]."""
        import pyopencl as cl

        report(0)
        x0, y0, x1, y1 = window
        lists = self._lists(samples, height, window)
        report(0)
        queue, flags = self.device.queue, cl.mem_flags
        group = (1,) if self.device.is_cpu else None
        numbers = [np.float32(self.area), np.float32(self.stretch)]
        numbers += [np.int32(n) for n in (len(lists[3]), height, x0, x1 - x0)]
        try:
            inputs = [self._upload(a) for a in (*lists, self.table)]
            scratch = cl.Buffer(self.device.context, flags.READ_WRITE, ROWS_AT_ONCE * 3 * (x1 - x0) * 32)
            result = cl.Buffer(self.device.context, flags.WRITE_ONLY, ROWS_AT_ONCE * (x1 - x0) * 16)
            first, rows = 0, 4
            while first < len(out):
                rows = min(rows, len(out) - first, ROWS_AT_ONCE)
                began = time.perf_counter()
                self.kernel(queue, (rows,), group, *inputs, *numbers, np.int32(y0 + first), scratch, result)
                cl.enqueue_copy(queue, out[first : first + rows], result)
                seconds = max(time.perf_counter() - began, 1e-6)
                first += rows
                rows = max(2, min(2 * rows, int(rows * CALL_SECONDS / seconds)))
                report(first / len(out))
        except cl.MemoryError as error:
            name = self.device.name
            raise MemoryError(f"{name} has no memory left for {x1 - x0} × {y1 - y0} pixels") from error

    def _lists(self, samples: Samples, height: int, window) -> tuple[np.ndarray, ...]:
        """(places, lights, starts, reaches) of the samples that reach the window, by layer and row: see the kernel."""
        x0, y0, x1, y1 = window
        column, row = samples.position.T
        tall = np.abs(samples.radius) + 1
        wide = np.abs(samples.radius) * self.widest + 1
        seen = (column + wide >= x0) & (column - wide <= x1) & (row + tall >= y0) & (row - tall <= y1)
        samples = samples.ordered(np.flatnonzero(seen))
        layers = layer_count(self.max_radius)
        layer = layer_of(samples.radius, self.max_radius)
        reaches = np.zeros(layers, np.int32)
        np.maximum.at(reaches, layer, np.ceil(np.abs(samples.radius) + 0.5).astype(np.int32))
        bucket = layer * height + samples.position[:, 1]
        counts = np.bincount(bucket, minlength=layers * height)
        starts = np.zeros((layers, height + 1), np.int32)
        starts[:, 1:] = np.cumsum(counts).reshape(layers, height)
        starts[1:, 0] = starts[:-1, -1]
        samples = samples.ordered(np.argsort(bucket, kind="stable"))
        places = np.concatenate([samples.position, samples.radius[:, None], samples.weight[:, None]], axis=1)
        return places.astype(np.float32), samples.light, starts, reaches

    def _upload(self, array: np.ndarray):
        import pyopencl as cl

        array = np.ascontiguousarray(array)
        flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
        return cl.Buffer(self.device.context, flags, hostbuf=array if array.size else np.zeros(4, array.dtype))
