"""Inverse depth of every pixel from where it is seen in several frames whose cameras are known, and how sure it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from ...flow.dis import encoded, white_level
from .camera_motion import Motion

STRIP = 64  # rows at a time, so that memory does not grow with the neighbours
NOISE = 0.2  # px: what flow is good for
RIGID = 0.8  # px: a pixel that misses its epipolar lines or its own depth by more moves on its own
GRAIN = 2.0  # of 255: a gradient that noise makes
FLAT = 15  # px of the window over which texture counts


def texture(pixels: np.ndarray) -> np.ndarray:
    """The structure tensor around each pixel, float32 [h, w, 3]: mean Ix², Ix Iy, Iy², in (grey values of 255)² per
    px². pixels: luma [h, w]."""
    display = encoded(pixels, white_level(pixels))
    across, down = (cv2.Sobel(display, cv2.CV_32F, x, y, scale=1 / 8) for x, y in ((1, 0), (0, 1)))
    return cv2.blur(cv2.merge([across * across, across * down, down * down]), (FLAT, FLAT))


def told(energy: np.ndarray) -> np.ndarray:
    """How far a place with this mean squared gradient can be followed, 0 … 1."""
    energy = np.maximum(energy, 0)  # running sums past a lamp leave a trace
    return energy / (energy + np.float32(GRAIN**2))


def solve(
    flows: Sequence[np.ndarray],
    trust: Sequence[np.ndarray],
    motion: Motion,
    tensor: np.ndarray,
    check_abort: Callable[[], None] = lambda: None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(inverse depth, confidence, moving), float32 [h, w] each. tensor: of `texture`.

    Every neighbour says of a pixel, with p its ray and q where it is seen there, q (R p + d t)_z = (R p + d t)_xy: two
    equations g d = h. Least squares over the neighbours weighs them by |g|², the parallax that a unit of d makes
    there, and by the picture's gradient along the epipolar line: a bar that lies along it says nothing. Inverse depth
    is in units of the longest translation's inverse. confidence and moving are 0 … 1; moving: that the pixel is seen
    clearly, but not where a still scene would have it.
    """
    height, width = tensor.shape[:2]
    inverse, sigma, misfit, sight = (np.zeros((height, width), np.float32) for _ in range(4))
    for top in range(0, height, STRIP):
        check_abort()
        rows = slice(top, min(top + STRIP, height))
        for out, value in zip((inverse, sigma, misfit, sight), _strip(flows, trust, motion, tensor, rows), strict=True):
            out[rows] = value
    behind = np.minimum(inverse, 0)
    known = (sight > 0.5) & (inverse > 0)
    reach = np.percentile(inverse[known], 95) if known.any() else 1.0
    misfit = np.maximum(misfit, -behind / np.maximum(sigma, 1e-9) * NOISE)
    rigid = 1 / (1 + (misfit / RIGID) ** 4)
    sharp = 1 / (1 + (sigma / (0.1 * max(reach, 1e-9))) ** 2)
    seen = np.minimum(sight, 1)
    textured = told(tensor[..., 0] + tensor[..., 2])
    return np.maximum(inverse, 0), seen * sharp * rigid, seen * textured * (1 - rigid)


def _strip(flows, trust, motion: Motion, tensor: np.ndarray, rows: slice):
    """(d, its standard deviation, misfit in px, number of frames that tell it), [r, w] each."""
    height, width = tensor.shape[:2]
    xx, xy, yy = np.moveaxis(tensor[rows], -1, 0)
    f = np.float32(motion.focal)
    x = ((np.arange(width, dtype=np.float32) + 0.5 - width / 2) / f)[None]
    y = ((np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5 - height / 2) / f)[:, None]
    equations, weights = [], []
    cameras = zip(motion.used, motion.rotations.astype(np.float32), motion.translations.astype(np.float32), strict=True)
    for k, r, t in cameras:
        ax, ay, az = (r[i, 0] * x + r[i, 1] * y + r[i, 2] for i in range(3))
        qx, qy = x + flows[k][rows, :, 0] / f, y + flows[k][rows, :, 1] / f
        gx, gy = f * (t[0] - qx * t[2]), f * (t[1] - qy * t[2])
        equations.append((gx, gy, f * (qx * az - ax), f * (qy * az - ay)))
        along = (xx * gx * gx + 2 * xy * gx * gy + yy * gy * gy) / (gx * gx + gy * gy + 1e-6)
        weights.append(trust[k][rows] * told(along))
    sight = sum(weights)
    robust = weights
    for _ in range(3):
        square = sum(w * (gx * gx + gy * gy) for w, (gx, gy, _, _) in zip(robust, equations, strict=True)) + 1e-6
        d = sum(w * (gx * hx + gy * hy) for w, (gx, gy, hx, hy) in zip(robust, equations, strict=True)) / square
        errors = [(hx - d * gx) ** 2 + (hy - d * gy) ** 2 for gx, gy, hx, hy in equations]
        robust = [w / (1 + e / RIGID**2) ** 2 for w, e in zip(weights, errors, strict=True)]
    misfit = np.sqrt(sum(w * e for w, e in zip(weights, errors, strict=True)) / np.maximum(sight, 1e-3))
    return d, NOISE / np.sqrt(square), misfit, sight
