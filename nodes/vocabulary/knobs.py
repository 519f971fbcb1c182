"""The knobs a node can declare. Plain data: no numpy, no OpenFX; the manifest, the CLI and the docs read it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .expressions import Expression


@dataclass(frozen=True, kw_only=True)
class Knob:
    """What every knob has.

    name: script name, stable for ever (saved comps use it). label: what the host shows. hint: the tooltip, one or two
    sentences. group: heading it sits under inside its page. enabled: greyed out while this formula is 0. hidden: never
    shown; for what an analysis leaves for `render`, such as the stamp that tells hosts that a file has changed.
    """

    name: str
    label: str
    hint: str
    group: str | None = None
    animates: bool = True
    enabled: Expression | None = None
    hidden: bool = False

    type = "knob"

    def details(self) -> dict:
        """The manifest fields of this kind of knob alone."""
        return {}


@dataclass(frozen=True, kw_only=True)
class Double(Knob):
    """A number. Values outside [minimum, maximum] are clamped by hosts; display_* bound the slider.

    unit: "" (plain), "px" (radius or length in square pixels of the full-resolution frame; multiply by the render
    scale when rendering), "world" (the comp's world units), "mm", "degrees", "frames", "s".
    """

    default: float
    minimum: float
    maximum: float
    display_minimum: float | None = None
    display_maximum: float | None = None
    unit: str = ""
    digits: int = 3

    type = "double"

    def __post_init__(self):
        if not self.minimum <= self.default <= self.maximum:
            raise ValueError(f"knob {self.name}: default {self.default} outside [{self.minimum}, {self.maximum}]")

    def details(self):
        return {
            "default": self.default,
            "min": self.minimum,
            "max": self.maximum,
            "displayMin": self.minimum if self.display_minimum is None else self.display_minimum,
            "displayMax": self.maximum if self.display_maximum is None else self.display_maximum,
            "unit": self.unit,
            "digits": self.digits,
        }


@dataclass(frozen=True, kw_only=True)
class Int(Double):
    """A whole number; the same fields as Double."""

    default: int
    minimum: int
    maximum: int

    type = "int"


@dataclass(frozen=True, kw_only=True)
class Boolean(Knob):
    """A check box."""

    default: bool

    type = "boolean"

    def details(self):
        return {"default": self.default}


@dataclass(frozen=True, kw_only=True)
class Choice(Knob):
    """One of several items. Items are append-only (comps save the index) and do not animate.

    items: the item names, which scripts and `render` use; item_hints: one line each, may be empty.
    """

    items: tuple[str, ...]
    default: str
    item_hints: tuple[str, ...] = ()
    animates: bool = field(default=False, init=False)

    type = "choice"

    def __post_init__(self):
        if self.default not in self.items:
            raise ValueError(f"knob {self.name}: default {self.default!r} is not one of {self.items}")
        if self.item_hints and len(self.item_hints) != len(self.items):
            raise ValueError(f"knob {self.name}: {len(self.item_hints)} item hints for {len(self.items)} items")

    def index(self, item: str) -> int:
        """The index saved in comps; KeyError names the items there are."""
        if item not in self.items:
            raise KeyError(f"knob {self.name} has no item {item!r}; items: {', '.join(self.items)}")
        return self.items.index(item)

    def details(self):
        return {"default": self.index(self.default), "items": list(self.items), "itemHints": list(self.item_hints)}


@dataclass(frozen=True, kw_only=True)
class Position(Knob):
    """A point in the picture with a handle in the host's viewer.

    In hosts and comps: canonical coordinates (y up, full resolution). In `render`: pixels of the rendered scale, x
    right, y down, from the format's top-left corner. default: fraction of the format (0.5, 0.5 = centre).
    """

    default: tuple[float, float] = (0.5, 0.5)

    type = "position"

    def details(self):
        return {"default": list(self.default)}


@dataclass(frozen=True, kw_only=True)
class String(Knob):
    """A line of text. Does not animate."""

    default: str = ""
    animates: bool = field(default=False, init=False)

    type = "string"

    def details(self):
        return {"default": self.default}


@dataclass(frozen=True, kw_only=True)
class File(String):
    """A file path. must_exist: False for files the node writes."""

    must_exist: bool = True

    type = "file"

    def details(self):
        return super().details() | {"mustExist": self.must_exist}


@dataclass(frozen=True, kw_only=True)
class Button(Knob):
    """A push button; pressing it runs the node's `analyse` with this button's name."""

    animates: bool = field(default=False, init=False)

    type = "button"


@dataclass(frozen=True)
class Page:
    """A tab of knobs, in the order shown."""

    name: str
    knobs: tuple[Knob, ...]
