#!/usr/bin/env python3
"""What a matte of thin hair gains LensDefocus, against a ray-traced lens: a table, and pictures to look at.

    python3 dev.py run python tests/quality/lens_matte.py [--out DIR]

PSNR in dB on display-referred pixels, of the whole picture and of the pixels within 3 px of one that hair covers in
part; with each depth that a compositor may be given.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_job import FakeJob, picture
from quality.depths import ANTIALIASED, CLEAN, DILATED, corrupted
from quality.metrics import display, psnr

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace.scene import Lamp, Material, Scene, Sky
from focuspuller.kernels.raytrace.scenes import parts, tables
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render

WIDTH, HEIGHT = 480, 320
F_STOP = 0.9
FOCUSES = {"the head": 1.52, "the wall": 6.0, "in front": 1.0}
DEPTHS = (CLEAN, ANTIALIASED, DILATED)
BLACK, WHITE = Material((0, 0, 0), (0, 0, 0)), Material((0, 0, 0), (0, 0, 0), emission=(1.0, 1.0, 1.0))


@dataclass(frozen=True)
class Hair:
    """A head of hair before a wall with lamps. sharp, truths[focus]: float32 [H, W, 3]; clean, antialiased: 1/z [H, W];
    matte: [H, W], what the head and its hair cover."""

    sharp: np.ndarray
    clean: np.ndarray
    antialiased: np.ndarray
    matte: np.ndarray
    truths: dict[str, np.ndarray]

    @property
    def around_hair(self) -> np.ndarray:
        mixed = (self.matte > 0.02) & (self.matte < 0.98)
        return cv2.dilate(mixed.astype(np.uint8), np.ones((7, 7))).astype(bool)

    def through_lens(self, focus: str, depth: str, matte: bool, **knobs) -> np.ndarray:
        """LensDefocus's picture [H, W, 3]."""
        inverse = corrupted(self.clean, self.antialiased, depth)
        clips = {"Source": picture(self.sharp), "Depth": picture(inverse)}
        clips |= {"Matte": picture(self.matte)} if matte else {}
        camera = {"focusDistance": FOCUSES[focus], "focalLength": 70.0, "fStop": F_STOP, "maxSize": 40.0}
        return render(FakeJob(NODE, clips, **camera | knobs)).pixels


def scene(as_matte: bool = False) -> Scene:
    """as_matte: the head and its hair white, all else black."""
    rng = np.random.default_rng(7)
    centre, radius = np.array((0.0, 0.45, 1.6)), 0.11
    brown = Material((0.30, 0.17, 0.07), (0.20, 0.10, 0.05))
    skin = Material((0.75, 0.55, 0.45), (0.60, 0.40, 0.30))
    subject = [parts.ball(tuple(centre), radius, skin, (0, 1, 0))]
    for _ in range(260):
        out = rng.normal(size=3)
        out /= np.linalg.norm(out)
        out[1] = abs(out[1]) if out[1] < -0.3 else out[1]
        root = centre + out * radius * 0.95
        bend = root + (out * rng.uniform(0.5, 1.2) + rng.normal(0, 0.35, 3)) * 0.07 + (0, -0.01, 0)
        tip = bend + (out * 0.5 + rng.normal(0, 0.5, 3)) * 0.05 + (0, -0.02, 0)
        width = rng.uniform(0.0003, 0.0008)
        subject += [
            parts.rod(tuple(root), tuple(bend), width, brown),
            parts.rod(tuple(bend), tuple(tip), 0.8 * width, brown),
        ]
    rest = [
        parts.floor(0.0, Material((0.55, 0.52, 0.48), (0.12, 0.12, 0.13), "checker", 0.3)),
        parts.wall((0, 2.0, 9.0), 16, 4, Material((0.42, 0.18, 0.11), (0.55, 0.50, 0.44), "bricks", 0.4, 0.6)),
        parts.ball((-0.5, 0.30, 3.2), 0.30, tables.SPHERES[0], (0.4, 1, -0.4)),
        parts.ball((0.6, 0.35, 4.0), 0.35, tables.SPHERES[2], (0.4, 1, -0.4)),
    ]
    places = (-0.4, 1.0), (0.1, 0.75), (0.5, 0.9), (-0.1, 1.2)
    lamps = tuple(Lamp((x, y, 6.0), 0.012, (400.0, 300.0, 200.0)) for x, y in places)
    sky, lights = tables.DAY, (tables.SUN,)
    if as_matte:
        subject = [dataclasses.replace(shape, material=WHITE) for shape in subject]
        rest = [dataclasses.replace(shape, material=BLACK) for shape in rest]
        sky, lights, lamps = Sky(*[(0.0, 0.0, 0.0)] * 4), (), ()
    still = parts.dolly((0, 0.5, 0), (0, 0.5, 0), (0, 0.47, 3), (0, 0.47, 3), (1, 2), focal_length_mm=70.0)
    return Scene("hair", (*subject, *rest), still, lamps, lights, sky)


def hair(samples: int = 128) -> Hair:
    """The scene traced. samples: rays a pixel."""
    size = 1, WIDTH, HEIGHT
    sharp, depth = trace.deep_focus(scene(), *size, samples)
    matte = trace.deep_focus(scene(as_matte=True), *size, samples)[0][..., 0]
    antialiased = 1 / trace.antialiased_depth(scene(), *size, samples)
    truths = {name: trace.thin_lens(scene(), *size, focus, F_STOP, 2 * samples) for name, focus in FOCUSES.items()}
    return Hair(sharp, 1 / depth, antialiased, np.clip(matte, 0, 1), truths)


def table(of: Hair) -> Iterator[str]:
    """Rows of Markdown."""
    yield "| focus on | depth | without matte | with matte | around hair, without | with |"
    yield "|---|---|---:|---:|---:|---:|"
    for focus, truth in of.truths.items():
        for depth in DEPTHS:
            both = [of.through_lens(focus, depth, matte) for matte in (False, True)]
            values = [psnr(p, truth, where=where) for where in (None, of.around_hair) for p in both]
            yield f"| {focus} | {depth} | " + " | ".join(f"{v:.1f}" for v in values) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=128, help="rays a pixel of the ray tracer")
    parser.add_argument("--out", type=Path, help="folder for pictures: sharp, without, with, truth side by side")
    options = parser.parse_args()
    traced = hair(options.samples)
    print("\n".join(table(traced)))
    if options.out:
        options.out.mkdir(parents=True, exist_ok=True)
        for focus, truth in traced.truths.items():
            both = [traced.through_lens(focus, CLEAN, matte) for matte in (False, True)]
            strip = np.concatenate([display(p) for p in (traced.sharp, *both, truth)], axis=1)
            cv2.imwrite(str(options.out / f"{focus}.png"), np.rint(strip[..., ::-1] * 255).astype(np.uint8))


if __name__ == "__main__":
    main()
