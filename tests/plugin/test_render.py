"""Rendering: what the node is told, and what the artist is told when it goes wrong."""

from __future__ import annotations

import dataclasses
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Aborted, Window
from focuspuller.ofx_bridge.host import ArrayClip, Host, RenderError, profiles


@pytest.fixture
def source(picture):
    return ArrayClip(picture(48, 64))


def test_what_a_node_is_told(make_node, report_of, source, picture):
    depth = ArrayClip(picture(48, 64, 1), premultiplied=True)
    node = make_node("TestReport", clips={"Source": source, "Depth": depth}, fps=25.0)
    node.set_keys("angle", [(0, 0), (10, 100)])
    told = report_of(node, 5, draft=True)
    assert told["time"] == 5
    assert told["window"] == [0, 0, 64, 48]
    assert told["channels"] == 4
    assert told["scale"] == [1, 1]
    assert told["format"] == [64, 48]
    assert told["pixelAspect"] == 1
    assert told["fps"] == 25
    assert told["draft"] is True
    assert told["knobs"]["angle"] == pytest.approx(50)
    assert told["knobs"]["mode"] == "one"
    assert told["knobs"]["switch"] is True
    assert told["knobs"]["count"] == 3
    assert isinstance(told["knobs"]["count"], int)
    assert told["knobs"]["place"] == pytest.approx([16, 12])
    assert told["knobs"]["inputTransfer"] == "linear"
    assert told["clips"]["Source"] == {"window": [0, 0, 64, 48], "shape": [48, 64, 4], "premultiplied": True}
    assert told["clips"]["Depth"]["premultiplied"] is False  # as declared
    assert told["clips"]["Matte"] is None
    assert report_of(node, 5)["draft"] is False


@pytest.mark.parametrize("scale", [1 / 3, 0.5])
@pytest.mark.parametrize("aspect", [1.0, 2.0, 0.5])
def test_scaled_down(make_node, report_of, picture, scale, aspect):
    node = make_node("TestReport", clips={"Source": ArrayClip(picture(96, 192))}, format=(192, 96), pixel_aspect=aspect)
    told = report_of(node, 1, scale=(scale, scale))
    assert told["scale"] == pytest.approx([scale, scale])
    assert told["format"] == [round(192 * scale), round(96 * scale)]
    assert told["window"] == [0, 0, round(192 * scale), round(96 * scale)]
    assert told["pixelAspect"] == aspect
    assert told["knobs"]["place"] == pytest.approx([48 * scale, 24 * scale])


def test_thumbnail_without_scale(make_node, report_of, picture):
    node = make_node(
        "TestReport", profiles.RESOLVE_EDIT, clips={"Source": ArrayClip(picture(96, 192))}, format=(192, 96)
    )
    told = report_of(node, 1, scale=(0.25, 0.25), thumbnail=True)
    assert told["scale"] == pytest.approx([0.25, 0.25])
    assert told["window"] == [0, 0, 48, 24]


@pytest.mark.parametrize("aspect", [1.0, 2.0])
def test_a_host_whose_frames_shrink_with_the_scale(make_node, report_of, picture, aspect):
    """MLT's previews: clips' regions and the project's size are those of the smaller picture."""
    source = ArrayClip(picture(96, 192))
    node = make_node("TestReport", profiles.MLT, clips={"Source": source}, format=(192, 96), pixel_aspect=aspect)
    told = report_of(node, 1, scale=(0.5, 0.5))
    assert told["format"] == [96, 48]
    assert told["window"] == told["clips"]["Source"]["window"] == [0, 0, 96, 48]
    assert told["regions"]["Source"] == [0, 0, 96, 48]


def frames(first: int, last: int) -> ArrayClip:
    """Frame n is n everywhere."""
    return ArrayClip({n: np.full((4, 4, 4), n, np.float32) for n in range(first, last + 1)})


def test_neighbouring_frames(make_node):
    node = make_node("TestTemporal", clips={"Source": frames(1, 9)}, knobs={"before": 1, "after": 2}, format=(4, 4))
    assert node.render(5)[0, 0, 0] == pytest.approx((4 + 5 + 6 + 7) / 4)


def test_the_ends_of_a_clip_are_held(make_node):
    node = make_node("TestTemporal", clips={"Source": frames(1, 9)}, knobs={"before": 2, "after": 1}, format=(4, 4))
    assert node.render(1)[0, 0, 0] == pytest.approx((1 + 1 + 1 + 2) / 4)
    assert node.render(9)[0, 0, 0] == pytest.approx((7 + 8 + 9 + 9) / 4)


def test_host_without_temporal_access_has_one_frame(make_node):
    profile = dataclasses.replace(profiles.STRICT, name="org.focuspuller.still", temporal_access=False)
    node = make_node("TestTemporal", profile, clips={"Source": frames(1, 9)}, format=(4, 4))
    assert node.render(5)[0, 0, 0] == 5


def test_optional_clip_with_nothing_there_is_empty(make_node, report_of, source):
    depth = ArrayClip({7: np.ones((48, 64, 1), np.float32)})
    node = make_node("TestReport", clips={"Source": source, "Depth": depth})
    window = Window(*report_of(node, 3)["clips"]["Depth"]["window"])
    assert window.empty


class Broken(ArrayClip):
    def pixels(self, time, window):
        raise OSError("the disk is gone")


