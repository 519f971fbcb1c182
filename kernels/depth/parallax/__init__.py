"""Depth from the camera's own motion: near things move farther across the picture than far ones. No learned weights."""

from .estimate import Parallax, parallax

__all__ = ["Parallax", "parallax"]
