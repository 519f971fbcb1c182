"""A render job without a bridge: nodes' render modules are tested in the test's own process."""

from __future__ import annotations

import numpy as np

from focuspuller.nodes.vocabulary import Choice, Node, Position
from focuspuller.nodes.vocabulary.expressions import wrap
from focuspuller.nodes.vocabulary.jobs import Aborted, Picture, RenderJob, Window


def picture(pixels, x0: int = 0, y0: int = 0, premultiplied: bool = True) -> Picture:
    """An array [H, W] or [H, W, C] as a picture whose top-left pixel is (x0, y0)."""
    pixels = np.array(pixels, np.float32)
    pixels = np.ascontiguousarray(pixels[..., None] if pixels.ndim == 2 else pixels)
    pixels.flags.writeable = False
    height, width = pixels.shape[:2]
    return Picture(pixels, Window(x0, y0, x0 + width, y0 + height), premultiplied)


class FakeJob(RenderJob):
    """A frame of `node`. clips: name → Picture holding all that the clip has; window: default Source's; knobs: those
    that differ from their defaults. What `clip` gives is cropped to the declared reach, as a host crops it.

    warnings: what the node told the artist.
    """

    def __init__(self, node: Node, clips: dict[str, Picture], window: Window | None = None, **options):
        self.node = node
        self.time = options.pop("time", 1.0)
        self.scale = options.pop("scale", (1.0, 1.0))
        self.pixel_aspect = options.pop("pixel_aspect", 1.0)
        self.fps = 24.0
        self.draft = False
        source = clips["Source"]
        self.format = options.pop("format", (source.window.x1, source.window.y1))
        self.channels = options.pop("channels", source.pixels.shape[2])
        self.abort_after = options.pop("abort_after", None)
        self.window = source.window if window is None else window
        self.clips = clips
        self.warnings: list[str] = []
        width, height = self.format
        self.knobs = {
            k.name: (k.default[0] * width, k.default[1] * height) if isinstance(k, Position) else k.default
            for k in node.knobs
            if hasattr(k, "default")
        }
        unknown = set(options) - set(self.knobs)
        assert not unknown, f"{node.name} has no knobs {unknown}"
        self.knobs |= options

    def evaluated(self, formula) -> float:
        """A formula of the declaration for these knobs and clips."""
        node = self.node
        choices = {k.name for k in node.knobs if isinstance(k, Choice)}
        values = {k: node.choice_index(k, v) if k in choices else v for k, v in self.knobs.items()}

        class Values(dict):
            def __missing__(self, key):  # (knob, item) of a choice
                return node.choice_index(*key)

        return wrap(formula).evaluate(Values(values), frozenset(self.clips))

    def _interest(self) -> Window:
        """The window grown by the node's reach, with its points' patches."""
        sx, sy = self.scale[0] / self.pixel_aspect, self.scale[1]
        x, y = self.evaluated(self.node.reach.x) * sx, self.evaluated(self.node.reach.y) * sy
        region = self.window.grown(int(np.ceil(x)), int(np.ceil(y)))
        for name in self.node.points:
            (px, py), r = self.knobs[name], self.node.point_radius + 0.5
            region = Window(
                min(region.x0, int(np.floor(px - r * sx))),
                min(region.y0, int(np.floor(py - r * sy))),
                max(region.x1, int(np.ceil(px + r * sx))),
                max(region.y1, int(np.ceil(py + r * sy))),
            )
        return region

    def clip(self, name, time=None):
        self.check_abort()
        if name not in self.clips:
            return None
        whole = self.clips[name]
        window = whole.window.intersected(self._interest()) if self.node.tiles else whole.window
        if window.empty:
            return Picture(np.zeros((0, 0, whole.pixels.shape[2]), np.float32), Window(0, 0, 0, 0), whole.premultiplied)
        return Picture(whole.pixels[window.slices_in(whole.window)], window, whole.premultiplied)

    def region(self, name):
        return self.clips[name].window if name in self.clips else None

    def is_identity(self) -> bool:
        return self.node.identity is not None and bool(self.evaluated(self.node.identity.when))

    def check_abort(self):
        if self.abort_after is not None:
            self.abort_after -= 1
            if self.abort_after < 0:
                raise Aborted

    def progress(self, fraction, text=""):
        assert 0 <= fraction <= 1 + 1e-6
        self.check_abort()

    def warn(self, message):
        self.warnings.append(message)
