"""The shape that a defocused point takes."""

from ...vocabulary import Double, Int, knob

IRIS = (
    Int(
        name="blades",
        label="Blades",
        hint="Blades of the iris, 3 to 16; 0 = a circle.",
        default=0,
        minimum=0,
        maximum=16,
        group="Iris",
    ),
    Double(
        name="roundness",
        label="Roundness",
        hint="0 = straight blades, 1 = a circle.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Iris",
        enabled=knob("blades") >= 3,
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
        enabled=knob("blades") >= 3,
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
    ),
)
