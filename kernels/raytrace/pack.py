"""A scene at one frame as flat float32 tables for the OpenCL tracer, with a hierarchy of boxes over its shapes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..lens.iris import Iris
from . import sampling
from .scene import SHAPES, TEXTURES, Camera, Material, Scene, Shape

LEAF_SIZE = 2


@dataclass(frozen=True)
class Packed:
    """Tables of one frame.

    shapes: float32 [S, 16]: centre 3, frame rows 9, size 3, taper. shape_info: int32 [S, 3]: kind, material, casts
    shadow. boxes: float32 [B, 6]: least and greatest corner of each node, in depth-first order; links: int32 [B, 3]:
    node to go to when the box is missed, first shape, number of shapes (0 inside). materials: float32 [M, 16]: colour
    3, colour2 3, emission 3, scale, detail, translucency, texture. lights: float32 [L, 8]: centre 3, radius,
    intensity 3. sky: float32 [16]: zenith, horizon, ground, bounce (3 each), reach. lamp_shapes: int32 [K]: each
    lamp's row in `shapes`.
    """

    shapes: np.ndarray
    shape_info: np.ndarray
    boxes: np.ndarray
    links: np.ndarray
    materials: np.ndarray
    lights: np.ndarray
    sky: np.ndarray
    lamp_shapes: np.ndarray


def pack(scene: Scene, camera: Camera) -> Packed:
    """Flat tables of a scene. Shapes are ordered so that nodes near the camera come first."""
    black = Material(color=(0, 0, 0), color2=(0, 0, 0))
    lamps = [Shape("sphere", lamp.centre, (lamp.radius, 0, 0), black, casts_shadow=False) for lamp in scene.lamps]
    shapes = [*scene.shapes, *lamps]
    order, boxes, links = _hierarchy(shapes, camera.position)
    materials = list({shape.material: None for shape in shapes})
    numbers = {material: i for i, material in enumerate(materials)}
    rows = np.zeros((max(len(shapes), 1), 16), np.float32)
    info = np.zeros((max(len(shapes), 1), 3), np.int32)
    lamp_shapes = np.zeros(max(len(lamps), 1), np.int32)
    for row, index in enumerate(order):
        shape = shapes[index]
        rows[row, :3], rows[row, 3:12], rows[row, 12:15] = shape.centre, np.ravel(shape.frame), shape.size
        rows[row, 15] = shape.taper
        lamp = index - len(scene.shapes)
        info[row] = SHAPES.index(shape.kind), numbers[shape.material], shape.casts_shadow
        if lamp >= 0:
            lamp_shapes[lamp] = row
    sky = np.zeros(16, np.float32)
    sky[:13] = [*scene.sky.zenith, *scene.sky.horizon, *scene.sky.ground, *scene.sky.bounce, scene.sky.reach]
    lights = np.zeros((max(len(scene.lights), 1), 8), np.float32)
    for row, light in enumerate(scene.lights):
        lights[row, :7] = *light.centre, light.radius, *light.intensity
    return Packed(rows, info, boxes, links, _material_rows(materials), lights, sky, lamp_shapes)


def _material_rows(materials: list[Material]) -> np.ndarray:
    rows = np.zeros((max(len(materials), 1), 16), np.float32)
    for row, m in enumerate(materials):
        rows[row, :9] = *m.color, *m.color2, *m.emission
        rows[row, 9:13] = m.scale, m.detail, m.translucency, TEXTURES.index(m.texture)
    return rows


def _hierarchy(shapes: list[Shape], eye: np.ndarray) -> tuple[list[int], np.ndarray, np.ndarray]:
    """(order of shapes, boxes [B, 6], links [B, 3]): surface-area splits (MacDonald and Booth, 1990), children nearer
    to the eye first."""
    centres = np.array([shape.centre for shape in shapes], np.float64).reshape(-1, 3)
    halves = np.array([shape.half_extent() for shape in shapes]).reshape(-1, 3) + 1e-4
    low, high = centres - halves, centres + halves
    order: list[int] = []
    boxes: list[np.ndarray] = []
    links: list[list[int]] = []

    def add(members: np.ndarray) -> None:
        node = len(boxes)
        boxes.append(np.concatenate([low[members].min(0), high[members].max(0)]))
        links.append([0, len(order), 0])
        if len(members) <= LEAF_SIZE:
            links[node][2] = len(members)
            order.extend(int(i) for i in members)
        else:
            for part in _split(members, centres, low, high, eye):
                add(part)
        links[node][0] = len(boxes)

    if shapes:
        add(np.arange(len(shapes)))
    return order, np.array(boxes, np.float32).reshape(-1, 6), np.array(links, np.int32).reshape(-1, 3)


def _split(members, centres, low, high, eye) -> list[np.ndarray]:
    """Members [N] → two parts [N1], [N2] of least summed area × count, the one nearer to the eye first."""

    def area(corner_low, corner_high):
        x, y, z = np.moveaxis(corner_high - corner_low, -1, 0)
        return x * y + y * z + z * x

    best_cost, best = np.inf, None
    for axis in range(3):
        line = members[np.argsort(centres[members, axis], kind="stable")]
        before = area(np.minimum.accumulate(low[line]), np.maximum.accumulate(high[line]))[:-1]
        after = area(np.minimum.accumulate(low[line[::-1]]), np.maximum.accumulate(high[line[::-1]]))[::-1][1:]
        count = np.arange(1, len(line))
        cost = before * count + after * (len(line) - count)
        at = int(np.argmin(cost))
        if cost[at] < best_cost:
            best_cost, best = cost[at], (line[: at + 1], line[at + 1 :])

    def distance(part):
        nearest = np.clip(eye, low[part].min(0), high[part].max(0))
        return np.linalg.norm(nearest - eye), np.linalg.norm(centres[part].mean(0) - eye)

    return sorted(best, key=distance)


@dataclass(frozen=True)
class View:
    """A camera with its picture size, aperture and focus, as the tracers take it.

    lens_radius: m, vertical radius of the aperture, 0 for the pinhole. inverse_focus: 1/m, 0 for infinity.
    """

    camera: Camera
    width: int
    height: int
    lens_radius: float
    inverse_focus: float
    iris: Iris

    @property
    def pixels_per_tangent(self) -> float:
        return self.width * self.camera.focal_length_mm / self.camera.sensor_width_mm

    def table(self) -> np.ndarray:
        """float32 [56]: position 3, rotation 9, lens radius, inverse focus, pixels per tangent, blades (0 = circle),
        roundness, inner radius of the polygon, squeeze, iris area; from 24 on the direction (cos, sin) of each
        blade's middle."""
        iris = self.iris
        row = np.zeros(56, np.float32)
        row[:12] = *self.camera.position, *np.ravel(self.camera.rotation)
        row[12:15] = self.lens_radius, self.inverse_focus, self.pixels_per_tangent
        row[18:20] = iris.squeeze, sampling.iris_area(iris)
        if not sampling.is_circle(iris):
            angle = np.deg2rad(iris.rotation) + (np.arange(iris.blades) + 0.5) * (2 * np.pi / iris.blades)
            row[15:18] = iris.blades, iris.roundness, np.cos(np.pi / iris.blades)
            row[24 : 24 + 2 * iris.blades] = np.stack([np.cos(angle), np.sin(angle)], axis=-1).ravel()
        return row


