"""Where depth comes from and what it holds."""

from ...vocabulary import Choice, Double, knob

BY_CLIP = knob("depthSource") == "clip"
MEASURED = knob("depthMath") != "direct"  # depth is a distance, so that focus and lens decide the blur
CAMERA = knob("lensModel") == "camera"

DEPTH = (
    Choice(
        name="depthSource",
        label="Depth Source",
        hint="Where depth comes from. Without any, the picture blurs evenly by Size.",
        items=("clip", "source alpha"),
        item_hints=("The Depth input.", "Source's alpha, as DepthHDR makes it. Source counts as opaque."),
        default="clip",
        group="Depth",
    ),
    Choice(
        name="depthChannel",
        label="Depth Channel",
        hint="The channel of the Depth input that holds depth. A one-channel picture has only one; an RGB picture has "
        "no alpha, so red is taken.",
        items=("alpha", "red", "green", "blue"),
        default="alpha",
        group="Depth",
        enabled=BY_CLIP,
    ),
    Choice(
        name="depthMath",
        label="Depth Math",
        hint="What the depth channel holds.",
        items=("inverse", "distance", "direct"),
        item_hints=(
            "1 / distance, far = 0: Nuke's depth.Z, DepthHDR, StereoDepth.",
            "Distance along the camera's axis: Z of V-Ray, Arnold, Blender.",
            "The blur itself: signed radius in px, behind the focus positive.",
        ),
        default="inverse",
        group="Depth",
    ),
    Double(
        name="worldScale",
        label="World Scale",
        hint="Metres in one unit of depth and focus distance: 1 for metres, 0.01 for centimetres.",
        default=1.0,
        minimum=1e-6,
        maximum=1e6,
        display_minimum=0.001,
        display_maximum=10,
        digits=4,
        group="Depth",
        enabled=MEASURED & (CAMERA | (knob("focusMode") == "focus file")),
    ),
)
