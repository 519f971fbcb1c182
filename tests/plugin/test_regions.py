"""What hosts ask before rendering: regions, frames, identity, preferences."""

from __future__ import annotations

import math

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.host import ArrayClip, profiles


@pytest.fixture
def source(picture):
    return ArrayClip(picture(48, 64))


@pytest.mark.parametrize("scale", [(1, 1), (0.5, 0.5), (1 / 3, 1 / 3)])
@pytest.mark.parametrize("aspect", [1.0, 2.0])
def test_region_of_definition_grows(make_node, source, scale, aspect):
    node = make_node("TestSpread", clips={"Source": source}, knobs={"size": 6, "squeeze": 2}, pixel_aspect=aspect)
    x, y = 6 / 2 / aspect, 6
    expected = ((0 - x) * scale[0], (0 - y) * scale[1], (64 + x) * scale[0], (48 + y) * scale[1])
    found = node.region_of_definition(1, scale)
    for edge, wanted in zip(found, expected, strict=True):
        assert abs(edge - wanted) <= 1.001


def test_region_of_definition_is_source_s_when_nothing_spreads(make_node, source):
    node = make_node("TestSpread", clips={"Source": source}, knobs={"size": 0})
    assert node.region_of_definition(1) == Window(0, 0, 64, 48)


def test_empty_source_stays_empty(make_node):
    node = make_node("TestSpread", clips={"Source": ArrayClip({5: np.zeros((4, 4, 4), np.float32)})})
    assert node.region_of_definition(1).empty


def test_regions_of_interest_grow_and_take_in_the_point(make_node, source):
    node = make_node("TestSpread", clips={"Source": source}, knobs={"size": 4, "squeeze": 2, "point": (60, 40)})
    window = node.regions_of_interest(1, Window(10, 12, 20, 18))["Source"]
    # The window grown by (2, 4), and the point's patch of radius 2 around the pixel.
    assert window.x0 == 8
    assert window.y0 == 8
    assert window.x1 == pytest.approx(63, abs=1)
    assert window.y1 == pytest.approx(43, abs=1)


def test_nodes_without_tiles_need_everything(make_node, source):
    node = make_node("TestDepth", clips={"Source": source, "Depth": source})
    regions = node.regions_of_interest(1, Window(10, 12, 20, 18))
    assert regions["Source"] == Window(0, 0, 64, 48)
    assert regions["Depth"] == Window(0, 0, 64, 48)


def test_identity(make_node, source):
    node = make_node("TestInvert", clips={"Source": source})
    assert node.is_identity(3) is None
    node.set("amount", 0)
    assert node.is_identity(3) == ("Source", 3)
    node.set_keys("amount", [(1, 0), (5, 1)])
    assert node.is_identity(1) == ("Source", 1)
    assert node.is_identity(2) is None


def test_a_whole_number_beyond_its_range_is_its_end(make_node, source, monkeypatch):
    """Hosts that check no range (MLT) must not make a node fetch a thousand frames."""
    monkeypatch.setattr("focuspuller.ofx_bridge.host.node.to_native", lambda native, facts, value: [float(value)])
    node = make_node("TestTemporal", clips={"Source": source}, knobs={"before": 999, "after": -7})
    assert [tuple(r) for r in node.frames_needed(50)["Source"]] == [(40, 50)]


def test_frames_needed(make_node, source):
    node = make_node("TestTemporal", clips={"Source": source}, knobs={"before": 2, "after": 3})
    frames = node.frames_needed(10)
    assert [tuple(r) for r in frames["Source"]] == [(8, 13)]
    assert [tuple(r) for r in frames["Guide"]] == [(10, 10)]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_output_has_the_components_of_source(make_node, picture, channels):
    node = make_node("TestInvert", clips={"Source": ArrayClip(picture(48, 64, channels))})
    assert node.clip_preferences().components["Output"] == {1: "Alpha", 3: "RGB", 4: "RGBA"}[channels]


def test_output_has_the_components_declared(make_node, picture):
    node = make_node("TestDepth", clips={"Source": ArrayClip(picture(48, 64, 3))})
    preferences = node.clip_preferences()
    assert preferences.components["Output"] == "RGBA"
    assert preferences.premultiplied is False  # data


@pytest.mark.parametrize("premultiplied", [True, False, None])
def test_premultiplication_is_source_s(make_node, picture, premultiplied):
    node = make_node("TestSpread", clips={"Source": ArrayClip(picture(48, 64), premultiplied=premultiplied)})
    assert node.clip_preferences().premultiplied is (premultiplied is not False)  # opaque edges become soft


def test_frame_varying(make_node, source, tmp_path):
    assert not make_node("TestInvert", clips={"Source": source}).clip_preferences().frame_varying
    assert make_node("TestTemporal", clips={"Source": source}).clip_preferences().frame_varying
    node = make_node("TestReport", clips={"Source": source})
    assert not node.clip_preferences().frame_varying
    node.set("readFile", str(tmp_path / "focus.json"))
    assert node.clip_preferences().frame_varying


def test_answers_need_no_worker(make_bundle, source):
    """Hosts ask on their UI thread: nothing may start, and no interpreter is needed."""
    from focuspuller.ofx_bridge.host import Host

    with Host(profiles.STRICT) as host:
        host.load(make_bundle(python="/nowhere/python"))
        node = host.create("org.focuspuller.TestSpread", format=(64, 48))
        node.connect("Source", source)
        node.set("size", 3)
        window = node.region_of_definition(1)
        node.regions_of_interest(1, window)
        node.frames_needed(1)
        node.is_identity(1)
        node.clip_preferences()
        assert not host.messages
        assert math.isclose(window.x0, -3)
