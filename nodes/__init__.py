"""The nodes of FocusPuller: one folder each, `node.py` declares (as NODE), `render.py` renders."""

from __future__ import annotations

import importlib
import pkgutil

from .vocabulary import Node


def declared_nodes() -> tuple[Node, ...]:
    """Every node, sorted by name. Imports declarations only: no numpy, no torch."""
    folders = (m.name for m in pkgutil.iter_modules(__path__) if m.ispkg and m.name != "vocabulary")
    nodes = (importlib.import_module(f"{__name__}.{folder}.node").NODE for folder in folders)
    return tuple(sorted(nodes, key=lambda node: node.name))
