"""Scenes for accuracy tables, each hard in its own way. At 640 × 360 and their own f-stop, radii reach 60 px."""

from __future__ import annotations

import numpy as np

from ..scene import Lamp, Light, Material, Scene, Sky
from . import parts

DAY = Sky((0.20, 0.36, 0.75), (0.75, 0.82, 0.92), (0.22, 0.20, 0.17), (0.10, 0.09, 0.08), 1.5)
NIGHT = Sky((0.01, 0.015, 0.04), (0.05, 0.05, 0.08), (0.01, 0.01, 0.01), (0.015, 0.015, 0.015), 1.5)
SUN = Light.sun((-0.5, 0.8, -0.6), (1.1, 1.0, 0.85), 0.02)
SPHERES = (
    Material((0.75, 0.70, 0.62), (0.65, 0.12, 0.08), "sectors", 1.0, 0.5),
    Material((0.60, 0.36, 0.16), (0.20, 0.09, 0.03), "wood", 0.03, 0.3),
    Material((0.12, 0.30, 0.52), (0.85, 0.80, 0.62), "stripes", 0.05, 0.4),
)


def _stage() -> list:
    """A checkered floor, three patterned balls in the middle and a brick wall far behind."""
    floor = parts.floor(0.0, Material((0.55, 0.52, 0.48), (0.12, 0.12, 0.13), "checker", 0.3))
    bricks = Material((0.42, 0.18, 0.11), (0.55, 0.50, 0.44), "bricks", 0.4, 0.6)
    wall = parts.wall((0, 2.0, 9.0), 16, 4, bricks)
    spots = (-0.50, 3.2, 0.27), (0.04, 2.6, 0.15), (0.62, 3.9, 0.34)  # x, z, radius
    balls = [
        parts.ball((x, radius, z), radius, material, (0.4, 1.0, -0.4))
        for (x, z, radius), material in zip(spots, SPHERES, strict=True)
    ]
    return [floor, wall, *balls]


def _scene(name: str, shapes, lamps=(), sky=DAY, lights=(SUN,), frames=(1, 24)) -> Scene:
    camera_at = parts.dolly(
        (-0.12, 0.62, 0.0), (0.12, 0.66, 0.0), (0.0, 0.46, 3.0), (0.0, 0.46, 3.0), frames, focal_length_mm=70.0
    )
    return Scene(
        name=name,
        shapes=tuple(shapes),
        camera_at=camera_at,
        lamps=tuple(lamps),
        lights=tuple(lights),
        sky=sky,
        frames=frames,
        f_stop=0.95,
        presets={"near": 0.76, "mid": 2.9, "far": 8.0},
        focus_keys=((1, 0.76), (12, 2.9), (24, 8.0)),
    )


def rails() -> Scene:
    """Thin rods and slats in front, upright, level and slanted, from 2 to 14 mm."""
    rng = np.random.default_rng(21)
    shapes = _stage()
    for i, x in enumerate(np.linspace(-0.26, 0.26, 13)):
        iron = Material(tuple(rng.uniform(0.08, 0.6, 3).round(3)), (0.08, 0.08, 0.08), "stripes", 0.03, 0.3)
        lean = rng.uniform(-0.18, 0.18)
        depth = 0.76 + 0.08 * (i % 3)
        shapes.append(
            parts.rod((x - lean, -0.2, depth), (x + lean, 1.4, depth + 0.05), rng.uniform(0.001, 0.007), iron)
        )
    plank = Material((0.45, 0.28, 0.14), (0.18, 0.09, 0.04), "wood", 0.02, 0.4)
    shapes.append(parts.rod((-1, 0.50, 0.90), (1, 0.53, 0.95), 0.004, plank))
    shapes.append(parts.block((0, 0.73, 1.2), (2.0, 0.012, 0.012), plank, 8.0))
    return _scene("rails", shapes)


def cards() -> Scene:
    """Sixty textured cards and discs that overlap at depths from 0.9 to 8 m, tilted."""
    rng = np.random.default_rng(22)
    shapes = _stage()[:2]
    textures = ("checker", "stripes", "noise", "dots", "bricks", "planks")
    for i in range(60):
        z = float(1 / rng.uniform(1 / 8, 1 / 0.9))
        colors = rng.uniform(0.03, 0.85, (2, 3)).round(3)
        half = z * rng.uniform(0.012, 0.05)
        material = Material(tuple(colors[0]), tuple(colors[1]), textures[i % 6], half * rng.uniform(0.15, 0.5), 0.6)
        centre = (z * rng.uniform(-0.26, 0.26), 0.62 - 0.04 * z + z * rng.uniform(-0.13, 0.15), z)
        card = parts.wall(centre, 2 * half, 2 * half * rng.uniform(0.5, 1.6), material, rng.uniform(-50, 50))
        shapes.append(card)
    return _scene("cards", shapes)


def lamps() -> Scene:
    """Small lamps of a thousand and more times the wall's radiance, far behind and a few in front, past thin rods."""
    rng = np.random.default_rng(23)
    shapes = _stage()
    dark = Material((0.10, 0.10, 0.11), (0.05, 0.05, 0.05), "noise", 0.02)
    for x in (-0.30, -0.05, 0.22):
        shapes.append(parts.rod((x, -0.2, 0.85), (x + 0.1, 1.4, 0.9), 0.003, dark))
    bulbs = []
    for _ in range(45):
        z = rng.uniform(5.0, 8.7)
        color = rng.dirichlet((2, 1.6, 1)) * 10 ** rng.uniform(1.5, 3.6)
        radius = z * rng.uniform(0.0006, 0.0022)
        bulbs.append(Lamp((z * rng.uniform(-0.25, 0.25), rng.uniform(0.2, 1.6), z), radius, tuple(color)))
    for x, y, z in ((-0.35, 0.75, 1.5), (0.30, 0.42, 1.3), (0.05, 0.78, 2.0)):
        bulbs.append(Lamp((x, y, z), 0.003, (900.0, 500.0, 160.0)))
    warm = Light((-1.5, 2.6, 1.5), 0.3, (1.6, 1.2, 0.8))
    return _scene("lamps", shapes, bulbs, NIGHT, (warm,))


def grass() -> Scene:
    """A tuft of blades close to the lens and a lawn behind it."""
    rng = np.random.default_rng(24)
    shapes = _stage()
    green, straw = np.array([0.06, 0.20, 0.03]), np.array([0.45, 0.45, 0.15])
    for i in range(130):
        near = i < 60
        z = rng.uniform(0.7, 1.1) if near else rng.uniform(1.6, 6.0)
        x = z * rng.uniform(-0.3, 0.3)
        length = rng.uniform(0.35, 0.75) if near else rng.uniform(0.1, 0.45)
        lean = (rng.normal(0, 0.4), 0.0, rng.normal(0, 0.2))
        tone = rng.uniform(0.7, 1.3)
        root = (x, 0.2 if near else 0.0, z)
        width = rng.uniform(0.004, 0.012)
        shapes += parts.blade(
            root, length, width, lean, (rng.normal(0, 0.6), 0.2, -1.0), (green * tone, straw * tone), 4
        )
    return _scene("grass", shapes)
