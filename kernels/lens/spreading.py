"""Samples spread over iris shapes and blended, on the device: coarser grids first, the picture's own last."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .layers import LAYERS_A_LEVEL
from .stages import (
    APART,
    BAND,
    FAR,
    HAS_BACK,
    HAS_FRONT,
    HAS_HIGHLIGHTS,
    JOINED,
    KEEP_SCALES,
    NEAR,
    PICTURE,
    ROWS_A_CALL,
    Grid,
    Region,
    Stages,
)

CELLS_AT_FIRST = 1.0  # room for this many samples a cell of a coarser grid at first


@dataclass
class Blend:
    """What has been blended of a grid: float8 a cell of `region`. zone: light and coverage of the layer behind the
    focus that it shares with the next finer grid, which is blended there."""

    cells: object
    region: Region
    zone: object = None


def render(
    stages: Stages,
    grid: Grid,
    before: tuple[int, int],
    size: tuple[int, int],
    part: Region,
    window: Region,
    first_row: int,
    report: Callable[[float], None],
) -> np.ndarray:
    """The picture in `window`, float32 [rows, columns, 4].

    grid: samples of `part` of the picture's rows from first_row on; before: columns and rows by which the coarser grids
    begin before those; size: their columns and rows, in px."""
    spreader = _Spreader(stages, grid, before, size, part, window, first_row)
    return spreader.picture(report)


class _Spreader:
    def __init__(self, stages: Stages, grid: Grid, before, size, part: Region, window: Region, first_row: int):
        self.stages, self.layers, self.before, self.window = stages, stages.layers, before, window
        self.glass, self.highlight_glass = (stages.glass(first_row, of) for of in (False, True))
        self.coarse = self.layers.outermost - self.layers.inner  # coarse layers on one side of the focus
        self.fine_buckets = 2 * self.layers.inner + 3
        self.regions = [window]
        for level in range(1, self.layers.levels + 1):
            self.regions.append(self.regions[-1].on_coarser(before if level == 1 else (0, 0)))
        self.grids = [grid]
        self._gather(size, part)
        self.lights = self._highlight_layers(grid)
        self._plan_scales()
        widest = max(r.columns for r in self.regions)
        self.scratch = stages.buffer(ROWS_A_CALL * 3 * widest * 32)

    def picture(self, report: Callable[[float], None]) -> np.ndarray:
        stages, levels = self.stages, self.layers.levels
        front = back = None
        for level in range(levels, 0, -1):
            back = self._blend(level, FAR, None, back)
            front = self._blend(level, NEAR, front, None)
        highlights = self._spread_highlights() if self.lights else None
        out = np.empty((self.window.rows, self.window.columns, 4), np.float32)
        result = self._blend(
            0, PICTURE, front, back, highlights, lambda row: report((row - self.window.top) / self.window.rows)
        )
        import pyopencl as cl

        cl.enqueue_copy(stages.queue, out, result.cells)
        return out

    # Coarser grids.

    def _gather(self, size, part: Region) -> None:
        """The samples of radii beyond `fine`, gathered level by level."""
        finer, region, shift, first_bucket = self.grids[0], part, self.before, self.fine_buckets
        for level in range(1, self.layers.levels + 1):
            region = region.on_coarser(shift)
            here, finer = self._gather_level(
                level, finer, first_bucket, shift, region, (size[0] >> level, size[1] >> level)
            )
            self.grids.append(here)
            shift, first_bucket = (0, 0), 0

    def _gather_level(
        self, level: int, finer: Grid, first_bucket: int, shift, region: Region, size
    ) -> tuple[Grid, Grid]:
        """(samples that this level spreads, those that go on to the next) of a grid of size (columns, rows)."""
        stages, layers, count = self.stages, self.layers, 2 * self.coarse
        columns, rows = size
        first, last = max(region.top, 0), min(region.top + region.rows, rows)
        limit = layers.fine * 2**level if level < layers.levels else 0.0
        kernel = stages.kernel("gather.cl", "gather")
        fixed = (np.int32(n) for n in (finer.rows, finer.buckets, first_bucket, count))
        fixed = finer.samples, finer.chunks, *fixed, np.array(shift, np.int32), np.int32(columns)
        scratch = stages.buffer(stages.items * columns * 32)
        capacity = int(CELLS_AT_FIRST * columns * (last - first)) + columns
        while True:
            chunks, on_chunks = (stages.buffer(rows * count * 8, zeros=True) for _ in range(2))
            used = stages.buffer(8, zeros=True)
            samples, on = stages.buffer(capacity * 32), stages.buffer(capacity * 32)
            room = np.float32(limit), np.int32(capacity)
            outputs = scratch, chunks, on_chunks, used, samples, on

            def call(top: int, bottom: int, room=room, outputs=outputs):
                items = min(stages.items, bottom - top)
                stages.run(kernel, items, *fixed, np.int32(top), np.int32(bottom), *room, *outputs)

            stages.rows(first, last, call)
            asked = int(stages.read(used, 2, np.int32).max())
            if asked <= capacity:
                return Grid(samples, chunks, rows, count), Grid(on, on_chunks, rows, count)
            capacity = asked

    # Layers, front to back, as blend wants them.

    def _order(self, level: int, kind: int) -> np.ndarray:
        """int32 [layers, 4]: bucket, rows reached, place in scales or -1, part."""
        layers = self.layers
        if kind == PICTURE:
            outer = layers.inner + (1 if layers.levels else 0)
            numbers = [(n, n + layers.inner + 1) for n in range(-outer, outer + 1)]
        else:
            first = layers.inner + 1 + (level - 1) * LAYERS_A_LEVEL
            last = min(first + LAYERS_A_LEVEL, layers.outermost)
            side = 0 if kind == NEAR else self.coarse
            numbers = [(n, side + n - layers.inner - 1) for n in range(first, last + 1)]
            if kind == NEAR:
                numbers = [(-n, bucket) for n, bucket in reversed(numbers)]
        places = self.scale_places.get((level, kind), {})
        order = np.zeros((len(numbers), 4), np.int32)
        for row, (n, bucket) in zip(order, numbers, strict=True):
            row[:3] = bucket, math.ceil(layers.largest(n) * self.stages.reach / 2**level) + 1, places.get(abs(n), -1)
        if kind != NEAR and level < layers.levels:
            order[-1, 3] = JOINED
        if kind == FAR:
            order[0, 3] = APART
        return order

    def _blend(self, level: int, kind: int, front, back, highlights=None, report=lambda row: None) -> Blend:
        stages, region, grid = self.stages, self.regions[level], self.grids[level]
        order_array = self._order(level, kind)
        order = stages.upload(order_array)
        outer = (front or back or Blend(None, region)).region
        back_place = self.back_places.get(level, -1) if kind == FAR else -1
        has = (HAS_FRONT if front else 0) | (HAS_BACK if back else 0) | (HAS_HIGHLIGHTS if highlights else 0)
        has |= KEEP_SCALES if self.lights and kind != PICTURE else 0
        out = stages.buffer(region.size * (16 if kind == PICTURE else 32))
        near_lights, far_lights = highlights or (stages.nothing, stages.nothing)
        kernel = stages.kernel("blend.cl", "blend")
        shift = np.array(self.before if level == 0 else (0, 0), np.int32)
        fixed = (
            grid.samples,
            grid.chunks,
            np.int32(grid.rows),
            np.int32(grid.buckets),
            order,
            np.int32(len(order_array)),
        )
        corner = np.array((0, 0) if level == 0 else [-n for n in self.before], np.int32)
        fixed += (region.numbers, shift, corner, np.float32(2**level), *self.glass)
        zone = stages.buffer(region.size * 32) if kind == FAR else stages.nothing
        fixed += (front.cells if front else stages.nothing,)
        fixed += (back.cells, back.zone) if back else (stages.nothing, stages.nothing)
        fixed += (outer.numbers,)
        fixed += (np.int32(has), near_lights, far_lights, self.scales, np.int32(back_place), np.int32(kind))
        outputs = (stages.nothing, zone, out) if kind == PICTURE else (out, zone, stages.nothing)

        def call(first: int, last: int):
            bands = -(-(last - first) // BAND)
            stages.run(kernel, bands, *fixed, np.int32(first), np.int32(last), self.scratch, *outputs)

        stages.rows(region.top, region.top + region.rows, call, report)
        return Blend(out, region, zone)

    # Highlights: in full resolution, multiplied by what their layers are on their own grid.

    def _highlight_layers(self, grid: Grid) -> list[tuple[int, int, int, int]]:
        """(layer number, bucket, level, kind) of each layer with highlights."""
        found = []
        for side, kind in enumerate((NEAR, FAR)):
            for n in range(self.coarse):
                bucket = self.fine_buckets + 2 * self.coarse + side * self.coarse + n
                if grid.counts[bucket]:
                    blended_finer = kind == FAR and n % LAYERS_A_LEVEL == 0
                    level = 1 + n // LAYERS_A_LEVEL - blended_finer
                    found.append((self.layers.inner + 1 + n, bucket, level, kind))
        return found

    def _plan_scales(self) -> None:
        """Room for what the blends multiply each highlight layer, and all that is behind each level, by."""
        self.scale_places: dict[tuple[int, int], dict[int, int]] = {}
        self.back_places: dict[int, int] = {}
        place = 0
        for number, _, level, kind in self.lights:
            self.scale_places.setdefault((level, kind), {})[number] = place
            place += self.regions[level].size
        for level in range(1, self.layers.levels) if self.lights else ():
            self.back_places[level] = place
            place += self.regions[level].size
        self.scales = self.stages.buffer(place * 4)

    def _spread_highlights(self):
        stages, region, grid = self.stages, self.window, self.grids[0]
        order = np.zeros((len(self.lights), 8), np.int32)
        for row, (number, bucket, level, kind) in zip(order, self.lights, strict=True):
            reached = math.ceil(self.layers.largest(number) * stages.reach) + 1
            row[:5] = bucket, reached, kind == FAR, level, self.scale_places[level, kind][number]
        order_table = stages.upload(order)
        regions = np.stack([r.numbers for r in self.regions[1:]])
        backs = np.array([self.back_places.get(level, 0) for level in range(1, self.layers.levels + 1)], np.int32)
        region_table, back_table = stages.upload(regions), stages.upload(backs)
        near_lights, far_lights = (stages.buffer(region.size * 16) for _ in range(2))
        kernel = stages.kernel("blend.cl", "highlights")
        fixed = (
            grid.samples,
            grid.chunks,
            np.int32(grid.rows),
            np.int32(grid.buckets),
            order_table,
            np.int32(len(order)),
        )
        fixed += (region.numbers, np.array(self.before, np.int32), *self.highlight_glass)
        fixed += (self.scales, region_table, back_table)

        def call(first: int, last: int):
            bands = -(-(last - first) // BAND)
            rows = np.int32(first), np.int32(last)
            stages.run(kernel, bands, *fixed, *rows, self.scratch, near_lights, far_lights)

        stages.rows(region.top, region.top + region.rows, call)
        return near_lights, far_lights
