#!/usr/bin/env python3
"""How fast LensDefocus is, beside its peers, in one run: tables.

    python3 dev.py run python tests/bench/lens.py [--rounds 5] [--size 1920 1080] [--radii 16 64 200] [--only speed …]

The frame: lens_frame.py. Ours: `focuspuller.kernels.lens.defocus.defocus` with its defaults, in this process, after a
call that is not counted. gegl: `gegl:lens-blur`, as a process of its own that reads and writes EXR files, less the same
process with a radius at which the operation hands its input on. In each round ours, gegl and gegl without blur take
turns; medians of the rounds and of each round's ratio. Blender's time grows with the square of the radius and is the
same for every pixel, so it gets a strip of the frame, and its time is multiplied.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lens_frame import frame
from quality.peers import Shot, blender, gegl, run

from focuspuller.kernels.lens.defocus import defocus
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.opencl.device import default_device

BLENDER_RADIUS, BLENDER_ROWS = 64, 32
UHD = (3840, 2160)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def speed(size, radii, rounds: int) -> Iterator[str]:
    """Rows of ours against gegl. The last is time(largest radius) / time(smallest)."""
    has_gegl = gegl.missing() is None
    yield "| R, px | LensDefocus, s | gegl:lens-blur less I/O, s | ours / gegl |"
    yield "|---:|---:|---:|---:|"
    times = {}
    for radius in radii:
        rgba, coc = frame(*size, radius)
        with tempfile.TemporaryDirectory() as folder:
            blur, idle = (gegl_process(Path(folder, name), rgba, coc, name == "blur") for name in ("blur", "idle"))
            defocus(rgba, coc, Iris(), max_radius=radius)
            ours, theirs = [], []
            for _ in range(rounds):
                ours.append(seconds(lambda: defocus(rgba, coc, Iris(), max_radius=radius)))  # noqa: B023
                if has_gegl:
                    theirs.append(seconds(blur) - seconds(idle))
        times[radius] = statistics.median(ours)
        cells = [f"{radius:g}", f"{times[radius]:.2f}"]
        if theirs:
            ratio = statistics.median(a / max(b, 1e-3) for a, b in zip(ours, theirs, strict=True))
            cells += [f"{statistics.median(theirs):.2f}", f"{ratio:.2f}"]
        else:
            cells += ["–", "–"]
        yield f"| {' | '.join(cells)} |"
    first, last = min(times), max(times)
    yield f"\ntime(R={last:g}) / time(R={first:g}) = {times[last] / times[first]:.2f}"


def gegl_process(folder: Path, rgba: np.ndarray, coc: np.ndarray, blurs: bool) -> Callable[[], str]:
    folder.mkdir()
    graph = gegl.prepared(folder, rgba, coc, blurs)
    return lambda: run(gegl.command(folder, graph))


def against_blender(size, rounds: int) -> Iterator[str]:
    word = blender.missing()
    if word is not None:
        yield f"Blender is left out: {word}"
        return
    rgba, coc = frame(*size, BLENDER_RADIUS)
    rows = min(BLENDER_ROWS, size[1])
    top = (size[1] - rows) // 2
    part = np.s_[top : top + rows]
    defocus(rgba, coc, Iris(), max_radius=BLENDER_RADIUS)
    ours = statistics.median(
        seconds(lambda: defocus(rgba, coc, Iris(), max_radius=BLENDER_RADIUS)) for _ in range(rounds)
    )
    with tempfile.TemporaryDirectory() as folder:
        report = blender.report(Path(folder), shot_of(rgba[part], coc[part]), timed=True)
    theirs = (report["with"] - report["without"]) * size[1] / rows
    yield "| R, px | LensDefocus, s | Blender's Defocus, s | Blender / ours |"
    yield "|---:|---:|---:|---:|"
    yield f"| {BLENDER_RADIUS} | {ours:.2f} | {theirs:.0f} ({rows} of {size[1]} rows measured) | {theirs / ours:.0f} |"


def shot_of(rgba: np.ndarray, coc: np.ndarray) -> Shot:
    """A camera and a depth whose circles of confusion are `coc`: 1/z = 1/s - r/gain."""
    focal_length, sensor_width, focus = 50.0, 36.0, 2.0
    gain = 2 * focus * float(np.abs(coc).max())
    f_stop = rgba.shape[1] / sensor_width * focal_length**2 / (2000 * gain)
    return Shot(rgba[..., :3], 1 / focus - coc / np.float32(gain), focal_length, sensor_width, f_stop, focus)


def worker(size, radius: float, calls: int, cores: int | None = None, **environment: str) -> dict:
    """What lens_worker.py says."""
    with tempfile.TemporaryDirectory() as folder:
        rgba, coc = frame(*size, radius)
        np.save(Path(folder, "rgba.npy"), rgba)
        np.save(Path(folder, "coc.npy"), coc)
        del rgba, coc
        command = [sys.executable, str(Path(__file__).with_name("lens_worker.py")), folder, f"{radius:g}", str(calls)]
        return json.loads(run([*command, *([] if cores is None else [str(cores)])], **environment))


def cores(size, radius: float, rounds: int) -> Iterator[str]:
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if allowed < 2:
        yield "Cores are left out: this process may use one only."
        return
    one, two = (worker(size, radius, rounds + 1, count)["seconds"][1:] for count in (1, 2))
    one, two = statistics.median(one), statistics.median(two)
    yield "| R, px | one core, s | two cores, s | times faster |\n|---:|---:|---:|---:|"
    yield f"| {radius:g} | {one:.2f} | {two:.2f} | {one / two:.2f} |"


def memory(size, radii) -> Iterator[str]:
    yield "| frame | R, px | peak resident, MiB | before, MiB | pictures in and out, MiB | the lens's own, MiB |"
    yield "|---|---:|---:|---:|---:|---:|"
    pictures = size[0] * size[1] * (4 + 1 + 4) * 4 / 2**20
    result = size[0] * size[1] * 16 / 2**20
    for radius in radii:
        report = worker(size, radius, 1)
        own = report["peak"] - report["before"] - result
        cells = f"{radius:g} | {report['peak']:.0f} | {report['before']:.0f} | {pictures:.0f} | {own:.0f}"
        yield f"| {size[0]} × {size[1]} | {cells} |"


def compiling(size, radius: float) -> Iterator[str]:
    """The first frame of a process, less a later one: with nothing compiled, and with the disk's cache."""
    yield "| | first frame, s | a later one, s |\n|---|---:|---:|"
    with tempfile.TemporaryDirectory() as folder:
        for word in ("nothing compiled yet", "compiled by an earlier process"):
            first, *later = worker(size, radius, 3, XDG_CACHE_HOME=folder, POCL_CACHE_DIR=folder)["seconds"]
            yield f"| {word} | {first:.2f} | {min(later):.2f} |"


