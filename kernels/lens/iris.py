"""The iris: the shape that a defocused point takes, and its spans row by row.

The unit shape has vertical radius 1, y down, as the picture of a far point shows it; a near point shows it turned by
180° (its rays meet the sensor before they cross). The renderers never rasterise the shape: they need, for any
radius, the part of a pixel row that it covers. That is a difference of cumulative integrals over v = y / radius, so one
small table serves every radius, without steps as the radius changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

TABLE_SIZE = 1024  # intervals of v over [-1, 1]; 16 kB as float4
_POINTS_A_BLADE = 1024


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

    def spans(self) -> np.ndarray:
        """float64 [TABLE_SIZE + 1, 3]: integrals from v = -1 to each v of the left edge, the right edge, and 1 where
        inside.

        For a row that spans v1 … v2 the differences d give its mean edges d[0] / d[2] and d[1] / d[2] (in radii), and
        the part of it that the shape reaches, d[2] / (v2 - v1). The shape is convex, so one span a row is all of it.
        """
        points = _POINTS_A_BLADE * max(self.blades, 4)  # corners are among them
        angle = np.radians(self.rotation) + np.linspace(0, 2 * np.pi, points, endpoint=False)
        radius = self.edge(angle)
        x, y = radius * np.cos(angle) / self.squeeze, -radius * np.sin(angle)
        top, bottom = int(np.argmin(y)), int(np.argmax(y))
        x, y = np.roll(x, -top), np.roll(y, -top)
        turn = (bottom - top) % len(x)  # counter-clockwise from the top: the left side comes first
        fine = np.linspace(-1, 1, 16 * TABLE_SIZE + 1)
        left = np.interp(fine, y[: turn + 1], x[: turn + 1])
        right = np.interp(fine, np.append(y[turn:], y[0])[::-1], np.append(x[turn:], x[0])[::-1])
        inside = (fine >= y[0]) & (fine <= y[turn])
        columns = np.stack([left * inside, right * inside, inside.astype(float)], axis=1)
        steps = (columns[1:] + columns[:-1]) / 2 * (fine[1] - fine[0])
        integral = np.concatenate([np.zeros((1, 3)), np.cumsum(steps, axis=0)])
        return integral[::16]


def area(spans: np.ndarray) -> float:
    """Area of the unit shape (pi for a circle without squeeze)."""
    return float(spans[-1, 1] - spans[-1, 0])


def row_span(spans: np.ndarray, v1: np.ndarray, v2: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached): mean edges in radii and the extent in v inside the shape, for rows v1 … v2 (v1 < v2)."""
    position = (np.clip(np.stack([v1, v2]), -1, 1) + 1) * (TABLE_SIZE / 2)
    index = np.minimum(position.astype(int), TABLE_SIZE - 1)
    part = (position - index)[..., None]
    at = spans[index] * (1 - part) + spans[index + 1] * part
    d = at[1] - at[0]
    reached = d[..., 2]
    scale = np.where(reached > 1e-7, reached, 1)
    return d[..., 0] / scale, d[..., 1] / scale, np.where(reached > 1e-7, reached, 0)
