"""Spreading samples over scaled pictures, by Fourier transforms.

Radii of samples are continuous, those that a picture is scaled to are fixed: a sample is shared linearly between the
two next to its own, which are half a px apart up to 8 px, and a cell or a 16th above, so nothing pops as a radius
changes. Large radii are spread on coarser grids (cells of 2^k px at absolute places), where the picture still is as
many cells in radius as it needs (`KernelPicture.detail`); samples reach a grid through tents, as bilinear interpolation
takes them back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from .kernel_picture import DETAILS, KernelPicture
from .samples import Samples

SHARP = 0.25  # px: radii up to it stay in their pixel
STEPS = 16  # a radius and the next differ by this part of it, where that is more than a cell
FIRST_RADII = (SHARP, *(n / 4 for n in range(2, 8)), *(n / 2 for n in range(4, 17)))  # px
STAMP_SECONDS, STAMPED_PIXEL_SECONDS, FOURIER_PIXEL_SECONDS = 15e-6, 6e-9, 120e-9  # what decides between the two ways


def radii_up_to(max_radius: float, detail: int = DETAILS[0]) -> tuple[np.ndarray, np.ndarray]:
    """(radii float64 [K], rising, the last ≥ max_radius; grid of each, int [K]: cells of 2^grid px).

    detail: cells that a radius on a coarser grid has at least.
    """
    needed = 1 + next((n for n, radius in enumerate(FIRST_RADII) if radius >= max_radius), len(FIRST_RADII) - 1)
    radii = list(FIRST_RADII[: max(needed, 2)])
    grids = [0] * len(radii)
    while radii[-1] < max_radius:
        grid = max(int(np.floor(np.log2(radii[-1] / detail))), 0)
        radii.append(radii[-1] + max(2.0**grid, radii[-1] / STEPS))
        grids.append(grid)
    return np.array(radii), np.array(grids)


def spread_reach(max_radius: float, stretch: float) -> tuple[int, int]:
    """(columns, rows) around a sample of this radius that its light reaches."""
    radii, grids = radii_up_to(max_radius)
    cells = 4 * 2 ** int(grids[-1]) if grids[-1] else 1
    return int(np.ceil(radii[-1] * stretch)) + cells, int(np.ceil(radii[-1])) + cells


@dataclass(frozen=True)
class Shares:
    """Samples shared among fixed radii. sample: int [M] index; step: int [M] index of the radius, in front of the focus
    -1 - index; share: float32 [M]."""

    sample: np.ndarray
    step: np.ndarray
    share: np.ndarray

    @classmethod
    def of(cls, samples: Samples, radii: np.ndarray) -> Shares:
        size = np.clip(np.abs(samples.radius), radii[0], radii[-1]).astype(np.float64)
        after = np.clip(np.searchsorted(radii, size), 1, len(radii) - 1)
        part = (size - radii[after - 1]) / (radii[after] - radii[after - 1])
        index = np.arange(len(samples))
        sample = np.concatenate([index, index])
        step = np.concatenate([after - 1, after])
        share = np.concatenate([1 - part, part]).astype(np.float32)
        step = np.where(samples.radius[sample] < 0, -1 - step, step)
        kept = share > 0
        return cls(sample[kept], step[kept], share[kept])


class Canvas:
    """Spreads samples over a kernel's picture onto a window of a picture.

    kernels: behind and in front of the focus; origin: absolute column and row of the first pixel of the picture that
    the samples' positions count in; stretch: radius across / radius down; window: (x0, y0, x1, y1) of that picture;
    detail: cells of radius on coarser grids, if the pictures need as many.
    """

    def __init__(
        self,
        kernels: tuple[KernelPicture, KernelPicture],
        max_radius: float,
        stretch: float,
        origin,
        window,
        detail: int,
    ):
        self.kernels, self.stretch, self.origin, self.window = kernels, stretch, origin, window
        self.radii, self.grids = radii_up_to(max_radius, min(detail, max(k.detail for k in kernels)))

    def spread(self, samples: Samples, check_abort: Callable[[], None]) -> tuple[np.ndarray, np.ndarray, tuple] | None:
        """(light float32 [4, h, w], coverage [h, w], (x0, y0, x1, y1)): the part of the window that these samples
        reach, None where they do not."""
        if len(samples) == 0:
            return None
        shares = Shares.of(samples, self.radii)
        largest = int(np.where(shares.step < 0, -1 - shares.step, shares.step).max())
        reach_x, reach_y = spread_reach(self.radii[largest], self.stretch)
        x0, y0, x1, y1 = self.window
        column, row = samples.position.T
        area = (
            max(int(column.min()) - reach_x, x0),
            max(int(row.min()) - reach_y, y0),
            min(int(column.max()) + 1 + reach_x, x1),
            min(int(row.max()) + 1 + reach_y, y1),
        )
        if area[0] >= area[2] or area[1] >= area[3]:
            return None
        values = [samples.light[:, c] for c in range(4)] + [samples.weight]
        if np.array_equal(values[3], values[4]):
            del values[3]  # opaque: alpha is coverage
        values = np.stack(values)
        out = np.zeros((len(values), area[3] - area[1], area[2] - area[0]), np.float32)
        order = np.argsort(shares.step, kind="stable")
        steps, first = np.unique(shares.step[order], return_index=True)
        groups = dict(zip(steps.tolist(), np.split(order, first[1:]), strict=True))
        for grid in range(int(self.grids.max()) + 1):
            here = {s: g for s, g in groups.items() if self.grids[s if s >= 0 else -1 - s] == grid}
            self._spread_on_grid(grid, here, shares, samples.position, values, area, out, check_abort)
        return out[[0, 1, 2, -2 if len(out) == 5 else -1]], np.maximum(out[-1], 0), area

    def _spread_on_grid(self, grid, groups, shares, position, values, area, out, check_abort) -> None:
        fourier = _Fourier(grid, self.origin, area)
        for step, members in groups.items():
            check_abort()
            near = step < 0
            radius = self.radii[-1 - step if near else step]
            weights = self._weights(radius, grid, near)
            index = shares.sample[members]
            light = values[:, index] * shares.share[members]
            light[:3] *= self.kernels[int(near)].gains(radius).astype(np.float32)[:, None]
            where = position[index]
            if weights.shape[:2] == (1, 1) and grid == 0:
                _add_points(out, where, light, area)
            elif grid == 0 and _stamping_pays(len(index), weights, where, area):
                _stamp(out, where, light, weights, area)
            else:
                fourier.add(where, light, weights)
        check_abort()
        fourier.finish(out)

    def _weights(self, radius: float, grid: int, near: bool) -> np.ndarray:
        """float32 [2·b + 1, 2·a + 1, 1 or 3] on a grid."""
        weights = self.kernels[int(near)].scaled(radius * self.stretch / 2**grid, radius / 2**grid)
        return np.ascontiguousarray(weights[::-1, ::-1] if near else weights)


def _stamping_pays(count: int, weights: np.ndarray, where: np.ndarray, area) -> bool:
    pixels = weights.shape[0] * weights.shape[1]
    box = np.ptp(where, axis=0) + weights.shape[1::-1]
    fourier = box[0] * box[1] * FOURIER_PIXEL_SECONDS
    return count * (STAMP_SECONDS + 5 * pixels * STAMPED_PIXEL_SECONDS) < fourier


def _add_points(out: np.ndarray, where: np.ndarray, light: np.ndarray, area) -> None:
    """Samples that stay in their pixel."""
    column, row = where[:, 0] - area[0], where[:, 1] - area[1]
    inside = (column >= 0) & (column < out.shape[2]) & (row >= 0) & (row < out.shape[1])
    _deposit(out, row[inside], column[inside], light[:, inside])


def _deposit(out: np.ndarray, row: np.ndarray, column: np.ndarray, light: np.ndarray) -> None:
    """Adds light [C, N] to the pixels of out [C, h, w]."""
    height, width = out.shape[1:]
    place = row.astype(np.int64) * width + column
    for plane, values in zip(out, light, strict=True):
        plane += np.bincount(place, values, minlength=height * width).reshape(height, width)


def _stamp(out: np.ndarray, where: np.ndarray, light: np.ndarray, weights: np.ndarray, area) -> None:
    """Adds each sample's shape, one after the other."""
    tall, wide = weights.shape[0] // 2, weights.shape[1] // 2
    planes = _planes(weights, len(out))
    height, width = out.shape[1:]
    for (column, row), value in zip(where - np.array(area[:2]), light.T, strict=True):
        top, left = row - tall, column - wide
        y0, y1 = max(top, 0), min(row + tall + 1, height)
        x0, x1 = max(left, 0), min(column + wide + 1, width)
        if y0 < y1 and x0 < x1:
            out[:, y0:y1, x0:x1] += planes[:, y0 - top : y1 - top, x0 - left : x1 - left] * value[:, None, None]


