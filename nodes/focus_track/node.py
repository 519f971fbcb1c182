"""FocusTrack: click a subject; get its matte, its track and its focus through the clip."""

from ..vocabulary import Boolean, Button, Choice, Clip, Double, File, Int, Node, Page, Position, String, knob
from ..vocabulary.common import depth_channel, depth_math, depth_source, first_frame, last_frame, world_scale

SOURCE_AND_MATTE, CUT_OUT, MATTE, OVERLAY = "source + matte", "cut out", "matte", "overlay"
IN_FOCUS, ALL = "in focus", "all"
MASK, KCF, CSRT, MODEL = "mask", "KCF box", "CSRT box", "model file"
TARGETS = ("target", "target2", "target3", "target4")

_by_clip = knob("depthSource") == "clip"

SUBJECT = (
    Position(
        name="target",
        label="Target",
        hint="Put it on the subject, in any frame, and press a Track button. Keys at later frames say where the "
        "subject is there: on another, the focus goes over to it in that frame; on the same, the track is put right.",
        group="Subject",
    ),
    Int(
        name="subjects",
        label="Subjects",
        hint="How many subjects are tracked side by side, each from its own Target.",
        default=1,
        minimum=1,
        maximum=len(TARGETS),
        animates=False,
        group="Subject",
    ),
    *(
        Position(
            name=name,
            label=f"Target {n}",
            hint=f"Put it on subject {n}.",
            default=(0.5, 0.5),
            group="Subject",
            enabled=knob("subjects") >= n,
        )
        for n, name in enumerate(TARGETS[1:], 2)
    ),
    Int(
        name="focusSubject",
        label="Subject In Focus",
        hint="Which of the subjects Center and Focus follow. Key it to hand the focus over, then press Track again.",
        default=1,
        minimum=1,
        maximum=len(TARGETS),
        group="Subject",
        enabled=knob("subjects") >= 2,
    ),
    Int(
        name="pullFrames",
        label="Pull Frames",
        hint="Frames that going over to another subject takes; it arrives in the frame of the switch. 0 = at once.",
        default=0,
        minimum=0,
        maximum=1000,
        display_maximum=48,
        unit="frames",
        animates=False,
        group="Subject",
    ),
)

TRACK = (
    Button(
        name="trackBackward",
        label="Track Backward",
        hint="From the current frame to the first. Frames after it keep what they have.",
        group="Track",
    ),
    Button(
        name="trackAll",
        label="Track All",
        hint="The whole clip, both ways from the first key of Target, or from the current frame where it has no keys.",
        group="Track",
    ),
    Button(
        name="trackForward",
        label="Track Forward",
        hint="From the current frame to the last. Frames before it keep what they have.",
        group="Track",
    ),
    first_frame("Track"),
    last_frame("Track"),
    Choice(
        name="method",
        label="Method",
        hint="How the subject is followed.",
        items=(MASK, KCF, CSRT, MODEL),
        item_hints=(
            "Its outline, from motion, colour and edges. No model needed.",
            "A box by kernelised correlation filters, the outline in it from colour: fast, for steady things.",
            "A box by correlation filters with spatial reliability: slower, bears more change.",
            "The instances that the network in Model File finds, each kept apart from the others.",
        ),
        default=MASK,
        group="Track",
    ),
    File(
        name="modelFile",
        label="Model File",
        hint="An instance segmentation network (.onnx): YOLOv8-seg, RTMDet-Ins or RF-DETR-Seg as they export. Its "
        "licence is its author's.",
        group="Track",
        enabled=knob("method") == MODEL,
    ),
    File(
        name="trackFile",
        label="Track File",
        hint="Where the track and its mattes are kept, such as shot.fptrack; a farm needs it too. Without it only "
        "curves are written and the matte is a preview of the click.",
        must_exist=False,
        group="Track",
    ),
)

