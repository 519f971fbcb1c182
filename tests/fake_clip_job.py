"""Jobs over clips of several frames, for temporal nodes, without a bridge."""

from __future__ import annotations

from fake_job import FakeJob

from focuspuller.nodes.vocabulary.jobs import AnalyseJob, ClipError, Picture


class ClipJob(FakeJob):
    """A frame of `node` at `time`. clips: name → {time: Picture}; a time that is missing cannot be delivered, one that
    is None has no picture. held: beyond its ends a clip goes on with its last frame, as hosts have it."""

    def __init__(self, node, clips: dict[str, dict[float, Picture | None]], time: float, held: bool = False, **options):
        # Knobs of these names; a FakeJob's options are the picture's number of channels and the render window.
        named_alike = {name: options.pop(name) for name in ("channels", "window") if name in options}
        known = {name: frames.get(time, next(iter(frames.values()))) for name, frames in clips.items()}
        super().__init__(node, known, time=time, **options)
        self.knobs |= named_alike
        self.frames_of, self.held = clips, held
        self.asked: set[float] = set()

    def clip(self, name, time=None):
        time = self.time if time is None else time
        if name not in self.frames_of:
            return super().clip(name)
        frames = self.frames_of[name]
        first, last = self.evaluated(self.node.frames_needed.first), self.evaluated(self.node.frames_needed.last)
        assert first <= time - self.time <= last, f"frame {time} was not declared as needed"
        self.asked.add(time)
        if self.held:
            time = min(max(time, min(frames)), max(frames))
        if time not in frames:
            raise ClipError(name, f"frame {time} cannot be delivered")
        kept, self.clips = self.clips, self.clips | {name: frames[time]}
        try:
            return super().clip(name)
        finally:
            self.clips = kept


class ClipAnalyseJob(ClipJob, AnalyseJob):
    """A button press over the whole clip."""

    def __init__(self, node, clips, button: str, **options):
        times = sorted(clips["Source"])
        super().__init__(node, clips, times[0], **options)
        self.frames, self.button = (int(times[0]), int(times[-1])), button

    def clip(self, name, time=None):
        if name not in self.frames_of:
            return None
        return self.frames_of[name][self.time if time is None else time]
