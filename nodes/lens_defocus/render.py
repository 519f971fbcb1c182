"""Renders LensDefocus: the picture's light, spread by its circles of confusion."""

from __future__ import annotations

import math

import numpy as np

from ...kernels.lens.defocus import defocus
from ...kernels.lens.iris import Iris
from ...kernels.lens.samples import reach
from ...kernels.opencl.device import DeviceError
from ..vocabulary.jobs import ClipError, KnobError, NodeError, Picture, RenderJob, Window
from .borders import FrameEdges, clear_outside, lens_domain, scene_around
from .circles import Circles, circles_of
from .knobs.view import COC, FOCUS_SETUP
from .views import coc_picture, focus_setup


def render(job: RenderJob) -> Picture:
    """One frame; job.window of it."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the picture.")
    circles = circles_of(job, source)
    if job.knobs["output"] == FOCUS_SETUP:
        return focus_setup(job, source, circles)
    if job.knobs["output"] == COC:
        return coc_picture(job, source, circles)
    return _through_lens(job, source, circles)


def _through_lens(job: RenderJob, source: Picture, circles: Circles) -> Picture:
    """The picture with every pixel's light spread over its circle."""
    iris = _iris(job)
    # In pixels of the rendered scale; a circle's height is its radius, its width that by stretch / squeeze.
    max_radius = circles.max_radius * job.scale[1]
    stretch = job.scale[0] / job.pixel_aspect / job.scale[1]
    max_across = max_radius * stretch / iris.squeeze

    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    region = job.region("Source") or source.window
    edges = FrameEdges.of(region, job.format)
    domain = lens_domain(region, edges, max_across, max_radius)
    wanted = job.window.intersected(domain)
    fill = reach(max_radius)
    stage = wanted.grown(math.ceil(max_across) + 1 + fill, math.ceil(max_radius) + 1 + fill).intersected(domain)
    inside = stage.intersected(region).intersected(source.window)
    if wanted.empty or inside.empty:
        return Picture(out, job.window, source.premultiplied)

    coc = circles.over(inside) * np.float32(job.scale[1])
    light, coc = scene_around(_light(job, source, inside), coc, inside, stage, edges)
    shown = edges.infinite(region)
    if stage.intersected(shown) != stage:
        clear_outside(light, stage, shown)
    if max_radius > 0:
        light = _defocus(job, light, coc, iris, stretch, stage, wanted, max_radius)
    else:
        light = light[wanted.slices_in(stage)]
    result = _as_host_wants(light, job.channels, source.premultiplied)
    out[wanted.slices_in(job.window)] = result
    return Picture(out, job.window, source.premultiplied)


def _defocus(job, light, coc, iris, stretch, stage: Window, wanted: Window, max_radius) -> np.ndarray:
    try:
        return defocus(
            light,
            coc,
            iris,
            stretch=stretch,
            origin=(stage.x0, stage.y0),
            max_radius=max_radius,
            window=(wanted.x0 - stage.x0, wanted.y0 - stage.y0, wanted.x1 - stage.x0, wanted.y1 - stage.y0),
            check_abort=job.check_abort,
            progress=job.progress,
        )
    except DeviceError as error:
        raise NodeError(f"{error}.") from error


def _iris(job: RenderJob) -> Iris:
    knobs = job.knobs
    blades, roundness, squeeze = int(knobs["blades"]), float(knobs["roundness"]), float(knobs["squeeze"])
    if blades != 0 and not 3 <= blades <= 16:
        raise KnobError("blades", f"is {blades}; an iris has 3 to 16 blades, or 0 for a circle.")
    if not squeeze > 0:
        raise KnobError("squeeze", f"is {squeeze:g}; it must be above 0, 1 for a spherical lens.")
    return Iris(blades, min(max(roundness, 0.0), 1.0), float(knobs["irisRotation"]), squeeze)


def _light(job: RenderJob, source: Picture, window: Window) -> np.ndarray:
    """Source in `window` as premultiplied finite RGBA, float32 [H, W, 4].

    RGB is opaque, and so is RGBA whose alpha is depth; an Alpha picture comes as four equal channels.
    """
    pixels = source.pixels[window.slices_in(source.window)]
    channels = pixels.shape[2]
    light = np.ones((window.height, window.width, 4), np.float32)
    if channels == 4 and job.knobs["depthSource"] != "source alpha":
        light[...] = pixels
    else:
        light[..., : 4 if channels == 1 else 3] = pixels[..., :3]
    finite = np.isfinite(light)
    if not finite.all():
        job.warn("Source has pixels that are NaN or infinite; they are taken as black and do not spread.")
        light[~finite.all(axis=-1)] = 0
    if channels == 4 and not source.premultiplied and job.knobs["depthSource"] != "source alpha":
        light[..., :3] *= light[..., 3:]
    return light


def _as_host_wants(light: np.ndarray, channels: int, premultiplied: bool) -> np.ndarray:
    """Premultiplied RGBA as the host's channels; divided by alpha again where Source came so."""
    if channels == 1:
        return light[..., 3:]
    if channels == 4 and not premultiplied:
        alpha = light[..., 3:]
        light = light.copy()
        np.divide(light[..., :3], alpha, out=light[..., :3], where=alpha > 1e-6)
    return light[..., :channels]