def test_clip_that_fails_is_named(make_node, picture):
    node = make_node("TestIdentity", clips={"Source": Broken(picture(48, 64))})
    with pytest.raises(RenderError, match=r"frame 7 of Source") as failure:
        node.render(7)
    assert "disk is gone" in str(failure.value)


def test_optional_clip_that_fails_is_named(make_node, source, picture):
    node = make_node("TestReport", clips={"Source": source, "Depth": Broken(picture(48, 64, 1))})
    with pytest.raises(RenderError, match=r"frame 7 of Depth"):
        node.render(7)


def test_host_that_calls_everything_connected(make_node, report_of, source):
    node = make_node("TestReport", profiles.RESOLVE_EDIT, clips={"Source": source})
    told = report_of(node)
    assert told["clips"]["Depth"] is None
    assert told["clips"]["Matte"] is None


def persistent(node) -> list[str]:
    return [m.text for m in node.messages if m.persistent]


def test_error_is_shown_until_it_is_gone(make_node, source):
    node = make_node("TestFault", clips={"Source": source}, knobs={"fault": "node"})
    with pytest.raises(RenderError, match="too beautiful"):
        node.render(1)
    (shown,) = persistent(node)
    assert "Test Fault" in shown
    assert "frame 1" in shown
    node.set("fault", "none")
    assert not persistent(node)
    node.render(1)
    assert not persistent(node)


def test_error_goes_with_the_next_good_frame(make_node, picture):
    pictures = {2: picture(48, 64)}
    node = make_node("TestIdentity", clips={"Source": ArrayClip(pictures)})
    clip = node.clips  # described once
    assert clip

    class Late(ArrayClip):
        fail = True

        def pixels(self, time, window):
            if self.fail:
                raise OSError("not rendered yet")
            return super().pixels(time, window)

    late = Late(picture(48, 64))
    node.connect("Source", late)
    with pytest.raises(RenderError):
        node.render(1)
    assert persistent(node)
    late.fail = False
    node.render(1)
    assert not persistent(node)


def test_host_without_persistent_messages_gets_an_error_message(make_node, source):
    profile = dataclasses.replace(
        profiles.STRICT, name="org.focuspuller.mute", missing_suites=(("OfxMessageSuite", 2),)
    )
    node = make_node("TestFault", profile, clips={"Source": source}, knobs={"fault": "knob"})
    with pytest.raises(RenderError, match="Choose none"):
        node.render(1)
    assert [m.type for m in node.messages] == ["Error"]


@pytest.mark.parametrize(("profile", "kind"), [(profiles.STRICT, "Log"), (profiles.MLT, "Warning")])
def test_a_warning_is_a_log_line_that_the_artist_can_see(make_node, source, profile, kind):
    """Elsewhere a Warning is a dialogue a frame; MLT prints it, and hides Log."""
    node = make_node("TestReport", profile, clips={"Source": source}, knobs={"text": kind})
    node.render(1)
    assert [m.type for m in node.messages] == [kind]


def test_out_of_memory_is_told_apart(make_node, source):
    node = make_node("TestFault", clips={"Source": source}, knobs={"fault": "memory"})
    with pytest.raises(RenderError) as failure:
        node.render(1)
    assert failure.value.out_of_memory


def test_percent_signs_survive(make_node, source, picture):
    class Percent(ArrayClip):
        def pixels(self, time, window):
            raise OSError("at 100%s")

    node = make_node("TestReport", clips={"Source": source}, knobs={"text": "100%s %n"})
    node.render(1)
    assert any("100%s %n" in m.text for m in node.messages)


def test_abort_ends_within_200_ms(make_node, source):
    node = make_node("TestSlow", clips={"Source": source}, knobs={"seconds": 0})
    node.render(1)  # the worker is up
    node.set("seconds", 30)
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    start = time.monotonic()
    with pytest.raises(Aborted):
        node.render(1, abort=stop)
    assert time.monotonic() - start < 0.3 + 0.2
    assert not persistent(node)


def test_eight_threads_agree(make_node, picture):
    profile = dataclasses.replace(profiles.STRICT, name="org.focuspuller.threads", render_threads=8)
    source = ArrayClip({n: picture(48, 64, seed=n) for n in range(1, 41)})
    node = make_node("TestInvert", profile, clips={"Source": source})
    for n, result in enumerate(node.render_frames(range(1, 41)), 1):
        np.testing.assert_array_equal(result, 1 - source.pixels(n, None)[0])


def test_scanning_starts_no_process_and_an_absent_interpreter_is_a_clear_word(make_bundle, source):
    def processes():
        return {line for task in Path("/proc/self/task").iterdir() for line in (task / "children").read_text().split()}

    before = processes()
    with Host(profiles.STRICT) as host:
        host.load(make_bundle(python="/nowhere/python"))
        node = host.create("org.focuspuller.TestIdentity", format=(64, 48))
        node.connect("Source", source)
        node.region_of_definition(1)
        node.clip_preferences()
        assert processes() <= before
        with pytest.raises(RenderError, match="/nowhere/python"):
            node.render(1)


def test_purging_and_syncing_change_nothing(make_node, source):
    node = make_node("TestInvert", clips={"Source": source})
    before = node.render(1)
    node.purge_caches()
    node.sync_private_data()
    np.testing.assert_array_equal(node.render(1), before)
