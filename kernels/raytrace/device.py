"""The OpenCL side of the tracer: builds the kernels, uploads a frame's tables and runs them over the picture."""

from __future__ import annotations

import functools
import pathlib
import time

import numpy as np
import pyopencl as cl

from .pack import View, lamp_rows, pack
from .reference import SURFACE_OFFSET
from .scene import SHAPES, TEXTURES, Scene

SOURCES = ("trace.cl", "textures.cl", "camera.cl")
GROUP = 32  # pixels of a work group: one size only, since PoCL compiles a kernel anew for each
RUN_SECONDS = 0.08


@functools.cache
def _context() -> tuple[cl.Context, cl.CommandQueue]:
    devices = [d for platform in cl.get_platforms() for d in platform.get_devices()]
    context = cl.Context(devices[:1])
    return context, cl.CommandQueue(context)


@functools.cache
def _program(width: int) -> cl.Program:
    folder = pathlib.Path(__file__).parent
    source = "\n".join((folder / name).read_text() for name in SOURCES)
    names = [f"-DSHAPE_{name.upper()}={i}" for i, name in enumerate(SHAPES)]
    names += [f"-DTEXTURE_{name.upper()}={i}" for i, name in enumerate(TEXTURES)]
    options = [f"-DWIDTH={width}", f"-DSURFACE_OFFSET={SURFACE_OFFSET}f", "-cl-mad-enable", *names]
    return cl.Program(_context()[0], source).build(options)


class Tracer:
    """One frame's tables on the device. vector_width: rays that a work item traces together, 1, 4, 8 or 16."""

    def __init__(self, scene: Scene, view: View, vector_width: int | None = None):
        self.context, self.queue = _context()
        cpu = self.context.devices[0].type & cl.device_type.CPU
        self.program = _program(vector_width or (8 if cpu else 1))
        self.view = view
        tables = pack(scene, view.camera)
        lamps = lamp_rows(scene, view, tables.lamp_shapes)
        self.shapes = [
            self._upload(tables.shapes),
            self._upload(tables.shape_info),
            self._upload(tables.boxes),
            self._upload(tables.links),
            np.int32(len(tables.boxes)),
        ]
        self.surroundings = [
            self._upload(tables.materials),
            self._upload(tables.lights),
            np.int32(len(scene.lights)),
            self._upload(tables.sky),
            self._upload(lamps),
            np.int32(len(lamps)),
        ]
        self.camera = self._upload(view.table())

    def _upload(self, array: np.ndarray) -> cl.Buffer:
        flags = cl.mem_flags.READ_ONLY | cl.mem_flags.COPY_HOST_PTR
        return cl.Buffer(self.context, flags, hostbuf=array if array.size else np.zeros(1, array.dtype))

    def radiance(self, table, lamp_table, seed, check_abort=None, progress=None) -> np.ndarray:
        """Mean radiance of every pixel, float32 [H, W, 3]. Tables: sampling.camera_table and lamp_table."""
        samples = [
            self._upload(table),
            np.int32(table.shape[2]),
            self._upload(lamp_table),
            np.int32(lamp_table.shape[2]),
        ]
        args = [*self.shapes, *self.surroundings, self.camera, *samples]
        return self._run(cl.Kernel(self.program, "radiance"), args, len(table), seed, check_abort, progress)

    def depth(self, table, seed, check_abort=None, progress=None) -> np.ndarray:
        """Sum of z, sum of 1/z, hits over the samples of every pixel, float32 [H, W, 3]."""
        args = [*self.shapes, self.camera, self._upload(table), np.int32(table.shape[2])]
        return self._run(cl.Kernel(self.program, "depth"), args, len(table), seed, check_abort, progress)

    def _run(self, kernel, args, sets, seed, check_abort, progress) -> np.ndarray:
        """Runs the kernel over runs of pixels, each short enough for the host to abort in time."""
        width, height = self.view.width, self.view.height
        result = np.empty((height, width, 3), np.float32)
        buffer = cl.Buffer(self.context, cl.mem_flags.WRITE_ONLY, result.nbytes)
        shared = [np.uint32(sets), np.uint32(seed & 0xFFFFFFFF), np.int32(width), np.int32(height)]
        first, count = 0, 4 * GROUP
        while first < width * height:
            if check_abort:
                check_abort()
            last = min(first + count, width * height)
            items = -(-(last - first) // GROUP) * GROUP
            started = time.perf_counter()
            kernel(self.queue, (items,), (GROUP,), *args, *shared, np.int32(first), np.int32(last), buffer)
            self.queue.finish()
            seconds = max(time.perf_counter() - started, 1e-6)
            first, count = last, int(max(GROUP, min(2 * count, count * RUN_SECONDS / seconds)))
            if progress:
                progress(first / (width * height))
        cl.enqueue_copy(self.queue, result, buffer)
        return result
