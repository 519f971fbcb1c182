"""A point operation with an identity formula."""

from focuspuller.nodes.vocabulary import Clip, Double, Identity, Node, Page, knob

NODE = Node(
    name="TestInvert",
    label="Test Invert",
    version=(1, 0),
    description="amount × (1 - x) + (1 - amount) × x in every channel.",
    module="test_nodes.invert.render",
    clips=(Clip(name="Source", hint="Any picture."),),
    pages=(
        Page(
            "Invert",
            (
                Double(
                    name="amount", label="Amount", hint="0 leaves the picture alone.", default=1, minimum=0, maximum=1
                ),
            ),
        ),
    ),
    identity=Identity(when=knob("amount") <= 0),
)
