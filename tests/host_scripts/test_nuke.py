"""The Nuke menu and its focus pull, with a stand-in for Nuke's Python module."""

import ast
import functools
import importlib.util
import json
import os
import sys
import types
from pathlib import Path

import pytest

from focuspuller.nodes import declared_nodes
from focuspuller.nodes.vocabulary.manifest import manifest

FOLDER = Path(__file__).parents[2] / "host_scripts" / "nuke"
LENS, DEPTH, STEADY = (f"OFXorg.focuspuller.{n}_v1" for n in ("lensdefocus", "depthhdr", "temporalstabilize"))


class FakeKnob:
    def __init__(self, value=""):
        self._value = value

    def value(self):
        return self._value

    def setValue(self, value):
        self._value = value

    def fromUserText(self, text):
        self._value = text.split(" ")[0]


class FakeNode:
    def __init__(self, kind, inputs=(), **knobs):
        self.kind, self.wires, self.selected, self.place = kind, dict(enumerate(inputs)), False, (0, 0)
        self.knobs = {name: FakeKnob(value) for name, value in knobs.items()}
        self.layers, self.panel = [], False

    def Class(self):
        return self.kind

    def __getitem__(self, name):
        return self.knobs.setdefault(name, FakeKnob())

    def setInput(self, number, node):
        self.wires[number] = node

    def setSelected(self, selected):
        self.selected = selected

    def setXYpos(self, x, y):
        self.place = (x, y)

    def xpos(self):
        return self.place[0]

    def ypos(self):
        return self.place[1]

    def channels(self):
        return self.layers

    def name(self):
        return self.kind + "1"

    def showControlPanel(self):
        self.panel = True


class FakeMenu:
    def __init__(self):
        self.menus, self.commands = {}, {}

    def addMenu(self, name):
        return self.menus.setdefault(name, FakeMenu())

    def addCommand(self, name, command):
        self.commands[name] = command

    def addSeparator(self):
        pass


@pytest.fixture
def nuke(monkeypatch):
    """A stand-in that knows the classes in `classes`."""
    fake = types.ModuleType("nuke")
    fake.made, fake.selection, fake.said, fake.classes, fake.clip = [], [], [], {LENS, DEPTH, STEADY}, None
    toolbar = FakeMenu()

    def make(kind, **arguments):
        fake.made.append(FakeNode(kind, **arguments))
        return fake.made[-1]

    def create(kind, inpanel=True):
        if kind not in fake.classes:
            raise RuntimeError(f"{kind}: Unknown command")
        return make(kind)

    fake.menu = lambda name: toolbar
    fake.createNode = create
    fake.message = fake.said.append
    fake.selectedNodes = lambda: list(fake.selection)
    fake.getClipname = lambda title: fake.clip
    fake.nodes = types.SimpleNamespace(
        **{kind: functools.partial(make, kind) for kind in ("Read", "Write", "Expression")}
    )
    fake.toolbar = toolbar
    monkeypatch.setitem(sys.modules, "nuke", fake)
    return fake


@pytest.fixture
def installed(monkeypatch, tmp_path):
    """A folder with a bundle, in OFX_PLUGIN_PATH."""
    resources = tmp_path / "FocusPuller.ofx.bundle" / "Contents" / "Resources"
    resources.mkdir(parents=True)
    (resources / "nodes.json").write_text(json.dumps(manifest(declared_nodes(), "0.1.0")), encoding="utf-8")
    monkeypatch.setenv("OFX_PLUGIN_PATH", os.pathsep.join(["/nowhere", str(tmp_path)]))
    return tmp_path


@pytest.fixture
def script(nuke):
    spec = importlib.util.spec_from_file_location("focuspuller_nuke", FOLDER / "focuspuller_nuke.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def not_installed(monkeypatch, script):
    monkeypatch.delenv("OFX_PLUGIN_PATH", raising=False)
    monkeypatch.setattr(script, "standard_folders", lambda: [])


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda f: f.name)
def test_nuke_13_understands_it(file):
    ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 7))


def test_start_up_files_only_call_the_module(monkeypatch, script, nuke, installed):
    monkeypatch.setitem(sys.modules, "focuspuller_nuke", script)
    for name in ("init.py", "menu.py"):
        text = (FOLDER / name).read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 5
        exec(compile(text, name, "exec"), {})
    assert "FocusPuller" in nuke.toolbar.menus


def test_the_menu_has_every_node_and_the_pull(script, nuke, installed):
    script.add_menu()
    commands = nuke.toolbar.menus["FocusPuller"].commands
    assert list(commands) == [*(n.label for n in declared_nodes()), "Focus Pull from Read"]
    eval(commands["LensDefocus"], {"nuke": nuke})
    assert nuke.made[0].kind == LENS


