"""Rendering: pictures through every profile, regions, proxies, errors, abort, threads."""

from __future__ import annotations

import concurrent.futures
import dataclasses
import threading
import time

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Aborted, Window
from focuspuller.ofx_bridge.host import AbortFlag, ArrayClip, HostError, RenderError, profiles

RNG = np.random.default_rng(7)
WIDTH, HEIGHT = 90, 51
PICTURE = RNG.random((HEIGHT, WIDTH, 4), np.float32)
# What a channel may lose on its way through the depth.
TOLERANCE = {"float": 1e-6, "half": 5e-4, "short": 1 / 65535, "byte": 1 / 255}
PROFILES = {name: p for name, p in profiles.ALL.items() if name != "FUSION_PROXY"}


def gain_node(host, context="Filter", picture=PICTURE, **how):
    node = host.create("org.test.Gain", context, format=(WIDTH, HEIGHT), **how)
    if picture is not None:
        node.connect("Source", ArrayClip(picture))
    return node


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_gives_the_picture(make_host, name):
    profile = profiles.ALL[name]
    node = gain_node(make_host(profile))
    expected = PICTURE
    if profile.depth != "half" and profile.transfer == "linear":
        node.set("gain", 0.5)
        expected = PICTURE * 0.5
    result = node.render(1)
    channels = 3 if profile.components == ("RGB",) else 4
    assert result.shape == (HEIGHT, WIDTH, channels) and result.dtype == np.float32
    steps = 12 if profile.depth == "byte" and profile.transfer != "linear" else 1  # the curves' slopes
    assert np.abs(result - expected[..., :channels]).max() <= TOLERANCE[profile.depth] * steps


def test_encoded_pictures_come_back_exact_in_float(make_host):
    for transfer in ("sRGB", "Rec.709", "gamma 2.4"):
        profile = dataclasses.replace(profiles.NATIVE, transfer=transfer)
        assert np.allclose(gain_node(make_host(profile)).render(1), PICTURE, atol=1e-5)


def test_native_hands_pixels_over_without_a_copy(make_host):
    node = gain_node(make_host(profiles.NATIVE))
    asked = []
    clip = ArrayClip(PICTURE)
    whole = clip.pixels
    clip.pixels = lambda time, window: asked.append((time, window)) or whole(time, window)
    node.connect("Source", clip)
    window = Window(5, 10, 25, 30)
    assert np.array_equal(node.render(1, window), PICTURE[10:30, 5:25])
    assert asked == [(1.0, window)]


def test_data_windows_lie_where_they_should(make_host):
    small = RNG.random((6, 8, 4), np.float32)
    for profile in (profiles.NATIVE, profiles.STRICT, profiles.TILED):
        node = gain_node(make_host(profile), picture=None)
        node.connect("Source", ArrayClip(small, origin=(-3, 47)))
        assert node.region_of_definition(1) == Window(-3, 47, 5, 53)
        node.set("grow", 2)
        assert node.region_of_definition(1) == Window(-5, 45, 7, 55)
        result = node.render(1, Window(-10, 40, 10, 60))
        expected = np.zeros((20, 20, 4), np.float32)
        expected[7:13, 7:15] = small
        assert np.array_equal(result, expected)


def test_pixel_aspect_keeps_pixels_where_they_are(make_host):
    node = gain_node(make_host(profiles.STRICT), pixel_aspect=2.0)
    node.set("grow", 4)  # canonical: 2 pixels across, 4 down
    assert node.region_of_definition(1) == Window(-2, -4, WIDTH + 2, HEIGHT + 4)
    assert np.array_equal(node.render(1, Window(0, 0, WIDTH, HEIGHT)), PICTURE)


