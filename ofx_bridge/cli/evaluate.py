"""Score focus files against the truth.

|Δd|: how far the focus is off in px of blur radius (640 px wide, 50 mm at f/2, 36 mm sensor), averaged over frames.
|Δt|: how many frames targets are off; a missed one counts 30. The measures of "Synthetic Defocus and Look-Ahead
Autofocus for Casual Videography", Tables 1 and 2. False: found targets that the truth has not. Settled: targets in
focus by the frame before them.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from focuspuller.kernels.focus.evaluate import evaluate, mean_score, table
from focuspuller.kernels.focus.focus_file import FocusFileError, read_focus_file
from focuspuller.ofx_bridge.comp.errors import CompError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("what", choices=("focus",), help="focus: focus files")
    parser.add_argument("files", type=Path, nargs="+", metavar="A.json TRUTH.json", help="pairs of focus files")


def run(options: argparse.Namespace) -> int:
    if len(options.files) % 2:
        raise CompError("name pairs of files: A.json TRUTH.json")
    rows = []
    for path, truth in zip(options.files[::2], options.files[1::2], strict=True):
        try:
            rows.append((path.stem, evaluate(read_focus_file(path), read_focus_file(truth))))
        except FocusFileError as problem:
            raise CompError(str(problem)) from None
    if len(rows) > 1:
        rows.append(("all", mean_score([score for _, score in rows])))
    print(table(rows))
    return 0
