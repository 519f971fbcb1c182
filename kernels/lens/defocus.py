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
    check_abort: Callable[[], None] | None = None,
    progress: Callable[[float], None] | None = None,
    device: Device | None = None,
) -> np.ndarray:
    """The picture seen through a lens, float32 [H, W, 4], same place as the input.

    rgba: float32 [H, W, 4], premultiplied, scene-linear, finite. coc: float32 [H, W], signed radius of the circle of
    confusion in px of this picture's rows (far positive, 0 in focus), finite. stretch: columns per row of the same
    length (non-square pixels). origin: absolute pixel coordinates of rgba[0, 0]. max_radius: bound of |coc|, which
    fixes layers and reach, so give the same for all tiles of a picture; default: the largest here. Outside the picture
    is nothing: give `margin(max_radius)` more pixels than wanted on each side and crop.

    check_abort is called at least every 100 ms and may raise. ValueError: shapes or values out of range. MemoryError:
    the device's memory does not suffice.
    """
    height, width = coc.shape
    if rgba.shape != (height, width, 4):
        raise ValueError(f"rgba {rgba.shape} does not fit coc {coc.shape}")
    if max_radius is None:
        max_radius = float(np.abs(coc).max(initial=0))
    if not (np.isfinite(max_radius) and stretch > 0):
        raise ValueError(f"max_radius {max_radius} and stretch {stretch} must be finite and positive")
    rgba = np.ascontiguousarray(rgba, np.float32)
    coc = np.clip(np.asarray(coc, np.float32), -max_radius, max_radius)
    out = np.empty_like(rgba)
    rim = margin(max_radius)
    rows = max(STRIP_PIXELS // max(width, 1) - 2 * rim, rim, 1)
    for top in range(0, height, rows):
        bottom = min(top + rows, height)
        first, last = max(top - rim, 0), min(bottom + rim, height)
        strip = slice(first, last)
        samples = make_samples(rgba[strip], coc[strip], max_radius, (origin[0], origin[1] + first))
        if check_abort:
            check_abort()

        def report(part, top=top, bottom=bottom):
            if progress:
                progress((top + part * (bottom - top)) / height)

        window = (top - first, bottom - first)
        shape = (last - first, width)
        lens = (iris, stretch, max_radius)
        out[top:bottom] = _render(samples, shape, window, lens, device or default_device(), check_abort, report)
    return out


def _render(samples: Samples, shape, window, lens, device: Device, check_abort, report) -> np.ndarray:
    """Rows window[0] … window[1] - 1 of a strip of this shape, float32 [rows, W, 4]."""
    iris, stretch, max_radius = lens
    import pyopencl as cl

    height, width = shape
    layers = layer_count(max_radius)
    bucket = layer_of(samples.radius, max_radius) * height + samples.position[:, 1]
    samples = samples.ordered(np.argsort(bucket, kind="stable"))
    counts = np.bincount(bucket, minlength=layers * height).reshape(layers, height)
    starts = np.zeros((layers, height + 1), np.int32)
    starts[:, 1:] = np.cumsum(counts).reshape(layers, height)
    starts[1:, 0] = starts[:-1, -1]
    reaches = np.zeros(layers, np.int32)
    layer = layer_of(samples.radius, max_radius)
    np.maximum.at(reaches, layer, np.ceil(np.abs(samples.radius) + 0.5).astype(np.int32))
    places = np.concatenate([samples.position, samples.radius[:, None], samples.weight[:, None]], axis=1)
    spans = iris.spans()
    table = np.zeros((TABLE_SIZE + 1, 4), np.float32)
    table[:, :3] = spans

    queue = device.queue
    kernel = device.kernel(
        Path(__file__).with_name("defocus.cl"),
        "defocus_rows",
        {"TABLE_SIZE": TABLE_SIZE, "SAME_SURFACE": f"{SAME_SURFACE}f", "SMALLEST_RADIUS": f"{SMALLEST_RADIUS}f"},
    )

    def upload(array):
        array = np.ascontiguousarray(array)
        flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
        return cl.Buffer(device.context, flags, hostbuf=array if array.size else np.zeros(4, array.dtype))

    try:
        inputs = [upload(a) for a in (places.astype(np.float32), samples.light, starts, reaches, table)]
        scratch = cl.Buffer(device.context, cl.mem_flags.READ_WRITE, ROWS_AT_ONCE * 3 * width * 32)
        buffer = cl.Buffer(device.context, cl.mem_flags.READ_WRITE, height * width * 16)
        first, rows = window[0], 4
        while first < window[1]:
            if check_abort:
                check_abort()
            rows = min(rows, window[1] - first, ROWS_AT_ONCE)
            began = time.perf_counter()
            numbers = (
                np.float32(area(spans)),
                np.float32(stretch),
                np.int32(layers),
                np.int32(width),
                np.int32(height),
            )
            kernel(queue, (rows,), (1,) if device.is_cpu else None, *inputs, *numbers, np.int32(first), scratch, buffer)
            queue.finish()
            seconds = max(time.perf_counter() - began, 1e-6)
            first += rows
            rows = max(2, min(2 * rows, int(rows * CALL_SECONDS / seconds)))
            report((first - window[0]) / (window[1] - window[0]))
        result = np.empty((window[1] - window[0], width, 4), np.float32)
        cl.enqueue_copy(queue, result, buffer, src_offset=window[0] * width * 16)
    except cl.MemoryError as error:
        raise MemoryError(f"{device.name} has no memory left for a strip of {width} × {height} pixels") from error
    return result
