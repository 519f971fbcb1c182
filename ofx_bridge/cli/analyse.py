"""Press a node's button without a host: Analyse of LAAFPlanner, tracking of FocusTrack.

Runs what the button runs in a host, through the comp's own graph, and writes the keys it sets into the comp file; focus
file, track file and report go where the node's knobs say.

With --live, plans the focus of a capture device, pipe or movie while its frames come in, delayed by the look-ahead.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from focuspuller.nodes.vocabulary.jobs import Aborted
from focuspuller.ofx_bridge.comp.document import load_comp
from focuspuller.ofx_bridge.comp.edit import write_knobs
from focuspuller.ofx_bridge.comp.errors import CompError, RenderError, suggest
from focuspuller.ofx_bridge.comp.frames import parse_frames
from focuspuller.ofx_bridge.comp.graph import Graph

from . import live
from .progress import advance, bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("comp", type=Path, nargs="?", metavar="COMP.json")
    parser.add_argument("--node", metavar="ID", help="the node whose button is pressed, such as laaf")
    parser.add_argument("--button", metavar="NAME", help="default: the node's only or first, such as analyse")
    parser.add_argument("--frames", metavar="RANGE", help="such as 1-100; default: all that there are")
    parser.add_argument("--at", type=float, metavar="FRAME", help="the current frame; default: the first")
    parser.add_argument(
        "--set", action="append", default=[], metavar="NODE.KNOB=VALUE", help="set a knob for this run, as in render"
    )
    live.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    if options.live is not None:
        if options.comp is not None:
            raise CompError("--live takes no comp: remove it, or remove --live")
        return live.run(options)
    if options.comp is None or options.node is None:
        raise CompError("name a comp and --node, such as: focuspuller analyse shot.json --node laaf")
    comp = load_comp(options.comp, options.set)
    if options.node not in comp.nodes:
        raise CompError(f"{options.comp}: no node {options.node!r}; {suggest(options.node, comp.nodes)}")
    node = comp.nodes[options.node]
    button = _button(node, options.button)
    overrides = list(options.set)
    if options.frames:
        overrides += _range_overrides(node, options.frames)
        comp = load_comp(options.comp, overrides)
    with Graph(comp) as graph:
        frame = graph.frames(node.id)[0] if options.at is None else options.at
        before = graph.knobs(node.id)
        with bar(1, f"{node.id}: {button.label}", "clip") as progress:

            def report(fraction: float, _: str) -> bool:
                advance(progress, fraction)
                return True

            try:
                graph.press(node.id, button.name, frame, report)
            except Aborted:
                raise RenderError(f"node {node.id}: {button.label} was cancelled; nothing written") from None
        after = graph.knobs(node.id)
        changed = {name: value for name, value in after.items() if value != before[name]}
        write_knobs(options.comp, node.id, changed)
        for message in graph.messages():
            print(f"focuspuller: {message}", file=sys.stderr)
    curves = [name for name, value in changed.items() if isinstance(value, dict)]
    keys = ", ".join(f"{len(changed[name]['keys'])} keys of {name}" for name in curves) or (
        "no keys" if changed else "nothing changed"
    )
    print(f"{options.comp}: {keys}")
    return 0


def _button(node, name: str | None):
    buttons = {k.name: k for k in node.type.knobs if k.type == "button"}
    if not buttons:
        raise CompError(f"node {node.id}: {node.type.name} has no button; name a LAAFPlanner or FocusTrack")
    if name is None:
        return next(iter(buttons.values()))
    if name not in buttons:
        raise CompError(f"node {node.id}: {node.type.name} has no button {name!r}; {suggest(name, buttons)}")
    return buttons[name]


def _range_overrides(node, text: str) -> list[str]:
    frames = parse_frames(text)
    if node.type.knob("firstFrame") is None:
        raise CompError(f"node {node.id}: {node.type.name} always takes the whole clip; remove --frames")
    return [f"{node.id}.firstFrame={min(frames)}", f"{node.id}.lastFrame={max(frames)}"]
