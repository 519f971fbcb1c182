"""FocusTrack in the strict host: its buttons, its curves, its matte, its errors."""

import cv2
import numpy as np
import pytest
from bundle import copy_bundle
from fake_clip_job import ClipAnalyseJob
from fake_job import picture
from moving_discs import BLUE, RED, Clip

from focuspuller.nodes.focus_track.analyse import analyse
from focuspuller.nodes.focus_track.node import NODE
from focuspuller.nodes.vocabulary.jobs import Aborted, KnobError
from focuspuller.ofx_bridge.host import ArrayClip, Host, RenderError, profiles

WIDTH, HEIGHT, LAST = 128, 96, 10
NEAR, FAR, GROUND = 2.0, 5.0, 20.0  # m


def path_a(n):
    return 30 + 5 * n, 36


def path_b(n):
    return 100 - 2 * n, 66


CLIP = Clip(
    LAST + 1,
    [{"path": path_a, "radius": 14, "colour": RED}, {"path": path_b, "radius": 12, "colour": BLUE}],
    size=(WIDTH, HEIGHT),
)


def linear(picture):
    """Display-referred bytes as opaque scene-linear RGBA."""
    light = np.ones((*picture.shape[:2], 4), np.float32)
    light[..., :3] = (picture / 255.0) ** 2.2
    return light


PLATE = {n: linear(CLIP.frame(n)) for n in range(1, LAST + 1)}


def depth_of(n):
    """1 / distance; disc a comes nearer by 0.1 m a frame; a tenth of its pixels show what is behind it."""
    inverse = np.full((HEIGHT, WIDTH, 4), 1 / GROUND, np.float32)
    inverse[CLIP.truth(0, n)] = 1 / (FAR - 0.1 * n)
    inverse[CLIP.truth(1, n)] = 1 / NEAR
    inverse[::10] = 0
    return inverse


DEPTH = {n: depth_of(n) for n in range(1, LAST + 1)}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return copy_bundle(tmp_path_factory.mktemp("track"), [NODE])


@pytest.fixture
def make(bundle, tmp_path):
    with Host(profiles.STRICT) as host:
        host.load(bundle)

        def node(depth=True, **knobs):
            node = host.create(NODE.id, format=(WIDTH, HEIGHT), frame_range=(1, LAST))
            node.connect("Source", ArrayClip(PLATE))
            if depth:
                node.connect("Depth", ArrayClip(DEPTH))
            knobs = {"trackFile": str(tmp_path / "shot.fptrack"), "target": path_a(1)} | knobs
            for name, value in knobs.items():
                node.set_keys(name, value) if isinstance(value, list) else node.set(name, value)
            return node

        yield node
        host.check()


def keys(node, name):
    return {round(time): value for time, value, _ in node.keys(name)}


def shown(node, n):
    """Overlap of the rendered alpha with each disc."""
    alpha = node.render(n)[..., 3] > 0.5
    return [(alpha & t).sum() / max((alpha | t).sum(), 1) for t in (CLIP.truth(k, n) for k in range(2))]


def test_track_all(make):
    node = make()
    node.press("trackAll", 1)
    focus, center, sure = (keys(node, name) for name in ("focus", "center", "confidence"))
    assert list(focus) == list(center) == list(range(1, LAST + 1))
    for n in range(1, LAST + 1):
        assert focus[n] == pytest.approx(FAR - 0.1 * n, rel=1e-4)
        assert np.hypot(*np.subtract(center[n], path_a(n))) < 4
        assert shown(node, n)[0] > 0.85
    assert min(sure.values()) > 0.8
    assert node.messages[-1].text == "Tracked frames 1 to 10."


def test_a_frame_renders_alone_from_the_file_and_the_stamp_changes(make):
    node = make()
    node.press("trackAll", 1)
    stamp = node.get("stamp")
    elsewhere = make()
    elsewhere.set("stamp", stamp)
    np.testing.assert_array_equal(elsewhere.render(7), node.render(7))
    node.set("target", path_b(1))
    node.press("trackAll", 1)
    assert node.get("stamp") != stamp
    assert shown(node, 7)[1] > 0.85


