"""Knobs in words and as Markdown tables, from their declarations."""

from __future__ import annotations

from focuspuller.nodes.vocabulary import Boolean, Choice, Double, Knob, Position, String
from focuspuller.ofx_bridge.comp.node_types import NodeType

UNITS = {"world": "world units", "degrees": "°"}


def default_text(knob: Knob) -> str:
    """The default as a comp file has it; "" where there is none."""
    if isinstance(knob, Double):
        return f"{knob.default:g}"
    if isinstance(knob, Boolean):
        return "true" if knob.default else "false"
    if isinstance(knob, Position):
        return "centre" if knob.default == (0.5, 0.5) else " × ".join(f"{100 * v:g}%" for v in knob.default)
    return knob.default if isinstance(knob, (Choice, String)) else ""


def range_text(knob: Knob) -> str:
    """What it can hold: range and unit, or the items."""
    if isinstance(knob, Double):
        text = f"{knob.minimum:g} … {knob.maximum:g}"
        return f"{text} {UNITS.get(knob.unit, knob.unit)}".rstrip()
    if isinstance(knob, Choice):
        return ", ".join(knob.items)
    return {"boolean": "true, false", "position": "x, y in px, y up"}.get(knob.type, knob.type)


def hint_text(knob: Knob) -> str:
    """The hint, and what each item of a choice does."""
    if isinstance(knob, Choice) and knob.item_hints:
        items = (f"{item}: {hint}" for item, hint in zip(knob.items, knob.item_hints, strict=True) if hint)
        return " ".join([knob.hint, *items])
    return knob.hint


def markdown_table(node: NodeType) -> str:
    """The knob table of a docs page."""
    rows = ["| knob | default | values | what it does |", "|---|---|---|---|"]
    for knob in node.knobs:
        cells = (f"`{knob.name}`", default_text(knob), range_text(knob), hint_text(knob))
        rows.append("| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |")
    return "\n".join(rows)
