"""The stages of a defocus on a device: samples, coarser grids, blending. See samples.cl and blend.cl."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..opencl.device import Device
from . import glass_reference, reference, samples
from . import layers as layer_constants
from .glass import Glass
from .iris import Iris
from .layers import LAYERS_A_LEVEL, Layers

BAND = 8  # rows of a grid that a work item blends
ROWS_A_CALL = 256  # at most: the time between two looks at abort
CALL_SECONDS = 0.05
CRISP = 0.001  # a highlight's disc, relative to its surroundings, from which its edge stays in full resolution …
OUTSHINES = 4.0  # … where the highlight is so many times as bright as they are
PARTS = 12  # samples that a pixel can make: four surfaces, each on up to three grids
SMALL = 1 << 16  # bytes
NEAR, FAR, PICTURE = 0, 1, 2
JOINED, APART = 1, 2
HAS_FRONT, HAS_BACK, HAS_HIGHLIGHTS, KEEP_SCALES = 1, 2, 4, 8
SOURCES = {
    "samples.cl": ("layers.cl", "samples.cl"),
    "gather.cl": ("layers.cl", "gather.cl"),
    "blend.cl": ("layers.cl", "spread.cl", "blend.cl"),
}
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Grid:
    """Samples of a grid, on the device.

    samples: (light, weight, radius, column) each; chunks: (first, number) of each row's buckets; rows: of the grid;
    buckets: a row's; counts: samples in each bucket, int32 [buckets], where known."""

    samples: object
    chunks: object
    rows: int
    buckets: int
    counts: np.ndarray | None = None


@dataclass(frozen=True)
class Region:
    """Part of a grid, in its cells."""

    left: int
    top: int
    columns: int
    rows: int

    @property
    def size(self) -> int:
        return self.columns * self.rows

    def on_coarser(self, shift: tuple[int, int] = (0, 0)) -> Region:
        """What of the next coarser grid this part is interpolated from. shift: columns and rows before this grid's
        first on twice the coarser one's."""
        left, top = (self.left + shift[0] - 1) // 2, (self.top + shift[1] - 1) // 2
        right, bottom = (self.left + shift[0] + self.columns) // 2 + 1, (self.top + shift[1] + self.rows) // 2 + 1
        return Region(left, top, right - left, bottom - top)

    @property
    def numbers(self) -> np.ndarray:
        return np.array([self.left, self.top, self.columns, self.rows], np.int32)


class Stages:
    """Kernels and constants of one lens on one device."""

    def __init__(
        self,
        iris: Iris,
        glass: Glass,
        stretch: float,
        layers: Layers,
        origin: tuple[int, int],
        device: Device,
        check_abort: Callable[[], None],
    ):
        self.device, self.layers, self.check_abort = device, layers, check_abort
        self.nothing = self.buffer(64)
        grid = glass.grid(iris, stretch)
        self.reach = glass.reach
        self.origin = origin  # of the picture, absolute
        self._frame, self._grid = glass.frame, grid
        nodes = np.array(grid.bounds.shape[1::-1], np.int32)
        self._glass = self.upload(grid.table), self.upload(grid.bounds), nodes
        largest = glass.profile_reach
        numbers = stretch, grid.tallest * largest, grid.widest * largest * stretch
        self._numbers = tuple(np.float32(n) for n in numbers)
        self._copies = []  # of all, and of highlights
        for highlights in (False, True):
            copies, counts = glass.copies(highlights)
            self._copies.append((self.upload(copies), counts))
        self.items = 8 * device.units if device.is_cpu else 512
        floats = {name: getattr(samples, name) for name in samples.CONSTANTS} | {
            "LINEAR": layer_constants.LINEAR,
            "ZONE": layer_constants.ZONE,
            "LAYER_STEP": layer_constants.LAYER_STEP,
            "CRISP": CRISP,
            "OUTSHINES": OUTSHINES,
            "SAME_SURFACE": reference.SAME_SURFACE,
            "SMALLEST_RADIUS": glass_reference.SMALLEST_RADIUS,
        }
        self.defines = {name: f"{value:.9g}f" if value % 1 else f"{value:.1f}f" for name, value in floats.items()}
        self.defines["WIDE"] = samples.WIDE
        self.defines |= {"LAYERS_A_LEVEL": LAYERS_A_LEVEL, "BAND": BAND, "PARTS": PARTS}
        self.defines["TABLE_SIZE"] = grid.table.shape[2] - 1
        self.defines |= {} if glass.plain else {"PROFILE": 1}
        self.defines |= {"FIELD": 1} if nodes.max() > 1 else {}

    @property
    def queue(self):
        return self.device.queue

    @contextmanager
    def memory(self, what: str):
        """MemoryError where the device has not enough for what is done inside."""
        import pyopencl as cl

        try:
            yield
        except cl.MemoryError as error:
            raise MemoryError(f"{self.device.name} has no memory left for {what}") from error

    def glass(self, first_row: int, highlights: bool = False) -> tuple:
        """GLASS_ARGUMENTS of spread.cl for the rows of the picture from first_row on."""
        scale = [1 / (size * step) for size, step in zip(self._frame, self._grid.step, strict=True)]
        corner = self.origin[0], self.origin[1] + first_row
        first = [
            (c - start * size) * k
            for c, start, size, k in zip(corner, self._grid.start, self._frame, scale, strict=True)
        ]
        return *self._glass, np.array([*first, *scale], np.float32), *self._copies[highlights], *self._numbers

    def kernel(self, file: str, name: str):
        """A kernel of one of SOURCES, compiled with what it needs."""
        return self.device.kernel(tuple(_HERE / source for source in SOURCES[file]), name, self.defines)

    def upload(self, array: np.ndarray):
        """An array for kernels to read; on the CPU device itself, so keep it."""
        import pyopencl as cl

        array = np.ascontiguousarray(array)
        if array.size == 0:
            return self.nothing
        shared = self.device.is_cpu and array.nbytes > SMALL  # a copy is aligned for any vector type
        how = cl.mem_flags.USE_HOST_PTR if shared else cl.mem_flags.COPY_HOST_PTR
        return cl.Buffer(self.device.context, cl.mem_flags.READ_ONLY | how, hostbuf=array)

    def buffer(self, size: int, zeros: bool = False):
        import pyopencl as cl

        buffer = cl.Buffer(self.device.context, cl.mem_flags.READ_WRITE, max(int(size), 64))
        if zeros:
            cl.enqueue_fill_buffer(self.device.queue, buffer, np.int32(0), 0, max(int(size), 64))
        return buffer

    def read(self, buffer, shape, dtype) -> np.ndarray:
        import pyopencl as cl

        out = np.empty(shape, dtype)
        cl.enqueue_copy(self.device.queue, out, buffer)
        return out

    def rows(self, first: int, last: int, call: Callable[[int, int], None], report=lambda row: None) -> None:
        """Calls call(first row, last row) for parts of rows that take about CALL_SECONDS."""
        count = 8 * BAND
        while first < last:
            count = min(count, last - first, ROWS_A_CALL)
            began = time.perf_counter()
            call(first, first + count)
            self.device.queue.finish()
            seconds = max(time.perf_counter() - began, 1e-6)
            first += count
            count = max(BAND, min(2 * count, int(count * CALL_SECONDS / seconds)) // BAND * BAND)
            self.check_abort()
            report(first)

    def run(self, kernel, items: int, *arguments) -> None:
        kernel(self.device.queue, (items,), (1,) if self.device.is_cpu else None, *arguments)
