"""Where the plane of focus lies."""

from ...vocabulary import Button, Choice, Double, File, Position, String, knob
from ...vocabulary.common import FARTHEST
from .depth import MEASURED

FOCUS = (
    Choice(
        name="focusMode",
        label="Focus Mode",
        hint="How the plane of focus is given.",
        items=("distance", "point", "focus file"),
        item_hints=("Focus Distance.", "Whatever is at Focus Point.", "The curve in Focus File."),
        default="distance",
        group="Focus",
        enabled=MEASURED,
    ),
    Double(
        name="focusDistance",
        label="Focus Distance",
        hint="Distance of the plane of focus from the camera, in world units, whatever the Depth Math.",
        default=5.0,
        minimum=0.0,
        maximum=FARTHEST,
        display_minimum=0.1,
        display_maximum=50,
        unit="world",
        group="Focus",
        enabled=MEASURED & (knob("focusMode") == "distance"),
    ),
    Position(
        name="focusPoint",
        label="Focus Point",
        hint="What is here is in focus: the median depth of the few pixels around it.",
        default=(0.5, 0.5),
        group="Focus",
        enabled=MEASURED & (knob("focusMode") == "point"),
    ),
    Button(
        name="setFocusFromPoint",
        label="Set Focus from Point",
        hint="Writes the distance of what is at Focus Point into Focus Distance, as a key at this frame where it has "
        "keys, and sets Focus Mode to distance.",
        group="Focus",
        enabled=MEASURED & (knob("focusMode") == "point"),
    ),
    File(
        name="focusFile",
        label="Focus File",
        hint="The focus curve that LAAFPlanner or focuspuller analyse has written: JSON, in metres.",
        group="Focus",
        enabled=MEASURED & (knob("focusMode") == "focus file"),
    ),
    Button(
        name="reloadFocusFile",
        label="Reload",
        hint="Tells the host that Focus File has changed on disk, so that it renders anew what it has cached.",
        group="Focus",
        enabled=MEASURED & (knob("focusMode") == "focus file"),
    ),
    String(
        name="focusFileStamp",
        label="Focus File Stamp",
        hint="When Focus File was last reloaded.",
        group="Focus",
        hidden=True,
    ),
    Double(
        name="protectNear",
        label="Protect in Front",
        hint="Distance in front of the plane of focus, in world units, that stays sharp. Blur begins there.",
        default=0.0,
        minimum=0.0,
        maximum=FARTHEST,
        display_maximum=10,
        unit="world",
        group="Focus",
        enabled=MEASURED,
    ),
    Double(
        name="protectFar",
        label="Protect Behind",
        hint="Distance behind the plane of focus, in world units, that stays sharp. Blur begins there.",
        default=0.0,
        minimum=0.0,
        maximum=FARTHEST,
        display_maximum=10,
        unit="world",
        group="Focus",
        enabled=MEASURED,
    ),
)
