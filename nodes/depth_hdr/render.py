"""Renders DepthHDR: disparity and recovered radiance of a frame."""

from __future__ import annotations

import numpy as np

from ...kernels.depth import estimates
from ..vocabulary.jobs import ClipError, Picture, RenderJob, check_finite
from .analysis import analyse
from .estimators import depth_of, in_world, no_weights, release, weights_of
from .node import BOTH, CONFIDENCE, DISPARITY, RADIANCE

__all__ = ["analyse", "release", "render"]


def render(job: RenderJob) -> Picture:
    """One frame; job.window of it."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the picture.")
    check_finite(job)
    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    shared = job.window.intersected(source.window)
    if not shared.empty:
        result = _result(job, source, job.channels)
        out[shared.slices_in(job.window)] = result[shared.slices_in(source.window)]
    return Picture(out, job.window, source.premultiplied)


def _result(job: RenderJob, source: Picture, channels: int) -> np.ndarray:
    """float32 [H, W, channels] over Source's window."""
    output = job.knobs["output"]
    if channels == 1 and output == BOTH:
        output = DISPARITY
    if channels == 3 and output == BOTH:
        job.warn("There is no alpha for disparity, so this is light alone; set Output to disparity for disparity.")
        output = RADIANCE
    if output == RADIANCE:
        light = _radiance(job, source)
        alpha = source.pixels[..., 3:] if source.pixels.shape[2] == 4 else np.ones_like(light[..., :1])
        return np.concatenate([light, alpha], axis=2)[..., :channels]
    depth = depth_of(job, source, job.time)
    job.check_abort()
    if output == CONFIDENCE:
        known = np.ones_like(depth.values) if depth.confidence is None else depth.confidence
        return np.repeat(known[..., None], channels, axis=2)
    disparity = in_world(job, source, depth)[..., None]
    if output == DISPARITY:
        return np.repeat(disparity, channels, axis=2)
    job.check_abort()
    return np.concatenate([_radiance(job, source), disparity], axis=2)


def _radiance(job: RenderJob, source: Picture) -> np.ndarray:
    """Light with its highlights back, float32 [H, W, 3]."""
    light, gain = source.light(), max(float(job.knobs["hdrGain"]), 0.0)
    if gain == 0:
        return light
    try:
        network = estimates.rgbd_hdr(weights_of(job))
    except ValueError as problem:
        raise no_weights(problem) from None
    return network.radiance(light, gain, float(job.knobs["clipLevel"]), job.check_abort)
