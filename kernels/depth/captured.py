"""Depth that a sensor or another camera captured, fitted to the picture: holes filled, edges put onto the picture's."""

from __future__ import annotations

import numpy as np

from .refine import refine

SAME = 0.15  # of the range of disparity: ends of a hole that differ less are one surface
FILLED = 0.1  # confidence of what was not measured


def fitted(disparity: np.ndarray, known: np.ndarray, picture: np.ndarray | None) -> np.ndarray:
    """float32 [H, W]: disparity without holes; where a picture [H, W, 3] is given, with its edges.

    disparity: float32 [H, W]; known: bool [H, W], where it means something. All unknown: all far, 0. A rendered pass,
    antialiased or not, whose edges are the picture's keeps every known value.
    """
    filled = fill(disparity, known)
    if picture is None or not known.any():
        return filled
    return refine(filled, picture, np.where(known, np.float32(1), np.float32(FILLED)))


def fill(disparity: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Holes take what is known nearest to the left, right, above and below, by the inverse square of the distance. Of
    ends that are different surfaces only the farther count: what a sensor does not see is hidden behind something."""
    values = np.where(known, disparity, 0).astype(np.float32)
    if known.all() or not known.any():
        return values
    measured = values[known]
    tolerance = SAME * float(np.percentile(measured, 98) - np.percentile(measured, 2))
    found = [_before(values, known)]
    found += [tuple(v[:, ::-1] for v in _before(values[:, ::-1], known[:, ::-1]))]
    found += [tuple(v.T for v in _before(values.T, known.T))]
    found += [tuple(v[:, ::-1].T for v in _before(values.T[:, ::-1], known.T[:, ::-1]))]
    farthest = np.minimum.reduce([v for v, _ in found])
    empty = ~np.isfinite(farthest)  # nothing in its row and column
    total, weights = np.zeros_like(values), np.zeros_like(values)
    for value, distance in found:
        weight = np.where(value <= farthest + tolerance, 1 / np.maximum(distance, 1) ** 2, 0).astype(np.float32)
        total += weight * np.where(np.isfinite(value), value, 0)
        weights += weight
    out = np.where(known, values, total / np.maximum(weights, 1e-12))
    return fill(out, ~empty) if empty.any() else out


def _before(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the nearest known value to the left, inf where there is none; how far it is, px), [H, W] both."""
    columns = np.arange(values.shape[1], dtype=np.int32)[None]
    last = np.maximum.accumulate(np.where(known, columns, -1), axis=1)
    value = np.take_along_axis(values, np.maximum(last, 0), axis=1)
    return np.where(last >= 0, value, np.float32(np.inf)), np.where(last >= 0, columns - last, np.float32(1e6))
