#!/usr/bin/env python3
"""Rewrites the tables of docs/lens-accuracy.md and docs/lens-speed.md, and their pictures.

    FOCUSPULLER_BPY_PYTHON=BPY/bin/python python3 dev.py run python docs/images/make_lens_pages.py [accuracy] [speed]

Tables stand between `<!-- table: NAME -->` and `<!-- /table -->`. Both peers must be installed (tests/quality/peers/).
The first run takes an hour or two, mostly Blender's; later ones find its pictures in the cache and take minutes.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from bench import lens as bench
from quality import lens_tables
from quality.lens_accuracy import measure
from quality.methods import BLENDER, GEGL, OURS, PEERS, methods
from quality.metrics import display

from focuspuller.kernels.raytrace import scenes

DOCS = Path(__file__).parents[1]
CROPS = {  # scene, focus → left, top of the part shown
    ("rails", "mid"): (0, 60),
    ("grass", "far"): (320, 60),
    ("demo", "near"): (320, 0),
    ("backlight", "mid"): (160, 60),
    ("lamps", "near"): (300, 0),
}
CROP = (300, 240)  # px
SIZE, RADII, ROUNDS = (1920, 1080), (16, 64, 200), 7


def rewrite(page: Path, tables: dict[str, str]) -> None:
    """Puts each table between its markers. KeyError: the page has no place for one."""
    text = page.read_text(encoding="utf-8")
    for name, table in tables.items():
        place = re.compile(rf"(<!-- table: {re.escape(name)} -->\n).*?(<!-- /table -->)", re.DOTALL)
        if not place.search(text):
            raise KeyError(f"{page} has no <!-- table: {name} --> … <!-- /table -->")
        text = place.sub(lambda match, table=table: f"{match[1]}{table}\n{match[2]}", text)
    page.write_text(text, encoding="utf-8")


def accuracy(names) -> None:
    by, page = methods(), DOCS / "lens-accuracy.md"
    results = [result for name in names for result in measure(name, by=by)]
    rewrite(page, dict(lens_tables.accuracy(results)) | {"hidden": lens_tables.hidden(results)})
    for r in results:
        if corner := CROPS.get((r.case.scene, r.case.focus)):
            picture = side_by_side({**r.pictures, "ray-traced": r.case.truth}, corner)
            file = DOCS / f"images/lens-{r.case.scene}-{r.case.focus}.jpg"
            cv2.imwrite(str(file), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
    rewrite(page, {"depth": lens_tables.faulty_depths(names)})
    rewrite(page, {"reference": lens_tables.reference(("rails", "cards"))})


def side_by_side(pictures: dict[str, np.ndarray], corner: tuple[int, int]) -> np.ndarray:
    """uint8 BGR: the same part of each picture under its name."""
    (x, y), (width, height) = corner, CROP
    columns = []
    for name in ("nothing", GEGL, BLENDER, OURS, "ray-traced"):
        part = np.rint(display(pictures[name][y : y + height, x : x + width])[..., ::-1] * 255).astype(np.uint8)
        title = np.full((22, width, 3), 32, np.uint8)
        word = "sharp" if name == "nothing" else name
        cv2.putText(title, word, (6, 16), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (230, 230, 230), 1, cv2.LINE_AA)
        columns += [np.vstack([title, part]), np.full((height + 22, 4, 3), 32, np.uint8)]
    return np.hstack(columns[:-1])


def speed() -> None:
    tables = dict(bench.tables(SIZE, RADII, ROUNDS))
    tables["machine"] = f"{bench.machine()}; medians of {ROUNDS} rounds."
    rewrite(DOCS / "lens-speed.md", tables)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", nargs="*", choices=("accuracy", "speed", []), default=[])
    parser.add_argument("--scenes", nargs="+", default=scenes.NAMES, choices=scenes.NAMES)
    options = parser.parse_args()
    pages = options.pages or ("accuracy", "speed")
    absent = [word for peer in PEERS.values() if (word := peer.missing())]
    if absent:
        parser.error("; ".join(absent))
    if "accuracy" in pages:
        accuracy(options.scenes)
    if "speed" in pages:
        speed()


if __name__ == "__main__":
    main()
