"""What is measured: our ray tracer's scenes, each seen through its lens at three distances of focus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import sampling, scenes
from focuspuller.kernels.raytrace.pack import pack
from focuspuller.kernels.raytrace.scene import Scene

from .cache import cached, digest
from .depths import ANTIALIASED, corrupted
from .peers import Shot

FOCUSES = ("near", "mid", "far")
FRAME = 12
SIZE, SAMPLES = (640, 360), 256


@dataclass(frozen=True)
class Case:
    """A scene and a focus. truth: the ray-traced lens's picture, float32 [H, W, 3]. hidden: float32 [H, W], the share
    of the lens's rays to each pixel that end at a surface which the deep-focus picture does not show."""

    scene: str
    focus: str
    shot: Shot
    truth: np.ndarray
    hidden: np.ndarray


def cases(
    name: str, focuses=FOCUSES, width=SIZE[0], height=SIZE[1], samples=SAMPLES, depth: str = ANTIALIASED
) -> Iterator[Case]:
    """The scene at each focus. depth: one of depths.KINDS. samples: rays a pixel."""
    scene = scenes.scene(name)
    kept = f"{name}-{traced_name(scene)}-{width}x{height}-{samples}"
    sharp = cached(f"{kept}-sharp", lambda: trace.deep_focus(scene, FRAME, width, height, samples)[0])
    clean = cached(f"{kept}-clean", lambda: 1 / trace.deep_focus(scene, FRAME, width, height, 16)[1])
    antialiased = cached(f"{kept}-depth", lambda: 1 / trace.antialiased_depth(scene, FRAME, width, height))
    inverse = corrupted(clean, antialiased, depth)
    camera = scene.camera(FRAME)
    for focus in focuses:
        distance = scene.presets[focus]
        truth = cached(
            f"{kept}-{focus}-{distance:g}",
            lambda distance=distance: trace.thin_lens(scene, FRAME, width, height, distance, scene.f_stop, samples),
        )
        hidden = cached(
            f"{kept}-{focus}-{distance:g}-hidden",
            lambda distance=distance: trace.hidden_share(scene, FRAME, width, height, distance, scene.f_stop),
        )
        lens = camera.focal_length_mm, camera.sensor_width_mm, scene.f_stop, distance * scene.world_scale
        yield Case(name, focus, Shot(sharp, inverse, *lens), truth, hidden.sum(-1))


def traced_name(scene: Scene, frame: float = FRAME) -> str:
    """Names all that makes the scene's pictures: what the ray tracer is given, and its sources."""
    camera = scene.camera(frame)
    tables = [value for _, value in sorted(vars(pack(scene, camera)).items())]
    seen = [np.asarray(value) for _, value in sorted(vars(camera).items())]
    makers = [Path(sampling.__file__).with_name(n) for n in ("sampling.py", "trace.cl", "textures.cl", "camera.cl")]
    return digest(*tables, *seen, scene.lamps, scene.f_stop, trace.LEAST_LAMP_SAMPLES, *makers)
