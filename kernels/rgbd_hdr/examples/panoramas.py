"""Radiance panoramas as places: what a camera in their middle sees, and how far away it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from .layouts import HEIGHT, LAYOUTS, Layout
from .photographs import SUFFIXES, read_photographs

AZIMUTHS = 1440  # of the table of wall distances
FARTHEST = 300.0  # m
SKY_SHARE = 0.45  # of the brightness of the upper sky: darker things above the horizon are trees and houses
NIGHT_SHARE = 2.0  # of it: brighter things before a night's sky are lit


@dataclass(frozen=True)
class Panorama:
    """radiance: float32 [H, W, 3], equirectangular. walls: [AZIMUTHS] m, horizontally; None without a layout."""

    radiance: np.ndarray
    layout: Layout | None
    walls: np.ndarray | None
    sky: np.ndarray | None

    floor = -HEIGHT  # its height, m, the camera's being 0

    @classmethod
    def of(cls, radiance: np.ndarray, layout: Layout | None) -> Panorama:
        if layout is None:
            return cls(radiance, None, None, None)
        sky = None if layout.ceiling is not None else _sky(radiance, layout.night)
        return cls(radiance, layout, wall_distances(layout), sky)

    def seen(self, origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(radiance [N, 3], distance [N] m along the ray) from near the middle. origin: [3]; directions: [N, 3], unit
        length; x right, y up, z forward, (0, 0, 0) is where the panorama was photographed."""
        along, distance = directions, self._distance(directions)
        if origin.any():
            for _ in range(2):  # the surface is given by direction from the middle
                points = origin + directions * distance[:, None]
                away = lengths(points)
                along = points / away[:, None]
                distance = np.maximum(distance + self._distance(along) - away, 1e-2)
        return self._radiance(along), distance

    def _distance(self, directions: np.ndarray) -> np.ndarray:
        """[N] m from the middle."""
        x, y, z = directions.T
        across = np.sqrt(np.maximum(x * x + z * z, 1e-12))
        azimuth = np.mod(np.arctan2(x, z), 2 * np.pi) * (AZIMUTHS / (2 * np.pi))
        walls = self.walls[azimuth.astype(np.int32) % AZIMUTHS]
        slope = y / across
        with np.errstate(divide="ignore"):
            floor = np.where(slope < -1e-6, -HEIGHT / slope, np.inf)
            ceiling = np.where(slope > 1e-6, (self.layout.ceiling or np.inf) / slope, np.inf)
        level = np.minimum(np.minimum(walls, floor), np.minimum(ceiling, FARTHEST))
        degrees = azimuth * (360 / AZIMUTHS)
        for begin, end, foot, top in self.layout.things:
            sheet = HEIGHT / np.tan(np.deg2rad(foot))
            inside = (degrees >= begin) & (degrees < end) & (slope < -np.tan(np.deg2rad(top)))
            level = np.where(inside, np.minimum(level, sheet), level)
        if self.sky is not None:
            rows, columns = self.sky.shape
            row = (0.5 - np.arcsin(np.clip(y, -1, 1)) / np.pi) * rows
            seen = self.sky[
                np.clip(row.astype(np.int32), 0, rows - 1), (azimuth * columns / AZIMUTHS).astype(np.int32) % columns
            ]
            level = np.where(seen, 1e4, level)
        return level / across

    def _radiance(self, directions: np.ndarray) -> np.ndarray:
        x, y, z = directions.T.astype(np.float32)
        rows, columns = self.radiance.shape[:2]
        u = np.mod(np.arctan2(x, z), np.float32(2 * np.pi)) * np.float32(columns / (2 * np.pi)) - 0.5
        v = (0.5 - np.arcsin(np.clip(y, -1, 1)) / np.pi) * rows - 0.5
        return remapped(self.radiance, u, v, cv2.BORDER_WRAP)


def lengths(vectors: np.ndarray) -> np.ndarray:
    """[N] of [N, 3]; numpy's norm along a short axis takes five times as long."""
    return np.sqrt(np.einsum("ij,ij->i", vectors, vectors))


def remapped(picture: np.ndarray, u: np.ndarray, v: np.ndarray, border: int) -> np.ndarray:
    """Bilinear samples [N, 3] of [H, W, 3] at pixel coordinates [N]."""
    count = len(u)
    width = 4096
    rows = -(-count // width)
    places = np.zeros((2, rows * width), np.float32)
    places[0, :count], places[1, :count] = u, v
    shaped = places.reshape(2, rows, width)
    return cv2.remap(picture, shaped[0], shaped[1], cv2.INTER_LINEAR, borderMode=border).reshape(-1, 3)[:count]


def wall_distances(layout: Layout) -> np.ndarray:
    """[AZIMUTHS] m: how far the straight walls between a layout's points are, horizontally."""
    azimuths, angles = (np.array(side, np.float64) for side in zip(*layout.floor, strict=True))
    far = np.minimum(HEIGHT / np.tan(np.deg2rad(angles)), FARTHEST)
    corners = np.stack([far * np.sin(np.deg2rad(azimuths)), far * np.cos(np.deg2rad(azimuths))], 1)
    out = np.full(AZIMUTHS, FARTHEST)
    angle = (np.arange(AZIMUTHS) + 0.5) * (2 * np.pi / AZIMUTHS)
    rays = np.stack([np.sin(angle), np.cos(angle)], 1)
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        edge = b - a
        across = rays[:, 0] * edge[1] - rays[:, 1] * edge[0]
        with np.errstate(divide="ignore", invalid="ignore"):
            t = (a[0] * edge[1] - a[1] * edge[0]) / across
            s = (a[0] * rays[:, 1] - a[1] * rays[:, 0]) / across
        hit = (t > 0) & (s >= -1e-6) & (s <= 1 + 1e-6)
        out = np.where(hit, np.minimum(out, t), out)
    return out


def read_panoramas(folder: Path | None, held: Sequence[str] = (), only: bool = False) -> list[Panorama]:
    """The panoramas of a folder, without those named in `held`, or `only` those. None: no panoramas. ValueError."""
    if folder is None:
        return []
    stems = sorted(f.stem for f in folder.glob("*") if f.suffix.lower() in SUFFIXES)
    if not stems:
        raise ValueError(f"{folder}: holds no {' or '.join(SUFFIXES)} pictures; give a folder of radiance panoramas")
    return [
        Panorama.of(read_photographs(folder, [stem])[0], LAYOUTS.get(stem)) for stem in stems if (stem in held) == only
    ]


def _sky(radiance: np.ndarray, night: bool) -> np.ndarray:
    """bool [H, W]: above the horizon, at least as bright as the sky, or at night as dark."""
    luma = cv2.GaussianBlur(radiance.max(axis=2), (0, 0), 1.0)
    rows = len(luma)
    above = luma[rows // 6 : rows // 3]
    usual = float(np.median(above))
    sky = luma < NIGHT_SHARE * usual if night else luma > SKY_SHARE * usual
    sky[round(rows * 0.502) :] = False
    return sky
