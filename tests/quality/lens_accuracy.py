#!/usr/bin/env python3
"""How near LensDefocus comes to a ray-traced lens: a table, and pictures to look at.

    python3 dev.py run python tests/quality/lens_accuracy.py [--scenes rails grass] [--focus near] [--out DIR]

Each scene is traced sharp, with the depth a renderer would write (antialiased 1/z); LensDefocus makes the lens's
picture of that; the ray tracer makes the true one. PSNR in dB on display-referred pixels (sRGB, clipped to 0 … 1), and
beside it that of the sharp picture itself, 'doing nothing'.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_job import FakeJob, picture

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import scenes
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render

FOCUSES = ("near", "mid", "far")
FRAME = 12


@dataclass(frozen=True)
class Result:
    """A picture of a scene three ways, float32 [H, W, 3] scene-linear, and the knobs that made `ours`."""

    scene: str
    focus: str
    sharp: np.ndarray
    depth: np.ndarray
    truth: np.ndarray
    ours: np.ndarray

    @property
    def psnr(self) -> float:
        return psnr(self.ours, self.truth)

    @property
    def nothing(self) -> float:
        return psnr(self.sharp, self.truth)


def display(light: np.ndarray) -> np.ndarray:
    """Scene-linear → sRGB 0 … 1 (IEC 61966-2-1)."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """dB, of display-referred pixels."""
    return float(-10 * np.log10(max(np.mean((display(a) - display(b)) ** 2), 1e-12)))


def defocused(sharp: np.ndarray, inverse_depth: np.ndarray, **knobs) -> np.ndarray:
    """LensDefocus's picture, float32 [H, W, 3]."""
    job = FakeJob(NODE, {"Source": picture(sharp), "Depth": picture(inverse_depth)}, **knobs)
    return render(job).pixels


def camera_knobs(scene, focus: str) -> dict:
    camera = scene.camera(FRAME)
    return {
        "focusDistance": scene.presets[focus],
        "focalLength": camera.focal_length_mm,
        "sensorWidth": camera.sensor_width_mm,
        "fStop": scene.f_stop,
        "worldScale": scene.world_scale,
    }


def measure(name: str, focuses=FOCUSES, width=640, height=360, samples=256, **knobs):
    """Results of a scene, one a focus."""
    scene = scenes.scene(name)
    sharp, _ = trace.deep_focus(scene, FRAME, width, height, samples)
    inverse_depth = 1 / trace.antialiased_depth(scene, FRAME, width, height)
    for focus in focuses:
        truth = trace.thin_lens(scene, FRAME, width, height, scene.presets[focus], scene.f_stop, samples)
        ours = defocused(sharp, inverse_depth, **camera_knobs(scene, focus) | knobs)
        yield Result(name, focus, sharp, inverse_depth, truth, ours)


def save(path: Path, *pictures: np.ndarray) -> None:
    """Display-referred pictures side by side, as PNG."""
    import cv2

    side_by_side = np.concatenate([display(p) for p in pictures], axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.rint(side_by_side[..., ::-1] * 255).astype(np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", nargs="+", default=scenes.NAMES, choices=scenes.NAMES)
    parser.add_argument("--focus", nargs="+", default=FOCUSES, choices=FOCUSES)
    parser.add_argument("--size", type=int, nargs=2, default=(640, 360), metavar=("W", "H"))
    parser.add_argument("--samples", type=int, default=256, help="rays a pixel of the ray tracer")
    parser.add_argument("--out", type=Path, help="folder for pictures: sharp, ours, truth side by side")
    options = parser.parse_args()
    print("| scene | focus | doing nothing, dB | LensDefocus, dB |\n|---|---|---:|---:|")
    table = []
    for name in options.scenes:
        for r in measure(name, options.focus, *options.size, options.samples):
            table.append((r.nothing, r.psnr))
            print(f"| {r.scene} | {r.focus} | {r.nothing:.1f} | {r.psnr:.1f} |", flush=True)
            if options.out:
                save(options.out / f"{r.scene}_{r.focus}.png", r.sharp, r.ours, r.truth)
    nothing, ours = np.mean(table, axis=0)
    print(f"| mean | | {nothing:.1f} | {ours:.1f} |")


if __name__ == "__main__":
    main()
