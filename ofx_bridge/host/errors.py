"""What can go wrong between a host and a plug-in."""

from __future__ import annotations


class HostError(Exception):
    """A bundle, a node, a clip or a knob that the host cannot use. The message names the cure."""


class RenderError(Exception):
    """A render or an analysis that failed. The message holds what the plug-in posted and what clips raised.

    out_of_memory: the plug-in answered that memory ran out. clip_errors: what clip sources raised, a line each.
    """

    def __init__(self, message: str, out_of_memory: bool = False, clip_errors: tuple[str, ...] = ()):
        super().__init__(message)
        self.out_of_memory = out_of_memory
        self.clip_errors = clip_errors


class ViolationError(AssertionError):
    """A plug-in broke the OpenFX standard; the message lists every violation."""