def test_backward_and_forward_keep_the_rest(make):
    node = make(target=path_a(5))
    node.press("trackForward", 5)
    assert list(keys(node, "focus")) == [5, 6, 7, 8, 9, 10]
    node.set("target", path_b(5))  # not looked at: frame 5 has a matte already
    node.press("trackBackward", 5)
    assert list(keys(node, "focus")) == list(range(1, LAST + 1))
    assert shown(node, 2)[0] > 0.85 and shown(node, 9)[0] > 0.85


def test_a_key_on_another_subject_switches_at_once_or_as_a_pull(make):
    target = [(1, path_a(1)), (6, path_b(6))]
    node = make(target=target)
    node.press("trackAll", 3)
    focus = keys(node, "focus")
    assert focus[5] == pytest.approx(FAR - 0.5, rel=1e-4) and focus[6] == pytest.approx(NEAR, rel=1e-4)
    assert shown(node, 5)[0] > 0.85 and shown(node, 6)[1] > 0.85
    node.set("pullFrames", 3)
    node.press("trackAll", 3)
    focus = keys(node, "focus")
    assert focus[3] == pytest.approx(FAR - 0.3, rel=1e-3) and focus[6] == pytest.approx(NEAR, rel=1e-3)
    assert focus[3] > focus[4] > focus[5] > focus[6]


def test_two_subjects_and_a_focus_that_is_handed_over(make):
    node = make(subjects=2, target2=path_b(1), focusSubject=[(1, 1), (7, 2)])
    node.press("trackAll", 1)
    focus = keys(node, "focus")
    assert focus[6] == pytest.approx(FAR - 0.6, rel=1e-4) and focus[7] == pytest.approx(NEAR, rel=1e-4)
    assert shown(node, 6)[0] > 0.85 and shown(node, 7)[1] > 0.85
    node.set("matteOf", "all")
    both = CLIP.truth(0, 3) | CLIP.truth(1, 3)
    alpha = node.render(3)[..., 3] > 0.5
    assert (alpha & both).sum() / (alpha | both).sum() > 0.85


def test_a_region_takes_the_place_of_the_click(make):
    node = make(target=(5, 90))
    region = np.zeros((HEIGHT, WIDTH, 1), np.float32)
    x, y = path_b(4)
    region[y - 16 : y + 16, x - 16 : x + 16] = 1
    node.connect("Region", ArrayClip(region))
    node.press("trackAll", 4)
    assert min(shown(node, n)[1] for n in (1, 4, 10)) > 0.85
    node.connect("Region", ArrayClip(np.zeros_like(region)))
    with pytest.raises(RenderError, match=r"Region.*empty in frame 4"):
        node.press("trackAll", 4)


def test_fewer_keys(make):
    node = make(centerTolerance=3.0, focusTolerance=3.0)
    node.press("trackAll", 1)
    assert len(node.keys("center")) < 6 and len(node.keys("focus")) < 6
    times, values = zip(*[(t, v) for t, v, _ in node.keys("focus")], strict=True)
    for n in range(1, LAST + 1):
        assert np.interp(n, times, values) == pytest.approx(FAR - 0.1 * n, rel=0.035)


def test_without_depth_or_file(make):
    node = make(depth=False, trackFile="")
    node.press("trackAll", 1)
    assert not node.keys("focus") and len(node.keys("center")) == LAST
    text = node.messages[-1].text
    assert "Focus was not written" in text and "Set Track File" in text
    assert shown(node, 1)[0] > 0.7  # the preview of the click


def test_world_units_and_distances(make):
    node = make(worldScale=0.01, depthMath="distance")
    with np.errstate(divide="ignore"):
        distances = {n: (1 / d).astype(np.float32) * 100 for n, d in DEPTH.items()}
    node.connect("Depth", ArrayClip(distances))
    node.press("trackAll", 1)
    assert keys(node, "focus")[4] == pytest.approx(100 * (FAR - 0.4), rel=1e-4)


