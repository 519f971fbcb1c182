"""Sparse keys for a host: as few as a focus puller would set, safe under every host's interpolation.

OpenFX keys carry no interpolation, so one host draws lines through them, another Catmull-Rom splines, and a focus file
is even in 1 / distance. Keys are set until all of these stay within a tolerance of the planned curve; guard keys beside
every corner keep splines from swinging.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def sparse_keys(
    distances: np.ndarray, first: int, tolerance: float, corners: Sequence[float] = (), cuts: Sequence[int] = ()
) -> list[tuple[int, float]]:
    """[(frame, distance)] for distances [n] in m, one a frame from `first`.

    tolerance: disparity, 1 / m, by which an interpolated curve may be off. corners: frames at which pulls start and
    end; cuts: first frames of shots, before which the old focus holds to the last frame.
    """
    n = len(distances)
    wanted = 1 / np.asarray(distances, float)
    chosen = {0, n - 1}
    for cut in cuts:
        chosen |= {k for k in (cut - first - 1, cut - first) if 0 <= k < n}
    chosen |= {k for k in (round(corner) - first for corner in corners) if 0 <= k < n}
    keys = np.array(sorted(chosen))
    while True:
        bad = _worst(distances, wanted, keys, tolerance)
        if not len(bad):
            break
        keys = np.union1d(keys, bad)
    keys = _thinned(distances, wanted, keys, tolerance, chosen)
    return [(first + int(k), float(distances[k])) for k in keys]


def linear(keys: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Lines between keys."""
    return np.interp(at, keys, values)


def inverse_linear(keys: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Lines in 1 / distance, as focus files have it."""
    return 1 / np.interp(at, keys, 1 / values)


def catmull_rom(keys: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Cubic Hermite splines with Catmull-Rom tangents of unevenly spaced keys: the slope between both neighbours; flat
    at both ends."""
    return _hermite(keys, values, _slopes(keys, values), at)


def monotone(keys: np.ndarray, values: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The same without overshoot: flat at extremes, never steeper than three times the flatter neighbour (Fritsch &
    Carlson 1980); the comp's `smooth`."""
    slope = _slopes(keys, values)
    if len(keys) > 2:
        steps = np.diff(values) / np.diff(keys)
        left, right = steps[:-1], steps[1:]
        steepest = np.where(left * right > 0, 3 * np.minimum(np.abs(left), np.abs(right)), 0.0)
        slope[1:-1] = np.clip(slope[1:-1], -steepest, steepest)
    return _hermite(keys, values, slope, at)


def _slopes(keys: np.ndarray, values: np.ndarray) -> np.ndarray:
    slope = np.zeros(len(keys))
    slope[1:-1] = (values[2:] - values[:-2]) / (keys[2:] - keys[:-2])
    return slope


def _hermite(keys: np.ndarray, values: np.ndarray, slope: np.ndarray, at: np.ndarray) -> np.ndarray:
    if len(keys) < 2:
        return np.full(len(at), values[0], float)
    k = np.clip(np.searchsorted(keys, at, side="right") - 1, 0, len(keys) - 2)
    length = (keys[k + 1] - keys[k]).astype(float)
    t = np.clip((at - keys[k]) / length, 0.0, 1.0)
    return (
        (2 * t**3 - 3 * t**2 + 1) * values[k]
        + (t**3 - 2 * t**2 + t) * length * slope[k]
        + (3 * t**2 - 2 * t**3) * values[k + 1]
        + (t**3 - t**2) * length * slope[k + 1]
    )


LINES = (linear, inverse_linear)
INTERPOLATIONS = (*LINES, catmull_rom, monotone)


def _error(distances: np.ndarray, wanted: np.ndarray, keys: np.ndarray, interpolations=INTERPOLATIONS) -> np.ndarray:
    """[n] 1 / m: how far the worst interpolation is off in each frame; infinite where a spline is below 0 m."""
    at = np.arange(len(distances))
    worst = np.zeros(len(distances))
    for interpolate in interpolations:
        reached = interpolate(keys, distances[keys], at)
        with np.errstate(divide="ignore"):
            off = np.where(reached > 0, np.abs(1 / np.maximum(reached, 1e-9) - wanted), np.inf)
        np.maximum(worst, off, out=worst)
    return worst


def _worst(distances: np.ndarray, wanted: np.ndarray, keys: np.ndarray, tolerance: float) -> np.ndarray:
    """A frame for each stretch between keys that is off: the one most off; beside a corner where the curve itself is
    straight, the frame next to the key, a guard."""
    error = _error(distances, wanted, keys)
    straight = _error(distances, wanted, keys, LINES) <= tolerance
    new = []
    for a, b in pairwise(keys):
        if b - a < 2:
            continue
        inside = slice(a + 1, b)
        k = int(np.argmax(error[inside])) + a + 1
        if error[k] <= tolerance:
            continue
        if straight[inside].all():
            new += [a + 1, b - 1]
        else:
            new.append(k)
    return np.array(new, int)


def _thinned(
    distances: np.ndarray, wanted: np.ndarray, keys: np.ndarray, tolerance: float, needed: set[int]
) -> np.ndarray:
    """Without the keys that are not needed. Looks only at the frames that a key can move."""
    kept = list(keys)
    n = 1
    while n < len(kept) - 1:
        if int(kept[n]) in needed:
            n += 1
            continue
        low, high = max(n - 3, 0), min(n + 3, len(kept) - 1)
        part = np.array(kept[low:n] + kept[n + 1 : high + 1])
        a, b = part[0], part[-1]
        inner_low = kept[max(n - 2, 0)] - a
        inner_high = kept[min(n + 2, len(kept) - 1)] - a
        error = _error(distances[a : b + 1], wanted[a : b + 1], part - a)[inner_low : inner_high + 1]
        if error.max() <= tolerance:
            del kept[n]
        else:
            n += 1
    return np.array(kept)
