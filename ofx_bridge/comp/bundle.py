"""Where the installed package keeps FocusPuller.ofx.bundle."""

import os
from importlib.metadata import distribution
from pathlib import Path

from .errors import CompError

BUNDLE_NAME = "FocusPuller.ofx.bundle"


def find_bundle() -> Path:
    """The bundle folder: FOCUSPULLER_BUNDLE where that is set, else the installed package's. Raises CompError."""
    named = os.environ.get("FOCUSPULLER_BUNDLE")
    path = Path(named) if named else Path(str(distribution("focuspuller").locate_file(f"focuspuller/{BUNDLE_NAME}")))
    if not (path / "Contents" / "Resources" / "nodes.json").is_file():
        cure = "correct FOCUSPULLER_BUNDLE" if named else "install the package again (pip install focuspuller)"
        raise CompError(f"{path} is no FocusPuller bundle; {cure}")
    return path
