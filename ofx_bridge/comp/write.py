"""Write: one frame into a file, whole or not at all, with what the main Read's files said about theirs."""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from focuspuller.nodes.vocabulary.jobs import Window

from .document import CompNode
from .errors import CompError, RenderError
from .pictures import Header, Layer
from .sequence import Sequence
from .transfer import encode

_DEPTHS = {"half": oiio.HALF, "float": oiio.FLOAT, "uint8": oiio.UINT8, "uint16": oiio.UINT16}
_CAN_HOLD = {
    "openexr": ("half", "float"),
    "tiff": ("uint16", "uint8", "half", "float"),
    "png": ("uint16", "uint8"),
    "jpeg": ("uint8",),
    "hdr": ("float",),
}
_COMPRESSIONS = {
    "openexr": ("zips", "none", "rle", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab"),
    "tiff": ("zip", "none", "lzw"),
}
_WITHOUT_ALPHA = ("jpeg", "hdr")
# What a file says about itself rather than about the picture: it does not hold for the file written from it.
_OF_THE_FILE = re.compile(
    r"compression|name|type|version|chunkCount|dataWindow|displayWindow|PixelAspectRatio|multiView|ICCProfile|planarconfig|"
    r"(oiio|openexr|tiff|png|jpeg|hdr|ICCProfile):.*|thumbnail_.*",
    re.IGNORECASE,
)


class Writer:
    """A Write node at work. Raises CompError naming the knob and the cure where it can tell before rendering."""

    def __init__(self, node: CompNode):
        self.id = node.id
        self._knobs = {k.name: node.constant(k.name) for k in node.type.knobs}
        self.sequence = Sequence.parse(Path(self._knobs["file"]))
        self.format = self._file_format()
        depth, compression = self._knobs["depth"], self._knobs["compression"]
        possible = _CAN_HOLD[self.format]
        if depth != "auto" and depth not in possible:
            raise self._error("depth", f"{self.format} holds no {depth} numbers; choose {' or '.join(possible)}")
        self.depth = possible[0] if depth == "auto" else depth
        possible = _COMPRESSIONS.get(self.format, ())
        if compression != "auto" and compression not in possible:
            cure = f"choose {', '.join(possible)}" if possible else "leave it at auto"
            raise self._error("compression", f"{self.format} is not compressed by {compression}; {cure}")
        self.compression = possible[0] if possible and compression == "auto" else compression

    def check(self, frames: list[int]) -> None:
        """Whether these frames can be written; raises CompError before anything is rendered."""
        if self.sequence.digits is None and len(frames) > 1:
            raise self._error(
                "file", f"{self.sequence.path(0)} is one file for {len(frames)} frames; put %04d into its name"
            )
        for path in {self.sequence.path(f) for f in frames}:
            if not self._knobs["overwrite"] and path.exists():
                raise self._error("overwrite", f"{path} is already there; set overwrite to true or write elsewhere")

    def write(self, frame: int, picture: Layer, header: Header) -> Path:
        """Writes a premultiplied scene-linear picture beside the final name, then renames it into place.

        Raises RenderError naming the file and the cure.
        """
        path = self.sequence.path(frame)
        pixels, window, names = self._pixels(picture, header)
        spec = self._spec(window, names, header)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._save(temporary, spec, pixels)
            temporary.replace(path)
        except (OSError, RuntimeError) as problem:
            reason = getattr(problem, "strerror", None) or " ".join(str(problem).split())
            raise RenderError(
                f"node {self.id}: {path} cannot be written ({reason}); check folder, rights and space"
            ) from None
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
        return path

    def _pixels(self, picture: Layer, header: Header) -> tuple[np.ndarray, Window, tuple[str, ...]]:
        """What goes into the file: channels chosen, encoded, in a window that the format can hold."""
        wanted = self._knobs["channels"]
        colours = picture.pixels.shape[2]
        if wanted == "auto":
            wanted = "RGB" if self.format in _WITHOUT_ALPHA or colours == 3 else "RGBA"
        # Only EXR has windows; and it cannot hold a picture without pixels.
        window = picture.window if self.format == "openexr" else Window(0, 0, *header.size)
        if window.empty:
            window = Window(0, 0, 1, 1)
        pixels = picture.filled(window)
        if colours == 1:
            pixels = np.repeat(pixels, 4, axis=-1)
        if wanted == "Alpha":
            return (pixels[..., 3:] if colours != 3 else np.ones_like(pixels[..., :1])), window, ("A",)
        colour, alpha = pixels[..., :3], pixels[..., 3:]
        if wanted == "RGBA" and not alpha.shape[-1]:
            alpha = np.ones_like(pixels[..., :1])
        straight = wanted == "RGBA" and self.format in ("png", "tiff")
        if straight:
            colour = np.divide(colour, alpha, out=np.zeros_like(colour), where=alpha > 0)
        colour = encode(colour, self._transfer())
        return (np.concatenate([colour, alpha], -1) if wanted == "RGBA" else colour), window, tuple(wanted)

    def _transfer(self) -> str:
        if self._knobs["transfer"] != "auto":
            return self._knobs["transfer"]
        return "sRGB" if self.depth.startswith("uint") else "linear"

    def _spec(self, window: Window, names: tuple[str, ...], header: Header) -> oiio.ImageSpec:
        spec = oiio.ImageSpec(window.width, window.height, len(names), _DEPTHS[self.depth])
        spec.channelnames = names
        if self.format == "openexr":
            spec.x, spec.y = window.x0 + header.origin[0], window.y0 + header.origin[1]
            spec.full_x, spec.full_y = header.origin
            spec.full_width, spec.full_height = header.size
        for name, kind, value in header.metadata:
            if not _OF_THE_FILE.fullmatch(name):
                spec.attribute(name, kind, value)
        spec.attribute("PixelAspectRatio", header.pixel_aspect)
        if self.compression != "auto":
            spec.attribute("compression", self.compression)
        if self.format in ("png", "tiff") and len(names) == 4:
            spec.attribute("oiio:UnassociatedAlpha", 1)
        return spec

    def _save(self, path: Path, spec: oiio.ImageSpec, pixels: np.ndarray) -> None:
        file = oiio.ImageOutput.create(self.format)
        if file is None:
            raise RuntimeError(oiio.geterror())
        if not file.open(str(path), spec) or not file.write_image(np.ascontiguousarray(pixels)) or not file.close():
            raise RuntimeError(file.geterror())

    def _file_format(self) -> str:
        chosen = self._knobs["format"]
        if chosen != "auto":
            return chosen
        extension = Path(self._knobs["file"]).suffix.lstrip(".").lower()
        for entry in oiio.get_string_attribute("extension_list").split(";"):
            name, _, extensions = entry.partition(":")
            if name in _CAN_HOLD and extension in extensions.split(","):
                return name
        raise self._error(
            "file", f"no format is known for .{extension}; end the name in .exr, .tif, .png or .jpg, or set format"
        )

    def _error(self, knob: str, problem: str) -> CompError:
        return CompError(f"node {self.id}, knob {knob}: {problem}")
