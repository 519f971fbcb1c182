"""Analyse: one scale and offset for the depth of a whole clip, as keys."""

from __future__ import annotations

from ...kernels.flow import FlowCache
from ...kernels.temporal.clip_levels import ClipLevels
from ...kernels.temporal.stabilise import Frame
from ..vocabulary.jobs import AnalyseJob, Analysis, ClipError, KnobError
from .frames import depth_channels, frame_at, selected
from .motion import aligner
from .node import ANALYSED

THRESHOLD = 1.5  # px at the size that is analysed
MOST_FRAMES = 20_000


def analyse(job: AnalyseJob) -> Analysis:
    """Keys for Depth Scale and Depth Offset."""
    first, last = _range(job)
    source = job.clip("Source", first)
    if source is None:
        raise ClipError("Source", "is not connected; connect the depth that flickers.")
    wanted, found = str(job.knobs["channels"]), []
    levels = ClipLevels(aligner(job, FlowCache(0), THRESHOLD))
    for frame in range(first, last + 1):
        job.progress((frame - first) / (last + 1 - first), f"frame {frame}")
        picture = job.clip("Source", frame)
        if picture is None or picture.window.empty:
            continue
        channels = selected(picture.pixels.shape[2], wanted)
        whole = frame_at(job, frame, picture.window, channels)
        if whole is None:
            continue
        first_depth = depth_channels(picture.pixels.shape[2], wanted).start
        depth = whole.values[..., first_depth : first_depth + 1]
        levels.add(frame, Frame(depth, whole.guide, whole.present), job.check_abort)
        found.append(frame)
    if not found:
        raise ClipError("Source", f"has no picture in frames {first} to {last}; check First Frame and Last Frame.")
    scales, offsets, joined = levels.solved()
    alone = f"; {joined - 1} cuts" if joined > 1 else ""
    return Analysis(
        keys={
            "depthScale": list(zip(found, scales, strict=True)),
            "depthOffset": list(zip(found, offsets, strict=True)),
        },
        values={"scaleAndOffset": ANALYSED},
        message=f"Depth of frames {first} to {last} brought to one scale and offset{alone}.",
    )


def _range(job: AnalyseJob) -> tuple[int, int]:
    """The frames to walk. KnobError where there are too many to mean it (clips without end)."""
    first, last = int(job.knobs["firstFrame"]), int(job.knobs["lastFrame"])
    if last <= first:
        first, last = job.frames
    if last - first >= MOST_FRAMES:
        raise KnobError("lastFrame", f"makes {last - first + 1} frames; set First Frame and Last Frame of the shot.")
    return first, last
