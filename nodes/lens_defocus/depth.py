"""Where LensDefocus's depth comes from: a clip's channel."""

from __future__ import annotations

from ..vocabulary.jobs import Picture, RenderJob
from .channel import ChannelPicture, is_flat_alpha


def depth_picture(job: RenderJob, source: Picture) -> ChannelPicture | None:
    """The depth that the knobs ask for, not yet decoded; None, with a warning, where there is none."""
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
