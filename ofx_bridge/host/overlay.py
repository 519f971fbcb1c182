"""A viewer's handles on a node: pen events and drawing."""

from __future__ import annotations

_PEN = {"down": "OfxInteractActionPenDown", "motion": "OfxInteractActionPenMotion", "up": "OfxInteractActionPenUp"}


class Overlay:
    """Positions are full-resolution pixels, y down. Answers say whether the plug-in took the event."""

    def __init__(self, host, native):
        self._host = host
        self._native = native
        native.focus(True, host.time)

    def pen(self, event: str, x: float, y: float, pressure: float = 1.0) -> bool:
        """event: "down", "motion" or "up"."""
        taken = self._native.pen(_PEN[event], self._host.time, x, y, pressure)
        self._host.after_call()
        return taken

    def draw(self) -> bool:
        taken = self._native.draw(self._host.time)
        self._host.after_call()
        return taken

    @property
    def redraws(self) -> int:
        """How often the plug-in has asked to be drawn again."""
        return self._native.redraws

    def close(self) -> None:
        self._native.focus(False, self._host.time)
        self._native.destroy()
        self._host.after_call()
