"""The demo clip: a garden table at dusk, seen past a railing and grass, lamps and a brick wall far behind."""

from __future__ import annotations

import numpy as np

from ..scene import Lamp, Light, Material, Scene, Shape, Sky
from . import parts

FRAMES = (1, 48)
TABLE = 0.75  # height of the table's top, m
CANDLE = (0.47, TABLE + 0.165, 2.66)  # its flame

IRON = Material((0.16, 0.15, 0.14), (0.30, 0.17, 0.09), "noise", 0.006, 0.5)
OAK = Material((0.42, 0.25, 0.12), (0.16, 0.08, 0.035), "wood", 0.02, 0.35)
BARK = Material((0.16, 0.11, 0.08), (0.05, 0.035, 0.025), "noise", 0.06, 0.8)


def demo() -> Scene:
    """48 frames at 24 fps; the suggested pull goes from the railing over the table to the lamps."""
    lamps, wires = _lamps()
    shapes = [*_garden(), *_table(), *_foreground(), *wires]
    camera_at = parts.dolly(
        (-0.06, 1.06, 0.0), (0.06, 1.08, 0.06), (-0.02, 0.94, 2.9), (0.02, 0.94, 2.9), FRAMES, focal_length_mm=65.0
    )
    return Scene(
        name="demo",
        shapes=tuple(shapes),
        camera_at=camera_at,
        lamps=tuple(lamps),
        lights=(
            Light((2.4, 3.0, 1.2), 0.25, (5.5, 3.9, 2.4)),
            Light((-3.0, 2.8, 5.2), 0.3, (2.2, 2.7, 4.2)),
            Light((0.3, 2.6, 6.6), 0.4, (1.7, 0.95, 0.4)),
            Light((-0.5, 1.7, 0.2), 0.15, (0.42, 0.36, 0.30)),
            Light((CANDLE[0], CANDLE[1] + 0.05, CANDLE[2]), 0.01, (0.03, 0.016, 0.006)),
        ),
        sky=Sky((0.01, 0.04, 0.20), (0.30, 0.13, 0.10), (0.02, 0.02, 0.025), (0.02, 0.017, 0.016), 1.2),
        frames=FRAMES,
        fps=24.0,
        f_stop=1.4,
        presets={"near": 0.95, "mid": 2.85, "far": 7.5},
        focus_keys=((1, 0.95), (8, 0.95), (20, 2.85), (30, 2.85), (42, 7.5), (48, 7.5)),
    )


def _garden() -> list[Shape]:
    lawn = Material((0.05, 0.10, 0.03), (0.10, 0.13, 0.05), "noise", 0.15, 0.8)
    paving = Material((0.20, 0.18, 0.16), (0.06, 0.055, 0.05), "bricks", 0.5, 0.7)
    bricks = Material((0.38, 0.15, 0.09), (0.50, 0.42, 0.35), "bricks", 0.42, 0.55)
    coping = Material((0.40, 0.37, 0.33), (0.22, 0.20, 0.18), "noise", 0.1, 0.6)
    hedge = Material((0.03, 0.09, 0.03), (0.12, 0.20, 0.06), "noise", 0.05, 0.9)
    glow = Material((0.1, 0.1, 0.1), emission=(2.2, 1.2, 0.42))
    frame = Material((0.35, 0.33, 0.30))
    planks = Material((0.22, 0.20, 0.19), (0.15, 0.13, 0.12), "planks", 0.25)
    shapes = [parts.floor(0.0, lawn)]
    shapes.append(Shape("card", (0.0, 0.004, 4.0), (3.0, 2.2, 0.0), paving, parts.floor(0, lawn).frame))
    shapes.append(parts.block((0.0, 0.65, 8.75), (16.0, 1.3, 0.3), bricks))
    shapes.append(parts.block((0.0, 1.33, 8.75), (16.0, 0.07, 0.4), coping))
    # A house with two lit windows behind the wall, trunks before it, a hedge along its foot.
    shapes.append(parts.block((3.4, 2.2, 13.0), (4.6, 4.4, 3.0), planks))
    for x in (2.0, 3.0):
        shapes.append(parts.wall((x, 2.35, 11.48), 0.55, 0.8, glow))
        shapes.append(parts.block((x, 2.35, 11.46), (0.05, 0.8, 0.02), frame))
        shapes.append(parts.block((x, 2.35, 11.46), (0.55, 0.05, 0.02), frame))
    for x, z, radius in ((-1.75, 6.4, 0.11), (1.55, 7.2, 0.09), (-3.2, 10.5, 0.16), (0.35, 10.0, 0.12)):
        shapes.append(parts.rod((x, 0.0, z), (x + 0.12, 4.5, z + 0.1), radius, BARK))
    rng = np.random.default_rng(3)
    for x in np.arange(-3.6, 3.7, 0.42):
        radius = rng.uniform(0.22, 0.36)
        shapes.append(parts.ball((x, radius * 0.8, 8.2 + rng.uniform(-0.15, 0.15)), radius, hedge))
    return shapes


