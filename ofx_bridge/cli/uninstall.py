"""Take the plug-in out of the OpenFX folder again.

Removes FocusPuller.ofx.bundle from there and nothing else; the Python package stays.
"""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from focuspuller.ofx_bridge.comp.bundle import BUNDLE_NAME, find_bundle
from focuspuller.ofx_bridge.comp.errors import CompError

from .install import no_right, standard_folder


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", help=f"where it was installed; default {standard_folder()}")


def run(options: argparse.Namespace) -> int:
    folder = (options.to or standard_folder()).absolute()
    target = folder / BUNDLE_NAME
    if not target.is_dir():
        print(f"Nothing to do: there is no {target}")
        return 0
    if target.samefile(find_bundle()):
        raise CompError(f"{target} is the package's own bundle; remove it with pip uninstall focuspuller")
    doomed = folder / f".{BUNDLE_NAME}.{os.getpid()}.old"
    try:
        target.rename(doomed)  # at once for hosts that are starting
        shutil.rmtree(doomed)
    except OSError as problem:
        raise no_right(folder, problem) from None
    print(f"Removed {target}")
    return 0
