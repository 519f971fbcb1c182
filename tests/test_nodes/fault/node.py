"""Goes wrong in every way a node can."""

from focuspuller.nodes.vocabulary import Choice, Clip, Node, Page

NODE = Node(
    name="TestFault",
    label="Test Fault",
    version=(1, 0),
    description="Fails as asked.",
    module="test_nodes.fault.render",
    clips=(Clip(name="Source", hint="Any picture."),),
    pages=(
        Page(
            "Fault",
            (
                Choice(
                    name="fault",
                    label="Fault",
                    hint="What goes wrong.",
                    items=("none", "exit", "hang", "deaf", "raise", "node", "knob", "memory", "shape", "warn", "print"),
                    default="none",
                ),
            ),
        ),
    ),
)
