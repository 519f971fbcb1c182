"""Where depth comes from and what it holds."""

from ...vocabulary import knob
from ...vocabulary.common import depth_channel, depth_math, depth_source, far_distance, near_distance, world_scale

BY_CLIP = knob("depthSource") == "clip"
ESTIMATE = "estimate"
ESTIMATED = knob("depthSource") == ESTIMATE
MEASURED = ESTIMATED | (knob("depthMath") != "direct")  # depth is a distance, so that focus and lens decide the blur
CAMERA = knob("lensModel") == "camera"

DEPTH = (
    depth_source(
        "Where depth comes from. Without any, the picture blurs evenly by Size.",
        "The Depth input.",
        "Source's alpha, as DepthHDR makes it. Source counts as opaque.",
        "Depth",
        estimate="Estimated from Source by DepthHDR's network, between Near and Far. DepthHDR itself has more to set.",
    ),
    depth_channel("Depth", BY_CLIP),
    depth_math("Depth", direct=True, enabled=~ESTIMATED),
    near_distance("Depth", ESTIMATED),
    far_distance("Depth", ESTIMATED),
    world_scale("Depth", MEASURED & (CAMERA | (knob("focusMode") == "focus file"))),
)
