"""An instance of a plug-in, in Python's terms."""

from __future__ import annotations

import concurrent.futures
import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Aborted, Window

from . import _host
from .errors import HostError, RenderError
from .knob_info import KnobInfo, knob_info, to_native, to_python
from .overlay import Overlay
from .profile import Profile, short_components
from .source import Source

_INTERPOLATIONS = ("constant", "linear", "smooth")


@dataclass(frozen=True)
class Message:
    """Said by a plug-in. type: "Fatal", "Error", "Warning", "Message", "Log", "Question". persistent: until cleared."""

    type: str
    id: str
    text: str
    persistent: bool


@dataclass(frozen=True)
class ClipInfo:
    """A clip that the plug-in has described. components: those it takes."""

    name: str
    label: str
    optional: bool
    output: bool
    components: tuple[str, ...]
    temporal: bool
    mask: bool


@dataclass(frozen=True)
class ClipPreferences:
    """What holds between host and plug-in. components, depths: by clip, with Output. premultiplied: None = opaque."""

    components: Mapping[str, str]
    depths: Mapping[str, str]
    premultiplied: bool | None
    frame_varying: bool
    continuous: bool
    fps: float


class Node:
    """Windows are pixels at the scale, y down, (0, 0) at the format's top-left corner (`jobs.Window`).

    Renders may run on several threads at once; the plug-in's thread safety is respected. Everything else belongs to one
    thread. Made by `Host.create`, ended by `close` or the host's end.
    """

    def __init__(self, host, native, profile: Profile, recreate: Callable[[], _host.Instance]):
        self._host = host
        self._native = native
        self._profile = profile
        self._recreate = recreate
        self._sources: dict[str, Source] = {}
        self._said: list[Message] = []  # by copies that are gone
        native.set_key_interpolation(_INTERPOLATIONS.index(profile.key_interpolation))
        if profile.unknown_changes:
            native.changed("OfxTypeParameter", "hostOwnParameter", host.time)

    # Knobs

    @property
    def knobs(self) -> dict[str, KnobInfo]:
        """Every knob in the order of its definition, as it is now (enabled, secret and labels change)."""
        return {name: knob_info(self._native, name) for name in self._native.params()}

    def knob(self, name: str) -> KnobInfo:
        return knob_info(self._native, self._known(name))

    def get(self, name: str, time: float | None = None):
        """The value at `time` (default: the host's). Choices as item names, positions as (x, y) pixels, y down."""
        native = self._native
        at = self._host.time if time is None else time
        return to_python(native, native.param(self._known(name)), native.value(name, at))

    def set(self, name: str, value) -> None:
        """A constant value; drops the keys. Tells the plug-in as a user's edit. ValueError says what the knob takes."""
        facts = self._native.param(self._known(name))
        self._native.set_value(name, to_native(self._native, facts, value))
        self._host.after_call()

    def keys(self, name: str) -> list[tuple[float, object, str]]:
        """[(time, value, interpolation)], sorted; empty when the knob is constant."""
        facts = self._native.param(self._known(name))
        return [
            (time, to_python(self._native, facts, value), _INTERPOLATIONS[kind])
            for time, value, kind in self._native.keys(name)
        ]

    def set_keys(self, name: str, keys: Iterable[tuple[float, object]], interpolation: str = "linear") -> None:
        """Replaces the curve. interpolation: "constant", "linear" or "smooth" (a monotone cubic, flat at both ends)."""
        facts = self._native.param(self._known(name))
        if not facts["animates"]:
            raise ValueError(f"{name} does not animate: give it one value")
        if interpolation not in _INTERPOLATIONS:
            raise ValueError(f"interpolation {interpolation!r} is not one of {', '.join(_INTERPOLATIONS)}")
        kind = _INTERPOLATIONS.index(interpolation)
        native_keys = [(float(time), to_native(self._native, facts, value), kind) for time, value in keys]
        self._native.set_keys(name, native_keys)
        self._host.after_call()

    # Clips

    @cached_property
    def clips(self) -> dict[str, ClipInfo]:
        facts = self._native.clips()
        return {
            f["name"]: ClipInfo(**(f | {"components": tuple(map(short_components, f["components"]))})) for f in facts
        }

    def connect(self, name: str, clip) -> None:
        """Connects a clip (see source.Source for what it must have), or disconnects with None."""
        info = self.clips.get(name)
        inputs = [c.name for c in self.clips.values() if not c.output]
        if info is None or info.output:
            raise HostError(f"there is no input clip {name}; clips: {', '.join(inputs)}")
        if self._profile.single_clip and name != "Source" and clip is not None:
            raise HostError(f"{self._profile.label} has one input, Source: {name} cannot be connected")
        source = None if clip is None else Source(clip)
        self._native.connect(name, source)
        self._sources[name] = source
        self._host.after_call()

    def clip_preferences(self) -> ClipPreferences:
        facts = self._native.preferences()
        self._host.after_call()
        premultiplied = {"OfxImageOpaque": None}.get(
            facts["premultiplication"], facts["premultiplication"] == "OfxImageAlphaPremultiplied"
        )
        return ClipPreferences(
            {clip: short_components(c) for clip, c in facts["components"].items()},
            {clip: d.removeprefix("OfxBitDepth").lower() for clip, d in facts["depths"].items()},
            premultiplied,
            facts["frame_varying"],
            facts["continuous"],
            facts["fps"],
        )

    # Regions and times

    def region_of_definition(self, time: float, scale: tuple[float, float] | None = None) -> Window:
        """Where the output has pixels."""
        return self._ask(Window, self._native.output_window(time, self._scale(scale)))

    def regions_of_interest(self, time: float, window: Window, scale=None) -> dict[str, Window]:
        """What each input clip is needed of to render `window`."""
        answer = self._native.regions_of_interest(time, tuple(window), self._scale(scale))
        return {clip: self._ask(Window, region) for clip, region in answer.items()}

    def frames_needed(self, time: float) -> dict[str, list[tuple[float, float]]]:
        """By clip, ranges of frames (first, last) read to render the one at `time`."""
        answer = self._native.frames_needed(time)
        self._host.after_call()
        return answer

    def time_domain(self) -> tuple[float, float] | None:
        """The frames that the plug-in has, None when it leaves that to its inputs."""
        answer = self._native.time_domain()
        self._host.after_call()
        return answer

    def is_identity(self, time: float, window: Window | None = None, scale=None) -> tuple[str, float] | None:
        """(clip, time) when the output is that frame untouched."""
        window = self.region_of_definition(time, scale) if window is None else window
        clip, at = self._native.identity(time, tuple(window), self._scale(scale))
        self._host.after_call()
        return (clip, at) if clip else None

    # Rendering

    def render(
        self,
        time: float,
        window: Window | None = None,
        scale: tuple[float, float] | None = None,
        *,
        draft: bool = False,
        interactive: bool = False,
        thumbnail: bool = False,
        abort=None,
    ) -> np.ndarray:
        """float32 [H, W, C] of `window` (default: the whole region of definition), top row first; 0 outside the region.

        abort: an AbortFlag (cheap to ask), something with is_set(), a function, or seconds until the host gives up.
        Raises RenderError with what the plug-in said, jobs.Aborted when it was told to stop.
        """
        if self._profile.instance_per_frame:
            with self._copy() as copy:
                return copy._render(time, window, scale, draft, interactive, thumbnail, abort)
        return self._render(time, window, scale, draft, interactive, thumbnail, abort)

    def render_frames(self, times: Iterable[float], threads: int | None = None, **how) -> Iterator[np.ndarray]:
        """The frames in order, rendered `threads` at a time (default: the profile's)."""
        with concurrent.futures.ThreadPoolExecutor(threads or self._profile.render_threads) as pool:
            yield from pool.map(lambda time: self.render(time, **how), times)

    @contextlib.contextmanager
    def sequence(self, first: float, last: float, scale=None) -> Iterator[None]:
        """Renders inside it belong to one sequence render; else each is one of its own."""
        at = self._scale(scale)
        self._native.begin_sequence(first, last, at)
        try:
            yield
        finally:
            self._native.end_sequence(first, last, at)
            self._host.after_call()

    def press(self, button: str, time: float | None = None, progress=None, abort=None) -> None:
        """Presses a button. progress(fraction, label) -> False cancels. Raises RenderError, jobs.Aborted."""
        before = len(self._native.messages)
        at = self._host.time if time is None else time
        fine, status, stopped = self._native.press(self._known(button), at, *_abort(abort), progress)
        self._host.after_call()
        if stopped:
            raise Aborted(f"{button} was cancelled")
        if not fine:
            raise RenderError(self._failure(f"{button}: instanceChanged answered {status}", before, []))

    # The rest

    @property
    def messages(self) -> list[Message]:
        """What the plug-in has said through this instance, or through those made for single frames."""
        return [*self._said, *(_message(m) for m in self._native.messages)]

    def overlay(self) -> Overlay | None:
        """A view's overlay on this node; None when the plug-in has none or the host shows none."""
        native = self._native.open_overlay()
        self._host.after_call()
        return Overlay(self._host, native) if native else None

    def purge_caches(self) -> None:
        self._native.purge()
        self._host.after_call()

    def sync_private_data(self) -> None:
        self._native.sync()
        self._host.after_call()

    def close(self) -> None:
        """Destroys the instance; may be called again."""
        if self._native is not None:
            native, self._native = self._native, None
            native.destroy()
            self._host.forget(self)
            self._host.after_call()

    def __enter__(self) -> Node:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def _render(self, time, window, scale, draft, interactive, thumbnail, abort) -> np.ndarray:
        window = self.region_of_definition(time, scale) if window is None else Window(*window)
        before = len(self._native.messages)
        status, reason, clip_errors, pixels = self._native.render(
            time, self._scale(scale), tuple(window), draft, interactive, thumbnail, *_abort(abort)
        )
        self._host.after_call()
        if status == "done":
            return pixels
        if status == "aborted":
            raise Aborted(reason)
        message = self._failure(f"frame {time:g}: {reason}", before, clip_errors)
        raise RenderError(message, status == "memory", tuple(clip_errors))

    def _failure(self, what: str, before: int, clip_errors: list[str]) -> str:
        said = [m.text for m in self.messages[before:] if m.type in ("Fatal", "Error", "Warning", "Message")]
        said += [m.text for m in self.messages[:before] if m.persistent]
        return "; ".join(dict.fromkeys([*said, *clip_errors])) or what

    @contextlib.contextmanager
    def _copy(self) -> Iterator[Node]:
        copy = Node(self._host, self._recreate(), self._profile, self._recreate)
        try:
            copy._native.copy_params(self._native)
            for name, source in self._sources.items():
                copy._native.connect(name, source)
            yield copy
        finally:
            self._said += copy.messages
            copy.close()

    def _ask(self, kind, answer):
        self._host.after_call()
        return kind(*answer)

    def _scale(self, scale) -> tuple[float, float]:
        return self._profile.proxy if scale is None else (float(scale[0]), float(scale[1]))

    def _known(self, name: str) -> str:
        if name not in self._native.params():
            raise KeyError(f"there is no knob {name}; knobs: {', '.join(self._native.params())}")
        return name


def _message(fields: tuple) -> Message:
    kind, identifier, text, persistent = fields
    return Message(kind.removeprefix("OfxMessage"), identifier, text, persistent)


def _abort(abort) -> tuple:
    """(flag, function, seconds) for the C++ side."""
    if abort is None or isinstance(abort, _host.AbortFlag):
        return abort, None, None
    if hasattr(abort, "is_set"):
        return None, abort.is_set, None
    if callable(abort):
        return None, abort, None
    return None, None, float(abort)
