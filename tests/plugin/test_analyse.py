"""Buttons: the clip is walked, curves are written in one undo step, the artist can stop."""

from __future__ import annotations

import json

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Aborted
from focuspuller.ofx_bridge.host import ArrayClip, RenderError


@pytest.fixture
def ramp():
    """Frame n is n / 10 everywhere, but for one bright pixel at (n, 1) counted from the top."""
    pictures = {}
    for n in range(1, 9):
        pictures[n] = np.full((10, 16, 4), n / 10, np.float32)
        pictures[n][1, n, 0] = 5
    return ArrayClip(pictures)


def test_keys_values_and_message(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, format=(16, 10), frame_range=(1, 8))
    node.set_keys("level", [(-50, 1.0), (50, 2.0)])
    node.press("analyse")
    keys = node.keys("level")
    assert [time for time, *_ in keys] == list(range(1, 9))  # the old curve is gone
    for time, value, _ in keys:
        assert value == pytest.approx(ramp._frames[time][..., 0].mean(), rel=1e-5)
    assert [value for _, value, _ in node.keys("brightest")] == [
        pytest.approx((n + 0.5, 1.5), abs=1e-4) for n in range(1, 9)
    ]
    assert node.get("stamp") == "1-8"
    assert [m.text for m in node.messages if m.type == "Message"] == ["Analysed 8 frames."]


def test_what_was_keyed_is_told(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, format=(16, 10), frame_range=(1, 8))
    node.set_keys("level", [(7, 1.0), (-2, 2.5)])
    node.set_keys("brightest", [(3, (4.0, 1.0))])
    node.press("analyse")
    told = json.loads(node.get("curves"))
    assert told == {"level": [[-2.0, 2.5], [7.0, 1.0]], "brightest": [[3.0, [4.0, 1.0]]]}


def test_frames_asked_for(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, knobs={"firstFrame": 3, "lastFrame": 5}, format=(16, 10))
    node.press("analyse")
    assert [time for time, *_ in node.keys("level")] == [3, 4, 5]


def test_keys_of_other_frames_can_stay(make_node, ramp):
    knobs = {"firstFrame": 3, "lastFrame": 5, "keepOthers": True}
    node = make_node("TestAnalyse", clips={"Source": ramp}, knobs=knobs, format=(16, 10))
    node.set_keys("level", [(1, 7.0), (2.5, 8.0), (4.5, 1.0), (6, 9.0)], interpolation="smooth")
    node.press("analyse")
    keys = node.keys("level")
    assert [time for time, *_ in keys] == [1, 2.5, 3, 4, 5, 6]
    assert [(value, kind) for _, value, kind in keys if value > 2] == [(7, "smooth"), (8, "smooth"), (9, "smooth")]


def test_frames_the_wrong_way_round(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, knobs={"firstFrame": 5, "lastFrame": 3}, format=(16, 10))
    with pytest.raises(RenderError, match="First is after Last"):
        node.press("analyse")


def test_still_ends_where_the_effect_does(make_node):
    still = ArrayClip(np.ones((10, 16, 4), np.float32))
    node = make_node("TestAnalyse", clips={"Source": still}, format=(16, 10), frame_range=(1, 6))
    node.press("analyse")
    assert len(node.keys("level")) == 6


def test_progress_and_cancel(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, format=(16, 10))
    told = []

    def progress(fraction, label):
        told.append((fraction, label))
        return False

    with pytest.raises(Aborted):
        node.press("analyse", progress=progress)
    assert told
    assert "Test Analyse" in told[0][1]
    assert not node.keys("level")
    node.press("analyse")  # and again, to the end
    assert len(node.keys("level")) == 8


def test_pressing_again_meanwhile_does_nothing(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, format=(16, 10))
    presses = []

    def progress(fraction, label):
        if not presses:
            presses.append(1)
            node.press("analyse")
        return True

    node.press("analyse", progress=progress)
    assert len(node.keys("level")) == 8


def test_node_s_own_error(make_node, ramp):
    node = make_node("TestAnalyse", clips={"Source": ramp}, format=(16, 10))
    with pytest.raises(RenderError, match="Press the other button"):
        node.press("breakDown")
    assert not node.keys("level")


def test_source_must_be_there(make_node):
    node = make_node("TestAnalyse", format=(16, 10))
    with pytest.raises(RenderError, match="Connect Source"):
        node.press("analyse")


def test_frame_that_fails_is_named(make_node):
    class Broken(ArrayClip):
        def pixels(self, time, window):
            if time == 4:
                raise OSError("the disk is gone")
            return super().pixels(time, window)

    clip = Broken({n: np.ones((10, 16, 4), np.float32) for n in range(1, 9)})
    node = make_node("TestAnalyse", clips={"Source": clip}, format=(16, 10))
    with pytest.raises(RenderError, match=r"frame 4 of Source"):
        node.press("analyse")
    assert not node.keys("level")
