"""Copies of the installed bundle that carry the test nodes and a worker of their own."""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

from focuspuller.nodes.vocabulary import Node
from focuspuller.nodes.vocabulary.manifest import manifest

NAME = "FocusPuller.ofx.bundle"
TESTS = Path(__file__).parent


def installed_bundle() -> Path:
    """The bundle that the build installed beside the package."""
    bundle = Path(sysconfig.get_path("platlib")) / "focuspuller" / NAME
    if not bundle.is_dir():
        raise FileNotFoundError(f"{bundle} is missing; build it with `pip install -e .`")
    return bundle


def binary(bundle: Path) -> Path:
    """The plug-in inside a bundle."""
    (found,) = bundle.glob("Contents/*/FocusPuller.ofx")
    return found


def copy_bundle(folder: Path, nodes: Iterable[Node], python: str = sys.executable) -> Path:
    """A bundle in `folder` that offers these nodes; its worker can import `test_nodes`."""
    bundle = folder / NAME
    shutil.copytree(installed_bundle(), bundle)
    resources = bundle / "Contents" / "Resources"
    (resources / "nodes.json").write_text(json.dumps(manifest(nodes, "0.0.0")), encoding="utf-8")
    worker = {"python": python, "arguments": [], "paths": [str(TESTS)]}
    (resources / "worker.json").write_text(json.dumps(worker), encoding="utf-8")
    return bundle
