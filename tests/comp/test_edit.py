"""Knobs written back into comp files: everything else stays."""

import json
import stat

import pytest

from focuspuller.ofx_bridge.comp.edit import write_knobs
from focuspuller.ofx_bridge.comp.errors import CompError

COMP = {
    "version": 1,
    "fps": 23.976,
    "nodes": [
        {"id": "plate", "type": "Read", "params": {"file": "plätze/p.%04d.exr", "first": 1001}},
        {"id": "laaf", "type": "LAAFPlanner", "inputs": {"Source": "plate"}},
        {"id": "zd", "type": "LensDefocus", "params": {"focusDistance": {"expr": "laaf.focus"}}},
    ],
}


@pytest.fixture
def comp(tmp_path):
    path = tmp_path / "shot.json"
    path.write_text(json.dumps(COMP), encoding="utf-8")
    return path


def test_only_the_knobs_change(comp):
    comp.chmod(0o640)
    curve = {"keys": [[n, n / 7] for n in range(100)]}
    write_knobs(comp, "laaf", {"focus": curve, "stamp": "abc"})
    data = json.loads(comp.read_text(encoding="utf-8"))
    assert data["nodes"][1].pop("params") == {"focus": curve, "stamp": "abc"}
    assert data == COMP
    assert list(data) == list(COMP)  # in the order they stood
    assert stat.S_IMODE(comp.stat().st_mode) == 0o640
    assert max(map(len, comp.read_text(encoding="utf-8").splitlines())) <= 120
    assert "plätze" in comp.read_text(encoding="utf-8")


def test_a_curve_keeps_its_interpolation(comp):
    write_knobs(comp, "laaf", {"focus": {"keys": [[1, 2.0]], "interp": "linear"}})
    write_knobs(comp, "laaf", {"focus": {"keys": [[1, 3.0], [9, 4.0]]}})
    params = json.loads(comp.read_text(encoding="utf-8"))["nodes"][1]["params"]
    assert params["focus"] == {"keys": [[1, 3.0], [9, 4.0]], "interp": "linear"}


def test_a_file_that_has_changed_meanwhile(comp):
    with pytest.raises(CompError, match=r"shot\.json.*no longer has a node gone"):
        write_knobs(comp, "gone", {})
    comp.write_text("{", encoding="utf-8")
    with pytest.raises(CompError, match="nothing written"):
        write_knobs(comp, "laaf", {})
    assert comp.read_text(encoding="utf-8") == "{"
