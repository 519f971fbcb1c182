"""TemporalStabilize: takes the flicker out of estimated depth and radiance."""

from ..vocabulary import Button, Choice, Clip, Double, File, FramesNeeded, Identity, Int, Node, Page, knob
from ..vocabulary.common import first_frame, last_frame

ALL, RGB, ALPHA, RECOVERED = "all", "rgb", "alpha", "recovered"
KEEP, STEADY, ANALYSED = "keep", "steady", "analysed"
ANALYSE = "analyse"
DIS, MODEL = "dis", "model file"

_alone = (knob("window") <= 0) & (knob("lookAhead") <= 0)
_steps = knob("scaleAndOffset") != ANALYSED

STABILIZE = (
    Int(
        name="window",
        label="Window",
        hint="Frames before the current one that are averaged with it. More is steadier and slower; fast changes of "
        "depth lag behind.",
        default=6,
        minimum=0,
        maximum=24,
        display_maximum=12,
        unit="frames",
    ),
    Int(
        name="lookAhead",
        label="Look Ahead",
        hint="Frames after the current one that are averaged with it. As many as Window keep changes of depth in time.",
        default=0,
        minimum=0,
        maximum=24,
        display_maximum=12,
        unit="frames",
    ),
    Choice(
        name="channels",
        label="Channels",
        hint="What is stabilized; the other channels pass.",
        items=(ALL, RGB, ALPHA, RECOVERED),
        item_hints=(
            "Every channel.",
            "Radiance, or depth in RGB.",
            "Depth in alpha, as DepthHDR makes it.",
            "What DepthHDR estimated: depth in alpha, and in RGB the light that is brighter than Guide. Of a Source "
            "without RGB or without alpha, every channel.",
        ),
        default=RECOVERED,
    ),
)

MOTION = (
    Choice(
        name="flow",
        label="Flow",
        hint="What motion is read by.",
        items=(DIS, MODEL),
        item_hints=(
            "Dense inverse search. No model needed.",
            "The network in Flow Model. Takes longer.",
        ),
        default=DIS,
        group="Motion",
    ),
    File(
        name="flowModel",
        label="Flow Model",
        hint="An optical flow network of RAFT's shape, ONNX or TorchScript: two pictures [1, 3, h, w] in, flow "
        "[1, 2, h, w] out. Its licence is its author's.",
        group="Motion",
        enabled=knob("flow") == MODEL,
    ),
)

WEIGHTS = (
    Double(
        name="occlusionThreshold",
        label="Occlusion Threshold",
        hint="How far, in px, a pixel followed to a neighbouring frame and back may miss where it started. Farther, it "
        "is taken as hidden there. Lower it against ghosts, raise it where fast motion keeps flickering.",
        default=3.0,
        minimum=0.01,
        maximum=100.0,
        display_minimum=0.1,
        display_maximum=5.0,
        unit="px",
        group="Weights",
    ),
    Double(
        name="outlierStrength",
        label="Outlier Strength",
        hint="How much values count less that differ from the median over the frames. 0 = all frames count alike.",
        default=1.0,
        minimum=0.0,
        maximum=100.0,
        display_maximum=5.0,
        group="Weights",
    ),
)

LEVELS = (
    Choice(
        name="scaleAndOffset",
        label="Scale and Offset",
        hint="What becomes of the level of each channel, which jitters in depth that a network estimates.",
        items=(KEEP, STEADY, ANALYSED),
        item_hints=(
            "As Source has them, for metric depth.",
            "Steadied over the window.",
            "Constant over the clip, by Depth Scale and Depth Offset.",
        ),
        default=STEADY,
        group="Scale and Offset",
    ),
    Button(
        name=ANALYSE,
        label="Analyse",
        hint="Walks the clip and keys Depth Scale and Depth Offset so that depth keeps one scale and offset. The level "
        "of what does not move becomes constant, so leave it for shots in which the camera travels far.",
        group="Scale and Offset",
    ),
    first_frame("Scale and Offset"),
    last_frame("Scale and Offset"),
    Double(
        name="depthScale",
        label="Depth Scale",
        hint="Factor for the depth channel: alpha, or RGB where there is no alpha to stabilize.",
        default=1.0,
        minimum=1e-6,
        maximum=1e6,
        display_minimum=0.5,
        display_maximum=2.0,
        digits=5,
        group="Scale and Offset",
        enabled=~_steps,
    ),
    Double(
        name="depthOffset",
        label="Depth Offset",
        hint="Added to the depth channel after Depth Scale.",
        default=0.0,
        minimum=-1e6,
        maximum=1e6,
        display_minimum=-1.0,
        display_maximum=1.0,
        digits=5,
        group="Scale and Offset",
        enabled=~_steps,
    ),
)

NODE = Node(
    name="TemporalStabilize",
    label="TemporalStabilize",
    version=(1, 0),
    description="Takes the flicker out of depth or radiance that was estimated frame by frame: neighbouring frames are "
    "moved onto the current one along optical flow and averaged where they show the same thing.",
    module="focuspuller.nodes.temporal_stabilize.render",
    clips=(
        Clip(name="Source", hint="What flickers: disparity, radiance, or both.", temporal=True),
        Clip(
            name="Guide",
            hint="The picture that motion is read from: the plate that Source was made of. Without it, Source itself.",
            optional=True,
            temporal=True,
        ),
    ),
    pages=(Page("TemporalStabilize", (*STABILIZE, *MOTION, *WEIGHTS, *LEVELS)),),
    identity=Identity(when=_alone & _steps),
    frames_needed=FramesNeeded(first=0 - knob("window"), last=knob("lookAhead")),
    tiles=False,
)