def _table() -> list[Shape]:
    cloth = Material((0.75, 0.72, 0.66), (0.45, 0.06, 0.06), "checker", 0.075)
    top = parts.block((0.0, TABLE - 0.02, 2.95), (1.7, 0.04, 1.0), OAK)
    cover = Shape("card", (0.0, TABLE + 0.001, 2.95), (0.72, 0.5, 0.0), cloth, parts.floor(0, cloth).frame)
    legs = [parts.rod((x, 0, z), (x, TABLE - 0.04, z), 0.03, OAK) for x in (-0.78, 0.78) for z in (2.52, 3.38)]

    def resting(x, z, radius, material, axis):
        return parts.ball((x, TABLE + 0.002 + radius, z), radius, material, axis)

    beach = Material((0.80, 0.78, 0.74), (0.75, 0.16, 0.08), "sectors", 1.0, 0.5)
    wood = Material((0.62, 0.36, 0.16), (0.20, 0.09, 0.03), "wood", 0.016, 0.3)
    marble = Material((0.72, 0.74, 0.76), (0.10, 0.18, 0.30), "noise", 0.03, 1.0)
    stripes = Material((0.10, 0.30, 0.52), (0.85, 0.80, 0.62), "stripes", 0.025, 0.4)
    jade = Material((0.10, 0.42, 0.24), (0.35, 0.62, 0.38), "noise", 0.02, 0.7)
    subjects = [
        resting(-0.10, 2.85, 0.135, beach, (0.5, 0.9, -0.5)),
        resting(0.19, 2.72, 0.085, wood, (0.6, 0.3, 0.8)),
        resting(-0.36, 2.68, 0.075, marble, (0.0, 1.0, 0.0)),
        resting(0.40, 2.95, 0.105, stripes, (0.1, 0.2, 1.0)),
        resting(0.05, 2.56, 0.045, jade, (0.0, 1.0, 0.0)),
        resting(-0.52, 3.12, 0.11, jade, (0.3, 1.0, 0.0)),
    ]
    cup = Material((0.70, 0.66, 0.58), (0.12, 0.20, 0.35), "stripes", 0.02, 0.25)
    mug = parts.rod((0.30, TABLE + 0.002, 3.20), (0.30, TABLE + 0.17, 3.20), 0.05, cup)
    x, y, z = CANDLE
    wax = Material((0.80, 0.70, 0.52), emission=(0.10, 0.05, 0.015))
    candle = parts.rod((x, TABLE + 0.002, z), (x, y - 0.018, z), 0.016, wax)
    return [top, cover, *legs, *subjects, mug, candle]


