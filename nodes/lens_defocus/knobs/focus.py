"""Where the plane of focus lies."""

from ...vocabulary import Choice, Double, Position, knob
from .depth import MEASURED

FOCUS = (
    Choice(
        name="focusMode",
        label="Focus Mode",
        hint="How the plane of focus is given.",
        items=("distance", "point"),
        item_hints=("Focus Distance.", "Whatever is at Focus Point."),
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
        maximum=1e7,
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
)
