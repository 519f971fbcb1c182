"""DepthHDR: disparity and clipped highlights, recovered from a deep-focus picture."""

from ..vocabulary import Boolean, Button, Choice, Clip, Double, File, FramesNeeded, Int, Node, Page, either, knob
from ..vocabulary.common import depth_channel, depth_math, far_distance, first_frame, last_frame, near_distance

NETWORK, MODEL, DEPTH_CLIP, PARALLAX = "network", "model file", "depth clip", "motion parallax"
BOTH, DISPARITY, RADIANCE, CONFIDENCE = "radiance + disparity", "disparity", "radiance", "confidence"
ANALYSE = "analyse"

_by_clip = knob("estimator") == DEPTH_CLIP
_by_motion = knob("estimator") == PARALLAX
_by_file = knob("estimator") == MODEL
_by_network = knob("estimator") == NETWORK
_relative = ~_by_clip
_light = (knob("output") == BOTH) | (knob("output") == RADIANCE)

ESTIMATE = (
    Choice(
        name="estimator",
        label="Estimator",
        hint="Where depth comes from. Highlights are recovered with each of them.",
        items=(NETWORK, MODEL, DEPTH_CLIP, PARALLAX),
        item_hints=(
            "FocusPuller's own network, from the single picture.",
            "A depth network of yours in Model File.",
            "The Depth input, captured or rendered, fitted to the picture.",
            "The camera's own motion in the clip. Needs a camera that travels.",
        ),
        default=NETWORK,
    ),
    File(
        name="modelFile",
        label="Model File",
        hint="For model file: a depth network, ONNX or TorchScript, such as Depth Anything V2 Small. For network: "
        "weights that focuspuller train depth-hdr has made; empty, those that come with FocusPuller.",
        enabled=_by_file | _by_network,
    ),
    Choice(
        name="modelGives",
        label="Model Gives",
        hint="What the network in Model File gives.",
        items=("disparity", "depth"),
        item_hints=("Larger is nearer: Depth Anything, MiDaS.", "Larger is farther: distances."),
        default="disparity",
        enabled=_by_file,
    ),
    Choice(
        name="output",
        label="Output",
        hint="What the node gives.",
        items=(BOTH, DISPARITY, RADIANCE, CONFIDENCE),
        item_hints=(
            "RGB is light with its highlights back, alpha is disparity. Without alpha, light alone.",
            "1 / distance in every channel, for what has no alpha.",
            "Light with its highlights back, and Source's alpha.",
            "How far depth is known, 0 … 1, in every channel: by motion or in the Depth input, else 1.",
        ),
        default=BOTH,
    ),
)

DISTANCE = (
    near_distance("Distance", _relative),
    far_distance("Distance", _relative),
    Double(
        name="rawNear",
        label="Raw Near",
        hint="The estimator's own number at Near. The network's is 1 at the nearest there is.",
        default=1.0,
        minimum=-1e9,
        maximum=1e9,
        display_minimum=0,
        display_maximum=2,
        digits=4,
        group="Distance",
        enabled=_relative,
    ),
    Double(
        name="rawFar",
        label="Raw Far",
        hint="The estimator's own number at Far. The network's is 0.",
        default=0.0,
        minimum=-1e9,
        maximum=1e9,
        display_minimum=-1,
        display_maximum=1,
        digits=4,
        group="Distance",
        enabled=_relative,
    ),
    Button(
        name=ANALYSE,
        label="Analyse",
        hint="Looks at frames all over the clip and sets Raw Near and Raw Far, the same for every frame, so that the "
        "clip reaches from Near to Far. For model files and motion parallax, whose unit is their own.",
        group="Distance",
        enabled=_relative,
    ),
    first_frame("Distance"),
    last_frame("Distance"),
)

EDGES = (
    Boolean(
        name="refineEdges",
        label="Refine Edges",
        hint="Puts the edges of disparity onto the picture's.",
        default=True,
        group="Edges",
    ),
)

HIGHLIGHTS = (
    Double(
        name="hdrGain",
        label="HDR Gain",
        hint="How much clipped highlights are raised: k of light · exp(k · E). 50 errs least pixel by pixel; 67 gives "
        "the discs of lamps about their light; 0 leaves highlights clipped.",
        default=67.0,
        minimum=0.0,
        maximum=1000.0,
        display_maximum=100.0,
        group="Highlights",
        enabled=_light,
    ),
    Double(
        name="clipLevel",
        label="Clip Level",
        hint="The linear value at which Source clips: 1 for display-referred pictures.",
        default=1.0,
        minimum=1e-6,
        maximum=1e6,
        display_minimum=0.1,
        display_maximum=16,
        group="Highlights",
    ),
)

DEPTH = (
    depth_channel("Depth Clip", _by_clip),
    depth_math("Depth Clip", enabled=_by_clip),
    Boolean(
        name="stretchDepth",
        label="Stretch Depth",
        hint="Stretches the Depth input over Source, for sensors of fewer pixels than the camera.",
        default=False,
        group="Depth Clip",
        enabled=_by_clip,
    ),
    Boolean(
        name="fillHoles",
        label="Fill Holes",
        hint="Pixels without depth take the farther depth beside them, as what a sensor does not see is hidden. Off: "
        "they are infinitely far, as in renders with an empty sky.",
        default=True,
        group="Depth Clip",
        enabled=_by_clip,
    ),
)

MOTION = (
    Int(
        name="parallaxWindow",
        label="Parallax Window",
        hint="Frames before and after the current one that depth is found from. More for a camera that moves slowly.",
        default=4,
        minimum=1,
        maximum=32,
        display_maximum=16,
        unit="frames",
        group="Motion Parallax",
        enabled=_by_motion,
    ),
    Double(
        name="focalLength",
        label="Focal Length",
        hint="Of the lens that took the clip, in mm. 0: estimated from the motion.",
        default=0.0,
        minimum=0.0,
        maximum=10000,
        display_maximum=300,
        unit="mm",
        group="Motion Parallax",
        enabled=_by_motion,
    ),
    Double(
        name="sensorWidth",
        label="Sensor Width",
        hint="Width of the sensor that holds the format, in mm.",
        default=36.0,
        minimum=0.01,
        maximum=10000,
        display_minimum=4,
        display_maximum=70,
        unit="mm",
        group="Motion Parallax",
        enabled=_by_motion & (knob("focalLength") > 0),
    ),
)

_window = either(_by_motion, knob("parallaxWindow"), 0)

NODE = Node(
    name="DepthHDR",
    label="DepthHDR",
    version=(1, 0),
    description="Recovers what a deep-focus picture has lost: the depth of every pixel, and the light of clipped "
    "highlights.",
    module="focuspuller.nodes.depth_hdr.render",
    clips=(
        Clip(name="Source", hint="The deep-focus picture, scene-linear.", temporal=True),
        Clip(
            name="Depth",
            hint="Depth that was captured or rendered, for Estimator depth clip. See Depth Math.",
            optional=True,
            role="data",
            premultiplied=False,
        ),
    ),
    pages=(Page("DepthHDR", (*ESTIMATE, *DISTANCE, *EDGES, *HIGHLIGHTS)), Page("Sources", (*DEPTH, *MOTION))),
    output_components="RGBA",
    output_is_data=(knob("output") == DISPARITY) | (knob("output") == CONFIDENCE),
    frames_needed=FramesNeeded(first=0 - _window, last=_window),
    tiles=False,
)
