"""Which channels of which part of a file a Read takes: parts, views, layers and channels, as EXR files name them.

An EXR channel is called `layer.view.channel`, each of the first two being optional; a part can carry its view in an
attribute, and its name is often the layer's. Source: OpenEXR, "Multi-View OpenEXR" and "Parts of an OpenEXR File".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .errors import CompError, suggest

_COLOURS = (("R", "G", "B", "A"), ("r", "g", "b", "a"), ("red", "green", "blue", "alpha"))
_ORDERS = (*_COLOURS, ("x", "y", "z"), ("X", "Y", "Z"), ("u", "v"))
_GREY = (("Y", "A"), ("Y",), ("L",), ("I",))


@dataclass(frozen=True)
class Part:
    """A part's header. number: its index in the file. views: of the multiView attribute, the default one first."""

    number: int
    name: str
    view: str
    views: tuple[str, ...]
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Channel:
    """One channel. name: its last component; layer and view: "" where it has none; full: as the file has it."""

    part: int
    index: int
    full: str
    layer: str
    view: str
    name: str


@dataclass(frozen=True)
class Choice:
    """part: number; channels: indices in that part, one to four, in the order wanted; names: their last components."""

    part: int
    channels: tuple[int, ...]
    names: tuple[str, ...]

    @property
    def is_grey(self) -> bool:
        """Grey and alpha: a picture. A grey channel alone is more often a matte or depth."""
        return self.names == _GREY[0]

    @property
    def is_colour(self) -> bool:
        """Whether a transfer function applies: not to depth, vectors and mattes."""
        return self.is_grey or tuple(n.upper()[:1] for n in self.names[:3]) == ("R", "G", "B")


def choose(parts: Sequence[Part], part: str = "", view: str = "", layer: str = "", wanted: str = "") -> Choice:
    """The channels that a Read's knobs mean. wanted: names separated by commas or blanks. Raises CompError."""
    chosen = _of_part(parts, part)
    channels = [c for p in chosen for c in _channels(p)]
    views = list(dict.fromkeys(v for p in chosen for v in (p.view, *p.views) if v))
    if view and views and view not in views:
        raise CompError(f"has no view {view!r}; {suggest(view, views)}")
    view = view or (views[0] if views else "")
    channels = [c for c in channels if c.view in ("", view)]
    everything = channels
    if layer:
        channels = _of_layer(parts, channels, layer)
    names = wanted.replace(",", " ").split()
    found = _named(channels, names) if names else _main(channels, bool(layer or part))
    if found is None:
        known = sorted({c.full for c in (channels or everything)})
        if names:
            missing = next(n for n in names if not any(n in (c.full, c.name) for c in channels))
            raise CompError(f"has no channel {missing!r}; {suggest(missing, known)}")
        raise CompError(f"has several channels, none of them RGBA: {', '.join(known)}; say which by layer or channels")
    return Choice(found[0].part, tuple(c.index for c in found), tuple(c.name for c in found))


def _of_part(parts: Sequence[Part], wanted: str) -> list[Part]:
    if not wanted:
        return list(parts)
    found = [p for p in parts if p.name == wanted] or [p for p in parts if str(p.number) == wanted]
    if not found:
        names = [p.name or str(p.number) for p in parts]
        raise CompError(f"has no part {wanted!r}; {suggest(wanted, names)}")
    return found


def _channels(part: Part) -> list[Channel]:
    result = []
    for index, full in enumerate(part.channels):
        *layers, name = full.split(".")
        view = part.view
        if part.views:
            named = [v for v in part.views if v in layers]
            view = named[0] if named else part.views[0]
            layers = [piece for piece in layers if piece != view or not named]
        result.append(Channel(part.number, index, full, ".".join(layers), view, name))
    return result


def _of_layer(parts: Sequence[Part], channels: list[Channel], layer: str) -> list[Channel]:
    """Channels of a layer: by their names, else by their part's name, else depth as the Z that stands alone."""

    def part_names(c: Channel) -> tuple[str, ...]:
        name = parts[c.part].name
        return (name, name.removesuffix("_" + c.view), name.removesuffix("." + c.view)) if c.view else (name,)

    found = [c for c in channels if c.layer == layer] or [c for c in channels if layer in part_names(c)]
    if not found and layer == "depth":
        found = [c for c in channels if not c.layer and c.name == "Z"]
    if not found:
        known = {c.layer for c in channels} | {min(part_names(c), key=len) for c in channels}
        raise CompError(f"has no layer {layer!r}; {suggest(layer, filter(None, known))}")
    return found


def _named(channels: list[Channel], names: list[str]) -> list[Channel] | None:
    """The channels of these names, all in one part; full names are looked for before last components."""
    if len(names) > 4:
        raise CompError(f"channels {', '.join(names)} are more than four; name one to four")
    for part in dict.fromkeys(c.part for c in channels):
        inside = [c for c in channels if c.part == part]
        found = []
        for name in names:
            same = [c for c in inside if c.full == name] or [c for c in inside if c.name == name]
            found += sorted(same, key=lambda c: (c.layer != "", c.index))[:1]
        if len(found) == len(names):
            return found
    return None


def _main(channels: list[Channel], narrowed: bool) -> list[Channel] | None:
    """The picture of a file or layer: RGBA, else grey, else whatever few channels there are, in their natural order."""
    for part in dict.fromkeys(c.part for c in channels):
        inside = [c for c in channels if c.part == part]
        plain = [c for c in inside if not c.layer]
        group = inside if narrowed and not plain else plain
        by_name = {c.name: c for c in reversed(group)}
        for order in _ORDERS:
            if all(n in by_name for n in order[:3]):
                return [by_name[n] for n in order if n in by_name]
        for order in _GREY:
            if all(n in by_name for n in order):
                return [by_name[n] for n in order]
    by_part = list(dict.fromkeys(c.part for c in channels))
    if len(by_part) == 1 and len(channels) <= 4:
        return sorted(channels, key=lambda c: next((o.index(c.name) for o in _ORDERS if c.name in o), c.index))
    return None
