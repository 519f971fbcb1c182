"""What comes out."""

from ...vocabulary import Choice, knob

RESULT, FOCUS_SETUP, COC = "result", "focus setup", "CoC"
BLURS = knob("output") == RESULT

VIEW = (
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
