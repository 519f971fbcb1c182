"""Small formulas over knob values, written once in Python and evaluated by the plug-in in C++.

Hosts ask for regions, frames and identity long before a frame is rendered and often on their UI thread, where no worker
process may be started. So a node states them as formulas, not as code::

    grow=Grow(x=maximum(knob("maxSize") / knob("squeeze"), 0), y=knob("maxSize"))
    identity=Identity(when=(knob("lensModel") == "size") & (knob("size") <= 0))

An expression serialises to JSON (`to_json`) for the manifest; `evaluate` is the readable reference for the C++ twin in
`ofx_bridge/plugin/expression.cpp`. Booleans are 1.0 and 0.0; every value is a double; x / 0 is 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_OPERATORS: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b if b else 0.0,
    "min": min,
    "max": max,
    "abs": abs,
    "ceil": lambda a: float(math.ceil(a)),
    "lt": lambda a, b: float(a < b),
    "le": lambda a, b: float(a <= b),
    "eq": lambda a, b: float(a == b),
    "and": lambda a, b: float(bool(a) and bool(b)),
    "or": lambda a, b: float(bool(a) or bool(b)),
    "not": lambda a: float(not a),
    "if": lambda condition, a, b: a if condition else b,
}


class Expression:
    """Base of all formulas; arithmetic, comparison, `&`, `|` and `~` build larger ones."""

    def evaluate(self, knobs: Mapping[str, object], connected: frozenset[str] = frozenset()) -> float:
        """Value for these knobs. knobs: doubles, ints, bools, choice indices, or (x, y); connected: names of clips."""
        raise TypeError(f"{type(self).__name__} has no value")

    def to_json(self, choice_index: Callable[[str, str], int]) -> object:
        """JSON form. choice_index(knob, item) gives the index of a choice item, or raises KeyError."""
        raise TypeError(f"{type(self).__name__} has no JSON form")

    def knob_names(self) -> set[str]:
        """Every knob the formula reads."""
        return set()

    def __add__(self, other):
        return Operation("add", (self, wrap(other)))

    def __radd__(self, other):
        return Operation("add", (wrap(other), self))

    def __sub__(self, other):
        return Operation("sub", (self, wrap(other)))

    def __rsub__(self, other):
        return Operation("sub", (wrap(other), self))

    def __mul__(self, other):
        return Operation("mul", (self, wrap(other)))

    __rmul__ = __mul__

    def __truediv__(self, other):
        return Operation("div", (self, wrap(other)))

    def __rtruediv__(self, other):
        return Operation("div", (wrap(other), self))

    def __neg__(self):
        return Operation("sub", (Constant(0.0), self))

    def __lt__(self, other):
        return Operation("lt", (self, wrap(other)))

    def __le__(self, other):
        return Operation("le", (self, wrap(other)))

    def __gt__(self, other):
        return Operation("lt", (wrap(other), self))

    def __ge__(self, other):
        return Operation("le", (wrap(other), self))

    def __and__(self, other):
        return Operation("and", (self, wrap(other)))

    def __or__(self, other):
        return Operation("or", (self, wrap(other)))

    def __invert__(self):
        return Operation("not", (self,))

    def __eq__(self, other):
        if isinstance(other, str):
            if not isinstance(self, KnobValue):
                raise TypeError(f"only a choice knob can be compared with the item {other!r}")
            return Operation("eq", (self, ChoiceItem(self.name, other)))
        return Operation("eq", (self, wrap(other)))

    def __ne__(self, other):
        return ~(self == other)

    __hash__ = object.__hash__

    def __bool__(self):
        raise TypeError("an expression has no truth value while it is declared; use & | ~ instead of and, or, not")


@dataclass(frozen=True, eq=False)
class Constant(Expression):
    value: float

    def evaluate(self, knobs, connected=frozenset()):
        return float(self.value)

    def to_json(self, choice_index):
        return self.value


@dataclass(frozen=True, eq=False)
class KnobValue(Expression):
    """A knob at the asked time; component 0 or 1 picks x or y of a 2D position (canonical coordinates)."""

    name: str
    component: int | None = None

    def evaluate(self, knobs, connected=frozenset()):
        value = knobs[self.name]
        return float(value if self.component is None else value[self.component])

    def to_json(self, choice_index):
        return {"knob": self.name} | ({} if self.component is None else {"component": self.component})

    def knob_names(self):
        return {self.name}


@dataclass(frozen=True, eq=False)
class ChoiceItem(Expression):
    """The index of a choice knob's item, known once the node is complete."""

    knob: str
    item: str

    def to_json(self, choice_index):
        return choice_index(self.knob, self.item)

    def evaluate(self, knobs, connected=frozenset()):
        return knobs[self.knob, self.item]


@dataclass(frozen=True, eq=False)
class Connected(Expression):
    """1 when the clip is connected in the host, else 0."""

    clip: str

    def evaluate(self, knobs, connected=frozenset()):
        return float(self.clip in connected)

    def to_json(self, choice_index):
        return {"connected": self.clip}


@dataclass(frozen=True, eq=False)
class Operation(Expression):
    operator: str
    arguments: tuple[Expression, ...]

    def evaluate(self, knobs, connected=frozenset()):
        return float(_OPERATORS[self.operator](*(a.evaluate(knobs, connected) for a in self.arguments)))

    def to_json(self, choice_index):
        return {"op": self.operator, "args": [a.to_json(choice_index) for a in self.arguments]}

    def knob_names(self):
        return set().union(*(a.knob_names() for a in self.arguments))


def wrap(value: object) -> Expression:
    """An expression as it is; a number or boolean as a Constant. Raises TypeError for anything else."""
    if isinstance(value, Expression):
        return value
    if isinstance(value, (bool, int, float)):
        return Constant(float(value))
    raise TypeError(f"{value!r} is neither a number nor an expression")


def knob(name: str, component: int | None = None) -> KnobValue:
    """The value of the knob called `name` at the asked time."""
    return KnobValue(name, component)


def connected(clip: str) -> Connected:
    """Whether the clip called `clip` is connected."""
    return Connected(clip)


def maximum(a, b) -> Expression:
    return Operation("max", (wrap(a), wrap(b)))


def minimum(a, b) -> Expression:
    return Operation("min", (wrap(a), wrap(b)))


def ceil(a) -> Expression:
    return Operation("ceil", (wrap(a),))


def either(condition, a, b) -> Expression:
    """a where the condition is not 0, else b."""
    return Operation("if", (wrap(condition), wrap(a), wrap(b)))
