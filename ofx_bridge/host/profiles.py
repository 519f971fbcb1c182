"""Ready profiles. Each imitates what its host does to plug-ins; docs/bridge.md says what is known from where."""

from __future__ import annotations

from .profile import Profile

# Our own renders: pictures are handed over without a copy.
NATIVE = Profile()

# As strict as it gets: copies with guards around them, padded rows, bottom row first.
STRICT = Profile(name="org.focuspuller.strict", negative_row_bytes=False, row_padding=48, poison=True)

# 8 bits, display-referred, one clip, whole frames, a fresh instance for every frame, several frames at a time.
MLT = Profile(
    name="MLT",
    label="MLT",
    version=(7, 41, 0),
    contexts=("Filter",),
    components=("RGBA", "RGB"),
    depth="byte",
    missing_properties=("OfxImageEffectPropSupportedContexts", "OfxImageEffectPropRenderQualityDraft"),
    single_clip=True,
    transfer="Rec.709",
    scaled_frames=True,
    instance_per_frame=True,
    render_threads=4,
    multi_resolution=False,
    tiles=False,
    temporal_access=False,
    animates_everything=False,
    overlays=False,
    poison=True,
)

RESOLVE_COLOR = Profile(
    name="DaVinciResolve",
    label="DaVinci Resolve",
    version=(20, 0, 0),
    contexts=("Filter",),
    components=("RGBA",),
    single_clip=True,
    all_connected=True,
    negative_row_bytes=False,
    transfer="gamma 2.4",
    thumbnail_without_scale=True,
    unknown_changes=True,
    ranges_required=True,
    background=False,
    tiles=False,
    poison=True,
)

RESOLVE_EDIT = Profile(
    name="DaVinciResolve",
    label="DaVinci Resolve",
    version=(20, 0, 0),
    components=("RGBA",),
    all_connected=True,
    thumbnail_without_scale=True,
    unknown_changes=True,
    ranges_required=True,
    background=False,
    tiles=False,
    poison=True,
)

# While scrubbing: a third of the resolution.
FUSION_PROXY = Profile(
    name="com.blackmagicdesign.Fusion",
    label="Fusion",
    components=("RGBA",),
    proxy=(1 / 3, 1 / 3),
    row_padding=64,
    negative_row_bytes=False,
    background=False,
    poison=True,
)

NUKE = Profile(
    name="uk.co.thefoundry.nuke",
    label="Nuke",
    version=(16, 0, 0),
    normalised_defaults=True,
    negative_row_bytes=False,
    render_threads=8,
    background=False,
    key_interpolation="smooth",
    poison=True,
)

NATRON = Profile(
    name="fr.inria.Natron",
    label="Natron",
    version=(2, 5, 0),
    negative_row_bytes=False,
    tile=256,
    background=False,
    key_interpolation="smooth",
    poison=True,
)

# What a host of OpenFX 1.2 lacks.
OLD = Profile(
    name="org.focuspuller.old",
    missing_suites=(("OfxMessageSuite", 2), ("OfxProgressSuite", 2), ("OfxTimeLineSuite", 1)),
    missing_properties=("OfxPropAPIVersion", "OfxPropVersion", "OfxImageEffectPropRenderQualityDraft"),
    temporal_access=False,
    overlays=False,
    poison=True,
)

TILED = Profile(name="org.focuspuller.tiled", tile=64, negative_row_bytes=False, row_padding=16, poison=True)
HALF = Profile(name="org.focuspuller.half", depth="half", poison=True)
SHORT = Profile(name="org.focuspuller.short", depth="short", poison=True)
BYTE = Profile(name="org.focuspuller.byte", depth="byte", poison=True)
RGB_ONLY = Profile(name="org.focuspuller.rgb", components=("RGB",), contexts=("Filter",), single_clip=True, poison=True)
FIELDED = Profile(name="org.focuspuller.fielded", fielded=True, poison=True)
COLOUR_MANAGED = Profile(name="org.focuspuller.colour", colour_management=True, poison=True)
FIXED_FORMAT = Profile(name="org.focuspuller.fixed", multi_resolution=False, poison=True)

ALL = {name: value for name, value in list(globals().items()) if isinstance(value, Profile)}
