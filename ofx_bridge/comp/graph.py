"""A comp at work: every FocusPuller node an instance in the headless host, wired through frame caches."""

from __future__ import annotations

import os
import re
import sys
import threading
from pathlib import Path

import numpy as np

from focuspuller.nodes.vocabulary.jobs import Aborted, Window
from focuspuller.ofx_bridge import host
from focuspuller.ofx_bridge.worker.coordinates import Coordinates

from .bundle import find_bundle
from .cache import FrameCache
from .document import Comp, CompNode
from .errors import CompError, RenderError
from .pictures import Header, Layer
from .read import Reader
from .values import Keys

DEFAULT_FPS = 24.0
DEFAULT_BUDGET = 2 << 30


class Graph:
    """Pulls pictures through the nodes of a comp. Frames are whole numbers; threads may ask at the same time.

    budget: bytes of pixels kept. Close it, or use it in a `with`: that ends the worker.
    """

    def __init__(self, comp: Comp, bundle: Path | None = None, budget: int = DEFAULT_BUDGET):
        os.environ.setdefault("FOCUSPULLER_PYTHON", sys.executable)
        self.comp = comp
        self.cache = FrameCache(budget)
        self.aborted = threading.Event()
        self.readers = {n.id: Reader(n) for n in comp.nodes.values() if n.type.name == "Read"}
        self._clips: dict[str, _ReadClip | _NodeClip] = {}
        self._instances: dict[str, host.Node] = {}
        self._host = host.Host()
        if any(n.type.plugin for n in comp.nodes.values()):
            self._load(bundle or find_bundle())
        for node in comp.nodes.values():
            if node.id in self.readers:
                self._clips[node.id] = _ReadClip(self, self.readers[node.id])
            elif node.type.plugin:
                self._clips[node.id] = _NodeClip(self, node, self._instance(node))

    def __enter__(self) -> Graph:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Ends every instance and with them the worker."""
        self._host.close()

    def messages(self) -> list[str]:
        """What nodes had to say to the artist beside errors, each once."""
        told = ((i, m) for i, node in self._instances.items() for m in node.messages)
        return list(dict.fromkeys(f"node {i}: {m.text}" for i, m in told if m.type in ("Message", "Warning", "Log")))

    def header(self, node_id: str, frame: int) -> Header:
        """What the main Read above a node says about a frame: display window, pixel aspect, metadata."""
        reader = self.readers[self.comp.main_read(node_id).id]
        return reader.header(frame) or reader.format_header()

    def readers_above(self, node_id: str) -> list[Reader]:
        """Every Read that a node gets pictures from."""
        seen, waiting = set(), [node_id]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                waiting += self.comp.nodes[name].inputs.values()
        return [reader for name, reader in self.readers.items() if name in seen]

    def frames(self, node_id: str) -> range:
        """The frames of the main Read above a node; frame 1 alone where that is a still."""
        first, last = self.readers[self.comp.main_read(node_id).id].frame_range or (1, 1)
        return range(first, last + 1)

    def value(self, node_id: str, knob: str, frame: float) -> object:
        """A FocusPuller node's knob at a frame, interpolated by the host."""
        return self._instances[node_id].get(knob, frame)

    def knobs(self, node_id: str) -> dict[str, object]:
        """Every knob of a FocusPuller node that is no button, as a comp file has values: constants, positions
        canonical, or {"keys": [[frame, value], …]}."""
        instance = self._instances[node_id]
        coordinates = self._coordinates(node_id)

        def raw(value: object) -> object:
            return list(coordinates.canonical(value)) if isinstance(value, tuple) else value

        result = {}
        for knob in self.comp.nodes[node_id].type.knobs:
            if knob.type != "button":
                keys = instance.keys(knob.name)
                curve = {"keys": [[frame, raw(value)] for frame, value, _ in keys]}
                result[knob.name] = curve if keys else raw(instance.get(knob.name))
        return result

    def press(self, node_id: str, button: str, frame: float, progress=None) -> None:
        """Presses a button of a FocusPuller node. progress(fraction, label) → False cancels. Raises RenderError, or
        Aborted."""
        try:
            self._instances[node_id].press(button, frame, progress=progress, abort=self.aborted)
        except host.RenderError as problem:
            raise RenderError(_cause(problem) or f"node {node_id}: {problem}") from None

    def _coordinates(self, node_id: str) -> Coordinates:
        header = self.readers[self.comp.main_read(node_id).id].format_header()
        return Coordinates(header.size[1], (1.0, 1.0), header.pixel_aspect)

    def region(self, node_id: str, frame: int) -> Window:
        """All that a node has at a frame: the data window of its picture."""
        return self._clips[node_id].region(frame)

    def picture(self, node_id: str, frame: int) -> Layer:
        """A node's whole picture. Raises RenderError, or Aborted after `aborted` was set."""
        clip = self._clips[node_id]
        region = clip.region(frame)
        pixels, window = clip.pixels(frame, region)
        return Layer(pixels, window)

    def _load(self, bundle: Path) -> None:
        try:
            self._host.load(bundle)
        except host.HostError as problem:
            raise CompError(str(problem)) from None

    def _instance(self, node: CompNode) -> host.Node:
        header = self.readers[self.comp.main_read(node.id).id].format_header()
        frames = self.frames(node.id)
        instance = self._host.create(
            node.type.plugin,
            context="General",
            format=header.size,
            pixel_aspect=header.pixel_aspect,
            fps=self.comp.fps or header.fps or DEFAULT_FPS,
            frame_range=(frames[0], frames[-1]),
        )
        self._instances[node.id] = instance
        coordinates = self._coordinates(node.id)

        def pixels(value: object) -> object:
            return coordinates.position(value) if isinstance(value, tuple) else value

        for name, value in node.values.items():
            if isinstance(value, Keys):
                keys = [(frame, pixels(v)) for frame, v in value.keys]
                instance.set_keys(name, keys, interpolation=value.interpolation)
            else:
                instance.set(name, pixels(value.value))
        for clip, source in node.inputs.items():
            instance.connect(clip, self._clips[source])
        return instance


