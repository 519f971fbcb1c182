"""What a host is like: the differences between OpenFX hosts that plug-ins meet, as data."""

from __future__ import annotations

from dataclasses import dataclass, fields

from . import _host

_CONTEXT = "OfxImageEffectContext"
_COMPONENTS = "OfxImageComponent"
_DEPTHS = {
    "byte": "OfxBitDepthByte",
    "short": "OfxBitDepthShort",
    "half": "OfxBitDepthHalf",
    "float": "OfxBitDepthFloat",
}


@dataclass(frozen=True, kw_only=True)
class Profile:
    """A host to imitate. The defaults are those of FocusPuller's own renders: float, no copies, everything offered.

    name: kOfxPropName. contexts: short names ("General", "Filter"). components: those the host has ("RGBA", "RGB",
    "Alpha"). depth: "byte", "short", "half" or "float". missing_suites: (suite, version) pairs that fetchSuite refuses.
    missing_properties: of the host, that it does not know.
    single_clip: only Source can be connected. all_connected: reports every clip connected.
    negative_row_bytes: pictures lie top row first. row_padding: bytes after each row. tile: px, renders in pieces.
    poison: copies every picture and finds pixels left unwritten and writes outside or into inputs.
    proxy: the scale that is rendered at when none is given. scaled_frames: clips' regions and the project's size shrink
    with it. fielded: two renders a frame, lower field first.
    transfer: "linear", "sRGB", "Rec.709" or "gamma 2.4"; display-referred hosts encode pictures on the way in, and they
    are decoded on the way out.
    instance_per_frame: a fresh instance with the same knobs for each render. render_threads: of `Node.render_frames`.
    thumbnail_without_scale: thumbnails come without a render scale. normalised_defaults: positions' defaults are
    normalised unless the plug-in says canonical. unknown_changes: tells of changes of things that do not exist.
    colour_management: offers OpenFX 1.5 colour management. multi_resolution: pictures other than the format.
    tiles: may ask for parts of pictures. animates_everything: choices, booleans and strings too.
    ranges_required: numbers without range and display range are clamped. key_interpolation: of keys a plug-in sets.
    """

    name: str = "org.focuspuller.host"
    label: str = "FocusPuller"
    version: tuple[int, ...] = (1, 0, 0)
    contexts: tuple[str, ...] = ("General", "Filter")
    components: tuple[str, ...] = ("RGBA", "RGB", "Alpha")
    depth: str = "float"
    missing_suites: tuple[tuple[str, int], ...] = ()
    missing_properties: tuple[str, ...] = ()
    single_clip: bool = False
    all_connected: bool = False
    negative_row_bytes: bool = True
    row_padding: int = 0
    tile: int = 0
    poison: bool = False
    proxy: tuple[float, float] = (1.0, 1.0)
    scaled_frames: bool = False
    fielded: bool = False
    transfer: str = "linear"
    instance_per_frame: bool = False
    render_threads: int = 1
    thumbnail_without_scale: bool = False
    normalised_defaults: bool = False
    unknown_changes: bool = False
    colour_management: bool = False
    multi_resolution: bool = True
    tiles: bool = True
    animates_everything: bool = True
    temporal_access: bool = True
    overlays: bool = True
    background: bool = True
    ranges_required: bool = False
    key_interpolation: str = "linear"

    def native(self) -> _host.Profile:
        """The part that the C++ side needs, in OpenFX's names."""
        result = _host.Profile()
        for field in fields(self):
            if hasattr(result, field.name) and field.name not in ("contexts", "components", "depth"):
                value = getattr(self, field.name)
                setattr(result, field.name, list(value) if isinstance(value, tuple) else value)
        result.contexts = [_CONTEXT + name for name in self.contexts]
        result.components = [_COMPONENTS + name for name in self.components]
        result.depth = _DEPTHS[self.depth]
        return result


def long_context(name: str) -> str:
    """ "Filter" → its OpenFX name."""
    return _CONTEXT + name


def short_context(name: str) -> str:
    return name.removeprefix(_CONTEXT)


def long_components(name: str) -> str:
    """ "RGBA" → its OpenFX name."""
    return _COMPONENTS + name


def short_components(name: str) -> str:
    return name.removeprefix(_COMPONENTS)
