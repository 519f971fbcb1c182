"""Generated scenes: a place, a panorama or a made-up room, with solid things in it, seen by a camera."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .lamps import Lamp, lit
from .panoramas import Panorama, lengths
from .rooms import Room, furniture, make_room, on_top
from .textures import texture
from .things import SHAPES, Ball, Box, Cutout, Post, outline

ROOM_SHARE = 0.5  # of scenes that stand in a made-up room even where there are panoramas
DESK_SHARE = 0.25  # of the scenes in rooms that are of things on a desk, from near by
CORRIDOR_SHARE = 0.25  # of them that look along a corridor
SHADOW = 0.55  # of the light under a thing that its contact shadow takes


@dataclass(frozen=True)
class Camera:
    """rotation: [3, 3], rows right, up, forward. tangent: of half the horizontal field of view."""

    rotation: np.ndarray
    tangent: float

    def rays(self, width: int, height: int, offset=(0.0, 0.0), focus: float = 1.0, within=(0.5, 0.5)):
        """(origin [3], directions [N, 3], forward [N]: cosine to the axis). offset: of the pinhole in the lens, m right
        and up; then rays of a pixel meet at the planar depth `focus`. within: the place in the pixel, 0 … 1."""
        x = ((np.arange(width) + within[0]) / width * 2 - 1) * self.tangent
        y = (1 - (np.arange(height) + within[1]) / height * 2) * self.tangent * height / width
        local = np.empty((height, width, 3))
        local[..., 0], local[..., 1], local[..., 2] = x[None, :], y[:, None], 1
        local = local.reshape(-1, 3)
        origin = np.array([*offset, 0.0])
        local = local - origin / focus
        local /= lengths(local)[:, None]
        return origin @ self.rotation, local @ self.rotation, local[:, 2]


@dataclass(frozen=True)
class Scene:
    place: Panorama | Room
    things: tuple
    lamps: tuple[Lamp, ...]
    camera: Camera

    def picture(self, width: int, height: int) -> tuple[np.ndarray, np.ndarray]:
        """(radiance float32 [height, width, 3], disparity 1 / planar depth float32 [height, width]), all in focus."""
        return lit(self.lamps, self.camera, *self.unlit(width, height))

    def unlit(
        self, width: int, height: int, offset=(0.0, 0.0), focus: float = 1.0, within=(0.5, 0.5)
    ) -> tuple[np.ndarray, np.ndarray]:
        """As `picture`, of one ray a pixel, without lamps. The arguments are Camera.rays's."""
        origin, directions, forward = self.camera.rays(width, height, offset, focus, within)
        light, distance = self.place.seen(origin, directions)
        light = light * self._shadow(origin + directions * distance[:, None])[:, None]
        for thing in self.things:
            at = self._near(thing, width, height, offset)
            if not len(at):
                continue
            hit = thing.hit(origin, directions[at])
            nearer = hit.distance < distance[at]
            light[at[nearer]] = hit.light[nearer]
            distance[at[nearer]] = hit.distance[nearer]
        disparity = 1 / np.maximum(distance * forward, 1e-2)
        disparity[distance > 5e3] = 0
        return light.reshape(height, width, 3).astype(np.float32), disparity.reshape(height, width).astype(np.float32)

    def _near(self, thing, width: int, height: int, offset) -> np.ndarray:
        """Indices of the pixels that may show a thing: those around its bounding ball."""
        centre = self.camera.rotation @ thing.centre
        reach = float(np.linalg.norm(thing.half)) + 1.2 * float(np.hypot(*offset)) * (1 + 6)
        if centre[2] < reach * 1.1:
            return np.arange(width * height)
        px = width / 2 / self.camera.tangent
        radius = px * reach / (centre[2] - reach)
        x, y = width / 2 + px * centre[0] / centre[2], height / 2 - px * centre[1] / centre[2]
        x0, x1 = max(int(x - radius - 2), 0), min(int(x + radius + 3), width)
        y0, y1 = max(int(y - radius - 2), 0), min(int(y + radius + 3), height)
        if x0 >= x1 or y0 >= y1:
            return np.empty(0, np.int64)
        return (np.arange(y0, y1)[:, None] * width + np.arange(x0, x1)[None, :]).ravel()

    def _shadow(self, points: np.ndarray) -> np.ndarray:
        """[N]: what contact shadows leave of the floor's light."""
        left = np.ones(len(points), np.float32)
        on_floor = np.flatnonzero(np.abs(points[:, 1] - self.place.floor) < 0.02)
        for thing in self.things:
            if thing.centre[1] - thing.half[1] > self.place.floor + 0.05:
                continue
            wide = max(float(max(thing.half[0], thing.half[2])), 0.03)
            away = (points[on_floor][:, [0, 2]] - thing.centre[[0, 2]]) / (1.3 * wide)
            left[on_floor] *= 1 - SHADOW * np.exp(-(away**2).sum(1)).astype(np.float32)
        return left


