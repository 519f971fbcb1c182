"""Light that spreads: regions grow, and a patch around a point is read whatever the window."""

from focuspuller.nodes.vocabulary import Clip, Double, Grow, Identity, Node, Page, Position, knob

NODE = Node(
    name="TestSpread",
    label="Test Spread",
    version=(1, 0),
    description="Box blur of radius size / squeeze across and size down, plus the colour under a point.",
    module="test_nodes.spread.render",
    clips=(Clip(name="Source", hint="Any picture."),),
    pages=(
        Page(
            "Spread",
            (
                Double(name="size", label="Size", hint="Radius.", default=4, minimum=0, maximum=1000, unit="px"),
                Double(name="squeeze", label="Squeeze", hint="Oval.", default=1, minimum=0.25, maximum=4),
                Position(name="point", label="Point", hint="Where the colour is taken.", default=(0.25, 0.75)),
            ),
        ),
    ),
    grow=Grow(x=knob("size") / knob("squeeze"), y=knob("size")),
    points=("point",),
    point_radius=2,
    identity=Identity(when=knob("size") <= 0),
)
