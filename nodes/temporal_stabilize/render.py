"""Renders TemporalStabilize, and analyses a clip's scale and offset."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ...kernels.flow import FlowCache, network_file
from ...kernels.temporal.stabilise import Settings, stabilise
from ..vocabulary.jobs import ClipError, Picture, RenderJob, check_finite
from .analysis import analyse
from .frames import depth_channels, frame_at, neighbours, recovered, selected
from .motion import aligner
from .node import ALPHA, ANALYSED, KEEP, RECOVERED, STEADY

__all__ = ["analyse", "release", "render"]

CACHE_BYTES = 512 << 20  # flows of about 60 pairs of frames of two megapixels
_flows = FlowCache(CACHE_BYTES)


def render(job: RenderJob) -> Picture:
    """One frame; job.window of it."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the depth or the picture that flickers.")
    check_finite(job)
    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    shared = job.window.intersected(source.window)
    if shared.empty:
        return Picture(out, job.window, source.premultiplied)
    knobs, count, which = job.knobs, source.pixels.shape[2], str(job.knobs["channels"])
    channels = selected(count, which)
    result = np.array(source.pixels[shared.slices_in(source.window)])
    wanted = frame_at(job, job.time, source.window, channels)
    if wanted is None:
        job.warn("Guide has no picture where Source has one; Source passes unchanged there.")
    else:
        share = recovered(source.pixels[..., :3], wanted.guide) if which == RECOVERED and count == 4 else None
        if share is not None and not share.any():  # depth alone
            share, which, channels = None, ALPHA, selected(count, ALPHA)
            wanted = replace(wanted, values=np.ascontiguousarray(wanted.values[..., channels]))
        steady = _steadied(job, wanted, source.window, channels)
        if knobs["scaleAndOffset"] == ANALYSED:
            depth = depth_channels(count, which)
            steady[..., depth] *= np.float32(knobs["depthScale"])
            steady[..., depth] += np.float32(knobs["depthOffset"])
        if share is not None:
            mixed = share * steady[..., :3] + (1 - share) * wanted.values[..., :3]
            steady[..., :3] = np.where(share > 0, mixed, source.pixels[..., :3])
        result[..., channels] = steady[shared.slices_in(source.window)]
    out[shared.slices_in(job.window)] = result
    return Picture(out, job.window, source.premultiplied)


def release() -> None:
    """Gives the memory of flows and of their network back."""
    _flows.clear()
    network_file.release()


def _steadied(job: RenderJob, wanted, window, channels) -> np.ndarray:
    knobs = job.knobs
    before, after = (max(int(knobs[k]), 0) for k in ("window", "lookAhead"))
    earlier = neighbours(job, [job.time - s for s in range(1, before + 1)], window, channels)
    later = neighbours(job, [job.time + s for s in range(1, after + 1)], window, channels)
    threshold = max(float(knobs["occlusionThreshold"]), 0.01) * job.scale[0]
    levels = knobs["scaleAndOffset"]
    # The plate's own light keeps its level, so what is recovered beside it does, too.
    light = knobs["channels"] == RECOVERED and wanted.values.shape[2] == 4
    settings = Settings(
        max(float(knobs["outlierStrength"]), 0.0),
        match=levels != KEEP,
        steady=slice(3 if light else 0, None) if levels == STEADY else slice(0),
    )
    return stabilise(wanted, earlier, later, settings, aligner(job, _flows, threshold), job.check_abort)
