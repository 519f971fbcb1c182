"""LensDefocus's plane of focus: from a focus file, from Region, with a protected range; its buttons."""

import json

import numpy as np
import pytest
from bundle import copy_bundle
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import ClipError, KnobError, Window
from focuspuller.ofx_bridge.host import ArrayClip, Host, RenderError, profiles

SIZE = (40, 60)
INVERSE = np.linspace(0.1, 1, 60, dtype=np.float32)[None].repeat(40, axis=0)  # 1/z by column: 10 … 1
SOURCE = picture(np.random.default_rng(3).random((*SIZE, 3)))


def coc(matte=None, depth=INVERSE, window=None, **options):
    """The CoC output's red channel."""
    clips = {"Source": SOURCE, "Depth": picture(depth)} | ({} if matte is None else {"Region": picture(matte)})
    return render(
        FakeJob(NODE, clips, window, **{"output": "CoC", "lensModel": "size", "size": 10.0} | options)
    ).pixels[..., 0]


def focus_file(path, keys, **more):
    path.write_text(json.dumps({"version": 1, "unit": "m", "fps": 24, "keys": keys} | more))
    return str(path)


def test_a_focus_file_is_in_metres_and_frames_of_the_comp(tmp_path):
    file = focus_file(tmp_path / "pull.json", [[0, 2.0], [10, 8.0]], frameOffset=100)
    for time, metres in ((90, 2.0), (100, 2.0), (105, 1 / (0.5 / 2 + 0.5 / 8)), (110, 8.0), (200, 8.0)):
        by_file = coc(focusMode="focus file", focusFile=file, time=time)
        np.testing.assert_allclose(by_file, coc(focusDistance=metres), atol=1e-4)
    # 0.01 m a unit: 2 m are 200 units.
    by_file = coc(depth=INVERSE / 100, focusMode="focus file", focusFile=file, time=100, worldScale=0.01)
    np.testing.assert_allclose(by_file, coc(focusDistance=2.0), atol=1e-4)


def test_a_focus_file_that_changes_is_read_again(tmp_path):
    file = focus_file(tmp_path / "pull.json", [[0, 2.0]])
    before = coc(focusMode="focus file", focusFile=file)
    focus_file(tmp_path / "pull.json", [[0, 4.25]])
    after = coc(focusMode="focus file", focusFile=file)
    np.testing.assert_allclose(after, coc(focusDistance=4.25), atol=1e-4)
    assert np.abs(after - before).max() > 1


@pytest.mark.parametrize(
    ("content", "cure"),
    [(None, "check the path"), ("", "JSON"), ("{}", "keys"), ('{"version": 1, "keys": [[1, -2]]}', "above 0")],
)
def test_a_wrong_focus_file_is_named(tmp_path, content, cure):
    path = tmp_path / "wrong.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KnobError, match=cure) as error:
        coc(focusMode="focus file", focusFile=str(path))
    assert error.value.knob == "focusFile" and "wrong.json" in str(error.value)
    with pytest.raises(KnobError, match="empty"):
        coc(focusMode="focus file")


def matte(x0, x1):
    pixels = np.zeros(SIZE, np.float32)
    pixels[10:30, x0:x1] = 1
    return pixels


def test_region_is_focused_on():
    depth = INVERSE.copy()
    depth[12, 31:34] = 0, np.nan, 1e6  # strays do not matter
    out = coc(matte(30, 35), depth, regionMode="is focused on")
    assert abs(out[20, 32]) < 0.05 and out[20, 10] > 1 and out[20, 50] < -1
    np.testing.assert_allclose(out[0], coc(depth=depth, focusDistance=1 / INVERSE[0, 32])[0], atol=1e-4)


def test_what_is_focused_on_does_not_depend_on_the_tile():
    region = matte(50, 56)
    whole = coc(region, regionMode="is focused on")
    np.testing.assert_array_equal(coc(region, window=Window(0, 0, 9, 7), regionMode="is focused on"), whole[:7, :9])


