"""Highlights that a picture has clipped, given back."""

from ...vocabulary import Double, knob

LIGHT = (
    Double(
        name="highlightThreshold",
        label="Highlight Threshold",
        hint="Scene-linear value of the strongest colour channel from which on light is a highlight.",
        default=0.9,
        minimum=0.0,
        maximum=1e6,
        display_maximum=4.0,
        group="Highlights",
        enabled=knob("highlightGain") != 1,
    ),
    Double(
        name="highlightGain",
        label="Highlight Gain",
        hint="Factor on the light above the threshold, where it is out of focus; its colour stays. 1 = unchanged.",
        default=1.0,
        minimum=0.0,
        maximum=10000.0,
        display_maximum=50.0,
        group="Highlights",
    ),
)
