"""Buttons that walk the clip."""

from focuspuller.nodes.vocabulary import Boolean, Button, Clip, Double, Int, Node, Page, Position, String

NODE = Node(
    name="TestAnalyse",
    label="Test Analyse",
    version=(1, 0),
    description="Keys `level` with each frame's mean of the first channel.",
    module="test_nodes.analyse.render",
    clips=(Clip(name="Source", hint="Any picture.", temporal=True),),
    pages=(
        Page(
            "Analyse",
            (
                Button(name="analyse", label="Analyse", hint="Walks the clip."),
                Button(name="breakDown", label="Break Down", hint="Fails."),
                Int(name="firstFrame", label="First", hint="From.", default=0, minimum=-100000, maximum=100000),
                Int(
                    name="lastFrame",
                    label="Last",
                    hint="To; 0 = the clip's end.",
                    default=0,
                    minimum=-100000,
                    maximum=100000,
                ),
                Double(name="level", label="Level", hint="Written.", default=0, minimum=-1e6, maximum=1e6),
                Position(name="brightest", label="Brightest", hint="Written."),
                String(name="stamp", label="Stamp", hint="Written.", hidden=True),
                Boolean(name="keepOthers", label="Keep", hint="Keeps the keys of other frames.", default=False),
                String(name="curves", label="Curves", hint="Written: the keys there were."),
            ),
        ),
    ),
)