def test_region_stays_sharp_at_any_depth():
    out = coc(matte(45, 55), focusDistance=5.0)
    plain = coc(focusDistance=5.0)
    assert (out[10:30, 45:55] == 0).all() and plain[20, 50] < -5
    np.testing.assert_array_equal(out[:10], plain[:10])
    np.testing.assert_array_equal(coc(matte(45, 55), focusDistance=5.0, regionMode="off"), plain)
    both = coc(matte(45, 55), regionMode="is focused on, stays sharp")
    assert (both[10:30, 45:55] == 0).all() and abs(both[0, 50]) < 0.3


def test_regions_feather_lies_outside_it():
    options = {"depth": np.zeros(SIZE), "focusDistance": 2.0}  # all 10 px
    out = coc(matte(20, 40), regionFeather=8.0, **options)[20]
    assert (out[20:40] < 1e-5).all()
    assert (np.diff(out[39:50]) >= -1e-6).all() and out[48] > 9.9 and 4 < out[43] < 6.5
    np.testing.assert_allclose(out[:30], out[59:29:-1], atol=1e-4)
    # Continuous from none on; a proxy has the same.
    thin = [coc(matte(20, 40), regionFeather=f, **options) for f in (0.0, 0.05, 0.1)]
    assert np.abs(thin[1] - thin[0]).max() < 0.6 and np.abs(thin[2] - thin[1]).max() < 0.6


def test_feather_in_tiles():
    region, whole = matte(20, 40), coc(matte(20, 40), regionFeather=9.5)
    tile = Window(38, 5, 50, 17)
    np.testing.assert_allclose(coc(region, window=tile, regionFeather=9.5), whole[5:17, 38:50], atol=1e-5)


def test_a_matte_that_is_no_matte():
    broken = matte(20, 40)
    broken[:, :5], broken[:, 5:8], broken[:, 8:10] = np.nan, -3, 7
    out = coc(broken, focusDistance=5.0)
    assert np.isfinite(out).all() and (out[:, 8:10] == 0).all()
    np.testing.assert_array_equal(out[:, :8], coc(focusDistance=5.0)[:, :8])


def test_region_without_anything_to_focus_on():
    with pytest.raises(ClipError, match="not connected") as error:
        coc(regionMode="is focused on")
    assert error.value.clip == "Region"
    with pytest.raises(ClipError, match="covers nothing"):
        coc(matte(20, 20), regionMode="is focused on")
    assert np.isfinite(coc(matte(20, 20))).all()


def test_without_depth_region_stays_sharp_all_the_same():
    clips = {"Source": SOURCE, "Region": picture(matte(20, 40))}
    out = render(FakeJob(NODE, clips, output="CoC", size=6.0)).pixels[..., 0]
    assert (out[10:30, 20:40] == 0).all() and (out[:10] == 6).all()


def test_the_protected_range_is_sharp_and_blur_begins_at_its_ends():
    out, plain = coc(focusDistance=4.0, protectNear=2.0, protectFar=2.0), coc(focusDistance=4.0)
    distance = 1 / INVERSE[0]
    inside = (distance >= 2) & (distance <= 6)
    assert (out[0][inside] == 0).all() and np.abs(plain[0][inside]).max() > 5
    behind, before = distance > 6, distance < 2
    np.testing.assert_allclose(out[0][behind], 40 * (1 / 6 - INVERSE[0][behind]), atol=1e-4)
    np.testing.assert_allclose(out[0][before], 40 * (1 / 2 - INVERSE[0][before]), atol=1e-4)
    np.testing.assert_allclose(coc(focusDistance=4.0, protectNear=1e-4), plain, atol=1e-2)  # nothing pops
    assert (coc(focusDistance=4.0, protectNear=50.0)[0][distance < 4] == 0).all()  # up to the camera


