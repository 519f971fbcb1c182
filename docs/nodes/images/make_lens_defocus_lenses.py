#!/usr/bin/env python3
"""Remakes the pictures of docs/nodes/lens-defocus-lenses.md.

python3 dev.py run python docs/nodes/images/make_lens_defocus_lenses.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from fake_job import FakeJob, picture
from quality.metrics import display

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace.scene import Lamp, Light, Material, Scene, Sky
from focuspuller.kernels.raytrace.scenes import parts
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.presets import PRESETS
from focuspuller.nodes.lens_defocus.render import render

HERE = Path(__file__).parent
WIDTH, HEIGHT = 960, 540
GAP = 6  # px between pictures
LENS = {"depthMath": "inverse", "lensModel": "size", "size": 46.0, "focusDistance": 2.6, "maxSize": 60.0}


def night() -> Scene:
    """Balls on a table in focus; lamps all over the frame behind them and a few in front; a brick wall far away."""
    rng = np.random.default_rng(3)
    bricks = Material((0.30, 0.14, 0.09), (0.40, 0.36, 0.32), "bricks", 0.4, 0.6)
    wood = Material((0.42, 0.25, 0.12), (0.16, 0.08, 0.035), "wood", 0.02, 0.35)
    shapes = [
        parts.floor(0.0, Material((0.20, 0.18, 0.16), (0.06, 0.055, 0.05), "bricks", 0.5, 0.7)),
        parts.wall((0, 2.0, 9.0), 16, 5, bricks),
        parts.block((0.0, 0.30, 2.75), (0.9, 0.05, 0.7), wood),
        parts.ball((-0.13, 0.425, 2.65), 0.1, Material((0.75, 0.70, 0.62), (0.65, 0.12, 0.08), "sectors", 1.0, 0.5)),
        parts.ball((0.12, 0.395, 2.55), 0.07, Material((0.12, 0.30, 0.52), (0.85, 0.80, 0.62), "stripes", 0.03, 0.4)),
    ]
    tints = (1.0, 0.45, 0.14), (1.0, 0.30, 0.06), (0.85, 0.85, 0.95), (0.35, 0.55, 1.0)
    lamps = []
    for row, v in enumerate(np.linspace(-0.45, 0.42, 5)):
        for column, u in enumerate(np.linspace(-0.84, 0.84, 8)):
            z = rng.uniform(6.5, 8.5)
            place = (z * 0.257 * (u + 0.06 * (row % 2) + rng.uniform(-0.02, 0.02)), 0.62 + z * 0.257 * v * 1.05, z)
            tint = np.array(tints[(3 * row + 5 * column) % 4])
            if place[1] > 0.1:
                lamps.append(Lamp(place, 0.011, tuple(tint * rng.uniform(60, 170))))
    for x, y in ((-0.27, 0.76), (0.29, 0.50)):
        lamps.append(Lamp((x, y, 1.45), 0.0028, (160.0, 84.0, 30.0)))
    return Scene(
        name="lenses",
        shapes=tuple(shapes),
        camera_at=parts.dolly((0, 0.62, 0), (0, 0.62, 0), (0, 0.52, 2.6), (0, 0.52, 2.6), (1, 2), focal_length_mm=70.0),
        lamps=tuple(lamps),
        lights=(Light((-1.5, 2.6, 1.5), 0.3, (3.0, 2.4, 1.8)), Light((2.0, 2.4, 7.0), 0.3, (2.5, 2.0, 1.6))),
        sky=Sky((0.01, 0.015, 0.04), (0.05, 0.05, 0.08), (0.01, 0.01, 0.01), (0.015, 0.015, 0.015), 1.5),
        frames=(1, 2),
        f_stop=1.4,
        presets={"mid": 2.6},
        focus_keys=((1, 2.6), (2, 2.6)),
    )


class Studio:
    """The scene, traced once, and LensDefocus's pictures of it."""

    def __init__(self):
        scene = night()
        sharp, _ = trace.deep_focus(scene, 1, WIDTH, HEIGHT, 128)
        self.source = picture(np.dstack([sharp, np.ones(sharp.shape[:2])]))
        self.depth = picture(1 / trace.antialiased_depth(scene, 1, WIDTH, HEIGHT))

    def through(self, kernel: np.ndarray | None = None, **knobs) -> np.ndarray:
        clips = {"Source": self.source, "Depth": self.depth}
        clips |= {} if kernel is None else {"Kernel": picture(kernel)}
        return display(render(FakeJob(NODE, clips, quality="high", **LENS | knobs)).pixels[..., :3])


def small(pixels: np.ndarray, width: int) -> np.ndarray:
    return cv2.resize(pixels, (width, round(width * HEIGHT / WIDTH)), interpolation=cv2.INTER_AREA)


def save(name: str, rows: list[list[np.ndarray]]) -> None:
    """Display-referred pictures [H, W, 3] in rows."""

    def joined(pictures, axis):
        shape = list(pictures[0].shape)
        shape[axis] = GAP
        return np.concatenate([part for p in pictures for part in (p, np.ones(shape))][:-1], axis=axis)

    sheet = joined([joined(row, 1) for row in rows], 0)
    pixels = np.rint(np.clip(sheet, 0, 1)[..., ::-1] * 255).astype(np.uint8)
    path = HERE / f"lens-defocus-{name}.jpg"
    for quality in (90, 82, 74, 60):
        cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if path.stat().st_size < 150_000:
            break
    print(path.name, pixels.shape[1::-1], f"{path.stat().st_size // 1000} kB", flush=True)


def heart(size: int = 256) -> np.ndarray:
    """float [H, W, 4]: a heart, red above, violet below."""
    t = np.linspace(0, 2 * np.pi, 200)
    x = 16 * np.sin(t) ** 3
    y = 13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t)
    points = np.stack([x, -y - 2.5], axis=1) * size / 34 + size / 2
    shape = np.zeros((size, size), np.uint8)
    cv2.fillPoly(shape, [np.rint(points * 16).astype(np.int32)], 255, cv2.LINE_AA, shift=4)
    down = np.linspace(0, 1, size)[:, None, None]
    return shape[..., None] / 255 * ((1 - down) * [1.0, 0.25, 0.2, 1.0] + down * [0.45, 0.3, 1.0, 1.0])


def main() -> None:
    studio = Studio()
    for name in PRESETS:
        save(f"lens-{name.replace(' ', '-')}", [[small(studio.through(kernelSource="preset", preset=name), 480)]])
    plain = studio.through()
    save(
        "field",
        [
            [small(p, 470) for p in (plain, studio.through(catEye=1.0))],
            [
                small(p, 470)
                for p in (studio.through(swirl=1.0), studio.through(barnDoors=1.0, barnTop=0.0, barnBottom=0.0))
            ],
        ],
    )
    part = (slice(20, 270), slice(330, 650))
    glass = (
        {"sphericalAberration": 0.9},
        {"sphericalAberration": -0.9},
        {"rings": 4, "ringStrength": 0.6},
        {"centralObstruction": 0.5},
        {"filter": "gaussian"},
        {"dust": 0.8},
    )
    pictures = [studio.through(**knobs | {"size": 70.0, "maxSize": 80.0})[part] for knobs in glass]
    save("glass", [pictures[:3], pictures[3:]])
    kernels = [
        studio.through(heart(), kernelSource="kernel clip", kernelColour=colour, size=70.0, maxSize=80.0)[part]
        for colour in ("kept", "balanced", "none")
    ]
    save("kernel", [kernels])


if __name__ == "__main__":
    main()
