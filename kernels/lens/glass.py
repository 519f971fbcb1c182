"""What a lens makes of a point: the iris's shapes over the frame, and how light lies in them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .field import Field, SpanGrid, span_grid
from .iris import Iris
from .profile import EVEN, Profile

TABLE_SIZE = 1024  # intervals of a lens with one shape; shapes that vary have FIELD_TABLE_SIZE
FIELD_TABLE_SIZE = 256


@dataclass(frozen=True)
class Glass:
    """field: how the shape varies over the frame. profiles: how light lies in it, behind and in front of the focus.
    highlights: the same for lone highlights, whose discs show the edges of a profile's copies, of more copies; default:
    profiles. frame: the format's width and height in px of the picture, whose corner is at absolute coordinates (0, 0);
    only a field that is not even needs it."""

    field: Field = field(default_factory=Field)
    profiles: tuple[Profile, Profile] = (EVEN, EVEN)
    frame: tuple[float, float] = (1.0, 1.0)
    highlights: tuple[Profile, Profile] | None = None

    def grid(self, iris: Iris, stretch: float) -> SpanGrid:
        """Span tables of an iris. stretch: columns per row of the same length."""
        if self.field.even:
            return span_grid(iris, self.field, 1.0, size=TABLE_SIZE)
        width, height = self.frame
        return span_grid(iris, self.field, width / stretch / height, size=FIELD_TABLE_SIZE)

    @property
    def plain(self) -> bool:
        """Whether every point becomes one even copy of its shape."""
        return self.profiles[0] is EVEN and self.profiles[1] is EVEN

    @property
    def reach(self) -> float:
        """Bound of how far light goes, in radii of the plain iris."""
        return self.field.reach * self.profile_reach

    @property
    def profile_reach(self) -> float:
        """Bound of the copies' scales."""
        return max(profile.reach for profile in (*self.profiles, *(self.highlights or ())))

    def copies(self, highlights: bool = False) -> tuple[np.ndarray, np.ndarray]:
        """(float32 [J, 2] scale and share of the copies behind the focus, then in front of it; int32 [2] how many)."""
        profiles = self.highlights if highlights and self.highlights else self.profiles
        pairs = [np.stack([p.scales, p.shares], axis=1) for p in profiles]
        return np.concatenate(pairs).astype(np.float32), np.array([len(p) for p in pairs], np.int32)


PLAIN = Glass()
