"""Read: a frame of a file sequence as premultiplied scene-linear float32, through OpenImageIO."""

from __future__ import annotations

import bisect
import threading
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from focuspuller.nodes.vocabulary.jobs import Window

from . import channels
from .document import CompNode
from .errors import CompError
from .frames import format_frames
from .pictures import Header, Layer
from .sequence import Sequence
from .transfer import decode


class Reader:
    """A Read node at work. Safe to use from several threads. Raises CompError naming the file and the cure."""

    def __init__(self, node: CompNode):
        self.id = node.id
        self._knobs = {k.name: node.constant(k.name) for k in node.type.knobs}
        self.sequence = Sequence.parse(Path(self._knobs["file"]))
        self._on_disk = self.sequence.frames()
        if not self._on_disk and not self.sequence.path(0).is_file():
            file = self._knobs["file"]
            raise CompError(f"node {self.id}: there is no {file}; check the path (relative to the comp file)")
        self._headers: dict[Path, tuple[Header, channels.Choice]] = {}
        self._lock = threading.Lock()

    @property
    def is_still(self) -> bool:
        """One picture for every frame."""
        return self.sequence.digits is None

    @property
    def frame_range(self) -> tuple[int, int] | None:
        """First and last frame; None for a still without first and last, which has no range of its own."""
        first, last = self._knobs["first"], self._knobs["last"]
        if self.is_still:
            return (first, last) if first is not None and last is not None else None
        return (self._on_disk[0] if first is None else first, self._on_disk[-1] if last is None else last)

    @property
    def stops_at_missing(self) -> bool:
        """Whether nothing stands in for a frame that is not there."""
        return self._knobs["missing"] == "error"

    def holds(self, frame: int) -> bool:
        """Whether the frame is inside the range and on disk, nothing standing in for it."""
        limits = self.frame_range
        return (limits is None or limits[0] <= frame <= limits[1]) and (self.is_still or self._on_disk_at(frame))

    def header(self, frame: int) -> Header | None:
        """What the file of this frame says; None where an empty picture stands in for it."""
        path = self._path(frame)
        return None if path is None else self._header(path)[0]

    def format_header(self) -> Header:
        """The header of the first frame: it gives the comp its format."""
        return self._header(self.sequence.path(self._on_disk[0] if self._on_disk else 0))[0]

    def pixels(self, frame: int) -> Layer:
        """The whole picture of a frame, 3 or 4 channels; empty where an empty picture stands in for it."""
        path = self._path(frame)
        if path is None:
            return Layer(np.zeros((0, 0, 4), np.float32), Window(0, 0, 0, 0))
        header, choice = self._header(path)
        file = _open(path, self.id)
        low, high = min(choice.channels), max(choice.channels) + 1
        raw = file.read_image(choice.part, 0, low, high, oiio.FLOAT)
        if raw is None:
            raise CompError(f"node {self.id}: {path} is damaged ({_tidy(file.geterror())}); render it again")
        raw = np.asarray(raw).reshape(header.window.height, header.window.width, high - low)
        picked = (
            raw if list(choice.channels) == list(range(low, high)) else raw[..., [c - low for c in choice.channels]]
        )
        file.seek_subimage(choice.part, 0)
        return Layer(self._light(picked, choice, file.spec()), header.window)

    def _light(self, picked: np.ndarray, choice: channels.Choice, spec: oiio.ImageSpec) -> np.ndarray:
        """Linear, premultiplied, in 3 or 4 channels."""
        transfer = self._knobs["transfer"]
        if transfer == "auto":
            integer = spec.format.basetype in (oiio.UINT8, oiio.UINT16)
            transfer = "sRGB" if integer and choice.is_colour else "linear"
        colours = 1 if choice.is_grey else 3
        light = np.concatenate([decode(picked[..., :colours], transfer), picked[..., colours:]], axis=-1)
        if choice.is_grey:
            light = light[..., [0, 0, 0, 1]]
        elif light.shape[-1] == 1:
            return np.repeat(light, 4, axis=-1)
        elif light.shape[-1] == 2:
            light = np.concatenate([light, np.zeros_like(light)], axis=-1)
        if light.shape[-1] == 4 and spec.get_int_attribute("oiio:UnassociatedAlpha"):
            light[..., :3] *= light[..., 3:]
        return np.ascontiguousarray(light, np.float32)

    def _on_disk_at(self, frame: int) -> bool:
        at = bisect.bisect_left(self._on_disk, frame)
        return at < len(self._on_disk) and self._on_disk[at] == frame

    def _path(self, frame: int) -> Path | None:
        if self.holds(frame):
            return self.sequence.path(frame)
        if self._knobs["missing"] == "black":
            return None
        if self._knobs["missing"] == "error":
            first, last = self.frame_range or (frame, frame)
            there = format_frames(f for f in self._on_disk if first <= f <= last) or f"{first}-{last}"
            raise CompError(
                f"node {self.id}: no frame {frame} ({self.sequence.path(frame)}); there are {there}. "
                "Render these, or set the Read's knob missing to hold or black"
            )
        if self.is_still:
            return self.sequence.path(frame)
        first, last = self.frame_range
        inside = [f for f in self._on_disk if first <= f <= last] or self._on_disk
        return self.sequence.path(min(inside, key=lambda f: (abs(f - frame), f)))

    def _header(self, path: Path) -> tuple[Header, channels.Choice]:
        with self._lock:
            if path not in self._headers:
                self._headers[path] = self._read_header(path)
            return self._headers[path]

    def _read_header(self, path: Path) -> tuple[Header, channels.Choice]:
        file = _open(path, self.id)
        specs = []
        while file.seek_subimage(len(specs), 0):
            specs.append(file.spec())
        k = self._knobs
        try:
            choice = channels.choose(
                [_part(i, s) for i, s in enumerate(specs)], k["part"], k["view"], k["layer"], k["channels"]
            )
        except CompError as problem:
            raise CompError(f"node {self.id}: {path} {problem}") from None
        spec = specs[choice.part]
        if spec.deep:
            raise CompError(f"node {self.id}: part {choice.part} of {path} is deep; flatten it first")
        x, y = spec.x - spec.full_x, spec.y - spec.full_y
        rate = spec.getattribute("FramesPerSecond")
        header = Header(
            size=(spec.full_width, spec.full_height),
            origin=(spec.full_x, spec.full_y),
            window=Window(x, y, x + spec.width, y + spec.height),
            channels=3 if len(choice.channels) == 3 else 4,
            is_data=not choice.is_colour,
            pixel_aspect=spec.get_float_attribute("PixelAspectRatio", 1.0) or 1.0,
            fps=_ratio(rate) if rate else None,
            metadata=tuple((a.name, a.type, a.value) for a in spec.extra_attribs),
        )
        return header, choice


def _open(path: Path, node: str) -> oiio.ImageInput:
    settings = oiio.ImageSpec()
    settings.attribute("oiio:UnassociatedAlpha", 1)
    file = oiio.ImageInput.open(str(path), settings)
    if file is None:
        reason = _tidy(oiio.geterror())
        raise CompError(f"node {node}: {path} cannot be read ({reason}); check that it is a complete picture")
    return file


def _part(number: int, spec: oiio.ImageSpec) -> channels.Part:
    views = spec.getattribute("multiView")
    views = (views,) if isinstance(views, str) else tuple(views or ())
    name = spec.get_string_attribute("oiio:subimagename") or spec.get_string_attribute("name")
    return channels.Part(number, name, spec.get_string_attribute("view"), views, tuple(spec.channelnames))


def _ratio(rate: object) -> float | None:
    if isinstance(rate, (tuple, list)):
        return rate[0] / rate[1] if rate[1] else None
    return float(rate)


def _tidy(message: str) -> str:
    return " ".join(message.split()) or "no reason given"