def make_scene(seed: int, panoramas: Sequence[Panorama], aspect: float) -> Scene:
    """A scene, the same for the same seed and panoramas. aspect: height / width of the picture."""
    rng = np.random.default_rng((seed, 1))
    places = [p for p in panoramas if p.layout is not None]
    lamp = rng.normal(size=3) + np.array([0, 0.8, -0.5])
    lamp /= np.linalg.norm(lamp)
    room = not places or rng.random() < ROOM_SHARE
    kind = rng.random() if room else 1.0
    desk, corridor = kind < DESK_SHARE, DESK_SHARE <= kind < DESK_SHARE + CORRIDOR_SHARE
    place = make_room(panoramas, lamp, rng, corridor) if room else places[int(rng.integers(len(places)))]
    yaw = rng.normal(0, 0.3) if corridor else rng.uniform(0, 2 * np.pi)
    pitch = np.deg2rad(np.clip(rng.normal(-30, 12) if desk else rng.normal(-10, 11), -60, 18))
    roll = np.deg2rad(rng.normal(0, 1.5))
    camera = Camera(_rotation(yaw, pitch, roll), float(np.tan(np.deg2rad(rng.uniform(40, 85)) / 2)))
    count = int(rng.choice([0, 1, 2, 3, 4, 6, 8, 10, 20], p=[0.05, 0.1, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05, 0.05]))
    brightness = _level(place)
    things = [_thing(camera, place, panoramas, lamp, brightness, aspect, rng) for _ in range(0 if desk else count)]
    if room:
        things += furniture(place, yaw, float(np.arctan(camera.tangent)), panoramas, rng)
    if desk:
        things += _desk(place, yaw, panoramas, rng)
    lamps = int(rng.choice([0, 0, 1, 3, 8, 20]))
    lamps = [_lamp(camera, place, brightness, aspect, rng) for _ in range(lamps)]
    return Scene(place, *(tuple(t for t in found if t is not None) for found in (things, lamps)), camera)


def _rotation(yaw: float, pitch: float, roll: float) -> np.ndarray:
    forward = np.array([np.sin(yaw) * np.cos(pitch), np.sin(pitch), np.cos(yaw) * np.cos(pitch)])
    right = np.array([np.cos(yaw), 0, -np.sin(yaw)])
    up = np.cross(forward, right)
    c, s = np.cos(roll), np.sin(roll)
    return np.stack([c * right + s * up, c * up - s * right, forward])


