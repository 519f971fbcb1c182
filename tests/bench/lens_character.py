#!/usr/bin/env python3
"""What a lens's character costs: time of each, beside the plain iris, in one run.

    python3 dev.py run python tests/bench/lens_character.py [--size 1920 1080] [--radii 16 64] [--rounds 3]

The frame: lens_frame.py, depth edges everywhere. Processor seconds (of all threads, so that other load does not count),
the least of the rounds, after a call that is not counted.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.lens_frame import frame

from focuspuller.kernels.lens.defocus import defocus
from focuspuller.kernels.lens.dust import dusty
from focuspuller.kernels.lens.field import Field
from focuspuller.kernels.lens.glass import PLAIN, Glass
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.kernel_picture import KernelPicture, iris_picture
from focuspuller.kernels.lens.picture_defocus import defocus_with_picture
from focuspuller.kernels.lens.profile import gaussian_profile, lens_profiles

COPIES = 8


def characters(size: tuple[int, int]) -> dict[str, Callable]:
    """Name → what renders (rgba, coc, radius)."""

    def through(glass: Glass = PLAIN, iris: Iris | None = None):
        return lambda rgba, coc, radius: defocus(rgba, coc, iris or Iris(), glass=glass, max_radius=radius)

    field, profiles = Field(cat_eye=1.0), lens_profiles(0.6, copies=COPIES)
    gaussian = (gaussian_profile(COPIES),) * 2
    picture = (KernelPicture.of(dusty(iris_picture(Iris()), 0.5, 1)),) * 2
    return {
        "circle": through(),
        "6 blades": through(iris=Iris(6, 0)),
        "mirror (2 copies)": through(Glass(profiles=lens_profiles(obstruction=0.4))),
        f"spherical aberration ({COPIES} copies)": through(Glass(profiles=profiles)),
        f"gaussian ({COPIES} copies)": through(Glass(profiles=gaussian)),
        "cat-eye": through(Glass(field, frame=size)),
        "cat-eye and spherical aberration": through(Glass(field, profiles, size)),
        "picture (kernel clip, dust)": lambda rgba, coc, radius: defocus_with_picture(
            rgba, coc, picture, max_radius=radius
        ),
    }


def table(size, radii, rounds: int) -> Iterator[str]:
    """Rows of Markdown: a character a row, two columns a radius."""
    yield "| | " + " | ".join(f"R = {r}, s | × circle" for r in radii) + " |"
    yield "|---" + "|---:|---:" * len(radii) + "|"
    pictures = {radius: frame(*size, radius) for radius in radii}
    plain = {}
    for name, render in characters(tuple(size)).items():
        cells = []
        for radius, (rgba, coc) in pictures.items():
            render(rgba, coc, radius)
            took = min(processor_seconds(render, rgba, coc, radius) for _ in range(rounds))
            plain.setdefault(radius, took)
            cells.append(f"{took:.2f} | {took / plain[radius]:.1f}")
        yield f"| {name} | {' | '.join(cells)} |"


def processor_seconds(render, *arguments) -> float:
    start = time.process_time()
    render(*arguments)
    return time.process_time() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", type=int, nargs=2, default=(1920, 1080), metavar=("W", "H"))
    parser.add_argument("--radii", type=float, nargs="+", default=(16, 64))
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    for row in table(options.size, options.radii, options.rounds):
        print(row, flush=True)


if __name__ == "__main__":
    main()
