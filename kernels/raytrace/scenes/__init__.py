"""The scenes the ray tracer ships with: `demo` for the clip, the others for accuracy tables."""

from __future__ import annotations

from ..scene import Scene
from .backlight import backlight
from .corridor import corridor
from .demo import demo
from .tables import cards, grass, lamps, rails

_MAKERS = {"demo": demo, "rails": rails, "cards": cards, "lamps": lamps, "grass": grass}
_MAKERS |= {"corridor": corridor, "backlight": backlight}
NAMES = tuple(_MAKERS)


def scene(name: str) -> Scene:
    """A scene by name. ValueError for an unknown one."""
    if name not in _MAKERS:
        raise ValueError(f"scene {name!r} is not one of {', '.join(NAMES)}")
    return _MAKERS[name]()


__all__ = ["NAMES", "backlight", "cards", "corridor", "demo", "grass", "lamps", "rails", "scene"]
