"""What is taken to be behind what the picture shows in front."""

from ...vocabulary import Boolean
from .view import REACHES

FILL = (
    Boolean(
        name="fillForeground",
        label="Fill Behind Foreground",
        hint="Continues what is around a foreground behind it, so that its blur shows a plausible background. The "
        "Guide input, a clean plate, takes its place where its alpha is 1. Off: only what the picture shows, as if "
        "nothing were behind.",
        default=True,
        group="Fill",
        enabled=REACHES,
    ),
)
