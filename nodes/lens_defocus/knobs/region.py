"""What the Region input does."""

from ...vocabulary import Choice, Double, knob

OFF, SHARP, FOCUSED, FOCUSED_SHARP = "off", "stays sharp", "is focused on", "is focused on, stays sharp"
FOCUSES = (knob("regionMode") == FOCUSED) | (knob("regionMode") == FOCUSED_SHARP)

REGION = (
    Choice(
        name="regionMode",
        label="Region Mode",
        hint="What the Region input, a matte, does; nothing while it is not connected.",
        items=(OFF, SHARP, FOCUSED, FOCUSED_SHARP),
        item_hints=(
            "Nothing.",
            "What it covers is not blurred, whatever its depth.",
            "The plane of focus goes through the median depth of what it covers, whatever Focus Mode says.",
            "Both.",
        ),
        default=SHARP,
        group="Region",
    ),
    Double(
        name="regionFeather",
        label="Feather",
        hint="Width, in px, over which blur sets in outside what stays sharp.",
        default=0.0,
        minimum=0.0,
        maximum=1000.0,
        display_maximum=100.0,
        unit="px",
        group="Region",
        enabled=(knob("regionMode") == SHARP) | (knob("regionMode") == FOCUSED_SHARP),
    ),
)
