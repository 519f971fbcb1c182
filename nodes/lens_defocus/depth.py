"""Where LensDefocus's depth comes from: a clip's channel, or an estimate."""

from __future__ import annotations

from ...kernels.depth import estimates
from ..vocabulary.jobs import Job, Picture, RenderJob, check_distances
from .channel import ChannelPicture, is_flat_alpha
from .knobs.depth import ESTIMATE

NETWORK_RANGE = 0.0, 1.0  # what the network says of the farthest and the nearest


def depth_math_of(job: Job) -> str:
    """What `depth_picture` holds."""
    return "inverse" if job.knobs["depthSource"] == ESTIMATE else str(job.knobs["depthMath"])


def depth_picture(job: RenderJob, source: Picture) -> ChannelPicture | None:
    """The depth that the knobs ask for, not yet decoded; None, with a warning, where there is none."""
    if job.knobs["depthSource"] == ESTIMATE:
        return _estimated(job, source)
    if job.knobs["depthSource"] == "source alpha":
        if source.pixels.shape[2] == 4:
            return ChannelPicture.of(job, "Source", source, 3)
        cure = "Source has no alpha channel: give it RGBA, or set Depth Source to clip and connect Depth."
    else:
        picture = job.clip("Depth")
        if picture is not None:
            channel = picture.channel_index(str(job.knobs["depthChannel"]))
            if is_flat_alpha(job, "Depth", picture, channel):
                job.warn(
                    f"Depth's alpha is {picture.pixels[0, 0, 3]:g} everywhere while its red varies: if depth is in "
                    "red, set Depth Channel to red."
                )
            return ChannelPicture.of(job, "Depth", picture, channel)
        cure = "Connect Depth, or set Depth Source to source alpha."
    job.warn(f"There is no depth, so the whole picture is blurred by Size. {cure}")
    return None


def _estimated(job: RenderJob, source: Picture) -> ChannelPicture | None:
    """Disparity by the network; None, with a warning, where its weights are missing. KnobError."""
    near, far = float(job.knobs["near"]), float(job.knobs["far"])
    check_distances(near, far)
    if source.window.empty:
        return ChannelPicture.of(job, "Source", source, 0)
    light = source.light()
    try:
        raw = estimates.by_network(light)
    except ValueError as problem:  # WeightsError; its module would import torch
        job.warn(f"Depth cannot be estimated, so the whole picture is blurred by Size: {problem}.")
        return None
    disparity = estimates.in_world(estimates.refined(raw, light), NETWORK_RANGE, far, near)
    return ChannelPicture.of(job, "Source", Picture(disparity[..., None], source.window), 0)