def test_outputs(make):
    node = make()
    node.press("trackAll", 1)
    source, result = PLATE[4], node.render(4)
    np.testing.assert_array_equal(result[..., :3], source[..., :3])
    alpha = result[..., 3:]
    node.set("output", "matte")
    np.testing.assert_array_equal(node.render(4), np.repeat(alpha, 4, axis=2))
    node.set("output", "cut out")
    np.testing.assert_allclose(node.render(4)[..., :3], source[..., :3] * alpha, atol=1e-6)
    node.set("output", "overlay")
    tinted = node.render(4)
    outside = alpha[..., 0] == 0
    np.testing.assert_array_equal(tinted[outside], source[outside])
    assert tinted[alpha[..., 0] == 1][:, 0].mean() > 0.5


def test_a_proxy_of_the_matte(make):
    node = make()
    node.press("trackAll", 1)
    whole = cv2.resize(node.render(6)[..., 3], (WIDTH // 2, HEIGHT // 2), interpolation=cv2.INTER_AREA)
    assert np.abs(node.render(6, scale=(0.5, 0.5))[..., 3] - whole).mean() < 0.02


def test_feather_softens(make):
    node = make(feather=0.0)
    node.press("trackAll", 1)
    hard = node.render(4)[..., 3]
    node.set("feather", 12.0)
    soft = node.render(4)[..., 3]
    assert ((soft > 0.1) & (soft < 0.9)).sum() > 2 * ((hard > 0.1) & (hard < 0.9)).sum()


@pytest.mark.parametrize(
    ("knobs", "button", "time", "match"),
    [
        ({"target": (500, 20)}, "trackAll", 1, "target.*lies outside the picture in frame 1"),
        ({"target": [(3, (-9, 20))]}, "trackAll", 1, "target.*lies outside the picture in frame 3"),
        ({"method": "model file"}, "trackAll", 1, "modelFile.*is empty"),
        (
            {"method": "model file", "modelFile": "/no/such.onnx"},
            "trackAll",
            1,
            "no such file",
        ),
        ({"trackFile": "/proc/nowhere/shot.fptrack"}, "trackAll", 1, "trackFile.*cannot be written"),
    ],
)
def test_errors_of_the_buttons(make, knobs, button, time, match):
    node = make(**knobs)
    with pytest.raises(RenderError, match=match):
        node.press(button, time)
    assert not node.keys("focus")


def test_errors_of_rendering(make, tmp_path):
    node = make(target=path_a(5))
    node.press("trackForward", 5)
    with pytest.raises(RenderError, match=r"trackFile.*holds frames 5 to 10 of this subject, not frame 2"):
        node.render(2)
    (tmp_path / "shot.fptrack").write_bytes(b"something else")
    with pytest.raises(RenderError, match=r"shot.fptrack: is no track file"):
        node.render(6)
    (tmp_path / "shot.fptrack").unlink()
    with pytest.raises(RenderError, match=r"shot.fptrack: No such file"):
        node.render(6)


def test_a_knob_that_is_no_number_is_named():
    job = ClipAnalyseJob(NODE, {"Source": {n: picture(PLATE[n]) for n in PLATE}}, "trackAll", feather=np.nan)
    with pytest.raises(KnobError, match="no finite number") as error:
        analyse(job)
    assert error.value.knob == "feather"


def test_cancel_keeps_what_was_there(make, tmp_path):
    node = make()
    node.press("trackAll", 1)
    before = node.keys("focus"), (tmp_path / "shot.fptrack").read_bytes()
    node.set("target", path_b(1))
    with pytest.raises(Aborted):
        node.press("trackAll", 1, progress=lambda fraction, label: False)
    assert (node.keys("focus"), (tmp_path / "shot.fptrack").read_bytes()) == before
