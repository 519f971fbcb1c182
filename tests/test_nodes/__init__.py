"""Small nodes that exercise the bridge: one folder each, `node.py` declares (as NODE), `render.py` renders.

Never installed; a copy of the bundle made by the fixture `make_bundle` carries them.
"""

from __future__ import annotations

import importlib
import pkgutil

from focuspuller.nodes.vocabulary import Node


def declared_nodes() -> tuple[Node, ...]:
    """Every test node, sorted by name."""
    folders = (m.name for m in pkgutil.iter_modules(__path__) if m.ispkg)
    nodes = (importlib.import_module(f"{__name__}.{folder}.node").NODE for folder in folders)
    return tuple(sorted(nodes, key=lambda node: node.name))
