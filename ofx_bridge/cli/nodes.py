"""List every node with its inputs and knobs.

The list comes from the nodes' declarations, and so is what hosts show and what comp files can hold.
"""

from __future__ import annotations

import argparse
import json
import shutil
import textwrap

from focuspuller import __version__
from focuspuller.nodes import declared_nodes
from focuspuller.nodes.vocabulary.manifest import manifest
from focuspuller.ofx_bridge.comp.errors import CompError, suggest
from focuspuller.ofx_bridge.comp.node_types import NodeType, node_types

from .knob_text import default_text, hint_text, range_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("node", nargs="*", help="only these nodes, such as LensDefocus")
    parser.add_argument("--json", action="store_true", help="as JSON: the bundle's manifest, and Read and Write")


def run(options: argparse.Namespace) -> int:
    types = node_types()
    for name in options.node:
        if name not in types:
            raise CompError(f"no node {name!r}; {suggest(name, types)}")
    chosen = [types[name] for name in options.node] or list(types.values())
    if options.json:
        names = {t.name for t in chosen}
        data = manifest((n for n in declared_nodes() if n.name in names), __version__)
        data["builtin"] = [_builtin(t) for t in chosen if t.plugin is None]
        print(json.dumps(data, indent=1, ensure_ascii=False))
    else:
        width = max(60, min(shutil.get_terminal_size().columns, 120))
        print("\n\n".join(_description(t, width) for t in chosen))
    return 0


def _builtin(node: NodeType) -> dict:
    clips = [{"name": c.name, "hint": c.hint, "optional": c.optional} for c in node.clips]
    knobs = [{"name": k.name, "type": k.type, "label": k.label, "hint": k.hint} | k.details() for k in node.knobs]
    return {"name": node.name, "description": node.description, "clips": clips, "knobs": knobs}


def _description(node: NodeType, width: int) -> str:
    lines = [f"{node.name}  ({node.plugin or 'built in'})", _wrapped(node.description, "  ", width)]
    if node.clips:
        lines.append("  Inputs")
    for clip in node.clips:
        optional = " (optional)" if clip.optional else ""
        lines += [f"    {clip.name}{optional}", _wrapped(clip.hint, "        ", width)]
    lines.append("  Knobs")
    for knob in node.knobs:
        default = default_text(knob)
        values = f"{range_text(knob)}; default {default}" if default else range_text(knob)
        lines += [_wrapped(f"{knob.name}  [{values}]", "    ", width), _wrapped(hint_text(knob), "        ", width)]
    return "\n".join(lines)


def _wrapped(text: str, indent: str, width: int) -> str:
    return textwrap.fill(" ".join(text.split()), width, initial_indent=indent, subsequent_indent=indent)
