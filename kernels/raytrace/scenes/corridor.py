"""A corridor: slanted planes, bright windows, and next to nothing that one surface hides of another."""

from __future__ import annotations

import numpy as np

from ..scene import Light, Material, Scene, Sky
from . import parts

DUSK = Sky((0.05, 0.07, 0.12), (0.20, 0.16, 0.14), (0.05, 0.05, 0.05), (0.42, 0.40, 0.40), 0.5)
HEIGHT, LENGTH = 1.5, 11.0


def corridor() -> Scene:
    """From just above the floor to a wall 11 m away; the side walls converge. Pictures and lit windows lie flush on
    them."""
    rng = np.random.default_rng(31)
    tiles = Material((0.62, 0.56, 0.46), (0.16, 0.13, 0.12), "checker", 0.07)
    plaster = Material((0.60, 0.58, 0.55), (0.42, 0.30, 0.24), "bricks", 0.15, 0.3)
    boards = Material((0.46, 0.30, 0.17), (0.20, 0.11, 0.06), "planks", 0.2, 0.5)
    stone = Material((0.50, 0.52, 0.56), (0.18, 0.20, 0.26), "noise", 0.12, 0.8)
    shapes = [
        parts.floor(0.0, tiles),
        parts.floor(HEIGHT, boards),
        parts.wall((0, HEIGHT / 2, LENGTH), 4, HEIGHT, stone),
    ]
    textures = ("stripes", "dots", "noise", "sectors", "checker")
    for side in (-1, 1):
        yaw = -side * 86.0
        turn = np.deg2rad(yaw)
        along, inward = np.array([np.cos(turn), 0, np.sin(turn)]), np.array([np.sin(turn), 0, -np.cos(turn)])
        middle = np.array([side * 0.95, HEIGHT / 2, LENGTH / 2])
        shapes.append(parts.wall(tuple(middle), 2 * LENGTH, HEIGHT, plaster, yaw))
        for i, place in enumerate(np.linspace(-4.5, 4.5, 13)):
            colors = rng.uniform(0.05, 0.9, (2, 3)).round(3)
            light = tuple((np.array([6.0, 3.4, 1.5]) * rng.uniform(0.5, 2)).round(3)) if i % 4 == 1 else (0.0, 0.0, 0.0)
            material = Material(*map(tuple, colors), textures[i % 5], 0.06, 0.5, emission=light)
            centre = middle + along * place + inward * 0.002 + np.array([0, rng.uniform(-0.3, 0.3), 0])
            shapes.append(parts.wall(tuple(centre), 0.4, rng.uniform(0.2, 0.5), material, yaw))
    camera_at = parts.dolly(
        (-0.05, 0.10, 0.0), (0.06, 0.12, 0.3), (0, 0.2, 3), (0, 0.2, 3.3), (1, 24), focal_length_mm=70.0
    )
    return Scene(
        name="corridor",
        shapes=tuple(shapes),
        camera_at=camera_at,
        lights=(Light((0.1, 0.7, 3.0), 0.25, (0.25, 0.20, 0.15)), Light((-0.1, 0.7, 7.5), 0.25, (0.30, 0.28, 0.26))),
        sky=DUSK,
        frames=(1, 24),
        f_stop=0.95,
        presets={"near": 0.95, "mid": 2.9, "far": 8.0},
        focus_keys=((1, 0.95), (12, 2.9), (24, 8.0)),
    )
