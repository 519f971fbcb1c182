"""Chromatic aberration of LensDefocus: colours with circles of their own, and places of their own."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ...kernels.lens.lateral import with_lateral_aberration
from ..vocabulary.jobs import RenderJob, Window


def colours_apart(job: RenderJob, through_lens: Callable[[float, tuple[float, float]], np.ndarray]) -> np.ndarray:
    """The picture with axial aberration: red, green and blue through lenses of their own.

    A lens without correction focuses blue nearer and red farther than green. In inverse depth, and so in CoC radius,
    that is a constant. through_lens(shift, work): float32 [H, W, 4] with every radius larger by `shift` px of the full
    resolution; work: where in the frame's work it begins and ends, 0 … 1. Alpha is the mean of the three.
    """
    shift = float(job.knobs["axialAberration"])
    if shift == 0:
        return through_lens(0.0, (0.0, 1.0))
    red, green, blue = (through_lens(s, (n / 3, (n + 1) / 3)) for n, s in enumerate((-shift, 0.0, shift)))
    alpha = (red[..., 3] + green[..., 3] + blue[..., 3]) / 3
    return np.stack([red[..., 0], green[..., 1], blue[..., 2], alpha], axis=-1)


def lateral_reach(job: RenderJob) -> tuple[int, int]:
    """(columns, rows) around a pixel from which its colours may come; 0 without lateral aberration."""
    if not job.knobs["lateralAberration"]:
        return 0, 0
    return tuple(math.ceil(abs(length)) + 3 for length in job.pixels("lateralAberration"))


def colours_displaced(job: RenderJob, light: np.ndarray, window: Window, wanted: Window) -> np.ndarray:
    """`wanted` of the premultiplied light [H, W, 4] of `window`, with lateral aberration."""
    part = wanted.slices_in(window)
    shift = float(job.knobs["lateralAberration"])
    if shift == 0:
        return light[part]
    width, height = job.format
    pixel = job.pixel_aspect / job.scale[0], 1 / job.scale[1]
    corner = math.hypot(width * pixel[0], height * pixel[1]) / 2
    rows, columns = part
    return with_lateral_aberration(
        light,
        shift,
        (window.x0, window.y0),
        (width / 2, height / 2),
        pixel,
        max(corner, 1.0),
        (columns.start, rows.start, columns.stop, rows.stop),
    )
