"""The OpenCL side of the tracer: builds the kernels, uploads a frame's tables and runs them over the picture."""

from __future__ import annotations

import functools
import time
from pathlib import Path

import numpy as np
import pyopencl as cl

from ..opencl.device import Device, default_device
from .pack import View, lamp_rows, pack
from .reference import SURFACE_OFFSET, VISIBILITY_SLACK
from .scene import SHAPES, TEXTURES, Scene

SOURCES = ("trace.cl", "textures.cl", "camera.cl", "hidden.cl")
GROUP = 32  # pixels of a work group: one size only, since PoCL compiles a kernel anew for each
RUN_SECONDS = 0.08


@functools.cache
def _program(device: Device, width: int) -> cl.Program:
    source = "\n".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in SOURCES)
    names = [f"-DSHAPE_{name.upper()}={i}" for i, name in enumerate(SHAPES)]
    names += [f"-DTEXTURE_{name.upper()}={i}" for i, name in enumerate(TEXTURES)]
    options = [f"-DWIDTH={width}", "-cl-mad-enable", *names]
    options += [f"-DSURFACE_OFFSET={SURFACE_OFFSET}f", f"-DVISIBILITY_SLACK={VISIBILITY_SLACK}f"]
    return cl.Program(device.context, source).build(options)


class Tracer:
    """One frame's tables on the device. vector_width: rays that a work item traces together, 1 or 8."""

    def __init__(self, scene: Scene, view: View, vector_width: int | None = None):
        self.device = default_device()
        self.program = _program(self.device, vector_width or (8 if self.device.is_cpu else 1))
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
        return cl.Buffer(self.device.context, flags, hostbuf=array if array.size else np.zeros(1, array.dtype))

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

    def hidden(self, table, seed, check_abort=None, progress=None) -> np.ndarray:
        """Shares of every pixel's rays that end at surfaces the pinhole does not see, float32 [H, W, 3]: hidden by
        another surface; outside its picture; 0."""
        args = [*self.shapes, self.camera, self._upload(table), np.int32(table.shape[2])]
        return self._run(cl.Kernel(self.program, "hidden"), args, len(table), seed, check_abort, progress)

    def _run(self, kernel, args, sets, seed, check_abort, progress) -> np.ndarray:
        """Runs the kernel over runs of pixels, each short enough for the host to abort in time."""
        width, height = self.view.width, self.view.height
        result = np.empty((height, width, 3), np.float32)
        buffer = cl.Buffer(self.device.context, cl.mem_flags.WRITE_ONLY, result.nbytes)
        shared = [np.uint32(sets), np.uint32(seed & 0xFFFFFFFF), np.int32(width), np.int32(height)]
        queue = self.device.queue
        first, count = 0, 4 * GROUP
        while first < width * height:
            if check_abort:
                check_abort()
            last = min(first + count, width * height)
            items = -(-(last - first) // GROUP) * GROUP
            started = time.perf_counter()
            kernel(queue, (items,), (GROUP,), *args, *shared, np.int32(first), np.int32(last), buffer)
            queue.finish()
            seconds = max(time.perf_counter() - started, 1e-6)
            first, count = last, int(max(GROUP, min(2 * count, count * RUN_SECONDS / seconds)))
            if progress:
                progress(first / (width * height))
        cl.enqueue_copy(queue, result, buffer)
        return result
