"""What the glass does to the iris's shape: over the frame, and from its centre to its rim."""

from ...vocabulary import Double, Int, knob
from .iris import FROM_CLIP, LIKE_A_LENS, OWN_IRIS

CLEAN = knob("dust") <= 0
_SHAPED = OWN_IRIS & CLEAN
_DOORS = LIKE_A_LENS & ~FROM_CLIP & CLEAN


def _door(name: str, side: str) -> Double:
    return Double(
        name=f"barn{name}",
        label=f"{name} Door",
        hint=f"How far the {side} door is in, as a part of Barn Doors; 0 = open.",
        default=1.0,
        minimum=0.0,
        maximum=1.0,
        group="Field",
        enabled=_DOORS & (knob("barnDoors") > 0),
    )


GLASS = (
    Double(
        name="catEye",
        label="Cat-Eye",
        hint="Optical vignetting: towards the frame's corners the lens's rims cut the iris to a lens shape across the "
        "direction to the centre. 1 = half as wide in the corners. Nothing darkens.",
        default=0.0,
        minimum=0.0,
        maximum=1.5,
        display_maximum=1.0,
        group="Field",
        enabled=_SHAPED,
    ),
    Double(
        name="swirl",
        label="Swirl",
        hint="Petzval's lens: towards the frame's corners discs become ovals around the centre. 1 = twice as long as "
        "wide in the corners; they then reach up to 1.4 times Maximum Size.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Field",
        enabled=_SHAPED,
    ),
    Double(
        name="barnDoors",
        label="Barn Doors",
        hint="Flags in front of the lens cut blur straight, more towards their side of the frame. 1 = half of a disc "
        "is missing there.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Field",
        enabled=_DOORS,
    ),
    *(_door(name, name.lower()) for name in ("Left", "Right", "Top", "Bottom")),
    Double(
        name="sphericalAberration",
        label="Spherical Aberration",
        hint="Above 0: blur is soft behind the focus and has a bright rim in front of it. Below 0 the other way round: "
        "the soap bubbles of old lenses.",
        default=0.0,
        minimum=-1.0,
        maximum=1.0,
        group="Glass",
        enabled=OWN_IRIS,
    ),
    Int(
        name="rings",
        label="Onion Rings",
        hint="Number of bright rings in a disc, as ground aspherical glass makes them.",
        default=0,
        minimum=0,
        maximum=8,
        group="Glass",
        enabled=OWN_IRIS,
    ),
    Double(
        name="ringStrength",
        label="Ring Strength",
        hint="How much brighter than the disc the rings are.",
        default=0.3,
        minimum=0.0,
        maximum=1.0,
        group="Glass",
        enabled=OWN_IRIS & (knob("rings") > 0),
    ),
    Double(
        name="centralObstruction",
        label="Central Obstruction",
        hint="Radius of the hole in the middle, as a part of the disc's: a mirror lens's doughnuts.",
        default=0.0,
        minimum=0.0,
        maximum=0.95,
        group="Glass",
        enabled=OWN_IRIS,
    ),
    Double(
        name="dust",
        label="Dust",
        hint="Specks and hairs that show in every disc. With dust, Cat-Eye, Swirl and Barn Doors are left out, and "
        "frames take several times as long.",
        default=0.0,
        minimum=0.0,
        maximum=1.0,
        group="Glass",
        enabled=LIKE_A_LENS,
    ),
    Int(
        name="dustSeed",
        label="Dust Seed",
        hint="Another number, other dust.",
        default=1,
        minimum=0,
        maximum=1000000,
        display_maximum=100,
        group="Glass",
        enabled=LIKE_A_LENS & (knob("dust") > 0),
    ),
)
