"""Spreading light over shapes that vary over the frame, with a radial profile: written to be read, numpy, slow.

A pixel row's share of a shape is one span with the shape's mean edges in that row; a pixel's share of the span is the
exact overlap of the two.
"""

from __future__ import annotations

import numpy as np

from .field import SpanGrid
from .profile import Profile
from .samples import Samples

SMALLEST_RADIUS = 0.25  # px: stays inside its pixel
BATCH = 2048  # samples at once: each has its own table


def spread_through_glass(
    samples: Samples,
    grid: SpanGrid,
    profiles: tuple[Profile, Profile],
    stretch: float,
    height: int,
    width: int,
    *,
    origin: tuple[int, int] = (0, 0),
    frame: tuple[float, float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(light [H, W, 4], coverage [H, W]), energy kept. profiles: behind and in front of the focus.

    origin: absolute pixel coordinates (from the format's top-left corner) of pixel (0, 0) here; frame: the format's
    width and height in px, default the picture's. A sample takes the shape of its own place.
    """
    light, coverage = np.zeros((height, width, 4)), np.zeros((height, width))
    frame_width, frame_height = frame or (width, height)
    for start in range(0, len(samples), BATCH):
        part = samples.ordered(np.arange(start, min(start + BATCH, len(samples))))
        column, row = part.position.T
        table, bounds = grid.at(
            (column + origin[0] + 0.5) / frame_width,
            (row + origin[1] + 0.5) / frame_height,
        )
        near = part.radius < 0
        for side, profile in ((~near, profiles[0]), (near, profiles[1])):
            here = part.ordered(np.flatnonzero(side))
            for scale, share in zip(profile.scales, profile.shares, strict=True):
                _spread_copy(here, table[side], bounds[side], scale, share, stretch, light, coverage)
    return light, coverage


def _spread_copy(samples, table, bounds, scale, share, stretch, light, coverage) -> None:
    """Adds `share` of the samples' light, spread over their shapes at `scale`."""
    if len(samples) == 0:
        return
    height, width = coverage.shape
    column, row = samples.position.T
    radius = np.maximum(np.abs(samples.radius.astype(np.float64)), SMALLEST_RADIUS) * scale
    radius_x = radius * stretch
    top, bottom, mean_width = bounds[:, 0], bounds[:, 1], bounds[:, 2]
    near = samples.radius < 0
    tallest = np.maximum(-top, bottom) * radius
    widest = np.abs(np.diff(table, axis=1)).max(initial=0) * (table.shape[1] - 1) * radius_x.max()
    farthest, across = int(np.ceil(tallest.max() + 0.5)), int(np.ceil(widest)) + 1
    for dy in range(-farthest, farthest + 1):
        v1, v2 = (dy - 0.5) / radius, (dy + 0.5) / radius
        left, right, reached = row_of(table, top, bottom, np.where(near, -v2, v1), np.where(near, -v1, v2))
        left, right = np.where(near, -right, left) * radius_x, np.where(near, -left, right) * radius_x
        density = share * reached / (mean_width * (bottom - top) * radius_x)
        for dx in range(-across, across + 1):
            overlap = np.minimum(right, dx + 0.5) - np.maximum(left, dx - 0.5)
            y, x = row + dy, column + dx
            hit = (overlap > 0) & (density != 0) & (y >= 0) & (y < height) & (x >= 0) & (x < width)
            part = density[hit] * overlap[hit]
            np.add.at(light, (y[hit], x[hit]), part[:, None] * samples.light[hit])
            np.add.at(coverage, (y[hit], x[hit]), part * samples.weight[hit])


def row_of(table, top, bottom, v1, v2) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached) of rows v1 … v2 [N] of shapes with tables [N, T + 1, 2]: see SpanGrid."""
    intervals = table.shape[1] - 1
    t = np.clip((np.stack([v1, v2]) - top) / (bottom - top), 0, 1) * intervals
    index = np.minimum(t.astype(int), intervals - 1)
    part = (t - index)[..., None]
    rows = np.arange(table.shape[0])
    at = table[rows, index] * (1 - part) + table[rows, index + 1] * part
    d, extent = at[1] - at[0], (t[1] - t[0]) / intervals
    scale = np.where(extent > 1e-9, extent, 1)
    return d[:, 0] / scale, d[:, 1] / scale, np.where(extent > 1e-9, extent * (bottom - top), 0)