def _level(place) -> float:
    """The usual radiance of a place."""
    if isinstance(place, Room):
        return 0.25
    rows = len(place.radiance)
    return float(np.median(place.radiance[rows // 3 : 3 * rows // 4].max(axis=2)))


def _spot(camera: Camera, place, aspect: float, rng, nearest: float = 0.5) -> tuple[np.ndarray, float] | None:
    """(direction, distance to the place along it) of a random pixel with something at least so far behind it."""
    for _ in range(6):
        x, y = rng.uniform(-1, 1) * camera.tangent, rng.uniform(-1, 1) * camera.tangent * aspect
        direction = np.array([x, y, 1]) @ camera.rotation
        direction /= np.linalg.norm(direction)
        distance = float(place.seen(np.zeros(3), direction[None])[1][0])
        if distance > nearest:
            return direction, min(distance, 60.0)
    return None


def _desk(room: Room, heading: float, panoramas, rng) -> list:
    """A wide desk right before the camera, with things on it."""
    level = max(-float(rng.uniform(0.2, 0.7)), 0.6 * room.floor)
    half = np.array([rng.uniform(0.6, 1.6), 0.02, rng.uniform(0.4, 1.0)])
    ahead = np.array([np.sin(heading), 0, np.cos(heading)]) * (half[2] + rng.uniform(0.0, 0.3))
    top = Box(
        ahead + np.array([0, level - 0.02, 0]), half, heading + rng.normal(0, 0.2), texture(panoramas, rng), room.lamp
    )
    things = [on_top(ahead, level, float(half[2]), panoramas, room.lamp, rng) for _ in range(3)]
    far = [thing for some in things for thing in some if np.hypot(*thing.centre[[0, 2]]) > 0.2 + max(thing.half)]
    return [top, *far]


def _thing(camera, place, panoramas, lamp, brightness, aspect, rng):
    spot = _spot(camera, place, aspect, rng, 0.7)
    if spot is None:
        return None
    direction, behind = spot
    distance = behind * rng.uniform(0.15, 0.95)
    if rng.random() < 0.6:
        distance = min(distance, rng.uniform(0.6, 5))
    centre = direction * distance
    paint = texture(panoramas, rng) * np.float32(brightness / 0.25)
    size = float(np.exp(rng.normal(np.log(0.25 * distance**0.6), 0.6)))
    half = np.clip(size * np.exp(rng.normal(0, 0.45, 3)), 0.02, 1.2)
    kind = rng.choice(["box", "ball", "post", "cutout"], p=[0.35, 0.12, 0.13, 0.4])
    standing = rng.random() < 0.75
    if kind == "post":
        half[1] = rng.uniform(0.5, 3)
        half[0] = half[2] = np.clip(half[0] * 0.25, 0.008, 0.3)
    if kind == "cutout":
        name = str(rng.choice(SHAPES))
        if name == "figure":
            half[1] = rng.uniform(0.7, 0.95)
            half[0] = half[1] * 0.5
            distance = max(distance, 1.2)
            centre = direction * distance
        if name in ("bars", "table"):
            half[0] = max(half[0], 0.8 * half[1])
    if standing:
        centre[1] = place.floor + half[1]
        across = np.hypot(centre[0], centre[2])
        wall = place.seen(np.zeros(3), (np.array([centre[0], 0, centre[2]]) / max(across, 1e-6))[None])[1][0]
        if across > wall - half[0] or across < 0.35 + half[0] * (kind != "cutout"):
            return None
    if kind == "box":
        return (
            None
            if np.linalg.norm(centre) < np.linalg.norm(half) + 0.25
            else Box(centre, half, rng.uniform(0, np.pi), paint, lamp)
        )
    if kind == "ball":
        return None if np.linalg.norm(centre) < half.max() + 0.25 else Ball(centre, half, paint, lamp)
    if kind == "post":
        return Post(centre, float(half[0]), float(half[1]), paint, lamp)
    shape, relief = outline(name, rng)
    return Cutout(centre, np.array([half[0], half[1], 0.0]), shape, relief, paint)


def _lamp(camera, place, brightness, aspect, rng):
    spot = _spot(camera, place, aspect, rng)
    if spot is None:
        return None
    distance = spot[1] * rng.uniform(0.3, 0.98)
    radius = distance * camera.tangent * float(np.exp(rng.uniform(np.log(0.001), np.log(0.02))))
    colour = np.exp(rng.normal(0, 0.35, 3))
    return Lamp(spot[0] * distance, radius, brightness * colour * np.exp(rng.uniform(np.log(8), np.log(2000))))
