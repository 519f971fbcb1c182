"""LensDefocus: renders a deep-focus picture and its depth again through a lens."""

from ..vocabulary import Clip, Grow, Identity, Node, Page, connected, either, knob, maximum
from .knobs.aberration import ABERRATION
from .knobs.depth import BY_CLIP, DEPTH, ESTIMATED, MEASURED
from .knobs.fill import FILL
from .knobs.focus import FOCUS
from .knobs.glass import GLASS
from .knobs.iris import FROM_CLIP, FROM_PRESET, GAUSSIAN, IRIS
from .knobs.lens import LENS
from .knobs.light import LIGHT
from .knobs.matte import BY_MATTE, MATTE
from .knobs.quality import QUALITY
from .knobs.region import FOCUSES, REGION
from .knobs.view import BLURS, REACHES, RESULT, VIEW
from .presets import WIDEST

_no_size = (knob("lensModel") == "size") & (knob("size") <= 0)
_no_gain = BY_CLIP & connected("Depth") & (knob("nearGain") <= 0) & (knob("farGain") <= 0)
_no_depth = BY_CLIP & ~connected("Depth") & (knob("size") <= 0)
_no_circles = (MEASURED & _no_size) | _no_gain | _no_depth
_no_blur = (knob("maxSize") <= 0) | (_no_circles & (knob("axialAberration") == 0))

_EVERYTHING = (
    1e6  # px: all of Region and Depth decides what is focused on, all of Kernel a blur, all of Source its depth
)
# How far light goes, in radii: a Gaussian's tails, ovals of a swirling lens (√(1 + swirl) ≤ 1 + swirl / 2).
_spread = either(
    knob("filter") == GAUSSIAN, 1.55, either(FROM_PRESET, WIDEST, either(FROM_CLIP, 1, 1 + knob("swirl") / 2))
)
_tall = knob("maxSize") * _spread
_across = _tall / either(FROM_PRESET, 1, knob("squeeze"))
_whole_clips = FOCUSES | FROM_CLIP | ESTIMATED
_feather = knob("regionFeather") + 2
# The margin covers the interpolation, in proxies too.
_lateral = either(
    knob("lateralAberration") == 0, 0, maximum(knob("lateralAberration"), -knob("lateralAberration")) + 12
)

# Surfaces that the picture hides are continued from cells of up to 1.42 maxSize, three of them away; coarse grids take
# in up to 1.42 maxSize more. The constant covers the fixed margins, also of proxies (kernels/lens/defocus.py, margin).
_fill = 5.75 * knob("maxSize") + 60 + either(BY_MATTE, 6 * maximum(knob("maxSize"), 16) + 60, 0)
_WIDE = 2  # columns count as pixels do, and in anamorphic formats, twice as wide, lie twice as far

NODE = Node(
    name="LensDefocus",
    label="LensDefocus",
    version=(1, 0),
    description="Renders a deep-focus picture again through a lens: depth of field from depth, with the camera's own "
    "numbers or a size, an iris of any shape, and surfaces that blur over one another as light does.",
    module="focuspuller.nodes.lens_defocus.render",
    clips=(
        Clip(name="Source", hint="The deep-focus picture, scene-linear."),
        Clip(
            name="Depth",
            hint="Depth of every pixel, see Depth Math. Antialiased edges are welcome.",
            optional=True,
            role="data",
            premultiplied=False,
        ),
        Clip(
            name="Region",
            hint="A matte of what stays sharp or is focused on, see Region Mode.",
            optional=True,
            role="matte",
        ),
        Clip(
            name="Matte",
            hint="How much of each pixel a subject covers, thin hair above all. Its edges are then the matte's.",
            optional=True,
            role="matte",
        ),
        Clip(
            name="Guide",
            hint="A clean plate: what the foreground hides, gathered from other frames or painted. Its alpha says "
            "where it is known; RGB is known everywhere.",
            optional=True,
        ),
        Clip(
            name="Kernel",
            hint="A picture of what a defocused point becomes, for Kernel Source kernel clip.",
            optional=True,
        ),
    ),
    pages=(
        Page("LensDefocus", (*DEPTH, *FOCUS, *REGION, *MATTE, *FILL, *VIEW, *QUALITY)),
        Page("Lens", (*LENS, *ABERRATION, *LIGHT)),
        Page("Bokeh", (*IRIS, *GLASS)),
    ),
    output_is_data=knob("output") != RESULT,
    grow=Grow(x=either(BLURS, _across + _lateral, 0), y=either(BLURS, _tall + _lateral, 0)),
    reach=Grow(
        x=either(_whole_clips, _EVERYTHING, either(REACHES, _across + _lateral + _WIDE * _fill, 0) + _feather),
        y=either(_whole_clips, _EVERYTHING, either(REACHES, _tall + _lateral + _fill, 0) + _feather),
    ),
    points=("focusPoint",),
    point_radius=6.0,
    identity=Identity(when=(knob("output") == RESULT) & (knob("lateralAberration") == 0) & _no_blur),
)