def _foreground() -> list[Shape]:
    """The railing, grass and lavender before it, all between 0.75 and 1.05 m from the lens."""
    shapes = [
        parts.rod((-1.0, 0.905, 0.97), (1.0, 0.905, 0.97), 0.006, OAK),
        *(parts.rod((x, 0.0, 0.985), (x, 0.905, 0.985), 0.004, IRON) for x in np.arange(-0.5, 0.6, 0.085)),
    ]
    rng = np.random.default_rng(11)
    for cluster, count in ((-0.235, 12), (0.24, 12), (0.10, 3)):
        for _ in range(count):
            root = (cluster + rng.normal(0, 0.035), 0.70, 0.92 + rng.uniform(-0.14, 0.10))
            lean = (rng.normal(0, 0.35), 0.0, rng.normal(0, 0.15))
            facing = (rng.normal(0, 0.5), 0.2, -1.0)
            tone = rng.uniform(0.8, 1.3)
            colors = (np.array([0.08, 0.20, 0.04]) * tone, np.array([0.38, 0.52, 0.14]) * tone)
            shapes += parts.blade(root, rng.uniform(0.26, 0.44), rng.uniform(0.006, 0.012), lean, facing, colors)
    for x, z, height in ((-0.19, 0.93, 1.09), (-0.155, 0.96, 1.035), (-0.225, 0.98, 1.06), (0.185, 0.92, 1.05)):
        shapes += _lavender((x, 0.70, z), height, rng)
    return shapes


def _lavender(root: tuple, top: float, rng: np.random.Generator) -> list[Shape]:
    """A stem with whorls of small round flowers around its upper end."""
    stem = Material((0.16, 0.26, 0.10), (0.10, 0.17, 0.06), "noise", 0.01)
    tip = np.array([root[0] + rng.normal(0, 0.02), top, root[2]])
    shapes = [parts.rod(root, tuple(tip), 0.0014, stem)]
    for level in range(7):
        centre = tip + (np.asarray(root) - tip) * (0.03 * level)
        for k in range(4 if level else 1):
            angle = 2 * np.pi * k / 4 + level * 0.8
            reach = 0.0055 if level else 0.0
            tone = rng.uniform(0.7, 1.2)
            petal = Material((round(0.46 * tone, 4), round(0.32 * tone, 4), round(0.78 * tone, 4)), translucency=0.2)
            offset = np.array([np.cos(angle), 0.2, np.sin(angle)]) * reach
            shapes.append(parts.ball(tuple(centre + offset), rng.uniform(0.0032, 0.0046), petal))
    return shapes


def _lamps() -> tuple[list[Lamp], list[Shape]]:
    wire = Material((0.03, 0.03, 0.03))
    rng = np.random.default_rng(5)

    def bulbs(count: int, tints: list) -> list:
        return [tuple(np.array(tints[i % len(tints)]) * rng.uniform(25, 70)) for i in range(count)]

    warm, amber, rose, cool = (1.0, 0.42, 0.11), (1.0, 0.30, 0.04), (1.0, 0.22, 0.16), (0.30, 0.52, 1.0)
    front, back = bulbs(11, [warm, amber]), bulbs(12, [warm, rose, warm, cool])
    first, wires = parts.string_of_lamps((-2.3, 1.78, 6.2), (2.2, 1.92, 7.2), 0.42, 0.016, front, wire)
    second, more = parts.string_of_lamps((-2.6, 1.42, 8.3), (2.5, 1.62, 7.7), 0.40, 0.015, back, wire)
    lamps = [*first, *second, Lamp(CANDLE, 0.007, (40.0, 20.0, 6.0))]
    # A distant town: small and bright.
    for _ in range(16):
        tint = np.array([(1.0, 0.50, 0.18), (0.8, 0.85, 1.0), (1.0, 0.24, 0.10)][rng.integers(3)])
        centre = (rng.uniform(-13, 13), rng.uniform(2.2, 4.6), rng.uniform(38, 52))
        lamps.append(Lamp(centre, 0.05, tuple(tint * rng.uniform(150, 1500))))
    # Lanterns on top of the wall.
    lamps += [Lamp((x, 1.395, 8.62), 0.028, (70.0, 34.0, 9.0)) for x in (-0.55, 0.62)]
    return lamps, [*wires, *more]
