"""Natron's focus pull, with a stand-in for Natron's project, and in a NatronRenderer where there is one."""

import importlib.util
import os
import shutil
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import picture_files as files
import pytest

from focuspuller.ofx_bridge.comp.bundle import find_bundle

FOLDER = Path(__file__).parents[2] / "host_scripts" / "natron"


class FakeParam:
    def __init__(self, value="", options=()):
        self.value, self.options = value, list(options)

    def get(self):
        return self.value

    def set(self, value):
        self.value = value

    def getOptions(self):
        return self.options


class FakeNode:
    def __init__(self, labels=(), reader=False, **params):
        self.labels, self.reader, self.params = labels, reader, params
        self.wires, self.place, self.label = {}, (0, 0), ""

    def getInputLabel(self, index):
        return self.labels[index]

    def getMaxInputCount(self):
        return len(self.labels)

    def connectInput(self, index, node):
        self.wires[index] = node

    def getPosition(self):
        return self.place

    def setPosition(self, x, y):
        self.place = (x, y)

    def setLabel(self, label):
        self.label = label

    def getParam(self, name):
        return self.params.get(name)

    def isReaderNode(self):
        return self.reader


class FakeApp:
    """layers: what the Read of any file offers; None for a reader without layers."""

    def __init__(self, layers, has_plugin=True):
        self.layers, self.has_plugin, self.selected, self.asked = layers, has_plugin, [], None

    def createNode(self, plugin):
        if not self.has_plugin:
            return None
        inputs = {"LensDefocus": ("Source", "Depth", "Kernel"), "DepthHDR": ("Source", "Depth")}
        name = plugin.rpartition(".")[2]
        return FakeNode(inputs.get(name, ("Source", "Guide")), depthSource=FakeParam("clip"), name=name)

    def createReader(self, file):
        params = {"filename": FakeParam(file)}
        if self.layers is not None:
            params["outputLayer"] = FakeParam(0, self.layers)
        return FakeNode(reader=True, **params)

    def createWriter(self, file):
        views = FakeParam("All", ["All", "Main", "Right", "Left"])
        return FakeNode(("Source",), filename=FakeParam(file), formatType=FakeParam(), viewsSelector=views)

    def getSelectedNodes(self):
        return self.selected

    def getSequenceDialog(self, types):
        return self.asked

    def getAppID(self):
        return 0


