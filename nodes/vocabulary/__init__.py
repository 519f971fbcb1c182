"""The vocabulary of nodes: what a declaration (`node.py`) is written in. Standard library only.

What a rendering module is written in (pictures, jobs, errors) is in the module `jobs`, which needs numpy.
"""

from .expressions import Expression, ceil, connected, either, knob, maximum, minimum
from .knobs import Boolean, Button, Choice, Double, File, Int, Knob, Page, Position, String
from .node import Clip, FramesNeeded, Grow, Identity, Node

__all__ = [
    "Boolean",
    "Button",
    "Choice",
    "Clip",
    "Double",
    "Expression",
    "File",
    "FramesNeeded",
    "Grow",
    "Identity",
    "Int",
    "Knob",
    "Node",
    "Page",
    "Position",
    "String",
    "ceil",
    "connected",
    "either",
    "knob",
    "maximum",
    "minimum",
]
