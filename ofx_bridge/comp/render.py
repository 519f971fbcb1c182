"""Renders the Writes of a comp: a few frames at a time, stopping cleanly."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from pathlib import Path

from .document import CompNode
from .errors import CompError
from .frames import format_frames
from .graph import Graph
from .write import Writer

THREADS = min(4, max(2, os.cpu_count() or 1))


def render_comp(graph: Graph, frames: Sequence[int] | None = None) -> Iterator[Path]:
    """Renders every Write of the comp and yields each file once it is in place.

    frames: None = all that the main Read above each Write has. Raises CompError before anything is rendered where that
    can be known, RenderError when a frame fails. Whatever stops it, files that are there are whole and nothing else is.
    """
    with ThreadPoolExecutor(THREADS, thread_name_prefix="render") as threads:
        running: set[Future[Path]] = set()
        try:
            for writer, frame in plan(graph, frames):
                while len(running) >= THREADS:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (f.result() for f in done)
                running.add(threads.submit(_render, graph, writer, frame))
            while running:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                yield from (f.result() for f in done)
        except BaseException:
            graph.aborted.set()
            raise


def plan(graph: Graph, frames: Sequence[int] | None = None) -> list[tuple[Writer, int]]:
    """Every (Writer, frame) to render. Raises CompError for what cannot work."""
    writes = graph.comp.writes()
    if not writes:
        raise CompError(f"{graph.comp.path}: has no Write, so there is nothing to render; add one")
    jobs = []
    for node in writes:
        writer = Writer(node)
        wanted = list(graph.frames(node.id) if frames is None else frames)
        _check_reads(graph, node, wanted)
        writer.check(wanted)
        jobs += [(writer, frame) for frame in wanted]
    _check_targets(jobs)
    return jobs


def _check_reads(graph: Graph, write: CompNode, frames: Sequence[int]) -> None:
    """Every Read above a Write has these frames, or says what stands in for them."""
    for reader in graph.readers_above(write.id):
        missing = [f for f in frames if not reader.holds(f)]
        if missing and reader.stops_at_missing:
            raise CompError(
                f"node {reader.id}: {len(missing)} of the frames to render are not there: {format_frames(missing)}. "
                "Narrow --frames, render them, or set the Read's knob missing to hold or black"
            )


def _check_targets(jobs: list[tuple[Writer, int]]) -> None:
    targets: dict[Path, str] = {}
    for writer, frame in jobs:
        path = writer.sequence.path(frame)
        if targets.setdefault(path, writer.id) != writer.id:
            raise CompError(f"nodes {targets[path]} and {writer.id} write the same file {path}; rename one")


def _render(graph: Graph, writer: Writer, frame: int) -> Path:
    source = graph.comp.nodes[writer.id].inputs["Source"]
    picture = graph.picture(source, frame)
    return writer.write(frame, picture, graph.header(writer.id, frame))