@pytest.mark.parametrize("model", ["camera", "size"])
def test_near_and_far_gain(model):
    plain = coc(focusDistance=3.0, lensModel=model)
    out = coc(focusDistance=3.0, lensModel=model, nearGain=0.5, farGain=2.0)
    np.testing.assert_allclose(out, np.where(plain < 0, 0.5, 2) * plain, rtol=1e-4, atol=1e-5)
    assert (coc(focusDistance=3.0, lensModel=model, nearGain=0.0) >= 0).all()


def test_gains_of_direct_radii_and_of_an_infinite_focus():
    radius = np.linspace(-20, 20, 60, dtype=np.float32)[None].repeat(40, axis=0)
    out = coc(depth=radius, depthMath="direct", nearGain=2.0, farGain=0.25, maxSize=30.0)
    np.testing.assert_allclose(out, np.clip(np.where(radius < 0, 2, 0.25) * radius, -30, 30), rtol=1e-5)
    sky = {"focusMode": "point", "focusPoint": (5.0, 5.0), "maxSize": 30.0}
    depth = np.where(np.arange(60) < 20, 0, INVERSE)
    for gain in (0.0, 0.5, 1.0):
        out = coc(depth=depth, nearGain=gain, **sky)
        assert np.isfinite(out).all() and out[0, 0] == 0 and out[0, 50] == (-30 if gain else 0)


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with Host(profiles.STRICT) as host:
        host.load(copy_bundle(tmp_path_factory.mktemp("focus"), [NODE]))
        yield host


@pytest.fixture
def node(host):
    height, width = SIZE
    node = host.create(NODE.id, format=(width, height), frame_range=(1, 20))
    node.connect("Source", ArrayClip(np.ones((*SIZE, 4), np.float32)))
    node.connect("Depth", ArrayClip(np.repeat(INVERSE[..., None], 4, axis=2)))
    with node:
        yield node
    host.check()


def test_set_focus_from_point(node):
    node.set("focusMode", "point")
    node.set("focusPoint", (30.5, 20.0))
    node.press("setFocusFromPoint", 5)
    assert node.get("focusDistance", 5) == pytest.approx(1 / INVERSE[0, 30], rel=1e-3)
    assert node.get("focusMode", 5) == "distance" and node.keys("focusDistance") == []


def test_set_focus_from_point_sets_a_key_where_there_are_keys(node):
    node.set_keys("focusDistance", [(1, 2.0), (12, 8.0)])
    node.set("focusPoint", (10.5, 20.0))
    node.press("setFocusFromPoint", 6)
    frames = [time for time, _, _ in node.keys("focusDistance")]
    values = [value for _, value, _ in node.keys("focusDistance")]
    assert frames == [1, 6, 12]
    assert values == pytest.approx([2, 1 / INVERSE[0, 10], 8], rel=1e-3)


def test_set_focus_from_a_point_in_the_sky_is_hyperfocal(node):
    node.connect("Depth", ArrayClip(np.zeros((*SIZE, 4), np.float32)))
    node.press("setFocusFromPoint", 1)
    distance = node.get("focusDistance", 1)
    assert 0 < distance < 1e7
    node.set("output", "CoC")
    assert node.render(1)[..., 0].max() == pytest.approx(0.5, rel=1e-3)


@pytest.mark.parametrize(("knob", "value", "words"), [("depthMath", "direct", "depthMath"), (None, None, "Depth")])
def test_set_focus_from_point_says_what_it_needs(node, knob, value, words):
    if knob:
        node.set(knob, value)
    else:
        node.connect("Depth", None)
    with pytest.raises(RenderError, match=words):
        node.press("setFocusFromPoint", 1)


def test_reload_focus_file(node, tmp_path):
    node.set("focusFile", str(tmp_path / "none.json"))
    with pytest.raises(RenderError, match=r"none\.json"):
        node.press("reloadFocusFile", 1)
    node.set("focusFile", focus_file(tmp_path / "pull.json", [[0, 2.0], [24, 3.0]]))
    node.press("reloadFocusFile", 1)
    assert node.get("focusFileStamp", 1) != ""
