"""Knobs: kinds, values, keys, curves between keys."""

from __future__ import annotations

import numpy as np
import pytest

from focuspuller.ofx_bridge.host import ArrayClip, profiles


@pytest.fixture
def node(make_host):
    return make_host(profiles.NATIVE).create("org.test.Gain", format=(40, 20), pixel_aspect=2.0)


def test_kinds_and_defaults(node):
    knobs = node.knobs
    assert {name: k.type for name, k in knobs.items()} == {
        "main": "page", "gain": "double", "shift": "double", "grow": "double", "wait": "double", "centre": "position",
        "mode": "choice", "count": "int", "on": "boolean", "note": "string", "bake": "button",
        "audit": "button",
    }  # fmt: skip
    assert (knobs["gain"].minimum, knobs["gain"].maximum, knobs["count"].maximum) == (0.0, 100.0, 9)
    assert knobs["mode"].items == ("gain", "identity", "fail", "memory")
    assert knobs["main"].children == ("gain", "mode", "centre", "bake")
    values = [node.get(n) for n in ("gain", "mode", "count", "on", "note")]
    assert values == [1.0, "gain", 3, True, "träge"]


def test_positions_are_pixels_from_the_top_left(node):
    # Normalised (0.5, 0.25), y up, of 40 × 20 pixels that are twice as wide as high.
    assert node.get("centre") == node.knob("centre").default == (20.0, 15.0)
    node.set("centre", (3.0, 4.0))
    assert node.get("centre") == (3.0, 4.0)


def test_values_are_set_and_checked(node):
    node.set("mode", "identity")
    node.set("count", 5)
    node.set("note", "füge")
    assert (node.get("mode"), node.get("count"), node.get("note")) == ("identity", 5, "füge")
    node.set("mode", 2)
    assert node.get("mode") == "fail"
    for name, value, message in [
        ("gain", 101, "takes 0 … 100"),
        ("gain", "much", "takes a number"),
        ("mode", "pony", "items: gain, identity"),
        ("centre", (1, 2, 3), "takes 2 numbers"),
        ("note", 1, "takes a string"),
        ("bake", 1, "holds no value"),
    ]:
        with pytest.raises(ValueError, match=message):
            node.set(name, value)
    with pytest.raises(KeyError, match="there is no knob pony"):
        node.set("pony", 1)


def test_the_plug_in_hears_of_changes(node):
    assert node.knob("note").enabled
    node.set("on", False)
    assert not node.knob("note").enabled


def test_linear_and_constant_curves(node):
    node.set_keys("gain", [(10, 4.0), (0, 2.0)])
    assert [node.get("gain", t) for t in (-5, 0, 5, 10, 99)] == [2.0, 2.0, 3.0, 4.0, 4.0]
    node.set_keys("gain", [(0, 2.0), (10, 4.0)], "constant")
    assert [node.get("gain", t) for t in (0, 9.9, 10)] == [2.0, 2.0, 4.0]
    assert node.keys("gain") == [(0.0, 2.0, "constant"), (10.0, 4.0, "constant")]
    node.set("gain", 7)
    assert node.keys("gain") == [] and node.get("gain", 5) == 7.0


def test_smooth_curves_ease_in_and_out_and_never_overshoot(node):
    node.set_keys("gain", [(0, 1.0), (10, 1.0), (20, 9.0), (30, 2.0)], "smooth")
    curve = np.array([node.get("gain", t) for t in np.arange(0, 30.05, 0.1)])
    assert curve.min() >= 1.0 and curve.max() <= 9.0
    assert np.allclose(curve[:101], 1.0)
    assert curve[150] == pytest.approx(5.0)  # half way from 1 to 9 with flat ends
    assert curve[110] - curve[100] < curve[150] - curve[140]
    steps = np.abs(np.diff(curve, 2)).max()
    assert steps < 0.02  # no kink


def test_whole_numbers_and_positions_interpolate(node):
    node.set_keys("count", [(0, 0), (4, 9)])
    assert [node.get("count", t) for t in range(5)] == [0, 2, 5, 7, 9]
    node.set_keys("centre", [(0, (0, 0)), (10, (10, 20))])
    assert node.get("centre", 5) == pytest.approx((5.0, 10.0))


def test_what_does_not_animate_takes_no_keys(node):
    with pytest.raises(ValueError, match="does not animate"):
        node.set_keys("mode", [(0, "gain"), (1, "fail")])
    with pytest.raises(ValueError, match="interpolation 'bouncy'"):
        node.set_keys("gain", [(0, 1)], "bouncy")


def test_plug_ins_can_ask_all_of_a_curve(make_host):
    host = make_host(profiles.NATIVE)
    node = host.create("org.test.Gain", format=(4, 4), frame_range=(3, 30))
    node.set_keys("gain", [(0, 0.0), (4, 4.0), (10, 4.0)])
    host.time = 2
    node.press("audit", 3)
    # keys, second key's time, index after, before and at 3; slope, area 0 … 10; failed, bad index, unsupported; times
    assert node.messages[-1].text == "3 4 1 0 -1 1 32 | 1 10 5 | 3 30 2"
    assert node.keys("shift") == [(1.0, 0.0, "linear"), (11.0, 4.0, "linear")]
    node.set_keys("gain", [(0, 0.0), (10, 10.0)], "smooth")
    node.press("audit", 5)
    assert node.messages[-1].text.startswith("2 10 1 0 -1 1.5 50 |")  # the cubic's slope half way, and its area


def test_a_button_writes_keys_in_one_edit(make_host):
    host = make_host(profiles.NUKE)
    node = host.create("org.test.Gain", format=(4, 4))
    frames = {f: np.full((4, 4, 4), f / 10, np.float32) for f in range(1, 6)}
    node.connect("Source", ArrayClip(frames))
    seen = []
    node.press("bake", progress=lambda fraction, label: seen.append((round(fraction, 2), label)))
    assert [(t, round(v, 6)) for t, v, _ in node.keys("gain")] == [(f, f / 10) for f in range(1, 6)]
    assert {k for _, _, k in node.keys("gain")} == {"smooth"}
    assert seen[0] == (0.0, "Baking") and seen[-1] == (1.0, "Baking")
