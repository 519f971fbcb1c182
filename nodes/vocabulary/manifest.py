"""nodes.json: every declaration as plain JSON, read by the plug-in (C++), the worker and the host scripts.

The build runs this module with nothing but the standard library, so no declaration may import numpy or torch.
"""

from __future__ import annotations

from collections.abc import Iterable

from .expressions import wrap
from .knobs import Choice, Knob
from .node import Node

MANIFEST_VERSION = 1

INPUT_TRANSFER = Choice(
    name="inputTransfer",
    label="Input Transfer",
    hint="How the host's pixels are encoded. Light is blurred in linear; anything else is decoded on the way in and "
    "encoded again on the way out. Linear hosts (Nuke, Natron, Fusion) leave it at linear.",
    items=("linear", "sRGB", "Rec.709", "gamma 2.4"),
    default="linear",
)


def all_knobs(node: Node) -> tuple[Knob, ...]:
    """The node's own knobs and the one that every node shares."""
    return (*node.knobs, INPUT_TRANSFER)


def node_manifest(node: Node) -> dict:
    """One node as JSON-ready data. The schema is described in docs/bridge.md."""

    def formula(expression):
        return wrap(expression).to_json(node.choice_index)

    def knob_manifest(knob: Knob, page: str) -> dict:
        entry = {"name": knob.name, "type": knob.type, "label": knob.label, "hint": knob.hint, "page": page}
        entry |= {"group": knob.group, "animates": knob.animates, "hidden": knob.hidden}
        if knob.enabled is not None:
            entry["enabled"] = formula(knob.enabled)
        return entry | knob.details()

    knobs = [knob_manifest(k, page.name) for page in node.pages for k in page.knobs]
    knobs.append(knob_manifest(INPUT_TRANSFER, node.pages[-1].name if node.pages else "Host"))
    clips = [
        {
            "name": c.name,
            "hint": c.hint,
            "optional": c.optional,
            "role": c.role,
            "components": list(c.components),
            "temporal": c.temporal,
            "premultiplied": c.premultiplied,
        }
        for c in node.clips
    ]
    return {
        "id": node.id,
        "name": node.name,
        "label": node.label,
        "version": list(node.version),
        "description": node.description,
        "module": node.module,
        "clips": clips,
        "knobs": knobs,
        "outputComponents": node.output_components,
        "outputIsData": formula(node.output_is_data),
        "grow": [formula(node.grow.x), formula(node.grow.y)],
        "reach": [formula(node.reach.x), formula(node.reach.y)],
        "points": list(node.points),
        "pointRadius": node.point_radius,
        "identity": {"when": formula(node.identity.when), "clip": node.identity.clip} if node.identity else None,
        "framesNeeded": [formula(node.frames_needed.first), formula(node.frames_needed.last)],
        "tiles": node.tiles,
    }


def manifest(nodes: Iterable[Node], version: str) -> dict:
    """The whole nodes.json for these nodes. version: the project's, MAJOR.MINOR.PATCH."""
    return {"manifest": MANIFEST_VERSION, "version": version, "nodes": [node_manifest(n) for n in nodes]}
