"""Made-up rooms for generated scenes: walls with windows, lit by a bulb, and furniture built of boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from .panoramas import Panorama, remapped
from .textures import SIZE, texture
from .things import Box, Post, shading

CORNER = 0.3  # m: how far corners reach that are darker, as less light gets into them


@dataclass(frozen=True)
class Room:
    """A box of a room. low, high: [3] m, its corners; the camera is at 0. textures: of x walls, floor, ceiling and z
    walls. lamp: direction towards the light, unit length.

    windows: (wall's axis, sign, centre, half size, radiance) of rectangles, doors among them. bulb: [3] m, of a lamp
    that lights what is near it more. dark: share of the light that is missing in corners.
    """

    low: np.ndarray
    high: np.ndarray
    textures: tuple[np.ndarray, ...]
    lamp: np.ndarray
    windows: tuple
    bulb: np.ndarray | None = None
    dark: float = 0.0

    @property
    def floor(self) -> float:
        """Its height, m, the camera's being 0."""
        return float(self.low[1])

    def seen(self, origin: np.ndarray, directions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As Panorama.seen."""
        with np.errstate(divide="ignore"):
            t = np.where(directions > 0, (self.high - origin) / directions, (self.low - origin) / directions)
        t = np.where(directions == 0, np.inf, t)
        a, b, c = t.T
        axis = np.where(a <= b, np.where(a <= c, 0, 2), np.where(b <= c, 1, 2))
        distance = np.minimum(np.minimum(a, b), c)
        point = origin + directions * distance[:, None]
        sign = np.sign(np.take_along_axis(directions, axis[:, None], 1)[:, 0])
        light = np.zeros((len(directions), 3), np.float32)
        for k in range(3):
            for s in (-1, 1):
                at = np.flatnonzero((axis == k) & (sign == s))
                if len(at):
                    light[at] = self._wall(k, s, point[at])
        return light, distance

    def _wall(self, k: int, s: int, points: np.ndarray) -> np.ndarray:
        """Light [N, 3] of points on the wall across axis k, on the side s of it."""
        u, v = (points[:, j] for j in range(3) if j != k)
        which = {(0, -1): 0, (0, 1): 0, (1, -1): 1, (1, 1): 2, (2, -1): 3, (2, 1): 3}[k, s]
        places = (np.abs(np.mod(w + 50, 2) - 1) * (SIZE - 1) for w in (u * 0.7, v * 0.7))
        normal = np.zeros((len(points), 3))
        normal[:, k] = -s
        light = remapped(self.textures[which], *places, cv2.BORDER_REFLECT) * shading(normal, self.lamp)
        if self.dark:
            rim = np.maximum(np.minimum(points - self.low, self.high - points), 0)
            for j in {0, 1, 2} - {k}:
                light *= (1 - self.dark * np.exp(-rim[:, [j]] / CORNER)).astype(np.float32)
        if self.bulb is not None:
            towards = self.bulb - points
            squared = np.einsum("ij,ij->i", towards, towards) + 0.1
            facing = np.maximum(-s * towards[:, k], 0) / np.sqrt(squared)
            light *= (0.5 + 2.5 * facing / (1 + squared))[:, None].astype(np.float32)
        for wall, side, centre, half, radiance in self.windows:
            if (wall, side) == (k, s):
                light[(np.abs(u - centre[0]) < half[0]) & (np.abs(v - centre[1]) < half[1])] = radiance
        return light


def make_room(
    panoramas: Sequence[Panorama], lamp: np.ndarray, rng: np.random.Generator, corridor: bool = False
) -> Room:
    """corridor: one that runs along z, ahead of the camera."""
    floor = -float(rng.uniform(0.7, 1.9))
    low = np.array([-rng.uniform(1, 6), floor, -rng.uniform(0.6, 6)])
    high = np.array([rng.uniform(1, 6), rng.uniform(0.7, 2.2), rng.uniform(1.5, 9)])
    if corridor:
        low[0], high[0], high[2] = -rng.uniform(0.4, 1.5), rng.uniform(0.4, 1.5), rng.uniform(4, 20)
    surfaces = tuple(texture(panoramas, rng, plain=0.5) for _ in range(4))
    windows = []
    for _ in range(int(rng.integers(0, 4))):
        wall = int(rng.choice([0, 2]))
        along = 2 if wall == 0 else 0
        centre = (rng.uniform(low[along], high[along]), rng.uniform(-0.4, 0.7))
        if wall == 0:
            centre = centre[::-1]  # (y, z)
        half = rng.uniform(0.2, 0.9, 2)
        radiance = np.exp(rng.normal(np.log(2.0), 1.0)) * np.exp(rng.normal(0, 0.1, 3))
        windows.append((wall, int(rng.choice([-1, 1])), centre, half, radiance.astype(np.float32)))
    for _ in range(int(rng.integers(0, 6))):  # doors
        wall, half = int(rng.choice([0, 2])), np.array([rng.uniform(0.3, 0.6), rng.uniform(0.9, 1.1)])
        along = 2 if wall == 0 else 0
        centre = np.array([rng.uniform(low[along], high[along]), floor + half[1]])
        colour = rng.uniform(0.02, 0.4) * np.exp(rng.normal(0, 0.3, 3))
        order = slice(None, None, -1 if wall == 0 else 1)
        windows.append((wall, int(rng.choice([-1, 1])), centre[order], half[order], colour.astype(np.float32)))
    bulb = low + (high - low) * rng.uniform((0.1, 0.7, 0.1), (0.9, 0.98, 0.9)) if rng.random() < 0.6 else None
    return Room(low, high, surfaces, lamp, tuple(windows), bulb, float(rng.uniform(0, 0.5)))


def furniture(room: Room, heading: float, spread: float, panoramas, rng: np.random.Generator) -> list:
    """Pieces of furniture in front of the camera. heading, spread: rad, the middle and half of the horizontal view."""
    found = []
    for _ in range(int(rng.choice([0, 1, 2, 3, 5, 7]))):
        kind = str(rng.choice(["table", "cabinet", "sofa", "shelf", "chair", "bed"]))
        wide, deep, high = (float(rng.uniform(*span)) for span in SPANS[kind])
        azimuth = heading + rng.uniform(-1, 1) * spread
        ahead = np.array([np.sin(azimuth), 0, np.cos(azimuth)])
        wall = float(room.seen(np.zeros(3), ahead[None])[1][0])
        at_wall = kind in ("cabinet", "sofa", "shelf", "bed") and rng.random() < 0.8
        away = wall if at_wall else wall * rng.uniform(0.35, 1)
        quarter = _facing(room, ahead * wall) if at_wall else int(rng.integers(4))
        turn = quarter * np.pi / 2 + (0 if at_wall or rng.random() < 0.5 else rng.uniform(-0.6, 0.6))
        reach = max(wide, deep) / 2 if turn % (np.pi / 2) else None
        sides = (reach, reach) if reach else ((wide / 2, deep / 2) if quarter % 2 == 0 else (deep / 2, wide / 2))
        middle = ahead * away
        for axis, side in ((0, sides[0]), (2, sides[1])):
            span = room.low[axis] + side, room.high[axis] - side
            middle[axis] = np.clip(middle[axis], *span) if span[0] < span[1] else np.nan
        if not np.isfinite(middle).all() or np.hypot(middle[0], middle[2]) < 0.3 + np.hypot(wide, deep) / 2:
            continue
        paint = texture(panoramas, rng, plain=0.4)
        for box in PIECES[kind](wide, deep, high, rng):
            low, up = (np.array(corner, float) for corner in box)
            x, y, z = (low + up) / 2
            c, s = np.cos(turn), np.sin(turn)
            centre = middle + np.array([c * x + s * z, room.floor + y, c * z - s * x])
            found.append(Box(centre, (up - low) / 2, turn, paint, room.lamp))
        if kind in ("table", "cabinet") and room.floor + high < -0.05:
            found += on_top(middle, room.floor + high, min(wide, deep) / 2, panoramas, room.lamp, rng)
    return found


def _facing(room: Room, point: np.ndarray) -> int:
    """The quarter turn of a piece whose back is to the wall that a point is on."""
    gaps = room.high[2] - point[2], room.high[0] - point[0], point[2] - room.low[2], point[0] - room.low[0]
    return int(np.argmin(gaps))


def on_top(middle: np.ndarray, level: float, reach: float, panoramas, lamp, rng) -> list:
    """Small things that stand on a piece of furniture, at a level [m] and at most `reach` m from its middle."""
    found = []
    for _ in range(int(rng.choice([0, 1, 2, 4, 7, 12]))):
        half = np.exp(rng.normal(np.log(0.07), 0.5, 3)).clip(0.015, 0.25)
        x, z = middle[[0, 2]] + rng.uniform(-1, 1, 2) * reach
        paint = texture(panoramas, rng)
        if rng.random() < 0.65:
            found.append(Box(np.array([x, level + half[1], z]), half, float(rng.uniform(0, np.pi)), paint, lamp))
        else:
            high = float(half[1] * 1.5)
            found.append(Post(np.array([x, level + high, z]), float(half[0]) * 0.6, high, paint, lamp))
    return found


def _table(w: float, d: float, h: float, rng) -> list:
    leg = rng.uniform(0.02, 0.05)
    corners = [(sx * (w / 2 - leg), sz * (d / 2 - leg)) for sx in (-1, 1) for sz in (-1, 1)]
    legs = [((x - leg, 0, z - leg), (x + leg, h - 0.04, z + leg)) for x, z in corners]
    return [((-w / 2, h - 0.04, -d / 2), (w / 2, h, d / 2)), *legs]


def _cabinet(w: float, d: float, h: float, rng) -> list:
    return [((-w / 2, 0, -d / 2), (w / 2, h, d / 2))]


def _sofa(w: float, d: float, h: float, rng) -> list:
    seat, arm = 0.55 * h, rng.uniform(0.08, 0.2)
    back = ((-w / 2, 0, d / 2 - 0.2), (w / 2, h, d / 2))
    arms = [((x, 0, -d / 2), (x + arm, 0.75 * h, d / 2)) for x in (-w / 2, w / 2 - arm)]
    return [((-w / 2, 0, -d / 2), (w / 2, seat, d / 2)), back, *arms]


def _shelf(w: float, d: float, h: float, rng) -> list:
    count = int(rng.integers(3, 7))
    boards = [((-w / 2, y - 0.015, -d / 2), (w / 2, y + 0.015, d / 2)) for y in np.linspace(0.05, h - 0.02, count)]
    sides = [((x, 0, -d / 2), (x + 0.03, h, d / 2)) for x in (-w / 2, w / 2 - 0.03)]
    return [*boards, *sides, ((-w / 2, 0, d / 2 - 0.02), (w / 2, h, d / 2))]


def _chair(w: float, d: float, h: float, rng) -> list:
    return [*_table(w, d, 0.5 * h, rng), ((-w / 2, 0.5 * h, d / 2 - 0.04), (w / 2, h, d / 2))]


def _bed(w: float, d: float, h: float, rng) -> list:
    return [((-w / 2, 0, -d / 2), (w / 2, 0.5 * h, d / 2)), ((-w / 2, 0, d / 2 - 0.08), (w / 2, h, d / 2))]


PIECES = {"table": _table, "cabinet": _cabinet, "sofa": _sofa, "shelf": _shelf, "chair": _chair, "bed": _bed}
SPANS = {  # m: width, depth, height
    "table": ((0.5, 2.0), (0.4, 1.1), (0.4, 0.8)),
    "cabinet": ((0.4, 1.8), (0.3, 0.7), (0.5, 2.1)),
    "sofa": ((0.8, 2.3), (0.7, 1.0), (0.7, 1.0)),
    "shelf": ((0.5, 1.5), (0.25, 0.45), (0.8, 2.1)),
    "chair": ((0.38, 0.55), (0.38, 0.55), (0.8, 1.1)),
    "bed": ((0.9, 1.8), (1.9, 2.1), (0.7, 1.2)),
}
