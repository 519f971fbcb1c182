"""Fewer keys: as many as a curve needs to stay within a tolerance, whichever way the host interpolates."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from ..focus.keys import catmull_rom, linear


def simplified(frames: np.ndarray, values: np.ndarray, tolerance: float) -> tuple[np.ndarray, np.ndarray]:
    """(frames [m], values [m, k]) of the keys to keep of a curve: frames [n] rising, values [n, k].

    Between the keys neither lines nor Catmull-Rom splines are further than `tolerance` (Euclidean) from the curve in
    any of its frames. 0 keeps every key.
    """
    if tolerance <= 0 or len(frames) < 3:
        return frames, values
    keys = np.array([0, len(frames) - 1])
    while True:
        error = _error(frames, values, keys)
        new = []
        for a, b in pairwise(keys):
            if b - a > 1:
                worst = a + 1 + int(np.argmax(error[a + 1 : b]))
                if error[worst] > tolerance:
                    new.append(worst)
        if not new:
            return frames[keys], values[keys]
        keys = np.union1d(keys, new)


def _error(frames: np.ndarray, values: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """[n]: how far the worse interpolation is off."""
    worst = np.zeros(len(frames))
    for interpolate in (linear, catmull_rom):
        reached = np.stack([interpolate(frames[keys], column[keys], frames) for column in values.T], axis=1)
        np.maximum(worst, np.sqrt(np.square(reached - values).sum(axis=1)), out=worst)
    return worst