@pytest.mark.usefixtures("not_installed")
def test_without_a_bundle_the_menu_says_what_to_do(script, nuke):
    script.add_menu()
    nuke.toolbar.menus["FocusPuller"].commands["Not installed"]()
    assert "focuspuller install" in nuke.said[0]
    assert script.focus_pull() is None and len(nuke.said) == 2


def test_the_pull_of_a_selected_read(script, nuke, installed):
    read = FakeNode("Read", file="/shots/plate.%04d.exr")
    read.layers = ["rgba.red", "rgba.alpha", "depth.Z"]
    read.setSelected(True)
    nuke.selection = [FakeNode("Blur"), read]
    got, depth, lens, write = script.focus_pull()
    clips = [c.name for c in next(n for n in declared_nodes() if n.name == "LensDefocus").clips]
    assert got is read and not read.selected
    assert depth.knobs["expr0"].value() == "depth.Z" and depth.wires[0] is read
    assert lens.kind == LENS and lens.panel
    assert lens.wires == {clips.index("Source"): read, clips.index("Depth"): depth}
    assert write.wires[0] is lens and write["file"].value() == "/shots/plate_focus.%04d.exr"


def test_the_pull_asks_for_a_clip(script, nuke, installed):
    assert script.focus_pull() is None and not nuke.made
    nuke.clip = "/shots/a.%04d.exr 1-48"
    read, _, _, _ = script.focus_pull()
    assert read["file"].value() == "/shots/a.%04d.exr"


def test_the_pull_of_a_clip_without_depth_recovers_it(script, nuke, installed):
    read = FakeNode("Read", file="/shots/plate.%04d.exr")
    read.layers = ["rgba.red", "rgba.alpha"]
    nuke.selection = [read]
    _, depth, lens, write = script.focus_pull()
    steady = next(n for n in nuke.made if n.kind == STEADY)
    assert depth.kind == DEPTH and depth.wires == {0: read}
    assert steady.wires == {0: depth, 1: read}  # Source, Guide
    assert lens.wires == {0: steady} and lens["depthSource"].value() == "source alpha"
    assert write.wires[0] is lens and not nuke.said
    assert len({n.place for n in (read, depth, steady, lens, write)}) == 5


def test_a_nuke_without_the_plug_in_says_so(script, nuke, installed):
    nuke.classes, nuke.selection = set(), [FakeNode("Read")]
    assert script.focus_pull() is None
    assert "focuspuller install" in nuke.said[0]


@pytest.mark.usefixtures("not_installed")
def test_the_packages_own_bundle_is_found_where_no_other_is(script, monkeypatch, tmp_path):
    package = tmp_path / "focuspuller"
    resources = package / "FocusPuller.ofx.bundle" / "Contents" / "Resources"
    resources.mkdir(parents=True)
    (resources / "nodes.json").write_text("{}")
    monkeypatch.setattr(script, "__file__", str(package / "host_scripts" / "nuke" / "focuspuller_nuke.py"))
    for before, after in ((None, str(package)), ("/a", os.pathsep.join(["/a", str(package)]))):
        monkeypatch.setenv("OFX_PLUGIN_PATH", before) if before else monkeypatch.delenv("OFX_PLUGIN_PATH", False)
        script.add_bundle_path()
        assert os.environ["OFX_PLUGIN_PATH"] == after


def test_a_bundle_that_is_there_is_left_alone(script, installed):
    before = os.environ["OFX_PLUGIN_PATH"]
    script.add_bundle_path()
    assert os.environ["OFX_PLUGIN_PATH"] == before


@pytest.mark.parametrize(
    ("channels", "depth"),
    [
        (["rgba.red", "depth.Z"], "depth.Z"),
        (["Z", "rgba.red"], "Z"),
        (["other.z", "depth.Z"], "depth.Z"),
        (["rgba.red", "depth_left.Z"], "depth_left.Z"),
        (["depth.red"], "depth.red"),
        (["rgba.red", "forward.u"], None),
    ],
)
def test_depth_channels(script, channels, depth):
    assert script.depth_channel(channels) == depth


@pytest.mark.parametrize(
    ("source", "result"),
    [
        ("/a/b.%04d.exr", "/a/b_focus.%04d.exr"),
        ("/a/b_####.exr", "/a/b_focus_####.exr"),
        ("/a/b%d.png", "/a/b_focus%d.exr"),
        ("/a.b/still.jpg", "/a.b/still_focus.exr"),
        ("/a/noextension", "/a/noextension_focus.exr"),
    ],
)
def test_result_files(script, source, result):
    assert script.result_file(source) == result
