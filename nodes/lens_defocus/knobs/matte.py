"""A subject whose edges are known better than depth knows them."""

from ...vocabulary import Choice, connected, either, knob

BY_MATTE = either(knob("matteSource") == "clip", connected("Matte"), 1)

MATTE = (
    Choice(
        name="matteSource",
        label="Matte",
        hint="What tells how much of each pixel a subject covers, such as thin hair. The subject then goes through the "
        "lens as a layer of its own, which takes two to four times as long.",
        items=("clip", "source alpha"),
        item_hints=("The Matte input, while it is connected.", "Source's alpha; Source counts as opaque."),
        default="clip",
        group="Matte",
    ),
)
