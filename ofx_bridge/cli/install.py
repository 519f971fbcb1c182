"""Put the plug-in where OpenFX hosts look for it.

Copies FocusPuller.ofx.bundle into the platform's OpenFX folder and notes in it the Python environment that renders.
Keep that environment; after moving or updating it, install again.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path

from focuspuller.ofx_bridge.comp.bundle import BUNDLE_NAME, find_bundle
from focuspuller.ofx_bridge.comp.errors import CompError


def standard_folder() -> Path:
    """Where every OpenFX host of this platform looks (OpenFX, 'Packaging OFX Plug-ins')."""
    if sys.platform == "win32":
        return Path(os.environ.get("CommonProgramFiles", r"C:\Program Files\Common Files")) / "OFX" / "Plugins"
    return Path("/Library/OFX/Plugins" if sys.platform == "darwin" else "/usr/OFX/Plugins")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", help=f"another folder; default {standard_folder()}")


def run(options: argparse.Namespace) -> int:
    folder = (options.to or standard_folder()).absolute()
    target = folder / BUNDLE_NAME
    fresh, former = (folder / f".{BUNDLE_NAME}.{os.getpid()}.{state}" for state in ("new", "old"))
    source = find_bundle()
    if target.exists() and target.samefile(source):
        raise CompError(f"{target} is the package's own bundle; give another folder to --to")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, fresh)
        worker = {"python": sys.executable, "arguments": [], "paths": []}
        (fresh / "Contents" / "Resources" / "worker.json").write_text(
            json.dumps(worker, indent=1) + "\n", encoding="utf-8"
        )
        if target.exists():
            target.rename(former)
        try:
            fresh.rename(target)
        except OSError:
            if former.exists():
                former.rename(target)
            raise
    except OSError as problem:
        raise no_right(folder, problem) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        if target.exists():
            shutil.rmtree(former, ignore_errors=True)
    print(f"Installed {target}\nRenders with {sys.executable}")
    if options.to:
        print(f"Hosts find it there when OFX_PLUGIN_PATH={folder} is set before they start.")
    return 0


def no_right(folder: Path, problem: OSError) -> CompError:
    """The error for a folder that cannot be changed, with the ways round it."""
    here = Path.home() / "OFX" / "Plugins"
    return CompError(
        f"{folder} cannot be changed ({problem.strerror or problem}). Run this as administrator and close the hosts "
        f"that have the plug-in loaded; or install with --to {here} and set OFX_PLUGIN_PATH={here} for the hosts"
    )
