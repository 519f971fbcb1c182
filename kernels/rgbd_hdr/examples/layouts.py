"""Where floor and walls are in radiance panoramas: coarse layouts, read off the pictures by eye.

The panoramas are CC0 ones of Poly Haven, 1024 × 512, photographed from about HEIGHT above the floor. layouts.json holds
numbers alone; whoever trains gives a folder of the pictures. Those without a layout serve as textures and highlights.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

HEIGHT = 1.5  # m, of the camera above the floor


@dataclass(frozen=True)
class Layout:
    """floor: (azimuth from the picture's left edge, angle below the horizon at which the floor ends), degrees, in order
    of azimuth; straight walls stand between these points. ceiling: m above the camera, None = open sky. things: what
    stands before the walls as upright sheets: (azimuth from, to, its foot, its top), the latter in degrees below the
    horizon. night: the sky is darker than what stands before it, not brighter."""

    floor: tuple[tuple[float, float], ...]
    ceiling: float | None = None
    things: tuple[tuple[float, float, float, float], ...] = ()
    night: bool = False

    @classmethod
    def of(cls, floor, ceiling=None, things=(), night=False) -> Layout:
        return cls(tuple(map(tuple, floor)), ceiling, tuple(map(tuple, things)), night)


_TABLE = Path(__file__).with_name("layouts.json")
LAYOUTS = {stem: Layout.of(**row) for stem, row in json.loads(_TABLE.read_text(encoding="utf-8")).items()}  # by file

HELD_OUT = (  # never learned from, neither as a place nor as a texture: what results are measured on
    "autoshop_01_1k",
    "chinese_garden_1k",
    "christmas_photo_studio_07_1k",
    "circus_arena_1k",
    "lebombo_1k",
    "potsdamer_platz_1k",
    "st_fagans_interior_1k",
    "st_peters_square_night_1k",
    "venice_sunset_1k",
)
