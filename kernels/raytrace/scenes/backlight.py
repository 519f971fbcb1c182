"""Hair and leaves before a sky that is brighter than they are, and water that glitters."""

from __future__ import annotations

import numpy as np

from ..scene import Lamp, Light, Material, Scene, Shape, Sky, frame_along, normalised
from . import parts

SUNSET = Sky((0.16, 0.22, 0.45), (3.2, 1.5, 0.55), (0.05, 0.04, 0.035), (0.03, 0.03, 0.03), 0.6)
HEAD, RADIUS = np.array([0.03, 0.60, 2.9]), 0.15


def _hair(rng: np.random.Generator) -> list[Shape]:
    """Strands of half a millimetre that leave a ball and droop."""
    strands = []
    for _ in range(170):
        direction = normalised(rng.normal(size=3) * [1.0, 0.7, 0.6] + [0, 0.5, 0])
        point, length = HEAD + direction * RADIUS * 0.97, rng.uniform(0.05, 0.22)
        tone = tuple((np.array([0.32, 0.17, 0.07]) * rng.uniform(0.5, 1.6)).round(4))
        material = Material(tone, tone, translucency=0.3)
        for segment in range(4):
            direction = normalised(direction + np.array([0, -0.28 * segment, 0]) + rng.normal(0, 0.12, 3))
            end = point + direction * length / 4
            strands.append(parts.rod(tuple(point), tuple(end), rng.uniform(0.0003, 0.0006), material))
            point = end
    return strands


def _leaves(rng: np.random.Generator, count: int, depths: tuple[float, float], heights: tuple[float, float]) -> list:
    """Translucent discs in clusters along twigs; heights: of the twigs, over depth."""
    leaves: list[Shape] = []
    while len(leaves) < count:
        z = rng.uniform(*depths)
        start = np.array([z * rng.uniform(-0.3, 0.3), 0.6 + z * rng.uniform(*heights), z])
        twig = normalised(rng.normal(size=3) * [1, 0.5, 0.4]) * z * 0.07
        bark = Material((0.10, 0.07, 0.05))
        leaves.append(parts.rod(tuple(start), tuple(start + twig), 0.0008 * z, bark))
        for share in rng.uniform(0, 1, 7):
            tone = np.array([0.16, 0.30, 0.05]) * rng.uniform(0.5, 1.5)
            material = Material(tuple(tone.round(4)), tuple((tone * 0.6).round(4)), "noise", 0.01 * z, translucency=0.5)
            centre = start + twig * share + rng.normal(0, 0.008 * z, 3)
            size = (z * rng.uniform(0.004, 0.010), 0.0, 0.0)
            facing = frame_along(rng.normal((0.0, 0.0, -1.0)))
            leaves.append(Shape("disc", tuple(centre), size, material, facing))
    return leaves


def backlight() -> Scene:
    """A head of loose hair at 2.9 m, leaves at arm's length and far behind, glints of the sun between."""
    rng = np.random.default_rng(32)
    skin = Material((0.40, 0.24, 0.17), (0.25, 0.13, 0.08), "noise", 0.05, 0.4)
    ground = Material((0.20, 0.17, 0.12), (0.08, 0.09, 0.05), "noise", 0.3, 0.8)
    shapes = [parts.floor(0.0, ground), parts.ball(tuple(HEAD), RADIUS, skin), *_hair(rng)]
    shapes += _leaves(rng, 60, (0.75, 1.0), (-0.16, 0.16)) + _leaves(rng, 420, (4.5, 8.6), (-0.05, 0.2))
    glints = []
    for _ in range(30):
        z = rng.uniform(5.0, 9.0)
        color = tuple(np.array([900.0, 520.0, 220.0]) * 10 ** rng.uniform(-1, 0.5))
        glints.append(Lamp((z * rng.uniform(-0.17, 0.17), rng.uniform(0.02, 0.12), z), z * 0.0008, color))
    camera_at = parts.dolly(
        (-0.10, 0.60, 0.0), (0.10, 0.64, 0.1), (0, 0.56, 3.0), (0, 0.56, 3.0), (1, 24), focal_length_mm=70.0
    )
    return Scene(
        name="backlight",
        shapes=tuple(shapes),
        camera_at=camera_at,
        lamps=tuple(glints),
        lights=(Light.sun((0.5, 0.35, 0.9), (1.6, 1.0, 0.55), 0.02), Light((-1.0, 2.0, 0.5), 0.4, (0.4, 0.42, 0.5))),
        sky=SUNSET,
        frames=(1, 24),
        f_stop=0.95,
        presets={"near": 0.85, "mid": 2.9, "far": 7.0},
        focus_keys=((1, 0.85), (12, 2.9), (24, 7.0)),
    )
