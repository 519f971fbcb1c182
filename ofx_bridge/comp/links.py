"""Links between knobs, resolved when a comp is read: a link is affine in one knob, so it maps that knob's keys."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from focuspuller.nodes.vocabulary import Button, Choice, Knob, Position

from .errors import CompError, suggest
from .node_types import NodeType
from .values import Constant, Keys, Link, Value, kind, parse_constant

Values = Mapping[str, Value]


def resolve_links(nodes: Mapping[str, tuple[NodeType, Values]]) -> dict[str, dict[str, Constant | Keys]]:
    """Every node's values with each link replaced by the constant or keys it stands for. nodes: type and values by id.

    Raises CompError for links to nothing, in a circle, or between knobs of different kinds.
    """
    return {i: {name: _resolved(nodes, i, name, ()) for name in values} for i, (_, values) in nodes.items()}


def _resolved(nodes, node: str, name: str, followed: tuple[str, ...]) -> Constant | Keys:
    node_type, values = nodes[node]
    knob, here = node_type.knob(name), f"{node}.{name}"
    if here in followed:
        raise CompError(f"the expressions run in a circle: {' → '.join([*followed, here])}; give one of them a value")
    value = values.get(name)
    if value is None:
        return _default(knob, here, followed[-1])
    if not isinstance(value, Link):
        return value
    source = _source_knob(nodes, value, here)
    _check_kinds(knob, source, value, here)
    linked = _resolved(nodes, value.node, value.knob, (*followed, here))

    def fit(raw: object) -> object:
        try:
            return parse_constant(knob, round(raw) if knob.type == "int" else raw, Path())
        except ValueError as problem:
            raise CompError(f"{here}, linked to {value.node}.{value.knob}: {problem}") from None

    if isinstance(linked, Constant):
        return Constant(fit(value.apply(linked.value)))
    if not knob.animates:
        raise CompError(f"{here} does not animate, but {value.node}.{value.knob} has keys; link a knob without keys")
    return Keys(tuple((frame, fit(value.apply(v))) for frame, v in linked.keys), linked.interpolation)


def _default(knob: Knob, here: str, reader: str) -> Constant:
    """The value of a linked knob that the comp does not set."""
    if isinstance(knob, Position):
        raise CompError(f"{reader} is linked to {here}, which has no value yet; set it or analyse first")
    return Constant(knob.default)


def _source_knob(nodes, link: Link, here: str) -> Knob:
    if link.node not in nodes:
        raise CompError(f"{here}: its expression names no node of the comp, {link.node!r}; {suggest(link.node, nodes)}")
    node_type = nodes[link.node][0]
    knob = node_type.knob(link.knob)
    if knob is None or isinstance(knob, Button):
        known = [k.name for k in node_type.knobs if not isinstance(k, Button)]
        raise CompError(
            f"{here}: its expression names no knob of {link.node}, {link.knob!r}; {suggest(link.knob, known)}"
        )
    return knob


def _check_kinds(knob: Knob, source: Knob, link: Link, here: str) -> None:
    other = f"{link.node}.{link.knob}"
    given = "number" if link.component is not None else kind(source)
    if link.component is not None and not isinstance(source, Position):
        raise CompError(f"{here}: {other} is no 2D position and has no .{'xy'[link.component]}; link {other}")
    if kind(knob) != given:
        raise CompError(f"{here} holds a {kind(knob)} and cannot be linked to {other}, a {given}")
    if not link.plain and given not in ("number", "position"):
        raise CompError(f"{here}: {other} is no number to calculate with; link it alone")
    if isinstance(knob, Choice) and set(knob.items) != set(source.items):
        raise CompError(f"{here}: {other} is a choice of other items; link a choice of the same")
