"""What a knob can hold in a comp: a constant, keyframes, or a link to another knob."""

from __future__ import annotations

import ast
import math
import reprlib
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from focuspuller.nodes.vocabulary import Boolean, Button, Choice, Double, File, Int, Knob, Position, String

INTERPOLATIONS = ("smooth", "linear", "constant")
_LONGEST_EXPRESSION = 200


@dataclass(frozen=True, kw_only=True)
class FrameNumber(Knob):
    """A frame that need not be given; built-in nodes alone have such knobs."""

    type = "frame"

    def details(self):
        return {"default": None}


@dataclass(frozen=True)
class Constant:
    """value: float, int, bool, str (choice item, text, absolute path) or (x, y), canonical: y up, full resolution."""

    value: object


@dataclass(frozen=True)
class Keys:
    """keys: (frame, value), frames rising. interpolation: smooth, linear or constant."""

    keys: tuple[tuple[float, object], ...]
    interpolation: str


@dataclass(frozen=True)
class Link:
    """scale · node.knob[.component] + offset. component: 0 or 1 of a 2D position, or None."""

    node: str
    knob: str
    component: int | None
    scale: float
    offset: float

    @property
    def plain(self) -> bool:
        return self.scale == 1 and self.offset == 0

    def apply(self, value: object) -> object:
        """The linked value for this value of the other knob."""
        if self.component is not None:
            value = value[self.component]
        if self.plain:
            return value
        if isinstance(value, tuple):
            return tuple(self.scale * v + self.offset for v in value)
        return self.scale * value + self.offset


Value = Constant | Keys | Link


def parse_value(knob: Knob, raw: object, folder: Path) -> Value:
    """A knob's value as a comp has it. folder: what relative paths start from. Raises ValueError: problem; cure."""
    if isinstance(knob, Button):
        raise ValueError("is a button and holds no value; remove it")
    if isinstance(raw, dict):
        if "expr" in raw:
            _only(raw, {"expr"})
            return parse_link(raw["expr"])
        if "keys" in raw:
            return _parse_keys(knob, raw, folder)
        raise ValueError('an object is {"keys": [[frame, value], …]} or {"expr": "node.knob"}')
    return Constant(parse_constant(knob, raw, folder))


def parse_constant(knob: Knob, raw: object, folder: Path) -> object:
    """One plain value, checked against the knob's type, range and items. Raises ValueError: problem; cure."""
    if isinstance(knob, Position):
        if not isinstance(raw, (list, tuple)) or len(raw) != 2:
            raise ValueError(f"{reprlib.repr(raw)} is no 2D position; write [x, y] in pixels, y up")
        return (_number(raw[0]), _number(raw[1]))
    if isinstance(knob, Double):
        number = _number(raw)
        if isinstance(knob, Int):
            if number != int(number):
                raise ValueError(f"{reprlib.repr(raw)} is not a whole number; write {round(number)}")
            number = int(number)
        if not knob.minimum <= number <= knob.maximum:
            raise ValueError(
                f"{reprlib.repr(raw)} is outside {knob.minimum:g} … {knob.maximum:g}; choose a value inside"
            )
        return number
    if isinstance(knob, FrameNumber):
        number = _number(raw)
        if number != int(number):
            raise ValueError(f"{reprlib.repr(raw)} is no frame; write a whole number")
        return int(number)
    if isinstance(knob, Boolean):
        if not isinstance(raw, bool):
            raise ValueError(f"{reprlib.repr(raw)} is neither true nor false; write one of them")
        return raw
    if isinstance(knob, Choice):
        if raw not in knob.items:
            raise ValueError(f"{reprlib.repr(raw)} is no item; items: {', '.join(knob.items)}")
        return raw
    if not isinstance(raw, str):
        raise ValueError(f"{reprlib.repr(raw)} is no text; put it in quotes")
    if isinstance(knob, File) and raw:
        return str(folder / Path(raw).expanduser())
    return raw


def constant_from_text(knob: Knob, text: str) -> object:
    """The plain value that a command line's text means for this knob, not yet checked. Raises ValueError."""
    if isinstance(knob, Position):
        return [_number_from_text(part) for part in text.split(",")]
    if isinstance(knob, Boolean):
        words = {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}
        if text.lower() not in words:
            raise ValueError(f"{text!r} is neither true nor false; write one of them")
        return words[text.lower()]
    return _number_from_text(text) if isinstance(knob, (Double, FrameNumber)) else text


