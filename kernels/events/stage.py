"""The stage of generated clips: a pinhole camera, a floor and a wall, and cut-outs that stand on it at known depths."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

FOCAL_LENGTH, SENSOR_WIDTH = 50.0, 36.0  # mm
CAMERA_HEIGHT = 1.45  # m above the floor


@dataclass(frozen=True)
class Cutout:
    """A flat figure facing the camera.

    picture: float32 [h, w, 4] RGBA straight, sRGB-encoded 0 … 1. scale: m for a px of it. anchor: (x, y) px of the
    picture that stands at (x, y, z): m to the right of the axis, above the floor, in front of the camera.
    """

    picture: np.ndarray
    scale: float
    anchor: tuple[float, float]
    x: float
    y: float
    z: float


@dataclass(frozen=True)
class Sway:
    """Where a hand-held camera points: dx, dy in fractions of the width, roll in radians."""

    dx: float = 0.0
    dy: float = 0.0
    roll: float = 0.0


class Stage:
    """width, height: px. wall: m to the back wall. Colours and textures come from the generator."""

    def __init__(self, width: int, height: int, wall: float, rng: np.random.Generator):
        self.width, self.height, self.wall = width, height, wall
        self.margin = width // 20
        self.focal = FOCAL_LENGTH / SENSOR_WIDTH * width  # px
        self.horizon = 0.42 * height
        self._set, self._disparity = self._paint(rng)

    def project(self, x: float, y: float, z: float, sway: Sway = Sway()) -> tuple[float, float]:
        """Fractions of width and height of a point, y above the floor, m."""
        px = self.width / 2 + self.focal * x / z
        py = self.horizon + self.focal * (CAMERA_HEIGHT - y) / z
        px, py = self._swaying(sway) @ (px, py, 1.0)
        return float(px / self.width), float(py / self.height)

    def render(self, cutouts: Sequence[Cutout], sway: Sway = Sway()) -> tuple[np.ndarray, np.ndarray]:
        """(picture, disparity): float32 [H, W, 3] RGB sRGB 0 … 1, and float32 [H, W] in 1 / m."""
        picture, disparity = self._set.copy(), self._disparity.copy()
        for cutout in sorted(cutouts, key=lambda c: -c.z):
            self._place(picture, disparity, cutout)
        m, w, h = self.margin, self.width, self.height
        view = self._swaying(sway)
        view = np.hstack([view[:, :2], (view[:, 2] - view[:, :2] @ (m, m))[:, None]])
        picture = cv2.warpAffine(picture, view, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        disparity = cv2.warpAffine(disparity, view, (w, h), flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
        return picture, disparity

    def _swaying(self, sway: Sway) -> np.ndarray:
        """[2, 3]: pixels of the still camera to those of the swaying one."""
        turn = cv2.getRotationMatrix2D((self.width / 2, self.height / 2), np.degrees(sway.roll), 1.0)
        turn[:, 2] += (sway.dx * self.width, sway.dy * self.width)
        return turn

    def _paint(self, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        m = self.margin
        w, h = self.width + 2 * m, self.height + 2 * m
        y = np.arange(h, dtype=np.float32)[:, None] - m - self.horizon
        floor = np.maximum(y, 0.5) / (self.focal * CAMERA_HEIGHT)
        disparity = np.repeat(np.maximum(floor, 1 / self.wall), w, axis=1).astype(np.float32)
        base = rng.uniform(0.35, 0.6) + rng.uniform(-0.06, 0.06, 3)
        under = rng.uniform(0.25, 0.5) + rng.uniform(-0.06, 0.06, 3)
        on_floor = (floor > 1 / self.wall)[..., None]
        colour = np.where(on_floor, under, base).astype(np.float32) * np.ones((h, w, 1), np.float32)
        texture = sum(_noise(h, w, cells, rng) * a for cells, a in ((5, 0.10), (22, 0.06), (90, 0.04)))
        picture = colour + texture[..., None]
        for _ in range(rng.integers(2, 6)):  # doors, windows, pictures on the wall
            x0, wide, high = rng.uniform(0, w), rng.uniform(0.05, 0.15) * w, rng.uniform(0.15, 0.4) * h
            bottom = m + self.horizon + rng.uniform(-0.25, 0.08) * h
            corners = [int(v) for v in (x0, bottom - high, x0 + wide, bottom)]
            tone = [float(v) for v in base + rng.uniform(-0.14, 0.14) + rng.uniform(-0.04, 0.04, 3)]
            panel = picture.copy()
            cv2.rectangle(panel, corners[:2], corners[2:], tone, -1)
            picture = np.where(on_floor, picture, 0.75 * panel + 0.25 * picture)
        return np.clip(cv2.GaussianBlur(picture.astype(np.float32), (0, 0), 0.6), 0, 1), disparity

    def _place(self, picture: np.ndarray, disparity: np.ndarray, cutout: Cutout) -> None:
        size = self.focal / cutout.z * cutout.scale
        source = cutout.picture
        if size < 0.7:
            source = cv2.GaussianBlur(source, (0, 0), 0.45 / size)
        x = self.margin + self.width / 2 + self.focal * cutout.x / cutout.z - size * cutout.anchor[0]
        y = self.margin + self.horizon + self.focal * (CAMERA_HEIGHT - cutout.y) / cutout.z - size * cutout.anchor[1]
        height, width = source.shape[:2]
        x0, y0 = max(int(x) - 1, 0), max(int(y) - 1, 0)
        x1 = min(int(x + size * width) + 2, picture.shape[1])
        y1 = min(int(y + size * height) + 2, picture.shape[0])
        if x1 <= x0 or y1 <= y0:
            return
        matrix = np.float32([[size, 0, x - x0], [0, size, y - y0]])
        premultiplied = np.dstack([source[..., :3] * source[..., 3:], source[..., 3]])
        drawn = cv2.warpAffine(premultiplied, matrix, (x1 - x0, y1 - y0), flags=cv2.INTER_LINEAR)
        area = picture[y0:y1, x0:x1]
        area[...] = area * (1 - drawn[..., 3:]) + drawn[..., :3]
        disparity[y0:y1, x0:x1][drawn[..., 3] > 0.5] = 1 / cutout.z


def hand_held(strength: float, fps: float, rng: np.random.Generator) -> Callable[[int], Sway]:
    """The sway of a hand-held camera by frame; strength 1 moves the picture by about 1 % of its width."""
    phases, rates = rng.uniform(0, 2 * np.pi, (3, 4)), rng.uniform(0.5, 3.2, (3, 4))
    sizes = rng.uniform(0.5, 1, (3, 4)) / rates**0.7

    def sway(frame: int) -> Sway:
        waves = (np.sin(2 * np.pi * rates * frame / fps + phases) * sizes).sum(axis=1) * strength
        return Sway(0.007 * waves[0], 0.006 * waves[1], 0.006 * waves[2])

    return sway


def _noise(h: int, w: int, cells: int, rng: np.random.Generator) -> np.ndarray:
    """float32 [h, w] smooth noise around 0, `cells` bumps across."""
    small = rng.standard_normal((max(cells * h // w, 2), cells)).astype(np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)
