"""Pictures of a scene: what a pinhole sees, how deep it is, and what a thin lens of any aperture sees.

All pictures are float32, top row first, scene-linear. `samples` is rounded up to a multiple of 16. `check_abort` is
called every tenth of a second or so and may raise; `progress` is called with 0 … 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..lens.iris import Iris
from . import sampling
from .device import Tracer
from .pack import View
from .scene import Scene

LEAST_LAMP_SAMPLES = 256  # rays aimed at a lamp from each pixel it reaches; lamps are too bright for fewer


def deep_focus(
    scene: Scene,
    frame: float,
    width: int,
    height: int,
    samples: int = 128,
    seed: int = 0,
    check_abort: Callable[[], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """(radiance [H, W, 3], depth [H, W]): everything in focus, antialiased over each pixel's square; planar depth in
    metres at pixel centres, inf for the sky."""
    view = _view(scene, frame, width, height, 0.0, math.inf, Iris())
    picture = _picture(scene, view, samples, seed, check_abort, progress)
    sums = Tracer(scene, view).depth(sampling.centre_table(), 0, check_abort, None)
    with np.errstate(divide="ignore"):
        return picture, np.where(sums[..., 2] > 0, sums[..., 0] / sampling.PACKET, np.float32(np.inf))


def antialiased_depth(
    scene: Scene, frame: float, width: int, height: int, samples: int = 64, depth_math: str = "inverse", seed: int = 0
) -> np.ndarray:
    """[H, W]: planar depth in metres averaged over each pixel, as renderers write it: `inverse` averages 1/z (the sky
    counts as 0) and returns the inverse of that; `distance` averages z over the samples that hit something. inf: only
    sky."""
    if depth_math not in ("inverse", "distance"):
        raise ValueError(f"depth_math must be 'inverse' or 'distance', not {depth_math!r}")
    view = _view(scene, frame, width, height, 0.0, math.inf, Iris())
    table = sampling.camera_table(_rounded(samples), view.iris, seed)
    sums = Tracer(scene, view).depth(table, seed, None, None)
    with np.errstate(divide="ignore", invalid="ignore"):
        if depth_math == "inverse":
            return np.float32(table.shape[2]) / sums[..., 1]
        return np.where(sums[..., 2] > 0, sums[..., 0] / sums[..., 2], np.float32(np.inf))


def thin_lens(
    scene: Scene,
    frame: float,
    width: int,
    height: int,
    focus_distance: float,
    f_stop: float,
    samples: int = 256,
    blades: int = 0,
    roundness: float = 1.0,
    rotation: float = 0.0,
    squeeze: float = 1.0,
    seed: int = 0,
    check_abort: Callable[[], None] | None = None,
    progress: Callable[[float], None] | None = None,
) -> np.ndarray:
    """[H, W, 3]: the true picture through a thin lens.

    focus_distance: planar depth in metres that is sharp, inf allowed. f_stop: the aperture's radius is f / (2 N).
    blades, roundness, rotation, squeeze: as in lens.iris.Iris. A point at depth z becomes a disc of radius
    (width / sensorWidth) · f² / (2 N s) · |z - s| / z pixels (docs/raytracer.md). ValueError for impossible values.
    """
    if not f_stop > 0:
        raise ValueError(f"f_stop must be above 0, not {f_stop}")
    if not focus_distance > 0:
        raise ValueError(f"focus_distance must be above 0 m, not {focus_distance}")
    radius = scene.camera(frame).focal_length_mm / 1000 / (2 * f_stop)
    iris = Iris(blades, roundness, rotation, squeeze)
    view = _view(scene, frame, width, height, radius, focus_distance, iris)
    return _picture(scene, view, samples, seed, check_abort, progress)


def hidden_share(
    scene: Scene, frame: float, width: int, height: int, focus_distance: float, f_stop: float, samples: int = 64
) -> np.ndarray:
    """[H, W, 2], 0 … 1: the share of the lens's rays to each pixel that end at a surface which the deep-focus picture
    does not show: because another one hides it, because it lies outside the frame. Round iris."""
    if not (f_stop > 0 and focus_distance > 0):
        raise ValueError(f"f_stop {f_stop} and focus_distance {focus_distance} m must be above 0")
    radius = scene.camera(frame).focal_length_mm / 1000 / (2 * f_stop)
    view = _view(scene, frame, width, height, radius, focus_distance, Iris())
    return Tracer(scene, view).hidden(sampling.camera_table(_rounded(samples), view.iris, 0), 0)[..., :2]


def _view(scene, frame, width, height, lens_radius, focus_distance, iris) -> View:
    if width < 1 or height < 1:
        raise ValueError(f"a picture must be at least 1 × 1 pixels, not {width} × {height}")
    return View(scene.camera(frame), int(width), int(height), lens_radius, 1 / focus_distance, iris)


def _rounded(samples: int) -> int:
    if samples < 1:
        raise ValueError(f"samples must be at least 1, not {samples}")
    return -(-samples // sampling.PACKET) * sampling.PACKET


def _picture(scene, view, samples, seed, check_abort, progress) -> np.ndarray:
    table = sampling.camera_table(_rounded(samples), view.iris, seed)
    lamps = sampling.lamp_table(max(_rounded(samples), LEAST_LAMP_SAMPLES), view.iris, seed)
    return Tracer(scene, view).radiance(table, lamps, seed, check_abort, progress)
