"""LensDefocus: renders a deep-focus picture and its depth again through a lens."""

from ..vocabulary import (
    Choice,
    Clip,
    Double,
    Grow,
    Identity,
    Int,
    Node,
    Page,
    Position,
    connected,
    either,
    knob,
)

RESULT, FOCUS_SETUP, COC = "result", "focus setup", "CoC"

_blurs = knob("output") == RESULT
_by_clip = knob("depthSource") == "clip"
_camera = knob("lensModel") == "camera"
_measured = knob("depthMath") != "direct"  # depth is a distance, so that focus and lens decide the blur
_no_size = (knob("lensModel") == "size") & (knob("size") <= 0)
_no_depth = _by_clip & ~connected("Depth") & (knob("size") <= 0)

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
        enabled=_by_clip,
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
        enabled=_measured & _camera,
    ),
)

FOCUS = (
    Choice(
        name="focusMode",
        label="Focus Mode",
        hint="How the plane of focus is given.",
        items=("distance", "point"),
        item_hints=("Focus Distance.", "Whatever is at Focus Point."),
        default="distance",
        group="Focus",
        enabled=_measured,
    ),
    Double(
        name="focusDistance",
        label="Focus Distance",
        hint="Distance of the plane of focus from the camera, in world units, whatever the Depth Math.",
        default=5.0,
        minimum=0.0,
        maximum=1e7,
        display_minimum=0.1,
        display_maximum=50,
        unit="world",
        group="Focus",
        enabled=_measured & (knob("focusMode") == "distance"),
    ),
    Position(
        name="focusPoint",
        label="Focus Point",
        hint="What is here is in focus: the median depth of the few pixels around it.",
        default=(0.5, 0.5),
        group="Focus",
        enabled=_measured & (knob("focusMode") == "point"),
    ),
    Choice(
        name="output",
        label="Output",
        hint="What comes out.",
        items=(RESULT, FOCUS_SETUP, COC),
        item_hints=(
            "The picture through the lens.",
            "Red in front of the focus, green in focus, blue behind it.",
            "Signed blur radius in px of the full-resolution frame, behind the focus positive.",
        ),
        default=RESULT,
        group="Focus",
    ),
)

LENS = (
    Choice(
        name="lensModel",
        label="Lens Model",
        hint="How the amount of blur is given.",
        items=("camera", "size"),
        item_hints=("By the camera that shot the plate.", "By Size alone."),
        default="camera",
        group="Lens",
        enabled=_measured,
    ),
    Double(
        name="focalLength",
        label="Focal Length",
        hint="Of the lens that shot the plate, in mm.",
        default=50.0,
        minimum=0.1,
        maximum=10000,
        display_minimum=8,
        display_maximum=300,
        unit="mm",
        group="Lens",
        enabled=_measured & _camera,
    ),
    Double(
        name="fStop",
        label="F-Stop",
        hint="Smaller is a wider iris and a larger blur.",
        default=2.8,
        minimum=0.01,
        maximum=1000,
        display_minimum=0.7,
        display_maximum=22,
        group="Lens",
        enabled=_measured & _camera,
    ),
    Double(
        name="sensorWidth",
        label="Sensor Width",
        hint="Width of the sensor or film gate that holds the format, in mm (Nuke: the camera's horizontal aperture).",
        default=36.0,
        minimum=0.01,
        maximum=10000,
        display_minimum=4,
        display_maximum=70,
        unit="mm",
        group="Lens",
        enabled=_measured & _camera,
    ),
    Int(
        name="formatWidth",
        label="Format Width",
        hint="Pixels across the sensor, before any crop or overscan. 0 = the project's format.",
        default=0,
        minimum=0,
        maximum=1000000,
        display_maximum=8192,
        group="Lens",
        enabled=_measured & _camera,
    ),
    Double(
        name="size",
        label="Size",
        hint="Blur radius, in px, of what is infinitely far away; half of it at twice the focus distance. Without any "
        "depth: the blur of the whole picture.",
        default=20.0,
        minimum=0.0,
        maximum=10000,
        display_maximum=200,
        unit="px",
        group="Lens",
    ),
    Double(
        name="maxSize",
        label="Maximum Size",
        hint="No blur radius exceeds this, in px. It also bounds how far the result reaches beyond the picture, and "
        "time and memory.",
        default=100.0,
        minimum=0.0,
        maximum=2000,
        display_maximum=300,
        unit="px",
        group="Lens",
    ),
)

IRIS = (
    Int(
        name="blades",
        label="Blades",
        hint="Blades of the iris, 3 to 16; 0 = a circle.",
        default=0,
        minimum=0,
        maximum=16,
        group="Iris",
    ),
    Double(
        name="roundness",
        label="Roundness",
        hint="0 = straight blades, 1 = a circle.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Iris",
        enabled=knob("blades") >= 3,
    ),
    Double(
        name="irisRotation",
        label="Rotation",
        hint="Turns the iris counter-clockwise, in degrees.",
        default=0.0,
        minimum=-36000,
        maximum=36000,
        display_minimum=-180,
        display_maximum=180,
        unit="degrees",
        group="Iris",
        enabled=knob("blades") >= 3,
    ),
    Double(
        name="squeeze",
        label="Squeeze",
        hint="How much taller than wide the blur is: 2 for a 2× anamorphic lens. The height stays.",
        default=1.0,
        minimum=0.25,
        maximum=4.0,
        display_minimum=0.5,
        display_maximum=2.0,
        group="Iris",
    ),
)

# Surfaces that the picture hides are continued from cells of up to 1.42 maxSize, three of them away; then the blur
# itself. The constant covers the fixed margins, also of proxies. See focuspuller.kernels.lens.samples.reach.
_fill = 4.25 * knob("maxSize") + 40

NODE = Node(
    name="LensDefocus",
    label="LensDefocus",
    version=(1, 0),
    description="Renders a deep-focus picture again through a lens: depth of field from depth, with the camera's own "
    "numbers or a size, an iris of any shape, and surfaces that blur over one another as light does.",
    module="focuspuller.nodes.lens_defocus.render",
    clips=(
        Clip(name="Source", hint="The deep-focus picture, scene-linear."),
        Clip(
            name="Depth",
            hint="Depth of every pixel, see Depth Math. Antialiased edges are welcome.",
            optional=True,
            role="data",
            premultiplied=False,
        ),
    ),
    pages=(Page("LensDefocus", (*DEPTH, *FOCUS)), Page("Lens", (*LENS, *IRIS))),
    output_is_data=knob("output") != RESULT,
    grow=Grow(x=either(_blurs, knob("maxSize") / knob("squeeze"), 0), y=either(_blurs, knob("maxSize"), 0)),
    reach=Grow(
        x=either(_blurs, knob("maxSize") / knob("squeeze") + _fill, 0),
        y=either(_blurs, knob("maxSize") + _fill, 0),
    ),
    points=("focusPoint",),
    point_radius=6.0,
    identity=Identity(when=_blurs & ((knob("maxSize") <= 0) | (_measured & _no_size) | _no_depth)),
)