class _ReadClip:
    """A Read as the host sees a clip. Outside its range its ends are held, as hosts do for nodes that look ahead."""

    def __init__(self, graph: Graph, reader: Reader):
        header = reader.format_header()
        self._graph = graph
        self._reader = reader
        self.components = "RGB" if header.channels == 3 else "RGBA"
        self.premultiplied = not header.is_data
        self.frame_range = reader.frame_range or (-1_000_000, 1_000_000)

    def region(self, time: float) -> Window:
        header = self._reader.header(self._frame(time))
        return header.window if header else Window(0, 0, 0, 0)

    def pixels(self, time: float, window: Window) -> tuple[np.ndarray, Window]:
        if self._graph.aborted.is_set():
            raise Aborted
        frame = self._frame(time)
        whole = self._graph.cache.get((self._reader.id, frame), self.region(frame), lambda: self._reader.pixels(frame))
        part = whole.cut(window)
        return part.pixels, part.window

    def _frame(self, time: float) -> int:
        first, last = self.frame_range
        return min(max(round(time), first), last)


class _NodeClip:
    """The output of a FocusPuller node as the host sees a clip."""

    def __init__(self, graph: Graph, node: CompNode, instance: host.Node):
        self._graph = graph
        self._id = node.id
        self._instance = instance
        preferences = instance.clip_preferences()
        self.components = preferences.components["Output"]
        self.premultiplied = preferences.premultiplied
        first, last = graph.frames(node.id)[0], graph.frames(node.id)[-1]
        self.frame_range = (first, last)

    def region(self, time: float) -> Window:
        return self._instance.region_of_definition(time)

    def pixels(self, time: float, window: Window) -> tuple[np.ndarray, Window]:
        window = window.intersected(self.region(time))

        def make() -> Layer:
            try:
                return Layer(self._instance.render(time, window, abort=self._graph.aborted), window)
            except host.RenderError as problem:
                raise RenderError(_cause(problem) or f"node {self._id}, frame {time:g}: {problem}") from None

        layer = self._graph.cache.get((self._id, time), window, make)
        return layer.pixels, layer.window


def _cause(problem: host.RenderError) -> str:
    """What this package itself raised while the host asked it for an input's frame; "" when the node failed."""
    own = re.compile(rf"({CompError.__name__}|{RenderError.__name__}): (.*)", re.DOTALL)
    return "; ".join(dict.fromkeys(found[2] for found in map(own.search, problem.clip_errors) if found))
