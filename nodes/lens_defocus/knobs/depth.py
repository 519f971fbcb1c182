"""Where depth comes from and what it holds."""

from ...vocabulary import knob
from ...vocabulary.common import depth_channel, depth_math, depth_source, world_scale

BY_CLIP = knob("depthSource") == "clip"
MEASURED = knob("depthMath") != "direct"  # depth is a distance, so that focus and lens decide the blur
CAMERA = knob("lensModel") == "camera"

DEPTH = (
    depth_source(
        "Where depth comes from. Without any, the picture blurs evenly by Size.",
        "The Depth input.",
        "Source's alpha, as DepthHDR makes it. Source counts as opaque.",
        "Depth",
    ),
    depth_channel("Depth", BY_CLIP),
    depth_math("Depth", direct=True),
    world_scale("Depth", MEASURED & (CAMERA | (knob("focusMode") == "focus file"))),
)
