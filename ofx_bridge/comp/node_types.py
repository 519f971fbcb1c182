"""The types of node a comp can hold: every FocusPuller node, from its declaration, and the built-in Read and Write."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from focuspuller.nodes import declared_nodes
from focuspuller.nodes.vocabulary import Boolean, Choice, Clip, File, Knob, String
from focuspuller.nodes.vocabulary.manifest import all_knobs

from .values import FrameNumber

TRANSFERS = ("auto", "linear", "sRGB", "Rec.709")


@dataclass(frozen=True)
class NodeType:
    """name: as in comp files. plugin: the plug-in's id, None for a built-in."""

    name: str
    description: str
    clips: tuple[Clip, ...]
    knobs: tuple[Knob, ...]
    plugin: str | None = None

    def knob(self, name: str) -> Knob | None:
        return next((k for k in self.knobs if k.name == name), None)


READ = NodeType(
    name="Read",
    description="A picture or a sequence of pictures from disk, in any format that OpenImageIO reads.",
    clips=(),
    knobs=(
        File(
            name="file",
            label="File",
            hint="%04d or #### stands for the frame number; without either it is one still. Relative to the comp file.",
        ),
        String(name="part", label="Part", hint="Part of a multi-part EXR: its name, or its number from 0."),
        String(name="view", label="View", hint="View of a stereo file, such as left. Empty: the file's first."),
        String(name="layer", label="Layer", hint="Layer that is read, such as depth. Empty: the main picture."),
        String(
            name="channels",
            label="Channels",
            hint="Names of up to four channels, such as Z or R,G,B,A. One channel fills RGBA. Empty: the layer's own.",
        ),
        FrameNumber(name="first", label="First", hint="First frame. Not given: the first on disk.", animates=False),
        FrameNumber(name="last", label="Last", hint="Last frame. Not given: the last on disk.", animates=False),
        Choice(
            name="missing",
            label="Missing Frames",
            hint="What stands in for a frame that is not on disk or outside first … last.",
            items=("error", "hold", "black"),
            item_hints=("Stops the render.", "The nearest frame that is there.", "An empty picture."),
            default="error",
        ),
        Choice(
            name="transfer",
            label="Transfer",
            hint="How the file is encoded. auto: sRGB for 8 and 16 bit RGB, linear for floats and one channel.",
            items=TRANSFERS,
            default="auto",
        ),
    ),
)

WRITE = NodeType(
    name="Write",
    description="Writes the picture to disk, with the windows, pixel aspect and metadata of the Read it comes from.",
    clips=(Clip(name="Source", hint="What is written."),),
    knobs=(
        File(
            name="file",
            label="File",
            hint="%04d or #### stands for the frame number. Relative to the comp file; folders are made.",
            must_exist=False,
        ),
        Choice(
            name="format",
            label="Format",
            hint="File format. auto: by the file's extension.",
            items=("auto", "openexr", "tiff", "png", "jpeg", "hdr"),
            default="auto",
        ),
        Choice(
            name="depth",
            label="Depth",
            hint="Numbers in the file. auto: half in EXR, 8 bit in JPEG, float in HDR, else 16 bit.",
            items=("auto", "half", "float", "uint8", "uint16"),
            default="auto",
        ),
        Choice(
            name="compression",
            label="Compression",
            hint="Of EXR and TIFF. auto: zips in EXR, zip in TIFF.",
            items=("auto", "none", "rle", "zip", "zips", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab", "lzw"),
            default="auto",
        ),
        Choice(
            name="channels",
            label="Channels",
            hint="What is written. auto: RGBA, or RGB where the format or the picture has no alpha.",
            items=("auto", "RGBA", "RGB", "Alpha"),
            default="auto",
        ),
        Choice(
            name="transfer",
            label="Transfer",
            hint="How colours are encoded. auto: sRGB for 8 and 16 bit, linear for floats.",
            items=TRANSFERS,
            default="auto",
        ),
        Boolean(name="overwrite", label="Overwrite", hint="Off: stop where a file is already there.", default=True),
    ),
)


@cache
def node_types() -> dict[str, NodeType]:
    """Every type by name, Read and Write first."""
    nodes = (NodeType(n.name, n.description, n.clips, all_knobs(n), n.id) for n in declared_nodes())
    return {t.name: t for t in (READ, WRITE, *nodes)}
