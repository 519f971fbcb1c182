"""Speed against accuracy."""

from ...vocabulary import Choice
from .view import BLURS

QUALITY = (
    Choice(
        name="quality",
        label="Quality",
        hint="From which blur radius on light is spread on coarser grids.",
        items=("draft", "normal", "high"),
        item_hints=("To look at while you work.", "For most shots.", "For the final frames."),
        default="normal",
        group="Render",
        enabled=BLURS,
    ),
)
