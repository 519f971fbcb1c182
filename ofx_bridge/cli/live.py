"""`focuspuller analyse --live`: the focus of a device, pipe or movie while it plays, delayed by the look-ahead."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from focuspuller.kernels.focus.focus_file import FocusFile, FocusFileError, FocusTarget, write_focus_file
from focuspuller.kernels.focus.levels import LEVELS, hyperfocal
from focuspuller.kernels.focus.live import LivePlanner
from focuspuller.kernels.focus.look import look, recipe
from focuspuller.kernels.focus.pulls import EASINGS, Style
from focuspuller.kernels.model_file import ModelError
from focuspuller.ofx_bridge.comp.errors import CompError

_FARTHEST = hyperfocal(LEVELS, 0.25)  # m
_MODES = ("action", "conversation", "learned")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("live")
    group.add_argument("--live", metavar="DEVICE|FILE", help="capture device (/dev/video0), movie, or - for a pipe")
    group.add_argument("--depth", metavar="DEVICE|FILE", help="its depth: grey pictures of disparity, white = --near")
    group.add_argument(
        "--layout",
        choices=("separate", "side by side"),
        default="separate",
        help="side by side: the picture's right half is its depth",
    )
    group.add_argument(
        "--near", type=float, default=0.5, metavar="M", help="metres of white depth, default %(default)s"
    )
    group.add_argument(
        "--lookahead", type=float, default=2.0, metavar="S", help="delay in seconds, default %(default)s"
    )
    group.add_argument("--mode", choices=_MODES, default="action", help="what is looked for, default %(default)s")
    group.add_argument("--model", default="", metavar="FILE", help="model file of the mode")
    group.add_argument("--speaker-model", default="", metavar="FILE", help="network that tells who speaks")
    group.add_argument("--pull-frames", type=float, default=10, metavar="N", help="default %(default)s")
    group.add_argument("--lead-frames", type=float, default=12, metavar="N", help="default %(default)s")
    group.add_argument("--easing", choices=sorted(EASINGS), default="linear", help="default %(default)s")
    group.add_argument("--focus-file", type=Path, metavar="FILE", help="written when the source ends")
    group.add_argument("--preview", type=Path, metavar="FILE.mp4", help="the clip through the planned focus")


def run(options: argparse.Namespace) -> int:
    from .live_preview import PreviewWriter
    from .live_source import LiveSource

    if not options.near > 0:
        raise CompError(f"--near {options.near:g}: give the distance of white depth in metres, above 0")
    source = LiveSource(options.live, options.depth, options.layout == "side by side", options.near)
    try:
        how = recipe(options.mode, source.info, options.model, options.speaker_model, live=True)
    except ModelError as problem:
        raise CompError(f"--speaker-model: {problem}") from None
    except (ValueError, OSError) as problem:
        raise CompError(f"--model: {problem}") from None
    ahead = round(options.lookahead * source.info.fps)
    style = Style(max(options.pull_frames, 1.0), max(options.lead_frames, 0.0), 0.0, options.easing)
    least = how.ahead + style.frames + style.lead
    if ahead < least:
        raise CompError(
            f"--lookahead {options.lookahead:g}: {options.mode} needs {least / source.info.fps:.1f} s or more"
        )
    planner = LivePlanner(style, source.info.fps, ahead - how.ahead)
    keys: list[tuple[float, float]] = []
    preview = PreviewWriter(options.preview, source.info.fps) if options.preview else None
    seen = None

    def give(decided) -> None:
        for frame, disparity in decided:
            distance = min(1 / max(disparity, 1e-6), _FARTHEST)
            print(json.dumps({"frame": frame, "focus": float(f"{distance:.5g}")}), flush=True)
            if options.focus_file:
                keys.append((float(frame), distance))
            if preview:
                preview.add(frame, disparity)

    try:
        frames = preview.watching(source.frames()) if preview else source.frames()
        for seen in look(frames, how):
            give(planner.push(seen))
    except ModelError as problem:
        raise CompError(f"--speaker-model: {problem}") from None
    except KeyboardInterrupt:
        print("focuspuller: stopped; what is planned is kept", file=sys.stderr)
    if seen is not None:
        give(planner.finish(seen))
    if preview:
        preview.close()
    if options.focus_file and keys:
        targets = tuple(
            FocusTarget(h.target, h.x, h.y, 1 / max(float(h.disparities[0]), 1e-6), h.label, h.cut)
            for h in planner.targets
        )
        try:
            write_focus_file(options.focus_file, FocusFile(tuple(keys), source.info.fps, 0.0, targets))
        except FocusFileError as problem:
            raise CompError(str(problem)) from None
    return 0
