"""Ready profiles. Each imitates what its host does to plug-ins; docs/bridge.md says what is known from where."""

from __future__ import annotations

from .profile import Profile

MESSAGE_2 = (("OfxMessageSuite", 2),)

# Our own renders: pictures are handed over without a copy.
NATIVE = Profile()

# As strict as it gets: copies with guards around them, padded rows, bottom row first.
STRICT = Profile(name="org.focuspuller.strict", negative_row_bytes=False, row_padding=48, poison=True)

# 8 bits, display-referred, one clip, a fresh instance for every frame, several frames at a time.
MLT = Profile(
    name="mltframework",
    label="MLT",
    contexts=("Filter",),
    components=("RGBA",),
    depth="byte",
    single_clip=True,
    negative_row_bytes=False,
    display_referred=True,
    instance_per_frame=True,
    render_threads=4,
    overlays=False,
    missing_suites=(*MESSAGE_2, ("OfxProgressSuite", 2), ("OfxTimeLineSuite", 1)),
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
    display_referred=True,
    thumbnail_without_scale=True,
    unknown_changes=True,
    ranges_required=True,
    background=False,
    missing_suites=MESSAGE_2,
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

TILED = Profile(name="org.focuspuller.tiled", tile=64, negative_row_bytes=False, row_padding=16, poison=True)
HALF = Profile(name="org.focuspuller.half", depth="half", poison=True)
SHORT = Profile(name="org.focuspuller.short", depth="short", poison=True)
BYTE = Profile(name="org.focuspuller.byte", depth="byte", poison=True)
RGB_ONLY = Profile(name="org.focuspuller.rgb", components=("RGB",), contexts=("Filter",), single_clip=True, poison=True)
FIELDED = Profile(name="org.focuspuller.fielded", fielded=True, poison=True)
COLOUR_MANAGED = Profile(name="org.focuspuller.colour", colour_management=True, poison=True)
FIXED_FORMAT = Profile(name="org.focuspuller.fixed", multi_resolution=False, poison=True)

ALL = {
    name: value
    for name, value in list(globals().items())
    if isinstance(value, Profile)
}