def parse_link(text: object) -> Link:
    """`laaf.focus`, `track.center.x`, `zd.size * 2 + 1`: one knob and numbers. No code runs. Raises ValueError."""
    grammar = "write node.knob, with numbers if need be: laaf.focus * 2 + 1"
    if not isinstance(text, str) or len(text) > _LONGEST_EXPRESSION:
        raise ValueError(f"an expression is a text of at most {_LONGEST_EXPRESSION} characters; {grammar}")
    try:
        link, scale, offset = _affine(ast.parse(text.strip(), mode="eval").body)
    except (SyntaxError, ValueError, ZeroDivisionError, OverflowError) as problem:
        reason = f" ({problem})" if isinstance(problem, ValueError) and str(problem) else ""
        raise ValueError(f"expression {text!r} is not understood{reason}; {grammar}") from None
    if link is None or not math.isfinite(scale) or not math.isfinite(offset):
        raise ValueError(f"expression {text!r} names no knob; {grammar}, or a plain number without expr")
    return Link(*link, scale, offset)


def _affine(node: ast.expr) -> tuple[tuple | None, float, float]:
    """(linked knob, scale, offset) of an expression that is affine in one knob; (None, 0, number) for a number."""
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return None, 0.0, float(node.value)
        case ast.Attribute(value=ast.Name(id=owner), attr=knob):
            return (owner, knob, None), 1.0, 0.0
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr=knob), attr=("x" | "y") as axis):
            return (owner, knob, "xy".index(axis)), 1.0, 0.0
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            link, scale, offset = _affine(operand)
            return link, -scale, -offset
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div() as op, right=right):
            a, b = _affine(left), _affine(right)
            if a[0] and b[0]:
                raise ValueError("only one knob can be linked")
            return _combine(op, a, b)
    raise ValueError


def _combine(op: ast.operator, a, b):
    link = a[0] or b[0]
    if isinstance(op, ast.Add):
        return link, a[1] + b[1], a[2] + b[2]
    if isinstance(op, ast.Sub):
        return link, a[1] - b[1], a[2] - b[2]
    if isinstance(op, ast.Mult):
        number, other = (a[2], b) if a[0] is None else (b[2], a)
        return link, other[1] * number, other[2] * number
    if b[0]:
        raise ValueError("a knob cannot be divided by")
    return link, a[1] / b[2], a[2] / b[2]


def _parse_keys(knob: Knob, raw: dict, folder: Path) -> Keys:
    _only(raw, {"keys", "interp"})
    if not knob.animates:
        raise ValueError("does not animate; give one value")
    interpolation = raw.get("interp", "smooth")
    if interpolation not in INTERPOLATIONS:
        raise ValueError(f"interp {reprlib.repr(interpolation)} is unknown; write {', '.join(INTERPOLATIONS)}")
    pairs = raw["keys"]
    if not isinstance(pairs, list) or not pairs or not all(isinstance(p, list) and len(p) == 2 for p in pairs):
        raise ValueError("keys are a list of [frame, value] pairs, at least one")
    keys = sorted(((_number(frame), parse_constant(knob, value, folder)) for frame, value in pairs), key=lambda k: k[0])
    for (frame, _), (following, _) in pairwise(keys):
        if frame == following:
            raise ValueError(f"two keys stand at frame {frame:g}; keep one")
    return Keys(tuple(keys), interpolation)


def _only(raw: dict, known: set[str]) -> None:
    for key in raw:
        if key not in known:
            raise ValueError(f"unknown key {key!r}; known: {', '.join(sorted(known))}")


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, (int, float)) or not abs(raw) < math.inf:
        raise ValueError(f"{reprlib.repr(raw)} is no number; write one such as 2.5")
    return raw


def _number_from_text(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number; write one such as 2.5") from None


def kind(knob: Knob) -> str:
    """Knobs of one kind can be linked to each other: number, position, or the knob's own type."""
    if isinstance(knob, Double):
        return "number"
    return "text" if isinstance(knob, String) else knob.type
