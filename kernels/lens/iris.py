"""The iris: the shape that a defocused point takes.

The unit shape has vertical radius 1, y down, as the picture of a far point shows it; a near point shows it turned by
180° (its rays meet the sensor before they cross). The renderers never rasterise it: see field.SpanGrid.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Iris:
    """blades: 0 = circle, else 3 … 16. roundness: 0 = straight blades, 1 = circle. rotation: degrees,
    counter-clockwise.

    squeeze: the width is 1 / squeeze of the height (2 = the oval of a 2× anamorphic lens). ValueError outside the
    ranges.
    """

    blades: int = 0
    roundness: float = 1.0
    rotation: float = 0.0
    squeeze: float = 1.0

    def __post_init__(self):
        if self.blades != 0 and not 3 <= self.blades <= 16:
            raise ValueError(f"an iris has 3 to 16 blades, or 0 for a circle, not {self.blades}")
        if not 0 <= self.roundness <= 1:
            raise ValueError(f"roundness {self.roundness} is outside [0, 1]")
        if not self.squeeze > 0:
            raise ValueError(f"squeeze {self.squeeze} is not positive")

    def edge(self, angle: np.ndarray) -> np.ndarray:
        """Distance of the edge from the centre at these angles (radians, counter-clockwise), before squeezing."""
        if self.blades == 0:
            return np.ones_like(angle)
        half = np.pi / self.blades
        straight = np.cos(half) / np.cos(np.mod(angle - np.radians(self.rotation), 2 * half) - half)
        return (1 - self.roundness) * straight + self.roundness

    def contains(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Whether points lie in the unit shape: x right, y down, squeezed."""
        x = np.asarray(x) * self.squeeze
        return np.hypot(x, y) <= self.edge(np.arctan2(-np.asarray(y), x))
