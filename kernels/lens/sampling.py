"""Samples of a picture, made on the device: what samples.py says, sorted by row and layer."""

from __future__ import annotations

import cv2
import numpy as np

from .samples import FARTHEST_BLEND, pyramid_levels, without_far_specks
from .stages import PARTS, Grid, Region, Stages

WIDEST = 64  # px: a highlight is compared with what is around it, somewhat farther than its light goes, at most so far
DARKEST = 1e-3  # scene-linear: what is darker counts as this
SAMPLES_A_PIXEL = 1.5  # room for this many at first


def sample(
    stages: Stages,
    rgba: np.ndarray,
    coc: np.ndarray,
    before: tuple[int, int],
    part: Region,
    *,
    fill: bool = True,
    guide: np.ndarray | None = None,
) -> Grid:
    """Samples of the pixels in `part`. rgba: float32 [H, W, 4]; coc: float32 [H, W]; before: columns and rows by which
    the coarser grids begin before the picture; fill, guide: as `samples.make_samples` has them."""
    height, width = coc.shape
    coc = without_far_specks(coc)
    square = np.ones((3, 3), np.uint8)
    host = [np.ascontiguousarray(a) for a in (rgba, coc, cv2.erode(coc, square), cv2.dilate(coc, square))]
    host.append(_surroundings(rgba, stages.layers.max_radius) if stages.layers.levels else np.zeros((1, 1), np.float32))
    *surfaces, mean = (stages.upload(a) for a in host)
    stages.check_abort()
    known = (stages.nothing, np.int32(0)) if guide is None else (stages.upload(guide), np.int32(1))
    size, offset = np.array([width, height], np.int32), np.array(before, np.int32)
    around, grids = _pyramid(stages, surfaces, size, offset) if fill else (stages.nothing, [])
    numbers = np.array(grids, np.int32)
    grid_table = stages.upload(numbers)
    layers = stages.layers
    buckets = 2 * layers.inner + 3 + 4 * (layers.outermost - layers.inner)
    capacity = int(SAMPLES_A_PIXEL * part.size) + PARTS * part.columns
    cells = sum(columns for _, _, columns, _ in grids)
    scratch_cells = stages.buffer(stages.items * cells * 32)
    scratch = stages.buffer(stages.items * part.columns * PARTS * 32)
    scratch_buckets = stages.buffer(stages.items * part.columns * PARTS * 4)
    chunks = stages.buffer(height * buckets * 8, zeros=True)
    emit = stages.kernel("samples.cl", "emit")
    while True:
        used, samples = stages.buffer((1 + buckets) * 4, zeros=True), stages.buffer(capacity * 32)
        fixed = (*surfaces, mean, *known, *size, offset, around, grid_table, np.int32(len(grids)))
        fixed += (np.int32(cells), np.float32(layers.fine))
        fixed += tuple(np.int32(n) for n in (layers.levels, layers.inner, part.left, part.left + part.columns))

        def call(first: int, last: int, fixed=fixed, used=used, samples=samples, capacity=capacity):
            rows = np.int32(first), np.int32(last), np.int32(capacity)
            items = min(stages.items, last - first)
            stages.run(emit, items, *fixed, *rows, scratch_cells, scratch, scratch_buckets, chunks, used, samples)

        stages.rows(part.top, part.top + part.rows, call)
        asked = stages.read(used, 1 + buckets, np.int32)
        if asked[0] <= capacity:
            return Grid(samples, chunks, height, buckets, asked[1:])
        samples.release()  # before the next, larger one
        capacity = int(asked[0])


def _surroundings(rgba: np.ndarray, max_radius: float) -> np.ndarray:
    """Brightness around each pixel, float32 [H, W]: the geometric mean, which single highlights do not raise. Negative
    where all around is opaque."""
    side = 2 * round(min(1.5 * max_radius + 6, WIDEST)) + 1  # within samples.reach
    mean = np.float32([[1 / 3, 1 / 3, 1 / 3, 0]])
    light = cv2.log(cv2.max(cv2.transform(rgba, mean), DARKEST))
    opaque = cv2.erode(np.float32(rgba[..., 3] == 1), np.ones((3, 3), np.uint8), iterations=side // 2)
    return cv2.exp(cv2.blur(light, (side, side))) * (1 - 2 * opaque)


def _pyramid(stages: Stages, surfaces: list, size: np.ndarray, before: np.ndarray):
    """(cells, [(first cell, rows, columns, 0) of each level]): the farthest surfaces around each cell."""
    max_radius = stages.layers.max_radius
    count = pyramid_levels(max_radius)
    cell = 2**count
    columns, rows = (-(-(size + before) // cell) * cell).tolist()
    grids = [(0, rows >> level, columns >> level, 0) for level in range(1, count + 1)]
    places = np.cumsum([0] + [r * c for _, r, c, _ in grids]).tolist()
    grids = [(place, *grid[1:]) for place, grid in zip(places, grids, strict=False)]
    blend = np.float32(max(FARTHEST_BLEND, max_radius / 40))  # keeps the exponentials within float32
    first, following, surround = (
        stages.kernel("samples.cl", name) for name in ("first_level", "next_level", "surroundings")
    )
    around = stages.buffer(places[-1] * 32)
    finer = None
    for place, rows, columns, _ in grids:
        cells = stages.buffer(rows * columns * 32)

        def reduce(top: int, bottom: int, cells=cells, finer=finer, columns=columns):
            if finer is None:
                inputs = (*surfaces, *size, before, blend)
                stages.run(first, bottom - top, *inputs, np.int32(columns), np.int32(top), cells)
            else:
                stages.run(following, bottom - top, finer, blend, np.int32(columns), np.int32(top), cells)

        def look_around(top: int, bottom: int, cells=cells, place=place, rows=rows, columns=columns):
            grid = (np.int32(n) for n in (rows, columns, place, top))
            stages.run(surround, bottom - top, cells, blend, np.float32(max_radius), *grid, around)

        stages.rows(0, rows, reduce)
        stages.rows(0, rows, look_around)
        finer = cells
    return around, grids
