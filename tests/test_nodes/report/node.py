"""Every kind of knob and clip; tells what it was given."""

from focuspuller.nodes.vocabulary import (
    Boolean,
    Choice,
    Clip,
    Double,
    File,
    Int,
    Node,
    Page,
    Position,
    String,
    connected,
    knob,
)

NODE = Node(
    name="TestReport",
    label="Test Report",
    version=(2, 3),
    description="Warns with a JSON of everything it was given. Says “hello” in UTF-8.",
    module="test_nodes.report.render",
    clips=(
        Clip(name="Source", hint="Any picture."),
        Clip(name="Depth", hint="Data.", optional=True, role="data", premultiplied=False),
        Clip(name="Matte", hint="Coverage.", optional=True, role="matte", components=("Alpha", "RGBA")),
    ),
    pages=(
        Page(
            "First",
            (
                Double(
                    name="angle",
                    label="Angle",
                    hint="An angle.",
                    default=30,
                    minimum=-720,
                    maximum=720,
                    display_minimum=-180,
                    display_maximum=180,
                    unit="degrees",
                    group="Numbers",
                ),
                Int(
                    name="count",
                    label="Count",
                    hint="Whole.",
                    default=3,
                    minimum=0,
                    maximum=99,
                    display_maximum=10,
                    group="Numbers",
                    enabled=knob("mode") == "many",
                ),
                Choice(
                    name="mode",
                    label="Mode",
                    hint="Which.",
                    items=("one", "many", "depth"),
                    item_hints=("Just one.", "Several.", "By depth."),
                    default="one",
                ),
                Boolean(name="switch", label="Switch", hint="On or off.", default=True, enabled=connected("Depth")),
            ),
        ),
        Page(
            "Second",
            (
                Position(name="place", label="Place", hint="A point.", default=(0.25, 0.75)),
                String(name="text", label="Text", hint="Words.", default="héllo"),
                File(name="readFile", label="Read", hint="A file there is."),
                File(name="writeFile", label="Write", hint="A file to be.", must_exist=False),
            ),
        ),
    ),
    output_is_data=knob("mode") == "depth",
)
