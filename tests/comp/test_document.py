"""Comp files: what is accepted, and what every mistake is answered with."""

import json

import pytest

from focuspuller.ofx_bridge.comp.document import load_comp, parse_comp
from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.values import Constant, Keys, Link, parse_link

READ = {"id": "plate", "type": "Read", "params": {"file": "plate.%04d.exr"}}
LENS = {
    "id": "zd",
    "type": "LensDefocus",
    "inputs": {"Source": "plate", "Depth": "plate"},
    "params": {"fStop": 1.4, "focusDistance": {"keys": [[1, 2.0], [48, 8.0]], "interp": "smooth"}},
}
WRITE = {"id": "out", "type": "Write", "inputs": {"Source": "zd"}, "params": {"file": "out/pull.%04d.exr"}}


def comp(*nodes, path, overrides=(), **more):
    return parse_comp(json.dumps({"nodes": list(nodes), **more}), path, overrides)


def changed(node, **params):
    return {**node, "params": {**node["params"], **params}}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "shot.json"


def error(*nodes, path, **more):
    with pytest.raises(CompError) as caught:
        comp(*nodes, path=path, **more)
    assert str(caught.value).startswith(str(path))
    return str(caught.value)


def test_a_comp_is_read_with_inputs_before_their_readers(path):
    path.write_text(json.dumps({"nodes": [WRITE, LENS, READ]}), encoding="utf-8-sig")
    made = load_comp(path)
    assert list(made.nodes) == ["plate", "zd", "out"]
    assert made.nodes["zd"].values["focusDistance"] == Keys(((1, 2.0), (48, 8.0)), "smooth")
    assert made.nodes["plate"].constant("file") == str(path.parent / "plate.%04d.exr")
    assert made.nodes["out"].constant("depth") == "auto"
    assert made.main_read("out").id == "plate"


def test_set_is_typed_by_the_knob(path):
    sets = [
        "plate.first=3",
        "zd.fStop=4",
        "zd.lensModel=size",
        'zd.focusDistance={"keys": [[5, 1]]}',
        "out.overwrite=off",
    ]
    made = comp(READ, LENS, WRITE, path=path, overrides=sets)
    assert made.nodes["plate"].constant("first") == 3 and made.nodes["plate"].constant("last") is None
    assert made.nodes["zd"].values["fStop"] == Constant(4.0)
    assert made.nodes["zd"].values["lensModel"] == Constant("size")
    assert made.nodes["zd"].values["focusDistance"] == Keys(((5, 1),), "smooth")
    assert made.nodes["out"].values["overwrite"] == Constant(False)


@pytest.mark.parametrize(
    ("override", "words"),
    [
        ("zd.fStopp=4", ["zd", "fStopp", "did you mean fStop?"]),
        ("zed.fStop=4", ["zed", "did you mean zd?"]),
        ("zd.fStop=wide", ["zd", "fStop", "wide"]),
        ("zd.fStop", ["node.knob=value"]),
        ("zd.lensModel=pinhole", ["lensModel", "camera, size"]),
        ('zd.fStop={"keys": 3}', ["fStop", "[frame, value]"]),
    ],
)
def test_set_errors_name_the_cure(path, override, words):
    message = error(READ, LENS, WRITE, path=path, overrides=[override])
    assert all(word in message for word in words), message


@pytest.mark.parametrize("frame", ["1", 1.5, True])
def test_frames_of_a_read_are_whole_numbers(path, frame):
    message = error({**READ, "params": {**READ["params"], "first": frame}}, path=path)
    assert "plate" in message and "first" in message


@pytest.mark.parametrize(
    ("node", "words"),
    [
        ({**LENS, "type": "LensDefocuss"}, ["zd", "did you mean LensDefocus?"]),
        ({**LENS, "id": "z d"}, ["'z d'", "letters"]),
        ({**LENS, "id": "in"}, ["'in'"]),
        ({**LENS, "id": "plate"}, ["two nodes", "plate"]),
        ({**LENS, "colour": 1}, ["zd", "unknown key 'colour'"]),
        ({**LENS, "inputs": {"Source": "plte"}}, ["zd", "Source", "did you mean plate?"]),
        ({**LENS, "inputs": {"Sauce": "plate"}}, ["zd", "did you mean Source?"]),
        ({**LENS, "inputs": {}}, ["zd", "Source is not connected"]),
        ({**LENS, "inputs": {"Source": "out"}}, ["zd", "out is a Write"]),
        (changed(LENS, fstop=2), ["zd", "did you mean fStop?"]),
        (changed(LENS, fStop="2"), ["zd", "fStop", "no number"]),
        (changed(LENS, fStop=True), ["zd", "fStop", "no number"]),
        (changed(LENS, fStop=-1), ["zd", "fStop", "-1 is outside"]),
        (changed(LENS, fStop=10**400), ["fStop"]),
        (changed(LENS, blades=5.5), ["blades", "whole number"]),
        (changed(LENS, focusPoint=3), ["focusPoint", "[x, y]"]),
        (changed(LENS, lensModel={"keys": [[1, "camera"]]}), ["lensModel", "does not animate"]),
        (changed(LENS, fStop={"keys": []}), ["fStop", "at least one"]),
        (changed(LENS, fStop={"keys": [[1, 2], [1, 3]]}), ["fStop", "two keys stand at frame 1"]),
        (changed(LENS, fStop={"keys": [[1, 2]], "interp": "bezier"}), ["fStop", "smooth, linear, constant"]),
        (changed(LENS, fStop={"keys": [[1, 2]], "easing": 1}), ["fStop", "easing"]),
        (changed(LENS, fStop={"value": 2}), ["fStop", "expr"]),
    ],
)
def test_mistakes_are_answered_with_node_knob_and_cure(path, node, words):
    message = error(READ, node, WRITE, path=path)
    assert all(word in message for word in words), message


