"""LensDefocus: renders a deep-focus picture and its depth again through a lens."""

from ..vocabulary import Clip, Grow, Identity, Node, Page, connected, either, knob
from .knobs.depth import BY_CLIP, DEPTH, MEASURED
from .knobs.focus import FOCUS
from .knobs.iris import IRIS
from .knobs.lens import LENS
from .knobs.view import BLURS, RESULT, VIEW

_no_size = (knob("lensModel") == "size") & (knob("size") <= 0)
_no_depth = BY_CLIP & ~connected("Depth") & (knob("size") <= 0)

# Surfaces that the picture hides are continued from cells of up to 1.42 maxSize, three of them away; then the blur
# itself. The constant covers the fixed margins, also of proxies. See focuspuller.kernels.lens.samples.reach.
_fill = 4.25 * knob("maxSize") + 40

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
    ),
    pages=(Page("LensDefocus", (*DEPTH, *FOCUS, *VIEW)), Page("Lens", (*LENS, *IRIS))),
    output_is_data=knob("output") != RESULT,
    grow=Grow(x=either(BLURS, knob("maxSize") / knob("squeeze"), 0), y=either(BLURS, knob("maxSize"), 0)),
    reach=Grow(
        x=either(BLURS, knob("maxSize") / knob("squeeze") + _fill, 0),
        y=either(BLURS, knob("maxSize") + _fill, 0),
    ),
    points=("focusPoint",),
    point_radius=6.0,
    identity=Identity(when=BLURS & ((knob("maxSize") <= 0) | (MEASURED & _no_size) | _no_depth)),
)
