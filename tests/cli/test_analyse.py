"""`focuspuller analyse`: buttons pressed through the plug-in, keys written into the comp file."""

import json

import pytest
from event_files import write_clip

from focuspuller.kernels.events.clips import make_clip
from focuspuller.kernels.focus.focus_file import read_focus_file, write_focus_file
from focuspuller.ofx_bridge.cli.main import main
from focuspuller.ofx_bridge.comp.document import load_comp
from focuspuller.ofx_bridge.comp.graph import Graph


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    """A comp of 24 small frames whose `laaf` racks from 2 m to 6 m."""
    folder = tmp_path_factory.mktemp("shot")
    clip = make_clip("enters", 3, width=96, height=54, count=24)
    rack = {"mode": "rack", "rackFrom": 2.0, "rackTo": 6.0, "pullFrames": 8, "tolerance": 0.05}
    return write_clip(folder, clip, focusFile="out/focus.json", report="out/report.png", **rack)


@pytest.fixture
def comp(shot, tmp_path):
    """A copy of the comp beside the shot's pictures, with what a user's file may hold."""
    data = json.loads(shot.read_text(encoding="utf-8"))
    for node in data["nodes"][:2]:
        node["params"]["file"] = str(shot.parent / node["params"]["file"])
    data["nodes"].append({"id": "zd", "type": "LensDefocus", "inputs": {"Source": "plate", "Depth": "z"}})
    data["nodes"][-1]["params"] = {"focusDistance": {"expr": "laaf.focus"}, "fStop": 2}
    path = tmp_path / "shot.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def read(path):
    return {node["id"]: node for node in json.loads(path.read_text(encoding="utf-8"))["nodes"]}


def test_keys_files_and_all_the_rest(comp, capsys):
    before = read(comp)
    assert main(["analyse", str(comp), "--node", "laaf", "--at", "8"]) == 0
    assert "keys of focus" in capsys.readouterr().out
    after = read(comp)
    focus = after["laaf"]["params"].pop("focus")
    assert after["laaf"]["params"].pop("stamp")
    assert after == before
    assert dict(map(tuple, focus["keys"]))[8] == pytest.approx(2.0, rel=0.01)
    assert dict(map(tuple, focus["keys"]))[16] == pytest.approx(6.0, rel=0.01)
    file = read_focus_file(comp.parent / "out/focus.json")
    assert file.focus_at(24) == pytest.approx(6.0, rel=0.01)
    assert (comp.parent / "out/report.png").stat().st_size > 5000
    assert [p.name for p in comp.parent.glob(".*")] == []
    with Graph(load_comp(comp)) as graph:  # the lens follows
        assert graph.value("zd", "focusDistance", 4) == pytest.approx(2.0, rel=0.01)


def test_a_part_and_an_override(comp):
    comp_data = json.loads(comp.read_text(encoding="utf-8"))
    laaf = next(node for node in comp_data["nodes"] if node["id"] == "laaf")
    laaf["params"]["focus"] = {"keys": [[1, 3.0], [5, 3.0], [24, 4.0]], "interp": "linear"}
    comp.write_text(json.dumps(comp_data), encoding="utf-8")
    arguments = ["analyse", str(comp), "--node", "laaf", "--button", "analyse", "--frames", "10-20"]
    assert main([*arguments, "--set", "laaf.rackTo=9"]) == 0
    params = read(comp)["laaf"]["params"]
    keys = dict(map(tuple, params["focus"]["keys"]))
    assert keys[1] == 3.0 and keys[5] == 3.0 and keys[24] == 4.0
    assert params["focus"]["interp"] == "linear"
    assert max(keys[n] for n in keys if 10 <= n <= 20) > 5
    assert params["rackTo"] == 6.0  # --set is for this run
    assert "firstFrame" not in params


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--node", "laff"], "laaf"),
        (["--node", "plate"], "no button"),
        (["--node", "laaf", "--button", "analyze"], "analyse"),
        (["--node", "laaf", "--frames", "x"], "x"),
        (["--node", "laaf", "--set", "laaf.mode=wrong"], "wrong"),
        ([], "--node"),
    ],
)
def test_wrong_command_lines(comp, arguments, words, capsys):
    assert main(["analyse", str(comp), *arguments]) == 2
    assert words in capsys.readouterr().err


def test_a_failed_analysis_leaves_the_comp_alone(comp, capsys):
    before = comp.read_bytes()
    assert main(["analyse", str(comp), "--node", "laaf", "--set", "laaf.rackTo=0"]) == 1
    assert "knob rackTo" in capsys.readouterr().err
    assert comp.read_bytes() == before


def test_evaluate(comp, tmp_path, capsys):
    clip = make_clip("enters", 3, width=96, height=54, count=24)
    write_focus_file(tmp_path / "a.json", clip.truth)
    assert main(["evaluate", "focus", str(tmp_path / "a.json"), str(tmp_path / "a.json")]) == 0
    assert "0.00" in capsys.readouterr().out
    assert main(["evaluate", "focus", str(tmp_path / "a.json")]) == 2
    assert main(["evaluate", "focus", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 2
    assert "b.json" in capsys.readouterr().err
