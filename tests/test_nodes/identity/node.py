"""Source, untouched, but through the worker."""

from focuspuller.nodes.vocabulary import Clip, Node

NODE = Node(
    name="TestIdentity",
    label="Test Identity",
    version=(1, 0),
    description="Hands Source back.",
    module="test_nodes.identity.render",
    clips=(Clip(name="Source", hint="Any picture."),),
    pages=(),
)
