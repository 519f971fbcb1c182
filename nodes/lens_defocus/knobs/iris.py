"""The shape that a defocused point takes."""

from ...vocabulary import Choice, Double, Int, knob
from ..presets import PRESETS

LENS_FILTER, GAUSSIAN = "lens", "gaussian"
BY_IRIS, BY_CLIP, BY_PRESET = "iris", "kernel clip", "preset"
LIKE_A_LENS = knob("filter") == LENS_FILTER
OWN_IRIS = LIKE_A_LENS & (knob("kernelSource") == BY_IRIS)
FROM_CLIP = LIKE_A_LENS & (knob("kernelSource") == BY_CLIP)
FROM_PRESET = LIKE_A_LENS & (knob("kernelSource") == BY_PRESET)

IRIS = (
    Choice(
        name="filter",
        label="Filter",
        hint="What a defocused point becomes.",
        items=(LENS_FILTER, GAUSSIAN),
        item_hints=(
            "The shape of the iris.",
            "A Gaussian as wide as the lens's disc (sigma = half its radius): the plain look of a focus stack.",
        ),
        default=LENS_FILTER,
        group="Iris",
    ),
    Choice(
        name="kernelSource",
        label="Kernel Source",
        hint="Where the shape comes from.",
        items=(BY_IRIS, BY_CLIP, BY_PRESET),
        item_hints=(
            "The knobs below.",
            "The Kernel input: any picture, of any size; its longer side is the blur's diameter.",
            "The lens chosen in Preset: its numbers take the place of Iris, Cat-Eye, Swirl and Glass.",
        ),
        default=BY_IRIS,
        group="Iris",
        enabled=LIKE_A_LENS,
    ),
    Choice(
        name="preset",
        label="Preset",
        hint="A lens's character. The knobs keep their own values, which count again with Kernel Source iris.",
        items=tuple(PRESETS),
        item_hints=tuple(preset.hint for preset in PRESETS.values()),
        default="modern prime",
        group="Iris",
        enabled=FROM_PRESET,
    ),
    Choice(
        name="kernelColour",
        label="Kernel Colour",
        hint="What the Kernel input's colours do.",
        items=("kept", "balanced", "none"),
        item_hints=(
            "Blur takes on the picture's colours.",
            "Every channel keeps its light: shapes are coloured, surfaces are not.",
            "Only the picture's brightness counts.",
        ),
        default="kept",
        group="Iris",
        enabled=FROM_CLIP,
    ),
    Int(
        name="blades",
        label="Blades",
        hint="Blades of the iris, 3 to 16; 0 = a circle.",
        default=0,
        minimum=0,
        maximum=16,
        group="Iris",
        enabled=OWN_IRIS,
    ),
    Double(
        name="roundness",
        label="Roundness",
        hint="0 = straight blades, 1 = a circle.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Iris",
        enabled=OWN_IRIS & (knob("blades") >= 3),
    ),
    Double(
        name="irisRotation",
        label="Rotation",
        hint="Turns the iris counter-clockwise, in degrees.",
        default=0.0,
        minimum=-36000,
        maximum=36000,
        display_minimum=-180,
        display_maximum=180,
        unit="degrees",
        group="Iris",
        enabled=OWN_IRIS & (knob("blades") >= 3),
    ),
    Double(
        name="squeeze",
        label="Squeeze",
        hint="How much taller than wide the blur is: 2 for a 2× anamorphic lens. The height stays.",
        default=1.0,
        minimum=0.25,
        maximum=4.0,
        display_minimum=0.5,
        display_maximum=2.0,
        group="Iris",
        enabled=~FROM_PRESET,
    ),
)
