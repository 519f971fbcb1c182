"""Writes the bundle's nodes.json from the declarations. Run by the build, before anything is installed.

usage: make_manifest.py SOURCE_ROOT VERSION OUTPUT
"""

import json
import sys
import types
from pathlib import Path


def main(root: str, version: str, output: str) -> None:
    package = types.ModuleType("focuspuller")
    package.__path__ = [root]  # the checkout's top-level folders are the package's, see pyproject.toml
    sys.modules["focuspuller"] = package
    from focuspuller.nodes import declared_nodes
    from focuspuller.nodes.vocabulary.manifest import manifest

    text = json.dumps(manifest(declared_nodes(), version), indent=1, ensure_ascii=False)
    Path(output).write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
