#!/usr/bin/env python3
"""Makes the picture of docs/nodes/depth-hdr.md: python docs/nodes/images/make_depth_hdr.py"""

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from fake_clip_job import ClipJob
from fake_job import FakeJob, picture

from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.render import deep_focus, thin_lens
from focuspuller.nodes.depth_hdr.node import NODE as DEPTH_HDR
from focuspuller.nodes.depth_hdr.render import render as depth_hdr
from focuspuller.nodes.lens_defocus.node import NODE as LENS
from focuspuller.nodes.lens_defocus.render import render as lens_defocus
from focuspuller.ofx_bridge.cli.pictures import displayed

HERE = Path(__file__).parent
WIDTH, HEIGHT, FRAME, REACH = 480, 270, 12, 4
FOCUS = 1.6  # m


def disparity_colours(disparity: np.ndarray) -> np.ndarray:
    low, high = np.percentile(disparity, (1, 99))
    grey = np.clip((disparity - low) / max(high - low, 1e-6), 0, 1)
    return cv2.applyColorMap(np.rint(255 * grey).astype(np.uint8), cv2.COLORMAP_INFERNO)


def main() -> None:
    scene = scenes.demo()
    shots, depths = {}, {}
    for time in range(FRAME - REACH, FRAME + REACH + 1, REACH // 2):
        light, depths[time] = deep_focus(scene, time, WIDTH, HEIGHT, 32, seed=time)
        clipped = np.rint(255 * np.clip(light, 0, 1) ** (1 / 2.2)) / 255
        shots[time] = picture(np.concatenate([clipped**2.2, np.ones_like(light[..., :1])], axis=2))
    near = float(depths[FRAME].min())
    source, truth = shots[FRAME], 1 / depths[FRAME]
    found = depth_hdr(FakeJob(DEPTH_HDR, {"Source": source}, near=near)).pixels
    camera = scene.camera(FRAME)
    focal = {"focalLength": camera.focal_length_mm, "sensorWidth": camera.sensor_width_mm}
    moving = {"estimator": "motion parallax", "output": "disparity", "parallaxWindow": REACH, **focal}
    motion = depth_hdr(ClipJob(DEPTH_HDR, {"Source": shots}, FRAME, **moving)).pixels[..., 0]

    def through_lens(light: np.ndarray) -> np.ndarray:
        clips = {"Source": picture(np.concatenate([light, truth[..., None]], axis=2))}
        knobs = {"depthSource": "source alpha", "focusDistance": FOCUS, "fStop": scene.f_stop, "maxSize": 40.0, **focal}
        return lens_defocus(FakeJob(LENS, clips, **knobs)).pixels

    lens = thin_lens(scene, FRAME, WIDTH, HEIGHT, FOCUS, scene.f_stop, 96)
    top = [displayed(source.pixels), *(disparity_colours(d) for d in (found[..., 3], motion, truth))]
    bottom = [
        displayed(p) for p in (found / 8, through_lens(source.pixels[..., :3]), through_lens(found[..., :3]), lens)
    ]
    sheet = np.vstack([np.hstack(top), np.hstack(bottom)])
    cv2.imwrite(str(HERE / "depth-hdr-result.jpg"), sheet, [cv2.IMWRITE_JPEG_QUALITY, 88])


if __name__ == "__main__":
    main()
