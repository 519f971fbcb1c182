"""What comes out."""

from ...vocabulary import Choice, knob

RESULT, FOCUS_SETUP, COC = "result", "focus setup", "CoC"
DISPARITY, FOREGROUND = "disparity", "foreground matte"
BLURS = (knob("output") == RESULT) | (knob("output") == FOREGROUND)

VIEW = (
    Choice(
        name="output",
        label="Output",
        hint="What comes out.",
        items=(RESULT, FOCUS_SETUP, COC, DISPARITY, FOREGROUND),
        item_hints=(
            "The picture through the lens.",
            "Red in front of the focus, green in focus, blue behind it.",
            "Signed blur radius in px of the full-resolution frame, behind the focus positive.",
            "1 / distance as the lens reads Depth, far = 0, in all channels.",
            "What is in front of the focus, as it covers the result: 1 = nothing behind it shows.",
        ),
        default=RESULT,
        group="Focus",
    ),
)
