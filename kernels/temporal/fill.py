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
TRUSTED = 0.45  # share of neighbours in a mean from which on it needs nothing from around
LEAST_SUPPORT = 0.02  # of a full cell: with less around it, a pixel keeps its value


def carried(wanted: np.ndarray, mean: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The mean, with the correction of seen pixels (mean - wanted) carried to the others: float32 [H, W, C].

    share: [H, W, C], how much of each mean is the neighbours'.
    """
    out = mean.copy()
    for c in range(wanted.shape[2]):
        alone = np.clip(1 - share[..., c] / TRUSTED, 0, 1)
        if float(alone.max()) > 0:
            out[..., c] += alone * _from_around(wanted[..., c], mean[..., c], share[..., c])
    return out


def _from_around(wanted: np.ndarray, mean: np.ndarray, share: np.ndarray) -> np.ndarray:
    """[H, W]: the mean correction of seen pixels around of similar value, 0 where there are none."""
    height, width = wanted.shape
    cell = max(2, round(CELL * max(width, height) / 960))
    small = (max(width // cell, 1), max(height // cell, 1))
    ranks = np.unique(np.quantile(wanted[::cell, ::cell], np.linspace(0.01, 0.99, LEVELS)))
    seen = np.clip(share / TRUSTED, 0, 1) ** 2
    correction = (mean - wanted) * seen
    place = np.interp(wanted, ranks, np.arange(len(ranks))).astype(np.float32)
    top, bottom = np.zeros_like(wanted), np.zeros_like(wanted)
    for level in range(len(ranks)):
        near = np.maximum(1 - np.abs(place - level), 0)
        found = [
            cv2.GaussianBlur(
                cv2.resize(p * near, small, interpolation=cv2.INTER_AREA),
                (0, 0),
                REACH,
                borderType=cv2.BORDER_REPLICATE,
            )
            for p in (correction, seen)
        ]
        found = [cv2.resize(f, (width, height), interpolation=cv2.INTER_LINEAR) for f in found]
        top += found[0] * near
        bottom += found[1] * near
    return top / (bottom + LEAST_SUPPORT)
