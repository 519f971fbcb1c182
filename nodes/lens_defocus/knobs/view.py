"""What comes out."""

from ...vocabulary import Choice, knob

RESULT, FOCUS_SETUP, COC = "result", "focus setup", "CoC"
DISPARITY, FOREGROUND, OCCLUSION = "disparity", "foreground matte", "occlusion fill"
BLURS = (knob("output") == RESULT) | (knob("output") == FOREGROUND)
REACHES = BLURS | (knob("output") == OCCLUSION)

VIEW = (
    Choice(
        name="output",
        label="Output",
        hint="What comes out.",
        items=(RESULT, FOCUS_SETUP, COC, DISPARITY, FOREGROUND, OCCLUSION),
        item_hints=(
            "The picture through the lens.",
            "Red in front of the focus, green in focus, blue behind it.",
            "Signed blur radius in px of the full-resolution frame, behind the focus positive.",
            "1 / distance as the lens reads Depth, far = 0, in all channels.",
            "What is in front of the focus, as it covers the result: 1 = nothing behind it shows.",
            "What the lens takes to be behind each pixel; alpha: how much of it there is.",
        ),
        default=RESULT,
        group="Focus",
    ),
)
