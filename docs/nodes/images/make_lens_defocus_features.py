#!/usr/bin/env python3
"""Remakes the pictures of docs/nodes/lens-defocus-focus.md and docs/nodes/lens-defocus-light.md.

python3 dev.py run python docs/nodes/images/make_lens_defocus_features.py [NAME]…
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from fake_job import FakeJob, picture
from quality.depths import CLEAN
from quality.lens_matte import hair
from quality.metrics import display, psnr

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import scenes
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render

HERE = Path(__file__).parent
WIDTH, HEIGHT, FRAME, SAMPLES = 480, 270, 12, 128
GAP = 6  # px between pictures


@cache
def shot(name: str = "demo"):
    """(sharp [H, W, 3], 1/z [H, W], knobs of its camera)."""
    scene = scenes.scene(name)
    sharp, _ = trace.deep_focus(scene, FRAME, WIDTH, HEIGHT, SAMPLES)
    inverse = 1 / trace.antialiased_depth(scene, FRAME, WIDTH, HEIGHT)
    camera = scene.camera(FRAME)
    knobs = {"focalLength": camera.focal_length_mm, "sensorWidth": camera.sensor_width_mm, "fStop": scene.f_stop}
    return sharp, inverse, knobs | {"focusDistance": scene.presets["mid"]}


def lens(name: str = "demo", light=None, region=None, guide=None, **options) -> np.ndarray:
    """LensDefocus on a shot, float32 [H, W, C], scene-linear."""
    sharp, inverse, knobs = shot(name)
    clips = {"Source": picture(sharp if light is None else light), "Depth": picture(inverse)}
    clips |= {} if region is None else {"Region": picture(region)}
    clips |= {} if guide is None else {"Guide": picture(guide)}
    return render(FakeJob(NODE, clips, **knobs | options)).pixels


def save(name: str, *pictures: np.ndarray) -> None:
    """Display-referred pictures [H, W, 3] side by side."""
    gap = np.ones((pictures[0].shape[0], GAP, 3))
    strip = [part for p in pictures for part in (p, gap)][:-1]
    pixels = np.rint(np.clip(np.concatenate(strip, axis=1), 0, 1)[..., ::-1] * 255).astype(np.uint8)
    path = HERE / f"lens-defocus-{name}.jpg"
    for quality in (92, 85, 75, 60):
        cv2.imwrite(str(path), pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if path.stat().st_size < 120_000:
            break
    print(path.name, pixels.shape[1::-1], f"{path.stat().st_size // 1000} kB")


def protect() -> None:
    near = scenes.scene("demo").presets["near"]
    mid = scenes.scene("demo").presets["mid"]
    plain = lens(fStop=0.7)
    guarded = lens(fStop=0.7, protectNear=mid - near, protectFar=1.5)
    setup = lens(fStop=0.7, protectNear=mid - near, protectFar=1.5, output="focus setup")
    save("protect", display(plain), display(guarded), setup)


def region() -> None:
    """A disc at the right of the frame, which is in front of the focus or behind it."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    matte = np.clip(60.5 - np.hypot(x - 360, y - 120), 0, 1).astype(np.float32)
    outline = np.abs(matte - 0.5) < 0.49
    view = display(shot()[0])
    view[cv2.dilate(outline.astype(np.uint8), np.ones((2, 2))) > 0] = (1, 0.85, 0.1)
    modes = {"regionMode": "stays sharp"}, {"regionMode": "stays sharp", "regionFeather": 40.0}
    save("region", view, *(display(lens(fStop=0.7, region=matte, focusDistance=1.0, **mode)) for mode in modes))
    ball = np.float32(np.hypot(x - 270, y - 152) < 34)
    focused = ({"focusDistance": 0.9}, {"regionMode": "is focused on"})
    save("region-focus", *(display(lens(fStop=0.7, region=ball, **{"regionMode": "off"} | f)) for f in focused))


def gains() -> None:
    save("gains", *(display(lens(fStop=0.95, **g)) for g in ({}, {"nearGain": 0.0}, {"nearGain": 0.0, "farGain": 2.0})))


def highlights() -> None:
    """Lamps clipped as a camera clips them, keeping their hue; their light given back; and what they were."""
    sharp, _, _ = shot("demo")
    clipped = sharp / np.maximum(sharp.max(axis=-1, keepdims=True), 1)
    far = {"focusDistance": scenes.scene("demo").presets["near"], "fStop": 0.95}
    plain, raised = (lens(light=clipped, highlightGain=g, highlightThreshold=0.9, **far) for g in (1.0, 300.0))
    save("highlights", *(display(p) for p in (plain, raised, lens(**far))))


def chromatic() -> None:
    near = {"focusDistance": scenes.scene("demo").presets["near"], "fStop": 0.7}
    part = np.s_[0:150, 250:480]
    pictures = lens(**near), lens(axialAberration=4.0, **near), lens(axialAberration=-4.0, **near)
    save("axial", *(cv2.resize(display(p)[part], None, fx=1.5, fy=1.5) for p in pictures))
    sharp, part = {"fStop": 5.6}, np.s_[130:270, 300:480]
    pictures = lens(**sharp), lens(lateralAberration=3.0, **sharp), lens(lateralAberration=-3.0, **sharp)
    save("lateral", *(cv2.resize(display(p)[part], None, fx=2, fy=2) for p in pictures))


def matte() -> None:
    traced = hair(SAMPLES)
    part = np.s_[15:225, 120:360]
    both = (traced.through_lens("the head", CLEAN, matte=m) for m in (False, True))
    whole = (traced.sharp, *both, traced.truths["the head"])
    save("matte", *(cv2.resize(display(p)[part], None, fx=1.5, fy=1.5, interpolation=cv2.INTER_CUBIC) for p in whole))


def outputs() -> None:
    shown = lens(output="disparity")[..., :1]
    foreground = lens(output="foreground matte", fStop=0.7)
    fill = lens(output="occlusion fill", fStop=0.7)
    save("occlusion", display(shot()[0]), display(fill))
    save("outputs", np.repeat(shown / shown.max(), 3, axis=2), foreground, display(lens(fStop=0.7)))


def guide() -> None:
    """Rails before balls: without fill, filled, with a clean plate, ray-traced."""
    name, focus = "rails", "mid"
    scene = scenes.scene(name)
    eye = np.array(scene.camera(FRAME).position)
    behind = [s for s in scene.shapes if s.kind != "cylinder" or np.linalg.norm(np.array(s.centre) - eye) > 1.8]
    plate, _ = trace.deep_focus(replace(scene, shapes=tuple(behind)), FRAME, WIDTH, HEIGHT, SAMPLES)
    truth = trace.thin_lens(scene, FRAME, WIDTH, HEIGHT, scene.presets[focus], scene.f_stop, SAMPLES)
    bare, filled = lens(name, fillForeground=False), lens(name)
    known = lens(name, guide=plate)
    for title, result in (("no fill", bare), ("fill", filled), ("clean plate", known)):
        print(f"  {title}: {psnr(result, truth):.1f} dB")
    save("guide", *(display(p)[:, WIDTH // 5 : 3 * WIDTH // 5] for p in (shot(name)[0], bare, filled, known, truth)))


PICTURES = {p.__name__: p for p in (protect, region, gains, highlights, chromatic, matte, outputs, guide)}

if __name__ == "__main__":
    for name in sys.argv[1:] or PICTURES:
        PICTURES[name]()