OUTPUT = (
    Choice(
        name="output",
        label="Output",
        hint="What comes out. An RGB picture has no alpha to hold a matte: take matte or overlay there.",
        items=(SOURCE_AND_MATTE, CUT_OUT, MATTE, OVERLAY),
        item_hints=(
            "Source with the matte in its alpha.",
            "Source times the matte.",
            "The matte in every channel.",
            "Source with the subject tinted.",
        ),
        default=SOURCE_AND_MATTE,
        group="Matte",
    ),
    Choice(
        name="matteOf",
        label="Matte Of",
        hint="Which subjects the matte holds.",
        items=(IN_FOCUS, ALL),
        item_hints=("The one in focus.", "Every one."),
        default=IN_FOCUS,
        group="Matte",
        enabled=knob("subjects") >= 2,
    ),
    Double(
        name="feather",
        label="Feather",
        hint="Width of the matte's soft edge, in px, after it has been fitted to the picture's edges.",
        default=2.0,
        minimum=0.0,
        maximum=500.0,
        display_maximum=50,
        unit="px",
        group="Matte",
    ),
)

FOCUS = (
    depth_source(
        "Where depth comes from. Without any, Focus is not written.",
        "The Depth input.",
        "Source's alpha, as DepthHDR makes it.",
        "Focus",
    ),
    depth_channel("Focus", _by_clip),
    depth_math("Focus"),
    world_scale("Focus"),
    Boolean(
        name="faceFirst",
        label="Face First",
        hint="Where a face is found in the subject, focus on it, on the eyes if they are found, not on the whole body.",
        default=True,
        animates=False,
        group="Focus",
    ),
    Double(
        name="centerTolerance",
        label="Center Tolerance",
        hint="How far, in px, the curve of Center may be off, so that fewer keys do. 0 = a key in every frame.",
        default=0.0,
        minimum=0.0,
        maximum=1000.0,
        display_maximum=10,
        unit="px",
        animates=False,
        group="Curves",
    ),
    Double(
        name="focusTolerance",
        label="Focus Tolerance",
        hint="How far, in per cent of the distance, the curve of Focus may be off. 0 = a key in every frame.",
        default=0.0,
        minimum=0.0,
        maximum=50.0,
        display_maximum=5,
        animates=False,
        group="Curves",
    ),
    Position(
        name="center",
        label="Center",
        hint="Written by Track: a point well inside the subject. Link a focus point to it.",
        group="Curves",
    ),
    Double(
        name="focus",
        label="Focus",
        hint="Written by Track: the subject's distance in world units. Link LensDefocus's Focus Distance to it.",
        default=5.0,
        minimum=0.0,
        maximum=1e7,
        display_minimum=0.1,
        display_maximum=50,
        unit="world",
        group="Curves",
    ),
    Double(
        name="confidence",
        label="Confidence",
        hint="Written by Track: how sure it is of the subject; 0 where the subject is lost or hidden.",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        group="Curves",
    ),
    String(
        name="stamp",
        label="Stamp",
        hint="Changes with every track, so that hosts forget the pictures of the one before.",
        hidden=True,
        group="Curves",
    ),
)

NODE = Node(
    name="FocusTrack",
    label="FocusTrack",
    version=(1, 0),
    description="Click a subject: its matte, its track and its focus distance through the clip, as curves to edit.",
    module="focuspuller.nodes.focus_track.render",
    clips=(
        Clip(name="Source", hint="The clip.", temporal=True),
        Clip(
            name="Depth",
            hint="Depth of the scene, for Focus.",
            optional=True,
            role="data",
            temporal=True,
            premultiplied=False,
        ),
        Clip(
            name="Region",
            hint="A matte, or a drawn rectangle or polygon, around the subject in the frame where Track is pressed; it "
            "takes the place of Target.",
            optional=True,
            role="matte",
            components=("Alpha", "RGBA", "RGB"),
            temporal=True,
        ),
    ),
    pages=(Page("FocusTrack", SUBJECT + TRACK + OUTPUT), Page("Focus", FOCUS)),
    tiles=False,
)
