"""Pull focus through a ray-traced clip, from nothing to pictures.

Traces a deep-focus clip with depth, writes a comp whose focusDistance is keyed from the foreground to the background,
renders it through FocusPuller.ofx, and sets the result beside what a real lens would have seen. Then the same from an
8-bit picture without depth, see `demo_chain`.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from focuspuller.ofx_bridge.comp.document import load_comp
from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.graph import Graph
from focuspuller.ofx_bridge.comp.read import Reader

from . import demo_chain, pictures
from .demo_clip import DemoClip
from .progress import advance, bar
from .render import render_file

SMALL = (640, 360)
SHOWN = 4


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="default %(default)s")
    parser.add_argument(
        "--size", default="small", metavar="WxH", help="small (640x360, the default) or a size in pixels"
    )
    parser.add_argument("--frames", type=int, default=24, metavar="N", help="length of the clip, default %(default)s")


def parse_size(text: str) -> tuple[int, int]:
    """small or WxH. Raises CompError."""
    width, _, height = text.lower().partition("x")
    if text == "small":
        return SMALL
    if not (width.isdecimal() and height.isdecimal() and min(int(width), int(height)) >= 16):
        raise CompError(f"--size {text}: write small, or width and height such as 960x540, each 16 or more")
    return int(width), int(height)


def run(options: argparse.Namespace) -> int:
    width, height = parse_size(options.size)
    if not 1 <= options.frames <= 10_000:
        raise CompError(f"--frames {options.frames}: write a number of frames from 1 to 10000")
    started = time.monotonic()
    clip = DemoClip(options.out.absolute(), width, height, options.frames)
    clip.prepare()
    print(f"FocusPuller demo: {clip.count} frames of {width} x {height}", flush=True)
    nearest = _trace_plates(clip)
    render_file(clip.comp, title="2/4 pulling focus through FocusPuller.ofx")
    scores, truths = _contact_sheet(clip)
    preview = _preview(clip)
    chain = demo_chain.write_chain(clip, _readers(clip)[0], nearest)
    render_file(chain, title="4/4 the same from 8 bit without depth")
    recovered = demo_chain.chain_sheet(clip, truths, _focus_distances(clip))
    print(_summary(clip, preview, scores, recovered, time.monotonic() - started))
    return 0


def _trace_plates(clip: DemoClip) -> float:
    """Traces the clip and writes the comp that pulls its focus. Returns the least depth, m."""
    nearest = np.inf
    with bar(clip.count, "1/4 tracing a deep-focus clip", "frame") as progress:
        for frame in range(1, clip.count + 1):
            nearest = min(nearest, clip.write_plate(frame, lambda part, f=frame: advance(progress, f - 1 + part)))
            advance(progress, frame)
    clip.write_comp(nearest)
    return nearest


def _contact_sheet(clip: DemoClip) -> tuple[dict[int, float], dict[int, np.ndarray]]:
    """Writes the sheet: some frames, each as input, depth, result and truth. Returns their PSNR in dB and truths."""
    shown = sorted({round(f) for f in np.linspace(1, clip.count, SHOWN)})
    plate, depth, result = _readers(clip)
    focus = _focus_distances(clip)
    rows, scores, truths = [], {}, {}
    with bar(len(shown), "3/4 tracing what a real lens sees", "frame") as progress:
        for row, frame in enumerate(shown):
            truth = truths[frame] = clip.truth(frame, focus[frame], lambda part, r=row: advance(progress, r + part))
            advance(progress, row + 1)
            pulled = result.pixels(frame).filled(clip.window)
            scores[frame] = pictures.psnr(pulled, truth)
            distances = depth.pixels(frame).filled(clip.window)[..., 0]
            cells = [
                pictures.displayed(plate.pixels(frame).filled(clip.window)),
                pictures.depth_colours(distances, min(focus.values())),
                pictures.displayed(pulled),
                pictures.displayed(truth),
            ]
            rows.append((f"frame {frame}    focus at {focus[frame]:.2f} m    {scores[frame]:.1f} dB", cells))
    titles = ("input, all in focus", "depth", "FocusPuller", "truth: a ray-traced lens")
    pictures.write_png(clip.sheet, pictures.contact_sheet(titles, rows))
    return scores, truths


def _preview(clip: DemoClip) -> Path:
    """Writes the video: input and result side by side."""
    plate, _, result = _readers(clip)
    size = max(clip.height // 30, 7)
    frames = []
    for frame, distance in _focus_distances(clip).items():
        sides = [pictures.displayed(reader.pixels(frame).filled(clip.window)) for reader in (plate, result)]
        for side, text in zip(sides, ("input", f"focus at {distance:.2f} m"), strict=True):
            pictures.write_text(side, text, size, clip.height - size, size)
        frames.append(np.hstack(sides))
    return pictures.write_preview(clip.folder / "preview", frames, clip.scene.fps)


def _readers(clip: DemoClip) -> list[Reader]:
    """Of plate, depth and result."""
    comp = load_comp(clip.comp)
    return [Reader(comp.nodes["plate"]), Reader(comp.nodes["depth"]), Reader(clip.read_node(clip.results))]


def _focus_distances(clip: DemoClip) -> dict[int, float]:
    """The keyed focusDistance of every frame, as the host interpolates it, m."""
    with Graph(load_comp(clip.comp)) as graph:
        return {f: graph.value("zd", "focusDistance", f) for f in range(1, clip.count + 1)}


def _summary(
    clip: DemoClip, preview: Path, scores: dict[int, float], recovered: dict[int, float], seconds: float
) -> str:
    places = {
        "contact sheet": clip.sheet,
        "preview": preview,
        "result": clip.folder / clip.results,
        "input": clip.folder / clip.plates,
        "comp": clip.comp,
        "from 8 bit": clip.chain_sheet,
    }
    decibels, less = (", ".join(f"{score:.1f}" for score in found.values()) for found in (scores, recovered))
    return "\n".join(
        [
            f"Done in {int(seconds) // 60} min {int(seconds) % 60} s.",
            *(f"  {name:14}{place}" for name, place in places.items()),
            f"The sheet's frames are {decibels} dB from the ray-traced truth (PSNR as displayed).",
            f"From 8 bit without depth they are {less} dB.",
            f"Another stop: focuspuller render {clip.comp} --set zd.fStop=5.6",
        ]
    )
