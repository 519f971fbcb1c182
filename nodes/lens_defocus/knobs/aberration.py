"""Chromatic aberration: colours that the lens does not bring together."""

from ...vocabulary import Double

ABERRATION = (
    Double(
        name="axialAberration",
        label="Axial Aberration",
        hint="By how many px of radius blue is blurred more than green behind the focus, and less in front of it; red "
        "the other way. Costs three times the time.",
        default=0.0,
        minimum=-100.0,
        maximum=100.0,
        display_minimum=-5.0,
        display_maximum=5.0,
        unit="px",
        group="Chromatic Aberration",
    ),
    Double(
        name="lateralAberration",
        label="Lateral Aberration",
        hint="By how many px red is moved outward at the frame's corners, and blue inward; less towards the centre.",
        default=0.0,
        minimum=-100.0,
        maximum=100.0,
        display_minimum=-5.0,
        display_maximum=5.0,
        unit="px",
        group="Chromatic Aberration",
    ),
)