def _planes(weights: np.ndarray, count: int) -> np.ndarray:
    """[1 or count, h, w]: weights for red, green, blue, and their mean for alpha (where it is kept) and coverage."""
    planes = weights.transpose(2, 0, 1)
    if len(planes) == 1:
        return planes
    mean = planes.mean(axis=0, keepdims=True)
    return np.concatenate([planes, *[mean] * (count - 3)])


class _Fourier:
    """Sums convolutions in the frequency domain: one inverse transform for all radii of a grid.

    Its picture is the grid's cells from which `area` is interpolated.
    """

    def __init__(self, grid: int, origin, area):
        self.grid, self.area = grid, area
        self.cell = 2**grid
        self.origin = origin
        self.parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []

    def add(self, where: np.ndarray, light: np.ndarray, weights: np.ndarray) -> None:
        self.parts.append((where, light, weights))

    def finish(self, out: np.ndarray) -> None:
        """Adds what was collected to `out`."""
        if not self.parts:
            return
        beyond = 2 if self.grid else 0  # cells that tents reach
        tall = max(w.shape[0] for _, _, w in self.parts) // 2 + beyond
        wide = max(w.shape[1] for _, _, w in self.parts) // 2 + beyond
        x0, y0, x1, y1 = self.area
        # Cells (absolute numbers) that the area is interpolated from, and those whose samples reach them.
        ox, oy = self.origin
        rim = 1 if self.grid else 0
        left, top = (x0 + ox) // self.cell - rim, (y0 + oy) // self.cell - rim
        right, bottom = -(-(x1 + ox) // self.cell) + rim, -(-(y1 + oy) // self.cell) + rim
        height, width = bottom - top + 2 * tall, right - left + 2 * wide
        size = cv2.getOptimalDFTSize(height), cv2.getOptimalDFTSize(width)
        sums = None
        for where, light, weights in self.parts:
            source = self._source(where, light, (left - wide, top - tall), (height, width), size)
            spectra = [cv2.dft(_wrapped(weights[..., c], size)) for c in range(weights.shape[2])]
            if len(spectra) == 3:
                spectra.append(sum(spectra) / np.float32(3))
            products = [
                cv2.mulSpectrums(cv2.dft(source[c]), spectra[min(c, len(spectra) - 1)], 0) for c in range(len(source))
            ]
            sums = products if sums is None else [a + b for a, b in zip(sums, products, strict=True)]
        flags = cv2.DFT_INVERSE | cv2.DFT_SCALE | cv2.DFT_REAL_OUTPUT
        for c, spectrum in enumerate(sums):
            cells = cv2.dft(spectrum, flags=flags)[tall : tall + bottom - top, wide : wide + right - left]
            out[c] += self._on_pixels(cells, left, top)

    def _source(self, where, light, first, used, size) -> np.ndarray:
        """float32 [C, *size]: mean light of the cells from `first` (column, row) on."""
        cell = self.cell
        source = np.zeros((len(light), *size), np.float32)
        column, row = (where + np.array(self.origin) - np.array(first) * cell).T
        inside = (row >= 0) & (row < used[0] * cell) & (column >= 0) & (column < used[1] * cell)
        if not inside.any():
            return source
        row, column, light = row[inside], column[inside], light[:, inside]
        # Only the cells around the samples: two more on each side for the tents.
        rim = 2 if self.grid else 0
        y0, y1 = int(row.min()) // cell - rim, int(row.max()) // cell + 1 + rim
        x0, x1 = int(column.min()) // cell - rim, int(column.max()) // cell + 1 + rim
        deposit = np.zeros((len(light), (y1 - y0) * cell, (x1 - x0) * cell), np.float32)
        _deposit(deposit, row - y0 * cell, column - x0 * cell, light)
        for _ in range(self.grid):
            deposit = _halved(deposit)
        top, bottom, left, right = max(y0, 0), min(y1, used[0]), max(x0, 0), min(x1, used[1])
        source[:, top:bottom, left:right] = deposit[:, top - y0 : bottom - y0, left - x0 : right - x0]
        return source

    def _on_pixels(self, cells: np.ndarray, left: int, top: int) -> np.ndarray:
        """The area, interpolated bilinearly."""
        x0, y0, x1, y1 = self.area
        if self.grid == 0:
            return cells[: y1 - y0, : x1 - x0]
        x = (np.arange(x0, x1, dtype=np.float32) + self.origin[0] + 0.5) / self.cell - left - 0.5
        y = (np.arange(y0, y1, dtype=np.float32) + self.origin[1] + 0.5) / self.cell - top - 0.5
        return _between(_between(cells, y, 0), x, 1)


def _between(cells: np.ndarray, at: np.ndarray, axis: int) -> np.ndarray:
    before = np.floor(at).astype(int)
    part = (at - before).astype(np.float32)
    part = part[:, None] if axis == 0 else part
    return np.take(cells, before, axis) * (1 - part) + np.take(cells, before + 1, axis) * part


def _halved(planes: np.ndarray) -> np.ndarray:
    """Means under tents of twice the width: the transpose of bilinear interpolation. [C, h, w], both sizes even."""
    for _ in range(2):  # rows, then columns by way of a transposed view
        p = np.pad(planes, ((0, 0), (1, 1), (0, 0)))
        planes = (p[:, :-3:2] + p[:, 3::2] + np.float32(3) * (p[:, 1:-2:2] + p[:, 2:-1:2])) * np.float32(0.125)
        planes = planes.transpose(0, 2, 1)
    return planes


def _wrapped(weights: np.ndarray, size) -> np.ndarray:
    """A kernel with its centre at (0, 0), the rest around the corners."""
    tall, wide = weights.shape[0] // 2, weights.shape[1] // 2
    out = np.zeros(size, np.float32)
    out[: weights.shape[0], : weights.shape[1]] = weights
    return np.roll(out, (-tall, -wide), (0, 1))