def machine() -> str:
    device = default_device()
    return f"{device.name}, {device.device.max_compute_units} compute units, {platform.system()} {platform.machine()}"


def tables(size, radii, rounds: int, only=()) -> Iterator[tuple[str, str]]:
    """(name, Markdown) of each table."""
    middle = min(radii, key=lambda r: abs(math.log(r / 64)))
    makers = {
        "speed": lambda: speed(size, radii, rounds),
        "blender": lambda: against_blender(size, rounds),
        "cores": lambda: cores(size, middle, rounds),
        "memory": lambda: memory((2 * size[0], 2 * size[1]), (min(radii), max(radii))),
        "compile": lambda: compiling(size, middle),
    }
    for name, make in makers.items():
        if not only or name in only:
            yield name, "\n".join(make())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--size", type=int, nargs=2, default=(1920, 1080), metavar=("W", "H"))
    parser.add_argument("--radii", type=float, nargs="+", default=(16, 64, 200))
    parser.add_argument("--only", nargs="+", default=(), choices=("speed", "blender", "cores", "memory", "compile"))
    options = parser.parse_args()
    print(f"{machine()}; {options.size[0]} × {options.size[1]} RGBA float; medians of {options.rounds} rounds")
    for _, text in tables(options.size, options.radii, options.rounds, options.only):
        print(f"\n{text}", flush=True)


if __name__ == "__main__":
    main()