def test_proxies_are_averages(make_host):
    node = gain_node(make_host(profiles.FUSION_PROXY))
    result = node.render(1)
    expected = PICTURE.reshape(HEIGHT // 3, 3, WIDTH // 3, 3, 4).mean((1, 3))
    assert result.shape == expected.shape and np.allclose(result, expected, atol=1e-6)
    half = node.render(1, scale=(0.5, 0.5))  # 51 rows: the topmost proxy row covers one row only
    assert half.shape == (26, 45, 4)
    assert np.allclose(half[-1], PICTURE[-2:].reshape(2, 45, 2, 4).mean((0, 2)), atol=1e-6)
    assert np.allclose(half[0], PICTURE[0].reshape(45, 2, 4).mean(1), atol=1e-6)


def test_one_channel_and_three(make_host):
    for channels, components in ((1, "Alpha"), (3, "RGB")):
        node = gain_node(make_host(profiles.STRICT), picture=PICTURE[..., :channels].copy())
        assert node.clip_preferences().components["Source"] == components
        assert np.array_equal(node.render(1), PICTURE[..., :channels])


def test_rgb_becomes_opaque_where_the_host_has_rgba_alone(make_host):
    node = gain_node(make_host(profiles.RESOLVE_EDIT), "General", PICTURE[..., :3].copy())
    assert node.clip_preferences().components["Source"] == "RGBA"
    assert np.allclose(node.render(1)[..., 3], 1)


def test_other_frames_and_ends_of_clips(make_host):
    node = gain_node(make_host(), picture=None)
    node.connect("Source", ArrayClip({1: PICTURE, 2: 2 * PICTURE}))
    node.set("shift", 1)
    assert node.frames_needed(1)["Source"] == [(2.0, 2.0)]
    assert np.array_equal(node.render(1), 2 * PICTURE)
    assert not node.render(2).any()  # no frame 3: black


def test_keys_are_read_at_the_time_of_the_frame(make_host):
    node = gain_node(make_host())
    node.set_keys("gain", [(1, 1.0), (3, 3.0)])
    frames = list(node.render_frames([1, 2, 3], threads=3))
    for gain, frame in zip((1, 2, 3), frames, strict=True):
        assert np.allclose(frame, PICTURE * gain)


def test_identity_shows_the_input(make_host):
    for profile in (profiles.STRICT, profiles.MLT):
        node = gain_node(make_host(profile))
        node.set("mode", "identity")
        assert node.is_identity(1) == ("Source", 1.0)
        assert np.array_equal(node.render(1, Window(2, 3, 12, 13)), PICTURE[3:13, 2:12])


def test_regions_of_interest(make_host):
    node = gain_node(make_host())
    window = Window(3, 4, 10, 12)
    assert node.regions_of_interest(1, window) == {"Source": window, "Matte": window}


def test_errors_carry_what_the_plug_in_said(make_host):
    node = gain_node(make_host())
    node.set("mode", "fail")
    with pytest.raises(RenderError, match="will not render at 4: turn mode to gain"):
        node.render(4)
    assert node.messages[-1].type == "Error" and node.messages[-1].id == "gain"
    node.set("mode", "memory")
    with pytest.raises(RenderError, match="kOfxStatErrMemory") as caught:
        node.render(1)
    assert caught.value.out_of_memory


def test_a_clip_that_raises(make_host):
    class Broken(ArrayClip):
        def pixels(self, time, window):
            raise FileNotFoundError("plate.0001.exr is missing")

    node = gain_node(make_host(), picture=None)
    node.connect("Source", Broken(PICTURE))
    assert not node.render(1).any()  # the plug-in goes on with black
    node.set("mode", "identity")
    with pytest.raises(RenderError, match=r"clip Source: FileNotFoundError: plate\.0001\.exr is missing"):
        node.render(1)


def test_a_clip_that_hands_over_nonsense(make_host):
    node = gain_node(make_host(), picture=None)
    node.set("mode", "identity")
    clip = ArrayClip(PICTURE)
    clip.pixels = lambda time, window: (PICTURE[:5], window)
    node.connect("Source", clip)
    with pytest.raises(RenderError, match="do not fill their window"):
        node.render(1)


def test_an_interrupt_in_a_clip_is_no_render_error(make_host):
    node = gain_node(make_host(), picture=None)
    clip = ArrayClip(PICTURE)

    def interrupted(time, window):
        raise KeyboardInterrupt

    clip.pixels = interrupted
    node.connect("Source", clip)
    with pytest.raises(KeyboardInterrupt):
        node.render(1)


@pytest.mark.parametrize("kind", ["flag", "event", "function", "seconds"])
def test_abort(make_host, kind):
    node = gain_node(make_host())
    node.set("wait", 20)
    flag, event = AbortFlag(), threading.Event()
    threading.Timer(0.05, lambda: (flag.set(), event.set())).start()
    abort = {"flag": flag, "event": event, "function": event.is_set, "seconds": 0.05}[kind]
    begin = time.monotonic()
    with pytest.raises(Aborted):
        node.render(1, abort=abort)
    assert time.monotonic() - begin < 5
    assert kind != "flag" or flag.polls > 0


def test_many_threads_give_the_same_pixels(make_host):
    host = make_host(profiles.STRICT)
    nodes = [gain_node(host) for _ in range(2)]
    for node in nodes:
        node.set("gain", 0.25)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda i: nodes[i % 2].render(1), range(200)))
    assert all(np.array_equal(r, PICTURE * 0.25) for r in results)


