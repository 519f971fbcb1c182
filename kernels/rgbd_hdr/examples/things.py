"""Solid things for generated scenes: boxes, balls, posts and cut-outs, each hit by rays exactly.

Coordinates: m, x right, y up, z forward of the middle of the scene. Rays: origin [3], directions [N, 3] of unit length.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from .panoramas import lengths, remapped
from .textures import clouds


@dataclass(frozen=True)
class Hit:
    """distance: [N] m along the rays, inf where they miss. light: [N, 3], radiance, meaningful where they hit."""

    distance: np.ndarray
    light: np.ndarray


@dataclass(frozen=True)
class Box:
    """centre, half: [3] m. turn: rad around y. texture: [S, S, 3]. lamp: direction towards the light, unit length."""

    centre: np.ndarray
    half: np.ndarray
    turn: float
    texture: np.ndarray = field(repr=False)
    lamp: np.ndarray = field(repr=False)

    def hit(self, origin: np.ndarray, directions: np.ndarray) -> Hit:
        o, d = turned(origin - self.centre, self.turn), turned(directions, self.turn)
        with np.errstate(divide="ignore", invalid="ignore"):
            near, far = (-self.half - o) / d, (self.half - o) / d
        low, high = np.minimum(near, far), np.maximum(near, far)
        enter, leave = np.maximum(np.maximum(*low.T[:2]), low[:, 2]), np.minimum(np.minimum(*high.T[:2]), high[:, 2])
        distance = np.where((enter < leave) & (enter > 0.02), enter, np.inf)
        light = np.zeros((len(d), 3), np.float32)
        at = np.flatnonzero(np.isfinite(distance))
        if len(at):
            axis = low[at].argmax(axis=1)
            point = o + d[at] * distance[at, None]
            normal = np.zeros((len(at), 3))
            normal[np.arange(len(at)), axis] = -np.sign(d[at][np.arange(len(at)), axis])
            others = np.array([[1, 2], [0, 2], [0, 1]])[axis]
            u, v = (np.take_along_axis(point, others[:, [k]], 1)[:, 0] for k in (0, 1))
            light[at] = _painted(self.texture, u, v) * shading(turned(normal, -self.turn), self.lamp)
        return Hit(distance, light)


@dataclass(frozen=True)
class Ball:
    """An ellipsoid. half: [3] m, its radii."""

    centre: np.ndarray
    half: np.ndarray
    texture: np.ndarray = field(repr=False)
    lamp: np.ndarray = field(repr=False)

    def hit(self, origin: np.ndarray, directions: np.ndarray) -> Hit:
        o, d = (origin - self.centre) / self.half, directions / self.half
        a, b, c = lengths(d) ** 2, d @ o, o @ o - 1
        under = b * b - a * c
        distance = np.where(under > 0, (-b - np.sqrt(np.maximum(under, 0))) / a, np.inf)
        distance = np.where(distance > 0.02, distance, np.inf)
        light = np.zeros((len(d), 3), np.float32)
        at = np.flatnonzero(np.isfinite(distance))
        if len(at):
            point = o + d[at] * distance[at, None]
            normal = point / self.half
            normal /= lengths(normal)[:, None]
            u = np.arctan2(point[:, 0], -point[:, 2]) * self.half[0]
            light[at] = _painted(self.texture, u, point[:, 1] * self.half[1]) * shading(normal, self.lamp)
        return Hit(distance, light)


@dataclass(frozen=True)
class Post:
    """An upright round post. radius, half_height: m."""

    centre: np.ndarray
    radius: float
    half_height: float
    texture: np.ndarray = field(repr=False)
    lamp: np.ndarray = field(repr=False)

    @property
    def half(self) -> np.ndarray:
        return np.array([self.radius, self.half_height, self.radius])

    def hit(self, origin: np.ndarray, directions: np.ndarray) -> Hit:
        o = origin - self.centre
        a = directions[:, 0] ** 2 + directions[:, 2] ** 2
        b = directions[:, 0] * o[0] + directions[:, 2] * o[2]
        under = b * b - a * (o[0] ** 2 + o[2] ** 2 - self.radius**2)
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = (-b - np.sqrt(np.maximum(under, 0))) / a
        height = o[1] + directions[:, 1] * distance
        good = (under > 0) & (distance > 0.02) & (np.abs(height) < self.half_height)
        distance = np.where(good, distance, np.inf)
        light = np.zeros((len(directions), 3), np.float32)
        at = np.flatnonzero(good)
        if len(at):
            point = o + directions[at] * distance[at, None]
            normal = point * np.array([1, 0, 1]) / self.radius
            u = np.arctan2(point[:, 0], -point[:, 2]) * self.radius
            light[at] = _painted(self.texture, u, point[:, 1]) * shading(normal, self.lamp)
        return Hit(distance, light)


@dataclass(frozen=True)
class Cutout:
    """A flat upright shape that faces the middle. half: (width, height, 0) / 2 m. shape: bool-like [S, S] float, its
    outline; relief: [S, S], light and shade that make it look solid."""

    centre: np.ndarray
    half: np.ndarray
    shape: np.ndarray = field(repr=False)
    relief: np.ndarray = field(repr=False)
    texture: np.ndarray = field(repr=False)

    def hit(self, origin: np.ndarray, directions: np.ndarray) -> Hit:
        away = np.array([self.centre[0], 0, self.centre[2]])
        normal = away / max(np.linalg.norm(away), 1e-6)
        side = np.array([normal[2], 0, -normal[0]])
        facing = directions @ normal
        with np.errstate(divide="ignore", invalid="ignore"):
            distance = ((self.centre - origin) @ normal) / facing
        point = origin + directions * np.where(facing > 1e-6, distance, 0)[:, None] - self.centre
        u, v = point @ side / self.half[0], point[:, 1] / self.half[1]
        inside = (facing > 1e-6) & (distance > 0.02) & (np.abs(u) < 1) & (np.abs(v) < 1)
        size = self.shape.shape[0]
        column = np.clip(((u + 1) / 2 * size).astype(np.int32), 0, size - 1)
        row = np.clip(((1 - v) / 2 * size).astype(np.int32), 0, size - 1)
        inside &= self.shape[row, column] > 0.5
        distance = np.where(inside, distance, np.inf)
        light = np.zeros((len(directions), 3), np.float32)
        at = np.flatnonzero(inside)
        if len(at):
            light[at] = _painted(self.texture, u[at] * self.half[0], v[at] * self.half[1])
            light[at] *= self.relief[row[at], column[at], None]
        return Hit(distance, light)


def turned(vectors: np.ndarray, angle: float) -> np.ndarray:
    """[…, 3] turned around y by -angle, into a frame that is itself turned by it."""
    c, s = np.cos(angle), np.sin(angle)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    return np.stack([c * x - s * z, y, s * x + c * z], axis=-1)


def shading(normals: np.ndarray, lamp: np.ndarray) -> np.ndarray:
    """[N, 1]: ambient light, more from above, and one soft lamp."""
    return (0.45 + 0.2 * normals[:, 1:2] + 0.8 * np.maximum(normals @ lamp, 0)[:, None]).astype(np.float32)


def _painted(texture: np.ndarray, u: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Texture at surface coordinates in m, a metre across it, mirrored at its rim."""
    size = texture.shape[0]
    return remapped(texture, *(np.abs(np.mod(w + 50, 2) - 1) * (size - 1) for w in (u, v)), cv2.BORDER_REFLECT)


