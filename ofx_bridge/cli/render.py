"""Render a comp file.

Renders every Write of the comp through FocusPuller.ofx in the headless host. Files appear whole or not at all.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from focuspuller.ofx_bridge.comp.document import load_comp
from focuspuller.ofx_bridge.comp.frames import parse_frames
from focuspuller.ofx_bridge.comp.graph import Graph
from focuspuller.ofx_bridge.comp.render import plan, render_comp

from .progress import bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("comp", type=Path, metavar="COMP.json")
    parser.add_argument(
        "--frames", metavar="RANGE", help="such as 1-100, 1-100x5, 1-10,20; default: all that there are"
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.KNOB=VALUE",
        help="set a knob: zd.fStop=2.8, zd.focusPoint=960,540, 'zd.size={\"keys\": [[1, 0], [48, 12]]}'",
    )


def run(options: argparse.Namespace) -> int:
    frames = parse_frames(options.frames) if options.frames else None
    written = render_file(options.comp, frames, options.set)
    folders = sorted({str(path.parent) for path in written})
    print(f"{len(written)} file{'s' if len(written) != 1 else ''} in {', '.join(folders)}")
    return 0


def render_file(comp: Path, frames: list[int] | None = None, overrides: list[str] = (), title: str = "Rendering"):
    """Renders a comp file with a progress bar and returns the files. Messages of nodes go to standard error."""
    written, said = [], set()
    with Graph(load_comp(comp, overrides)) as graph, bar(len(plan(graph, frames)), title, "frame") as progress:
        for path in render_comp(graph, frames):
            written.append(path)
            progress.update()
            for message in graph.messages():
                if message not in said:
                    said.add(message)
                    progress.write(f"focuspuller: {message}", file=sys.stderr)
    return written