def lamp_rows(scene: Scene, view: View, lamp_shapes: np.ndarray) -> np.ndarray:
    """How each lamp is aimed at, float32 [K, 16]; lamps behind the camera are left out.

    Columns: centre in camera space 3, radius, radiance 3, picture position 2 (px) and `reach` (px: beyond it no ray
    meets the lamp), `spread` (m: rays of one picture point that meet the lamp leave the lens within this distance of
    a centre; 0 = aim over the pixel instead of over the lens), row in the shapes.

    A ray with slope v passes the lamp's centre at a distance e in the plane of depth Z and at e·cos(angle) or more in
    space, so it meets the sphere only if e <= radius · sec(angle). Slopes of such rays are at most (|XY| + R + 2r) / Z.
    """
    rows = []
    lens = view.lens_radius * max(1.0, 1 / view.iris.squeeze)
    for lamp, shape in zip(scene.lamps, lamp_shapes, strict=False):
        x, y, z = view.camera.rotation @ (np.asarray(lamp.centre) - view.camera.position)
        if z <= 2 * lamp.radius:
            continue
        bound = lamp.radius * np.hypot(1, (np.hypot(x, y) + lens + 2 * lamp.radius) / z)
        defocus = abs(1 - z * view.inverse_focus)
        reach = view.pixels_per_tangent * (bound + lens * defocus) / z
        aim_lens = bound < view.lens_radius * defocus
        px = view.width / 2 + view.pixels_per_tangent * x / z
        py = view.height / 2 - view.pixels_per_tangent * y / z
        spread = bound / defocus if aim_lens else 0.0
        rows.append([x, y, z, lamp.radius, *lamp.radiance, px, py, reach, spread, shape, 0, 0, 0, 0])
    return np.array(rows, np.float32).reshape(-1, 16)