def test_a_circle_is_found(path):
    first = {**LENS, "id": "a", "inputs": {"Source": "b"}}
    second = {**LENS, "id": "b", "inputs": {"Source": "a"}}
    assert "circle" in error(first, second, path=path)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", ["not JSON", "line 1"]),
        ('{"nodes": [], "nodes": []}', ["'nodes' stands twice"]),
        ('{"nodes": [NaN]}', ["NaN"]),
        ('{"nodes": 3}', ["list"]),
        ('{"nodes": [3]}', ["node 1"]),
        ('{"nodes": [], "node": []}', ["did you mean nodes?"]),
        ('{"nodes": [], "version": 2}', ["version 2"]),
        ('{"nodes": [], "fps": 0}', ["fps 0"]),
        ("[" * 100_000, ["nested"]),
    ],
)
def test_broken_files(path, text, words):
    with pytest.raises(CompError) as caught:
        parse_comp(text, path)
    assert all(word in str(caught.value) for word in [str(path), *words]), str(caught.value)


def test_unreadable_files(path):
    with pytest.raises(CompError, match="check the path"):
        load_comp(path)
    path.write_bytes(b"\xff\xfe{}")
    with pytest.raises(CompError, match="UTF-8"):
        load_comp(path)


def test_a_file_knob_must_be_set(path):
    assert "node plate: knob file" in error({**READ, "params": {}}, path=path)


class TestLinks:
    def linked(self, path, expression, **params):
        second = {**LENS, "id": "second", "params": {"focusDistance": {"expr": expression}, **params}}
        return comp(READ, LENS, second, WRITE, path=path).nodes["second"].values["focusDistance"]

    def test_keys_are_mapped(self, path):
        assert self.linked(path, "zd.focusDistance * 2 + 1") == Keys(((1, 5.0), (48, 17.0)), "smooth")

    def test_constants_and_defaults(self, path):
        assert self.linked(path, "-(1 - zd.fStop) / 2") == Constant(pytest.approx(0.2))
        made = self.linked(path, "zd.sensorWidth")
        assert isinstance(made, Constant) and made.value > 0

    def test_a_component_of_a_position(self, path):
        lens = changed(LENS, focusPoint={"keys": [[1, [100, 20]], [2, [300, 40]]], "interp": "linear"})
        second = {**LENS, "id": "second", "params": {"focusDistance": {"expr": "zd.focusPoint.x / 100"}}}
        made = comp(READ, lens, second, WRITE, path=path)
        assert made.nodes["second"].values["focusDistance"] == Keys(((1, 1.0), (2, 3.0)), "linear")

    @pytest.mark.parametrize(
        ("expression", "words"),
        [
            ("__import__('os').system('true')", ["not understood"]),
            ("zd.__class__.__mro__", ["not understood"]),
            ("zd.fStop ** 2", ["not understood"]),
            ("2 / zd.fStop", ["cannot be divided by"]),
            ("zd.fStop / 0", ["not understood"]),
            ("zd.fStop * zd.fStop", ["only one knob"]),
            ("1e999 * zd.fStop", ["names no knob"]),
            ("3", ["names no knob"]),
            (3, ["text"]),
            ("zd.fStop" + " + 1" * 300, ["at most"]),
            ("zed.fStop", ["did you mean zd?"]),
            ("zd.fstop", ["did you mean fStop?"]),
            ("zd.lensModel", ["number", "choice"]),
            ("zd.fStop.x", ["no 2D position"]),
            ("zd.focusDistance - 100", ["second.focusDistance", "outside"]),
            ("second.focusDistance", ["circle"]),
            ("zd.focusPoint.x", ["no value yet"]),
        ],
    )
    def test_what_is_refused(self, path, expression, words):
        with pytest.raises(CompError) as caught:
            self.linked(path, expression)
        assert all(word in str(caught.value) for word in words), str(caught.value)

    def test_the_grammar(self):
        assert parse_link("laaf.focus") == Link("laaf", "focus", None, 1.0, 0.0)
        assert parse_link(" 3 - 2 * (track.center.y + 1) / 4 ") == Link("track", "center", 1, -0.5, 2.5)
