"""Takes its time, and looks up for abort as nodes must."""

from focuspuller.nodes.vocabulary import Clip, Double, Node, Page

NODE = Node(
    name="TestSlow",
    label="Test Slow",
    version=(1, 0),
    description="Waits, then hands Source back.",
    module="test_nodes.slow.render",
    clips=(Clip(name="Source", hint="Any picture."),),
    pages=(
        Page(
            "Slow",
            (Double(name="seconds", label="Seconds", hint="How long.", default=1, minimum=0, maximum=600, unit="s"),),
        ),
    ),
)