SHAPES = ("figure", "blob", "leaves", "bars", "bottle", "table", "twigs")


def outline(kind: str, rng: np.random.Generator, size: int = 160) -> tuple[np.ndarray, np.ndarray]:
    """(shape, relief) [size, size] of a cut-out of a kind of SHAPES."""
    shape = np.zeros((size, size), np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round(x * size), round(y * size)

    if kind == "figure":
        lean = rng.uniform(-0.05, 0.05)
        cv2.ellipse(shape, at(0.5 + lean, 0.09), at(0.08, 0.09), 0, 0, 360, 1, -1)
        cv2.ellipse(shape, at(0.5, 0.36), at(rng.uniform(0.16, 0.24), 0.2), 0, 0, 360, 1, -1)
        for sign in (-1, 1):
            cv2.line(shape, at(0.5 + sign * 0.08, 0.5), at(0.5 + sign * rng.uniform(0.05, 0.22), 0.99), 1, size // 9)
            elbow = at(0.5 + sign * rng.uniform(0.2, 0.38), rng.uniform(0.35, 0.5))
            cv2.line(shape, at(0.5 + sign * 0.17, 0.24), elbow, 1, size // 14)
            cv2.line(shape, elbow, at(0.5 + sign * rng.uniform(0.1, 0.42), rng.uniform(0.3, 0.68)), 1, size // 16)
    elif kind == "blob":
        angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
        radius = 0.36 + sum(rng.normal(0, 0.1 / k) * np.cos(k * angle + rng.uniform(0, 6)) for k in (1, 2, 3, 4, 5))
        points = 0.5 + np.stack([np.cos(angle), np.sin(angle)], 1) * np.clip(radius, 0.1, 0.49)[:, None]
        cv2.fillPoly(shape, [np.rint(points * size).astype(np.int32)], 1)
    elif kind == "leaves":
        for _ in range(int(rng.integers(30, 120))):
            centre, long = rng.normal(0.5, 0.17, 2), rng.uniform(0.02, 0.09)
            cv2.ellipse(shape, at(*centre), at(long, long * 0.4), rng.uniform(0, 360), 0, 360, 1, -1)
        cv2.line(shape, at(0.5, 0.5), at(0.5 + rng.uniform(-0.05, 0.05), 0.99), 1, max(size // 50, 1))
    elif kind == "bars":
        count = int(rng.integers(3, 9))
        for n in range(count):
            cv2.line(shape, at((n + 0.5) / count, 0.02), at((n + 0.5) / count, 0.99), 1, max(size // 60, 1))
        for y in (0.1, 0.85):
            cv2.line(shape, at(0.01, y), at(0.99, y), 1, max(size // 40, 1))
    elif kind == "bottle":
        cv2.rectangle(shape, at(0.3, 0.42), at(0.7, 0.99), 1, -1)
        cv2.ellipse(shape, at(0.5, 0.42), at(0.2, 0.15), 0, 0, 360, 1, -1)
        cv2.rectangle(shape, at(0.43, 0.04), at(0.57, 0.4), 1, -1)
    elif kind == "table":
        top = rng.uniform(0.02, 0.4)
        cv2.rectangle(shape, at(0.02, top), at(0.98, top + rng.uniform(0.05, 0.12)), 1, -1)
        for x in (0.07, 0.3 if rng.random() < 0.3 else 0.9, 0.9):
            cv2.line(shape, at(x, top), at(x + rng.uniform(-0.03, 0.03), 0.99), 1, max(size // 25, 1))
        if rng.random() < 0.5:
            cv2.rectangle(shape, at(0.05, 0.01), at(0.15, top), 1, -1)
    else:
        tips = [(0.5, 0.99, -np.pi / 2, 0.3)]
        for _ in range(25):
            x, y, angle, length = tips[int(rng.integers(len(tips)))]
            angle, length = angle + rng.normal(0, 0.6), length * rng.uniform(0.6, 0.95)
            tip = x + np.cos(angle) * length, y + np.sin(angle) * length
            cv2.line(shape, at(x, y), at(*tip), 1, max(round(length * size / 18), 1))
            tips.append((*tip, angle, length))
    deep = cv2.distanceTransform(shape, cv2.DIST_L2, 3)
    slope = cv2.GaussianBlur(np.sqrt(deep), (0, 0), 3)
    gx, gy = cv2.Sobel(slope, cv2.CV_32F, 1, 0), cv2.Sobel(slope, cv2.CV_32F, 0, 1)
    turn = rng.uniform(0, np.pi)
    relief = 0.8 + 0.5 * np.tanh(np.cos(turn) * gx + np.sin(turn) * gy) + 0.3 * (clouds(rng, 4, size) - 0.5)
    return shape.astype(np.float32), np.clip(relief, 0.15, 1.8).astype(np.float32)
