"""The one place where OpenFX's coordinates become the nodes' and back.

OpenFX: y up, the origin at the format's bottom-left corner. Pixels are of the render scale; canonical coordinates are
of the full resolution with square pixels: x_pixel = x_canonical · scale.x / pixel_aspect, y_pixel = y_canonical ·
scale.y (OpenFX 1.4, "Spatial Coordinates"). Nodes: y down, the origin at the format's top-left corner, pixels of the
render scale.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from focuspuller.nodes.vocabulary.jobs import Window


@dataclass(frozen=True)
class Coordinates:
    """height: the format's, in whole pixels of the render scale. pixel_aspect: width / height of a pixel."""

    height: int
    scale: tuple[float, float]
    pixel_aspect: float

    def window(self, rectangle: Sequence[int]) -> Window:
        """[x1, y1, x2, y2] y up, as a window. Empty or inverted rectangles become windows of no size."""
        x1, y1, x2, y2 = (int(v) for v in rectangle)
        return Window(x1, self.height - max(y1, y2), max(x1, x2), self.height - y1)

    def position(self, canonical: Sequence[float]) -> tuple[float, float]:
        """A canonical point, as nodes see it."""
        x, y = canonical
        return x * self.scale[0] / self.pixel_aspect, self.height - y * self.scale[1]

    def canonical(self, position: Sequence[float]) -> tuple[float, float]:
        """The inverse of `position`."""
        x, y = position
        return float(x) * self.pixel_aspect / self.scale[0], (self.height - float(y)) / self.scale[1]
