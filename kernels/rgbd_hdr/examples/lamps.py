"""Lamps: small and very bright, so they are drawn by the area that they cover; rays would miss most of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Lamp:
    """A small glowing disc that faces the lens. centre: [3] m. radius: m. radiance: [3]."""

    centre: np.ndarray
    radius: float
    radiance: np.ndarray


def lit(
    lamps: Sequence[Lamp],
    camera,
    light: np.ndarray,
    disparity: np.ndarray,
    offsets=((0.0, 0.0),),
    focus: float = 1.0,
    weight: float = 1.0,
    gap: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """(light [H, W, 3], disparity [H, W]) with lamps before and behind what they show.

    offsets: [M, 2] m, of the pinholes that lamps are seen from, in focus at the planar depth `focus`; their pictures
    are added, times `weight` each. gap: m between pinholes, over which a lamp's light is spread. Hidden are lamps where
    the disparity is larger than theirs.
    """
    height, width = disparity.shape
    seen = [(lamp, camera.rotation @ lamp.centre) for lamp in lamps]
    seen = [(lamp, centre) for lamp, centre in seen if centre[2] > 0.05]
    if not seen:
        return light, disparity
    centres = np.array([centre for _, centre in seen])[:, None]  # [L, 1, 3]
    offsets = np.asarray(offsets, np.float64)[None]  # [1, M, 2]
    px = width / 2 / camera.tangent
    at = (centres[..., :2] - offsets) / centres[..., 2:] + offsets / focus
    at = np.array([width / 2, height / 2]) + np.array([px, -px]) * at  # [L, M, 2]
    radius = px * np.array([lamp.radius for lamp, _ in seen]) / centres[:, 0, 2]
    wide = np.maximum(np.maximum(radius, 0.5), gap * px * np.abs(1 / centres[:, 0, 2] - 1 / focus))
    reach = int(np.ceil(wide.max() + 1))
    step = np.arange(-reach, reach + 1)
    columns, rows = np.floor(at[..., 0, None, None]) + step, np.floor(at[..., 1, None, None]) + step[:, None]
    away = np.hypot(columns + 0.5 - at[..., 0, None, None], rows + 0.5 - at[..., 1, None, None])  # [L, M, K, K]
    cover = np.clip(wide[:, None, None, None] + 0.5 - away, 0, 1)
    cover *= (
        np.pi * radius[:, None, None, None] ** 2 / cover.sum(axis=(2, 3), keepdims=True)
    )  # the disc's area, also within a pixel
    near = np.broadcast_to(1 / centres[:, 0, 2, None, None, None], cover.shape)
    columns, rows = np.broadcast_arrays(columns, rows)
    shown = (cover > 0) & (columns >= 0) & (columns < width) & (rows >= 0) & (rows < height)
    pixel, cover, near = (rows[shown] * width + columns[shown]).astype(np.int64), weight * cover[shown], near[shown]
    before = near > disparity.ravel()[pixel]
    pixel, cover, near = pixel[before], cover[before], near[before]
    which = np.broadcast_to(np.arange(len(seen))[:, None, None, None], shown.shape)[shown][before]
    radiance = np.array([lamp.radiance for lamp, _ in seen])[which]
    count = height * width
    covered = np.minimum(np.bincount(pixel, cover, count), 1).reshape(height, width, 1)
    added = [np.bincount(pixel, cover * radiance[:, k], count).reshape(height, width) for k in range(3)]
    nearest = disparity.copy().ravel()
    whole = cover > 0.5
    np.maximum.at(nearest, pixel[whole], near[whole].astype(np.float32))
    out = light * (1 - covered) + np.stack(added, axis=-1)
    return out.astype(np.float32), nearest.reshape(height, width)
