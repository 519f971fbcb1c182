"""Knobs as an instance has them, and their values in Python's terms."""

from __future__ import annotations

from dataclasses import dataclass

_SHORT_TYPES = {
    "OfxParamTypeInteger": "int",
    "OfxParamTypeDouble": "double",
    "OfxParamTypeBoolean": "boolean",
    "OfxParamTypeChoice": "choice",
    "OfxParamTypeString": "string",
    "OfxParamTypeGroup": "group",
    "OfxParamTypePage": "page",
    "OfxParamTypePushButton": "button",
}
_UNBOUNDED = 2**31 - 1


@dataclass(frozen=True)
class KnobInfo:
    """A parameter. Values of `position` knobs are (x, y) in full-resolution pixels, y down from the format's top-left.

    type: "int", "double", "boolean", "choice", "string", "position", "group", "page", "button", or OpenFX's own name
    for others. minimum … display_maximum: None where there is none. items: of a choice. children: of a page.
    """

    name: str
    type: str
    label: str
    hint: str
    parent: str
    enabled: bool
    secret: bool
    animates: bool
    persistent: bool
    default: object
    minimum: float | None
    maximum: float | None
    display_minimum: float | None
    display_maximum: float | None
    items: tuple[str, ...]
    string_mode: str
    children: tuple[str, ...]


def knob_type(facts: dict) -> str:
    if facts["type"] == "OfxParamTypeDouble2D" and facts["double_type"] == "OfxParamDoubleTypeXYAbsolute":
        return "position"
    return _SHORT_TYPES.get(facts["type"], facts["type"])


def knob_info(native, name: str) -> KnobInfo:
    """The knob `name` of a native instance."""
    facts = native.param(name)
    kind = knob_type(facts)

    def bound(key: str) -> float | None:
        numbers = facts[key]
        if kind not in ("int", "double") or not numbers or abs(numbers[0]) >= _UNBOUNDED:
            return None
        return int(numbers[0]) if kind == "int" else numbers[0]

    return KnobInfo(
        name=name,
        type=kind,
        label=facts["label"],
        hint=facts["hint"],
        parent=facts["parent"],
        enabled=facts["enabled"],
        secret=facts["secret"],
        animates=facts["animates"],
        persistent=facts["persistent"],
        default=to_python(native, facts, facts["default"]) if facts["dimension"] else None,
        minimum=bound("minimum"),
        maximum=bound("maximum"),
        display_minimum=bound("display_minimum"),
        display_maximum=bound("display_maximum"),
        items=tuple(facts["items"]),
        string_mode=facts["string_mode"].removeprefix("OfxParamStringIs"),
        children=tuple(facts["children"]),
    )


def to_python(native, facts: dict, value):
    """A native value (list of numbers, or string) as int, float, bool, item, str, (x, y) or tuple."""
    kind = knob_type(facts)
    if kind == "string":
        return value
    if kind == "boolean":
        return bool(value[0])
    if kind == "int":
        return int(value[0])
    if kind == "double":
        return value[0]
    if kind == "choice":
        index = int(value[0])
        return facts["items"][index] if 0 <= index < len(facts["items"]) else index
    if kind == "position":
        return native.pixel_point(*value)
    return tuple(value)


def to_native(native, facts: dict, value):
    """The inverse of `to_python`; choices also by index. Raises ValueError naming the knob and what it takes."""
    kind = knob_type(facts)
    name = facts["name"]
    if not facts["dimension"]:
        raise ValueError(f"{name} is a {kind} and holds no value")
    if kind == "string":
        if not isinstance(value, str):
            raise ValueError(f"{name} takes a string, not {value!r}")
        return value
    if kind == "choice":
        return [float(_choice_index(facts, value))]
    try:
        numbers = [float(v) for v in value] if facts["dimension"] > 1 else [float(value)]
    except (TypeError, ValueError):
        wanted = f"{facts['dimension']} numbers" if facts["dimension"] > 1 else "a number"
        raise ValueError(f"{name} takes {wanted}, not {value!r}") from None
    if len(numbers) != facts["dimension"]:
        raise ValueError(f"{name} takes {facts['dimension']} numbers, not {len(numbers)}")
    if kind == "position":
        return list(native.canonical_point(*numbers))
    for number, low, high in zip(numbers, facts["minimum"], facts["maximum"], strict=False):
        if not low <= number <= high:
            raise ValueError(f"{name} takes {low:g} … {high:g}, not {number:g}")
    return numbers


def _choice_index(facts: dict, value) -> int:
    items = facts["items"]
    if isinstance(value, str):
        if value in items:
            return items.index(value)
    elif 0 <= int(value) < len(items):
        return int(value)
    raise ValueError(f"{facts['name']} has no item {value!r}; items: {', '.join(items)}")