@pytest.fixture
def script():
    spec = importlib.util.spec_from_file_location("focuspuller_natron", FOLDER / "focuspuller_natron.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def gui(monkeypatch):
    """A stand-in for NatronGui with one project, `gui.app`."""
    fake = types.ModuleType("NatronGui")
    fake.commands, fake.errors, fake.app = {}, [], FakeApp(["color.RGBA", "depth.Z"])
    fake.natron = types.SimpleNamespace(
        addMenuCommand=fake.commands.__setitem__,
        getActiveInstance=lambda: fake.app,
        getGuiInstance=lambda number: fake.app,
        errorDialog=lambda title, text: fake.errors.append(text),
    )
    monkeypatch.setitem(sys.modules, "NatronGui", fake)
    return fake


def test_the_pull(script):
    read, depth, lens, write = script.focus_pull(FakeApp(["color.RGBA", "depth.Z"]), "/a/b.####.exr")
    assert lens.wires == {0: read, 1: depth} and write.wires == {0: lens}
    assert depth.getParam("outputLayer").get() == "depth.Z" and depth.getParam("filename").get() == "/a/b.####.exr"
    assert write.getParam("filename").get() == "/a/b_focus.####.exr"
    assert len({read.place, depth.place, lens.place, write.place}) == 4


@pytest.mark.parametrize("layers", [None, ["color.RGBA"]])
def test_without_depth(script, layers):
    read, depth, lens, _ = script.focus_pull(FakeApp(layers), "/a/b.png", result="/c.exr")
    steady = lens.wires.pop(0)
    assert not lens.wires and lens.getParam("depthSource").get() == "source alpha"
    assert steady.getParam("name") == "TemporalStabilize" and steady.wires == {0: depth, 1: read}
    assert depth.getParam("name") == "DepthHDR" and depth.wires == {0: read}


def test_of_a_stereo_clip_one_view_is_pulled(script):
    """Natron fails where the Write asks for the view that the Read's layer is not in."""
    layers = ["rgba_left.RGBA", "depth_right.Z", "rgba_right.RGBA", "depth_left.Z"]
    _, depth, _, write = script.focus_pull(FakeApp(layers), "/a/b.####.exr")
    assert depth.getParam("outputLayer").get() == "depth_left.Z"
    assert write.getParam("viewsSelector").get() == "Left"
    _, _, _, write = script.focus_pull(FakeApp(["color.RGBA", "depth.Z"]), "/a/b.####.exr")
    assert write.getParam("viewsSelector").get() == "All"


def test_without_the_plug_in(script):
    with pytest.raises(RuntimeError, match="focuspuller install"):
        script.focus_pull(FakeApp([], has_plugin=False), "/a.exr")


def test_the_menu_command_takes_the_selected_read_or_asks(script, gui, monkeypatch):
    monkeypatch.setitem(sys.modules, "focuspuller_natron", script)
    exec((FOLDER / "initGui.py").read_text(encoding="utf-8"), {})
    (command,) = gui.commands.values()
    assert command == "focuspuller_natron.focus_pull_from_selection"
    calls = []
    monkeypatch.setattr(script, "focus_pull", lambda app, file, read=None: calls.append((file, read)))
    read = gui.app.createReader("/x.exr")
    gui.app.selected = [FakeNode(), read]
    script.focus_pull_from_selection()
    gui.app.selected = []
    script.focus_pull_from_selection()  # the artist cancels
    gui.app.asked = "/y.####.exr"
    script.focus_pull_from_selection()
    assert calls == [("/x.exr", read), ("/y.####.exr", None)]


def test_the_menu_command_shows_errors(script, gui):
    gui.app, gui.app.asked = FakeApp([], has_plugin=False), None
    gui.app.asked = "/y.exr"
    script.focus_pull_from_selection()
    assert "focuspuller install" in gui.errors[0]


@pytest.mark.parametrize(
    ("layers", "depth"),
    [
        (["color.RGBA", "depth.Z"], "depth.Z"),
        (["rgba_right.RGBA", "depth_right.Z", "forward.uv", "depth_left.Z"], "depth_right.Z"),
        (["Color.RGBA", "Z"], "Z"),
        (["Color.RGBA", "forward.uv"], None),
    ],
)
def test_depth_layers(script, layers, depth):
    assert script.depth_layer(layers) == depth


RENDERER = os.environ.get("NATRON_RENDERER") or shutil.which("NatronRenderer")


@pytest.mark.skipif(not RENDERER, reason="no NatronRenderer on PATH or in NATRON_RENDERER")
def test_in_natron_itself(tmp_path):
    """The layout is made and rendered in NatronRenderer; OFX_PLUGIN_PATH must hold openfx-io."""
    colour, depth = files.ramp(48, 64), np.full((48, 64, 1), 4, np.float32)
    for frame in (1, 2):
        parts = [(files.spec(colour, name="rgba"), colour), (files.spec(depth, "Z", name="depth"), depth)]
        files.write(tmp_path / f"plate.{frame:04d}.exr", *parts)
    program = f"""
import sys, traceback
sys.path.insert(0, {str(FOLDER)!r})
try:
    import focuspuller_natron
    read, depth, lens, write = focuspuller_natron.focus_pull(app, {str(tmp_path / "plate.####.exr")!r})
    lens.getParam("depthMath").set("distance")
    lens.getParam("lensModel").set("size")
    lens.getParam("size").setValue(8)
    for frame, distance in ((1, 4.0), (2, 1.0)):
        lens.getParam("focusDistance").setValueAtTime(distance, frame)
    app.render(write, 1, 2)
except BaseException:
    traceback.print_exc()
app.closeProject()
"""
    paths = [os.environ.get("OFX_PLUGIN_PATH", ""), str(find_bundle().parent)]
    environment = {
        **os.environ,
        "OFX_PLUGIN_PATH": os.pathsep.join(filter(None, paths)),
        "FOCUSPULLER_PYTHON": sys.executable,
        "QT_QPA_PLATFORM": "offscreen",
    }
    command = [RENDERER, "--clear-cache", "--clear-openfx-cache", "-t"]
    done = subprocess.run(command, input=program, env=environment, capture_output=True, text=True, timeout=250)
    said = done.stdout + done.stderr
    assert "Traceback" not in said and "Persistent message" not in said, said[-3000:]
    sharp = files.read(tmp_path / "plate_focus.0001.exr")
    blurred = files.read(tmp_path / "plate_focus.0002.exr")
    inside = [picture[16 - s.y : 32 - s.y, 16 - s.x : 48 - s.x, :3] for s, picture in (sharp, blurred)]
    np.testing.assert_allclose(inside[0], colour[16:32, 16:48, :3], atol=2e-3)
    assert inside[1].std() < 0.5 * inside[0].std()
