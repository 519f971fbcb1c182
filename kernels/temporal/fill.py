"""The steadying of a pixel's surroundings, for pixels that no neighbouring frame shows.

The errors of estimated depth are smooth: what they are on a wall they are on the piece of it that a passing subject has
just uncovered. So the correction found on pixels that were seen is carried to those that were not, among values that
are alike, in a bilateral grid (Chen, Paris, Durand 2007).
"""

from __future__ import annotations

import cv2
import numpy as np

LEVELS = 10  # cells of the grid over a channel's values, by rank
CELL = 8  # px of a cell of the grid, of a picture 960 px wide
REACH = 1.5  # cells: standard deviation of the carrying
TRUSTED = 0.7  # share of neighbours in a mean from which on it needs nothing from around
LEAST_SUPPORT = 0.02  # of a full cell: with less around it, a pixel keeps its value


def carried(wanted: np.ndarray, mean: np.ndarray, share: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """The mean, with the correction of seen pixels (mean - wanted) carried to the others, in place: [H, W, C].

    share: [H, W, C], how much of each mean is the neighbours'. limit: [C], corrections beyond it are of a pixel's own,
    as those of lamps, and are cut off.
    """
    for c in range(wanted.shape[2]):
        alone = share[..., c] < TRUSTED
        if alone.any():
            need = 1 - share[..., c][alone] / TRUSTED
            mean[..., c][alone] += need * _from_around(wanted[..., c], mean[..., c], share[..., c], alone, limit[c])
    return mean


def _from_around(wanted: np.ndarray, mean: np.ndarray, share: np.ndarray, places: np.ndarray, limit: float):
    """[N]: at `places` (bool [H, W]) the mean correction of seen pixels around of similar value; 0 without any."""
    height, width = wanted.shape
    cell = max(2, round(CELL * max(width, height) / 960))
    size = (max(width // cell, 1), max(height // cell, 1))
    ranks = np.unique(np.quantile(wanted[::cell, ::cell], np.linspace(0.01, 0.99, LEVELS)))
    seen = np.minimum(share * np.float32(1 / TRUSTED), 1)
    seen *= seen
    # Half a cell is as fine as the grid's values have to be told apart.
    fine = tuple(min(2 * s, whole) for s, whole in zip(size, (width, height), strict=True))
    parts = [
        cv2.resize(p, fine, interpolation=cv2.INTER_AREA) for p in (np.clip(mean - wanted, -limit, limit) * seen, seen)
    ]
    level = np.interp(cv2.resize(wanted, fine, interpolation=cv2.INTER_NEAREST), ranks, np.arange(len(ranks)))
    grid = np.zeros((len(ranks) + 1, size[1], size[0], 2), np.float32)
    for k in range(len(ranks)):
        near = np.maximum(1 - np.abs(level.astype(np.float32) - k), 0)
        for n, part in enumerate(parts):
            small = cv2.resize(part * near, size, interpolation=cv2.INTER_AREA)
            grid[k, ..., n] = cv2.GaussianBlur(small, (0, 0), REACH, borderType=cv2.BORDER_REPLICATE)
    y, x = np.nonzero(places)
    at = (np.interp(wanted[places], ranks, np.arange(len(ranks))), y * (size[1] / height), x * (size[0] / width))
    found = _trilinear(grid, *(a.astype(np.float32) for a in at))
    return found[:, 0] / (found[:, 1] + LEAST_SUPPORT)


def _trilinear(grid: np.ndarray, k: np.ndarray, y: np.ndarray, x: np.ndarray) -> np.ndarray:
    """[N, 2] of a grid [K, Y, X, 2]; y and x count cells from the picture's corner."""
    out = np.zeros((len(k), 2), np.float32)
    y, x = (np.clip(a - np.float32(0.5), 0, n - 1) for a, n in zip((y, x), grid.shape[1:3], strict=True))
    ks, ys, xs = (np.minimum(a.astype(np.intp), n - 1) for a, n in zip((k, y, x), grid.shape, strict=False))
    for dk in (0, 1):
        for dy in (0, 1):
            for dx in (0, 1):
                k1 = np.minimum(ks + dk, grid.shape[0] - 1)
                y1, x1 = np.minimum(ys + dy, grid.shape[1] - 1), np.minimum(xs + dx, grid.shape[2] - 1)
                share = np.abs(1 - dk - (k - ks)) * np.abs(1 - dy - (y - ys)) * np.abs(1 - dx - (x - xs))
                out += share[:, None].astype(np.float32) * grid[k1, y1, x1]
    return out
