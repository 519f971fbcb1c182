"""An analyse job without a bridge: buttons' modules are tested in the test's own process."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from fake_job import picture

from focuspuller.nodes.vocabulary import Node, Position
from focuspuller.nodes.vocabulary.jobs import Aborted, AnalyseJob, ClipError

Frames = Callable[[int], np.ndarray]


class FakeAnalyseJob(AnalyseJob):
    """A press of a button of `node`. clips: name → function from the frame to pixels [H, W, C]; knobs: those that
    differ from their defaults. asked: (clip, frame) in the order asked. told: progress. abort_after: calls until the
    artist cancels.
    """

    def __init__(self, node: Node, clips: Mapping[str, Frames], frames: tuple[int, int], **options):
        self.frames = frames
        self.button = options.pop("button", node.buttons[0].name)
        self.time = float(options.pop("time", frames[0]))
        self.curves = options.pop("curves", {})
        self.fps = options.pop("fps", 24.0)
        self.abort_after = options.pop("abort_after", None)
        self.scale, self.pixel_aspect = (1.0, 1.0), 1.0
        self.clips = clips
        height, width = clips["Source"](frames[0]).shape[:2]
        self.format = (width, height)
        self.asked: list[tuple[str, float]] = []
        self.told: list[float] = []
        self.warnings: list[str] = []
        self.knobs = {
            k.name: (k.default[0] * width, k.default[1] * height) if isinstance(k, Position) else k.default
            for k in node.knobs
            if hasattr(k, "default")
        }
        unknown = set(options) - set(self.knobs)
        assert not unknown, f"{node.name} has no knobs {unknown}"
        self.knobs |= options

    def clip(self, name, time=None):
        self.check_abort()
        time = self.time if time is None else time
        self.asked.append((name, time))
        if name not in self.clips:
            return None
        pixels = self.clips[name](round(time))
        if pixels is None:
            raise ClipError(name, f"the host could not deliver frame {time:g}")
        return picture(pixels, premultiplied=name == "Source")

    def region(self, name):
        return picture(self.clips[name](self.frames[0])).window if name in self.clips else None

    def check_abort(self):
        if self.abort_after is not None:
            self.abort_after -= 1
            if self.abort_after < 0:
                raise Aborted

    def progress(self, fraction, text=""):
        assert -1e-9 <= fraction <= 1 + 1e-6
        self.told.append(fraction)
        self.check_abort()

    def warn(self, message):
        self.warnings.append(message)
