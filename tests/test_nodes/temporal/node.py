"""Reads its neighbours in time."""

from focuspuller.nodes.vocabulary import Clip, FramesNeeded, Int, Node, Page, knob

NODE = Node(
    name="TestTemporal",
    label="Test Temporal",
    version=(1, 0),
    description="Mean of the frames around.",
    module="test_nodes.temporal.render",
    clips=(
        Clip(name="Source", hint="Any picture.", temporal=True),
        Clip(name="Guide", hint="Added to the mean, at the frame's own time.", optional=True),
    ),
    pages=(
        Page(
            "Temporal",
            (
                Int(name="before", label="Before", hint="Frames before.", default=1, minimum=0, maximum=10),
                Int(name="after", label="After", hint="Frames after.", default=2, minimum=0, maximum=10),
            ),
        ),
    ),
    frames_needed=FramesNeeded(first=-knob("before"), last=knob("after")),
)
