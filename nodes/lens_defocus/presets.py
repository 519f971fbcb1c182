"""Lens characters: what the Preset knob puts in the place of the iris's, the field's and the glass's knobs.

Standard library only: the declaration reads it. Items of a choice are append-only: add at the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

# What a preset decides, and what it leaves alone unless it says otherwise. Barn doors and dust stay the artist's.
NEUTRAL = {
    "blades": 0,
    "roundness": 0.0,
    "irisRotation": 0.0,
    "squeeze": 1.0,
    "catEye": 0.0,
    "swirl": 0.0,
    "sphericalAberration": 0.0,
    "rings": 0,
    "ringStrength": 0.3,
    "centralObstruction": 0.0,
}


@dataclass(frozen=True)
class Preset:
    """hint: a line for the artist; knobs: values of NEUTRAL's knobs that differ from it."""

    hint: str
    knobs: dict[str, float] = field(default_factory=dict)

    def values(self) -> dict[str, float]:
        """A value for every knob that a preset decides."""
        return NEUTRAL | self.knobs


PRESETS = {
    "modern prime": Preset(
        "Nine rounded blades, clean discs, a little cat-eye: a corrected fast lens of today.",
        {"blades": 9, "roundness": 0.8, "irisRotation": 10.0, "catEye": 0.35, "sphericalAberration": 0.1},
    ),
    "vintage bubbles": Preset(
        "Round discs with bright rims behind the focus: an overcorrected triplet of the 1950s.",
        {"sphericalAberration": -0.9, "catEye": 0.5},
    ),
    "petzval swirl": Preset(
        "The background turns around the centre: a portrait lens of 1840.",
        {"swirl": 0.8, "catEye": 0.9, "sphericalAberration": -0.3},
    ),
    "anamorphic 2x": Preset(
        "Tall ovals, cut by the barrel towards the frame's sides: 2× anamorphic scope.",
        {"squeeze": 2.0, "catEye": 0.9, "sphericalAberration": 0.15},
    ),
    "mirror": Preset(
        "Doughnuts: a catadioptric telephoto lens, whose secondary mirror stands in the light.",
        {"centralObstruction": 0.45, "catEye": 0.6},
    ),
    "hexagon": Preset(
        "Six straight blades: an older lens, stopped down.",
        {"blades": 6, "irisRotation": 0.0},
    ),
    "vintage pentagon": Preset(
        "Five nearly straight blades with a bright rim, and the barrel's cat-eye: a standard lens of the 1970s.",
        {"blades": 5, "roundness": 0.15, "irisRotation": 90.0, "sphericalAberration": -0.45, "catEye": 0.6},
    ),
    "soft portrait": Preset(
        "Discs that melt away behind the focus: an undercorrected portrait lens.",
        {"sphericalAberration": 1.0, "catEye": 0.3},
    ),
    "aspherical": Preset(
        "Onion rings in clean discs: a zoom lens with moulded aspherical glass.",
        {"blades": 9, "roundness": 0.9, "rings": 5, "ringStrength": 0.45, "catEye": 0.45},
    ),
}

WIDEST = max(math.sqrt(1 + p.values()["swirl"]) for p in PRESETS.values())  # reach of blur, in radii; squeezes are ≥ 1