def test_empty_and_tiny_pictures(make_host):
    for profile in (profiles.NATIVE, profiles.STRICT, profiles.TILED):
        node = gain_node(make_host(profile), picture=np.zeros((0, 0, 4), np.float32))
        assert node.region_of_definition(1).empty
        assert node.render(1).size == 0
        assert not node.render(1, Window(0, 0, 4, 4)).any()
        node.connect("Source", ArrayClip(PICTURE[:1, :1].copy()))
        assert np.array_equal(node.render(1), PICTURE[:1, :1])


def test_thumbnails_and_drafts(make_host):
    node = gain_node(make_host(profiles.RESOLVE_COLOR))
    assert node.render(1, thumbnail=True, draft=True, interactive=True).shape == (HEIGHT, WIDTH, 4)


def test_sequences(make_host):
    node = gain_node(make_host())
    with node.sequence(1, 2):
        frames = [node.render(t) for t in (1, 2)]
    assert np.array_equal(frames[0], frames[1])


def test_one_clip_hosts_refuse_a_second(make_host):
    node = gain_node(make_host(profiles.MLT))
    with pytest.raises(HostError, match="Matte cannot be connected"):
        node.connect("Matte", ArrayClip(PICTURE))
    with pytest.raises(HostError, match="no input clip Pony; clips: Source, Matte"):
        node.connect("Pony", ArrayClip(PICTURE))


def test_nodes_chain(make_host):
    host = make_host()
    first, second = gain_node(host), gain_node(host, picture=None)

    class Above:
        components, premultiplied, frame_range = "RGBA", True, (1, 10)
        region = staticmethod(first.region_of_definition)

        @staticmethod
        def pixels(time, window):
            return first.render(time, window), window

    first.set("gain", 2)
    second.set("gain", 3)
    second.connect("Source", Above)
    assert np.allclose(second.render(1), PICTURE * 6)


def test_the_overlay_moves_the_point(make_host):
    host = make_host()
    node = gain_node(host)
    overlay = node.overlay()
    assert overlay.draw() and overlay.pen("down", 10, 20) and not overlay.pen("up", 11, 20)
    assert node.get("centre") == (10.0, 20.0) and overlay.redraws == 1
    overlay.close()
    assert gain_node(make_host(profiles.MLT)).overlay() is None


def test_cancelled_buttons(make_host):
    node = gain_node(make_host(), picture=None)
    node.connect("Source", ArrayClip(dict.fromkeys(range(1, 9), PICTURE)))
    with pytest.raises(Aborted, match="bake was cancelled"):
        node.press("bake", progress=lambda fraction, label: fraction < 0.3)
    assert len(node.keys("gain")) == 4
