"""What the ray tracer can be given: shapes, materials, lamps, lights, a sky and an animated camera.

Lengths are metres, world y is up, colours are scene-linear RGB. Every surface is Lambertian or emissive, so its
radiance does not depend on the viewing direction: the pinhole's picture and the thin lens's picture show the same
surfaces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

SHAPES = ("sphere", "card", "disc", "box", "cylinder")
TEXTURES = ("plain", "checker", "stripes", "noise", "wood", "bricks", "planks", "dots", "ramp", "sectors")

Vector = tuple[float, float, float]
IDENTITY = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


def normalised(vector) -> np.ndarray:
    """[3] → [3] of length 1, float64. ValueError for a zero vector."""
    vector = np.asarray(vector, np.float64)
    length = np.linalg.norm(vector)
    if not length > 0:
        raise ValueError("a direction must not be the zero vector")
    return vector / length


def frame_along(axis, hint=(0.0, 1.0, 0.0)) -> np.ndarray:
    """Orthonormal rows (e1, e2, e3), float64 [3, 3], with e3 along `axis` and e2 as near to `hint` as that allows."""
    e3 = normalised(axis)
    side = np.cross(hint, e3)
    if np.linalg.norm(side) < 1e-6:
        side = np.cross((1.0, 0.0, 0.0) if abs(e3[0]) < 0.9 else (0.0, 0.0, 1.0), e3)
    e1 = normalised(side)
    return np.stack([e1, np.cross(e3, e1), e3])


@dataclass(frozen=True)
class Material:
    """Texture over local coordinates divided by `scale` (m), mixing two albedos (0 … 1).

    detail: 0 … 1, what it means depends on the texture (see textures.cl). emission: radiance added to the reflected
    one. translucency: 0 … 1, the part of the light that a thin sheet takes from its far side.
    """

    color: Vector = (0.5, 0.5, 0.5)
    color2: Vector = (0.1, 0.1, 0.1)
    texture: str = "plain"
    scale: float = 1.0
    detail: float = 0.5
    emission: Vector = (0.0, 0.0, 0.0)
    translucency: float = 0.0

    def __post_init__(self):
        if self.texture not in TEXTURES:
            raise ValueError(f"texture {self.texture!r} is not one of {', '.join(TEXTURES)}")
        if not self.scale > 0:
            raise ValueError(f"texture scale must be above 0 m, not {self.scale}")


@dataclass(frozen=True)
class Shape:
    """One surface. Local coordinates: frame @ (world - centre); frame rows are orthonormal.

    size (m): sphere (radius, -, -); card (half width along e1, half height along e2, -), its normal e3; disc (radius,
    -, -) around e3; box half extents; cylinder (radius, half length along e3, -), capped. taper: a card's width at
    the top is (1 - taper) of that at the bottom: 1 makes a triangle, a grass blade's tip.
    """

    kind: str
    centre: Vector
    size: Vector
    material: Material
    frame: np.ndarray = field(default_factory=lambda: np.array(IDENTITY))
    taper: float = 0.0
    casts_shadow: bool = True

    def __post_init__(self):
        if self.kind not in SHAPES:
            raise ValueError(f"shape {self.kind!r} is not one of {', '.join(SHAPES)}")
        used = {"sphere": 1, "disc": 1, "card": 2, "cylinder": 2, "box": 3}[self.kind]
        if not all(s > 0 for s in self.size[:used]):
            raise ValueError(f"a {self.kind} needs {used} sizes above 0 m, not {self.size}")

    def half_extent(self) -> np.ndarray:
        """[3] m: half the axis-aligned bounding box around the centre."""
        a, b, c = self.size
        local = {
            "sphere": (a, a, a),
            "card": (a, b, 0.0),
            "disc": (a, a, 0.0),
            "box": (a, b, c),
            "cylinder": (a, a, b),
        }[self.kind]
        if self.kind == "sphere":
            return np.array(local)
        return np.abs(np.asarray(self.frame)).T @ np.array(local)


@dataclass(frozen=True)
class Lamp:
    """A small bright emissive sphere that the camera sees; it gives no light to the scene. radiance: RGB, HDR."""

    centre: Vector
    radius: float
    radiance: Vector

    def __post_init__(self):
        if not self.radius > 0:
            raise ValueError(f"a lamp's radius must be above 0 m, not {self.radius}")


@dataclass(frozen=True)
class Light:
    """A spherical light that the camera does not see. intensity: RGB, irradiance (over pi, so that an albedo of 1
    facing the light at 1 m has this radiance). radius (m) makes shadows soft."""

    centre: Vector
    radius: float
    intensity: Vector

    @staticmethod
    def sun(direction, irradiance, softness=0.01) -> Light:
        """A light 1 km away. direction: towards it. irradiance: as intensity, at the scene. softness: angular radius,
        rad."""
        distance = 1000.0
        centre = normalised(direction) * distance
        return Light(tuple(centre), distance * softness, tuple(np.asarray(irradiance) * distance**2))


@dataclass(frozen=True)
class Sky:
    """Radiance of the surroundings by height: zenith, horizon, ground; ambient light is this sky where it is not
    hidden.

    reach: surfaces nearer than this (m) hide the sky; bounce: the radiance that they send instead.
    """

    zenith: Vector = (0.2, 0.35, 0.7)
    horizon: Vector = (0.7, 0.8, 0.95)
    ground: Vector = (0.2, 0.18, 0.15)
    bounce: Vector = (0.05, 0.05, 0.05)
    reach: float = 1.0


@dataclass(frozen=True)
class Camera:
    """Thin-lens camera without its aperture and focus, which the renderer is given.

    position: m. rotation: float64 [3, 3], rows right, up, forward (orthonormal). The picture is the pinhole's of
    `focal_length_mm` over a sensor `sensor_width_mm` wide, whatever the focus: it does not breathe.
    """

    position: np.ndarray
    rotation: np.ndarray
    focal_length_mm: float = 50.0
    sensor_width_mm: float = 36.0

    def __post_init__(self):
        if not (self.focal_length_mm > 0 and self.sensor_width_mm > 0):
            raise ValueError("a camera's focal length and sensor width must be above 0 mm")

    @staticmethod
    def look_at(position, target, focal_length_mm=50.0, sensor_width_mm=36.0, roll=0.0) -> Camera:
        """A camera at `position` (m) that has `target` (m) in its centre. roll: radians, clockwise picture."""
        forward = normalised(np.subtract(target, position))
        level = normalised(np.cross(forward, (0.0, 1.0, 0.0)))
        above = np.cross(level, forward)
        right = np.cos(roll) * level + np.sin(roll) * above
        up = np.cross(right, forward)
        return Camera(
            np.asarray(position, np.float64), np.stack([right, up, forward]), focal_length_mm, sensor_width_mm
        )

    def project(self, points, width: int, height: int) -> np.ndarray:
        """World points [..., 3] → (x, y, z) [..., 3]: pixels (y down, centres at half-integers) and planar depth in
        m."""
        local = (np.asarray(points, np.float64) - self.position) @ self.rotation.T
        per_tangent = width * self.focal_length_mm / self.sensor_width_mm
        x = width / 2 + per_tangent * local[..., 0] / local[..., 2]
        y = height / 2 - per_tangent * local[..., 1] / local[..., 2]
        return np.stack([x, y, local[..., 2]], axis=-1)


@dataclass(frozen=True)
class Scene:
    """Everything for a clip. camera_at: frame → Camera; frames: first and last.

    presets: name → focus distance in m (`near`, `mid`, `far`). focus_keys: a suggested focus pull, (frame, distance
    in m). f_stop: the aperture the scene was composed for.
    """

    name: str
    shapes: tuple[Shape, ...]
    camera_at: Callable[[float], Camera]
    lamps: tuple[Lamp, ...] = ()
    lights: tuple[Light, ...] = ()
    sky: Sky = Sky()
    frames: tuple[int, int] = (1, 1)
    fps: float = 24.0
    f_stop: float = 2.8
    presets: dict[str, float] = field(default_factory=dict)
    focus_keys: tuple[tuple[int, float], ...] = ()
    world_scale: float = 1.0

    def camera(self, frame: float) -> Camera:
        """The camera at a frame; frames outside the clip are allowed, the move goes on."""
        return self.camera_at(frame)
