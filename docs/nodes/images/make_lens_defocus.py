#!/usr/bin/env python3
"""Remakes the pictures of docs/nodes/lens-defocus.md.

python3 dev.py run python docs/nodes/images/make_lens_defocus.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from fake_job import FakeJob, picture
from quality.lens_accuracy import measure
from quality.methods import OURS, camera_knobs
from quality.metrics import display

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import Window

HERE = Path(__file__).parent
GAP = 6  # px between pictures


def save(name: str, *pictures: np.ndarray) -> None:
    """Display-referred pictures [H, W, 3] side by side."""
    height = max(p.shape[0] for p in pictures)
    gap = np.ones((height, GAP, 3))
    strip = [part for p in pictures for part in (p, gap)][:-1]
    pixels = np.rint(np.clip(np.concatenate(strip, axis=1), 0, 1)[..., ::-1] * 255).astype(np.uint8)
    path = HERE / f"lens-defocus-{name}.jpg"
    for quality in (92, 85, 75, 60):
        cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if path.stat().st_size < 150_000:
            break
    print(path.name, pixels.shape[1::-1], f"{path.stat().st_size // 1000} kB")


def lens(source, depth, **options) -> np.ndarray:
    """LensDefocus's pixels for arrays or pictures."""
    clips = {
        name: value if hasattr(value, "window") else picture(value)
        for name, value in (("Source", source), ("Depth", depth))
    }
    return render(FakeJob(NODE, clips, **options)).pixels


def main() -> None:
    near, mid, far = measure("demo", width=640, height=360, samples=256)
    sharp, depth = mid.case.shot.light, mid.case.shot.inverse_depth
    save("result", display(sharp), display(mid.pictures[OURS]), display(mid.case.truth))
    save("pull", *(display(result.pictures[OURS]) for result in (near, mid, far)))

    knobs = camera_knobs(mid.case.shot)
    setup = lens(sharp, depth, output="focus setup", **knobs)
    coc = lens(sharp, depth, output="CoC", **knobs)[..., :1]
    save("views", setup, np.repeat(0.5 + coc / 60, 3, axis=2))

    stops = [display(lens(sharp, depth, **knobs | {"fStop": n})) for n in (1.4, 2.8, 5.6)]
    save("stops", *stops)

    part = (slice(10, 190), slice(380, 640))
    irises = (
        {},
        {"blades": 6},
        {"blades": 6, "roundness": 0.6, "irisRotation": 15.0},
        {"squeeze": 2.0},
    )
    save("iris", *(display(lens(sharp, depth, **knobs | {"fStop": 0.7} | iris))[part] for iris in irises))

    # A picture that fills the frame beside one that ends inside it, on grey.
    crop = (slice(88, 248), slice(200, 420))
    frame = lens(sharp[crop], np.full(depth[crop].shape, 12.0), depthMath="direct")
    rgba = np.concatenate([sharp[crop], np.ones((160, 220, 1))], axis=2)
    element = lens(
        picture(rgba, 30, 30),
        np.full((220, 280), 12.0),
        window=Window(0, 0, 280, 220),
        format=(280, 220),
        depthMath="direct",
    )
    over_grey = element[..., :3] + (1 - element[..., 3:]) * 0.18
    canvas = np.ones((220, 220, 3))
    canvas[30:190] = display(frame)
    save("borders", canvas, display(over_grey))


if __name__ == "__main__":
    main()
