"""Makes RGBA whatever Source is, and needs the whole frame."""

from focuspuller.nodes.vocabulary import Clip, Node

NODE = Node(
    name="TestDepth",
    label="Test Depth",
    version=(1, 0),
    description="Source's colour, Depth in alpha.",
    module="test_nodes.depth.render",
    clips=(
        Clip(name="Source", hint="Any picture."),
        Clip(name="Depth", hint="Depth in any channel.", optional=True, role="data", premultiplied=False),
    ),
    pages=(),
    output_components="RGBA",
    output_is_data=1.0,
    tiles=False,
)
