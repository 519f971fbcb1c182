"""What DepthHDR gives, by each estimator and output."""

from pathlib import Path

import numpy as np
import pytest
import torch
from fake_clip_job import ClipAnalyseJob, ClipJob
from fake_job import FakeJob, picture

from focuspuller.kernels.depth import estimates
from focuspuller.kernels.depth.network_file import DEVIATION, MEAN
from focuspuller.kernels.rgbd_hdr.estimate import SHIPPED
from focuspuller.nodes.depth_hdr.node import NODE
from focuspuller.nodes.depth_hdr.render import analyse, release, render
from focuspuller.nodes.vocabulary.jobs import Aborted, ClipError, KnobError, Window

HEIGHT, WIDTH = 48, 80
RNG = np.random.default_rng(1)
LIGHT = np.clip(0.1 + 0.8 * np.mgrid[:HEIGHT, :WIDTH][1][..., None] / WIDTH + 0.05 * RNG.random((1, 1, 3)), 0, 1)
LIGHT = LIGHT.astype(np.float32)
LIGHT[20:24, 30:34] = 1.0  # a clipped lamp
RGBA = picture(np.concatenate([LIGHT, np.full((HEIGHT, WIDTH, 1), 0.7)], axis=2))


def job_of(source=RGBA, depth=None, **knobs):
    clips = {"Source": source} | ({} if depth is None else {"Depth": depth})
    return FakeJob(NODE, clips, **knobs)


def rendered(*args, **knobs):
    return render(job_of(*args, **knobs)).pixels


def srgb(light):
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


# Outputs and the pictures they fit in


def test_rgb_is_radiance_and_alpha_disparity(weights):
    out = rendered(modelFile=weights)
    light, disparity = rendered(modelFile=weights, output="radiance"), rendered(modelFile=weights, output="disparity")
    np.testing.assert_array_equal(out[..., :3], light[..., :3])
    np.testing.assert_array_equal(out[..., 3], disparity[..., 0])
    assert (disparity == disparity[..., :1]).all()
    np.testing.assert_array_equal(light[..., 3], RGBA.pixels[..., 3])


def test_only_clipped_light_is_raised(weights):
    out = rendered(modelFile=weights, output="radiance")
    lamp = np.s_[20:24, 30:34]
    assert (out[lamp][..., :3] > 1.2).all()  # softplus of about 0: exp(0.69)
    kept = np.ones((HEIGHT, WIDTH), bool)
    kept[lamp] = False
    np.testing.assert_array_equal(out[kept], RGBA.pixels[kept])


def test_without_gain_light_is_untouched_and_needs_no_network():
    out = rendered(output="radiance", hdrGain=0.0, modelFile="/nowhere/weights.safetensors")
    np.testing.assert_array_equal(out, RGBA.pixels)


def test_clip_level_is_the_value_at_which_source_clips(weights):
    brighter = picture(RGBA.pixels * np.float32(4))
    once = rendered(modelFile=weights)
    more = rendered(brighter, modelFile=weights, clipLevel=4.0)
    np.testing.assert_allclose(more[..., :3], 4 * once[..., :3], rtol=1e-5)
    np.testing.assert_allclose(more[..., 3], once[..., 3], rtol=1e-4, atol=1e-5)


def test_pictures_without_alpha(weights):
    rgb = picture(LIGHT)
    job = job_of(rgb, modelFile=weights)
    np.testing.assert_array_equal(render(job).pixels, rendered(modelFile=weights, output="radiance")[..., :3])
    assert "Output to disparity" in job.warnings[0]
    disparity = rendered(rgb, modelFile=weights, output="disparity")
    np.testing.assert_array_equal(disparity[..., 0], rendered(modelFile=weights)[..., 3])
    grey = rendered(picture(LIGHT[..., :1]), modelFile=weights)
    assert grey.shape == (HEIGHT, WIDTH, 1) and 0.01 <= np.median(grey) <= 1.5


def test_a_window_beside_the_picture(weights):
    whole = rendered(modelFile=weights)
    part = rendered(modelFile=weights, window=Window(60, 30, 100, 60))
    np.testing.assert_array_equal(part[:18, :20], whole[30:, 60:])
    assert not part[18:].any() and not part[:, 20:].any()


# From raw numbers to distances


def test_near_far_and_the_raw_range(brightness):
    """The network gives a + b · green; raw values at two greens are known, so disparity between is too."""
    knobs = {"estimator": "model file", "modelFile": brightness, "output": "disparity", "refineEdges": False}
    smooth = picture(np.concatenate([LIGHT, np.ones((HEIGHT, WIDTH, 1))], axis=2))
    raw = 3 * (srgb(LIGHT[..., 1]) - MEAN[1]) / DEVIATION[1] + 10
    out = rendered(smooth, rawFar=5.0, rawNear=15.0, near=2.0, far=50.0, **knobs)[..., 0]
    expected = 1 / 50 + (raw - 5) / 10 * (1 / 2 - 1 / 50)
    inner = np.s_[2:-2, 2:28]  # away from the lamp and the border, where resizing mixes
    np.testing.assert_allclose(out[inner], np.maximum(expected, 0)[inner], atol=0.01)


def test_disparity_is_never_below_infinity():
    raw = np.array([[-3.0, 0.0, 1.0, 2.0]], np.float32)
    found = estimates.in_world(raw, (0.0, 1.0), far=10.0, near=1.0)
    np.testing.assert_allclose(found, [[0, 0.1, 1.0, 1.9]], rtol=1e-6)
    with pytest.raises(ValueError, match="no disparity"):
        estimates.in_world(raw, (1.0, 1.0), far=10.0, near=1.0)


def test_networks_run_once_for_a_picture(weights, monkeypatch):
    release()
    runs = []
    network = estimates.rgbd_hdr(Path(weights))
    honest = network.disparity
    monkeypatch.setattr(network, "disparity", lambda *given: (runs.append(1), honest(*given))[1])
    first = rendered(modelFile=weights, output="disparity", near=1.0)
    again = rendered(modelFile=weights, output="disparity", near=2.0)
    assert len(runs) == 1 and not np.array_equal(first, again)
    release()
    assert estimates.rgbd_hdr(Path(weights)) is not network


# The depth clip


def ramp():
    return np.repeat(np.linspace(0.1, 1, WIDTH, dtype=np.float32)[None], HEIGHT, axis=0)


CLIP = {"estimator": "depth clip", "output": "disparity", "refineEdges": False}


@pytest.mark.parametrize(("math", "values"), [("inverse", ramp()), ("distance", 1 / ramp())])
def test_a_depth_clip_passes_by_its_math(math, values):
    out = rendered(depth=picture(values), depthMath=math, near=3.0, **CLIP)
    np.testing.assert_allclose(out[..., 0], ramp(), rtol=1e-5)


def test_channel_of_the_depth_clip():
    rgba = np.full((HEIGHT, WIDTH, 4), 9, np.float32)
    rgba[..., 1] = ramp()
    out = rendered(depth=picture(rgba), depthChannel="green", **CLIP)
    np.testing.assert_allclose(out[..., 0], ramp(), rtol=1e-6)


@pytest.mark.parametrize("hole", [np.nan, -1.0, 0.0])
def test_holes_take_the_farther_side_or_are_far(hole):
    distances = np.full((HEIGHT, WIDTH), 2.0, np.float32)
    distances[:, 40:] = 8.0
    distances[10:20, 36:44] = hole
    filled = rendered(depth=picture(distances), depthMath="distance", **CLIP)[12:18, 38:42, 0]
    np.testing.assert_allclose(filled, 1 / 8, rtol=1e-5)
    empty = rendered(depth=picture(distances), depthMath="distance", fillHoles=False, **CLIP)[12:18, 38:42, 0]
    assert not empty.any()
    known = rendered(depth=picture(distances), depthMath="distance", **CLIP | {"output": "confidence"})[..., 0]
    assert known.sum() == HEIGHT * WIDTH - 80 and not known[12:18, 38:42].any()


def test_infinitely_far_is_no_hole():
    distances = np.full((HEIGHT, WIDTH), 2.0, np.float32)
    distances[:20] = np.inf
    out = rendered(depth=picture(distances), depthMath="distance", **CLIP)[..., 0]
    assert not out[:20].any() and (out[20:] == 0.5).all()


def test_a_smaller_depth_clip_is_stretched():
    small = np.repeat(np.linspace(0.1, 1, WIDTH // 4, dtype=np.float32)[None], HEIGHT // 4, axis=0)
    small[2, 3] = np.nan
    out = rendered(depth=picture(small), stretchDepth=True, **CLIP)[..., 0]
    np.testing.assert_allclose(out, ramp(), atol=0.08)


def test_depth_without_any_depth_says_so():
    job = job_of(depth=picture(np.full((HEIGHT, WIDTH), np.nan)), **CLIP)
    assert not render(job).pixels.any()
    assert "Depth Math" in job.warnings[0]


# Motion parallax

MOTION = {"estimator": "motion parallax", "focalLength": 36.0}


def truck(frames=9, step=2):
    """A camera that moves sideways: a textured wall, and a card before it that moves three times as far."""
    import cv2

    rng = np.random.default_rng(3)
    wall, card = (cv2.GaussianBlur(rng.random((96, 300, 3), np.float32), (0, 0), 1.5) for _ in range(2))
    shots = {}
    for t in range(frames):
        shot = wall[:, step * t : step * t + 160].copy()
        left = 100 - 3 * step * t
        shot[30:70, left : left + 50] = card[30:70, 100:150]
        shots[t] = picture(np.concatenate([shot, np.ones((96, 160, 1))], axis=2))
    return shots


def test_motion_parallax_finds_the_card_before_the_wall():
    out = render(ClipJob(NODE, {"Source": truck()}, 4.0, output="disparity", **MOTION)).pixels[..., 0]
    card, wall = out[40:60, 90:110], out[10:25, 40:140]
    assert np.median(card) > 2 * np.median(wall)
    known = render(ClipJob(NODE, {"Source": truck()}, 4.0, output="confidence", **MOTION)).pixels[..., 0]
    assert known.min() >= 0 and known.max() <= 1 and np.median(known) > 0.5


def test_motion_parallax_at_an_end_and_without_motion():
    job = ClipJob(NODE, {"Source": truck()}, 0.0, held=True, output="disparity", **MOTION)
    render(job)
    assert job.warnings == []  # the frames after it suffice
    still = ClipJob(NODE, {"Source": dict.fromkeys(range(9), truck()[0])}, 4.0, output="disparity", **MOTION)
    assert np.isfinite(render(still).pixels).all()
    assert "No depth from motion" in still.warnings[0]


# Analyse


def test_analyse_sets_one_raw_range_for_the_clip(brightness):
    shots = {t: picture(np.full((HEIGHT, WIDTH, 3), level, np.float32)) for t, level in enumerate((0.05, 0.2, 0.6))}
    found = analyse(
        ClipAnalyseJob(NODE, {"Source": shots}, "analyse", estimator="model file", modelFile=brightness)
    ).values
    for name, level in (("rawFar", 0.05), ("rawNear", 0.6)):
        assert found[name] == pytest.approx(3 * (srgb(level) - MEAN[1]) / DEVIATION[1] + 10, rel=1e-3)


def test_analyse_refuses_what_has_no_range(brightness):
    flat = {t: picture(np.full((HEIGHT, WIDTH, 3), 0.3, np.float32)) for t in range(3)}
    with pytest.raises(KnobError, match="finds no depth"):
        analyse(ClipAnalyseJob(NODE, {"Source": flat}, "analyse", estimator="model file", modelFile=brightness))
    with pytest.raises(KnobError, match="nothing to analyse"):
        analyse(ClipAnalyseJob(NODE, {"Source": flat}, "analyse", estimator="depth clip"))


def test_analyse_can_be_cancelled(brightness):
    shots = {t: picture(np.full((HEIGHT, WIDTH, 3), 0.1 * (t + 1), np.float32)) for t in range(5)}
    knobs = {"estimator": "model file", "modelFile": brightness}
    with pytest.raises(Aborted):
        analyse(ClipAnalyseJob(NODE, {"Source": shots}, "analyse", abort_after=3, **knobs))


# Errors


@pytest.mark.parametrize(
    ("knobs", "knob", "message"),
    [
        ({"estimator": "model file"}, "modelFile", "is empty; choose"),
        ({"estimator": "model file", "modelFile": "/nowhere/net.pt"}, "modelFile", "no such file"),
        ({"estimator": "model file", "modelFile": "net\0.pt"}, "modelFile", "no such file"),
        ({"estimator": "model file", "modelFile": "n" * 5000}, "modelFile", "no such file"),
        ({"modelFile": "/nowhere/net.safetensors"}, "modelFile", "no such file"),
        ({"near": 5.0, "far": 5.0}, "far", "not beyond Near"),
        ({"rawNear": 0.0}, "rawNear", "press Analyse"),
        ({"near": np.nan}, "near", "no finite number"),
    ],
)
def test_errors_name_knob_and_cure(weights, knobs, knob, message):
    with pytest.raises(KnobError, match=message) as error:
        rendered(**{"modelFile": weights} | ({"modelFile": ""} if "estimator" in knobs else {}) | knobs)
    assert error.value.knob == knob


def test_a_missing_depth_clip_is_named():
    with pytest.raises(ClipError, match="connect depth, or set Estimator") as error:
        rendered(estimator="depth clip")
    assert error.value.clip == "Depth"


def test_a_model_that_is_pickled_is_refused(tmp_path):
    torch.save({"weights": torch.zeros(3)}, tmp_path / "net.pt")
    with pytest.raises(KnobError, match="no TorchScript archive"):
        rendered(estimator="model file", modelFile=str(tmp_path / "net.pt"))


@pytest.mark.parametrize(
    ("kept", "message"),
    [(slice(0, 4), "is no safetensors file"), (slice(0, -1000), "is no safetensors file"), (slice(0, 0), "train one")],
)
def test_weights_that_end_early(tmp_path, kept, message):
    broken = tmp_path / "short.safetensors"
    broken.write_bytes(SHIPPED.read_bytes()[kept])
    with pytest.raises(KnobError, match=message) as error:
        rendered(modelFile=str(broken))
    assert error.value.knob == "modelFile"


def test_weights_of_another_network(tmp_path):
    from safetensors.torch import save_file

    save_file({"a": torch.zeros(3)}, tmp_path / "af.safetensors", {"network": "af-net"})
    with pytest.raises(KnobError, match="weights of af-net, not of depth-hdr"):
        rendered(modelFile=str(tmp_path / "af.safetensors"))


def test_a_model_of_another_size_says_so(tmp_path):
    with pytest.raises(KnobError, match="failed") as error:
        rendered(estimator="model file", modelFile=saved(tmp_path, Picky()))
    assert error.value.knob == "modelFile"


def test_a_model_without_memory_is_not_called_broken(tmp_path):
    with pytest.raises(MemoryError):
        rendered(estimator="model file", modelFile=saved(tmp_path, Greedy()))


def saved(folder, network: torch.nn.Module) -> str:
    torch.jit.save(torch.jit.script(network), str(folder / "net.pt"))
    return str(folder / "net.pt")


class Picky(torch.nn.Module):
    def forward(self, x):
        assert x.shape[2] == 100
        return x[:, 0]


class Greedy(torch.nn.Module):
    def forward(self, x):
        return (x + torch.zeros([1 << 46])[0])[:, 0]


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 3), (40, 1)])
@pytest.mark.parametrize("estimator", ["network", "depth clip", "motion parallax"])
def test_tiny_pictures(size, estimator):
    rng = np.random.default_rng(0)
    shots = {t: picture(rng.random((*size, 3), np.float32)) for t in range(9)}
    depths = dict.fromkeys(shots, picture(rng.random((*size, 1), np.float32)))
    clips = {"Source": shots} | ({"Depth": depths} if estimator == "depth clip" else {})
    out = render(ClipJob(NODE, clips, 4, estimator=estimator, output="disparity")).pixels
    assert out.shape[:2] == size and np.isfinite(out).all()


def test_analyse_names_a_frame_that_the_clip_lacks(brightness):
    shots = {t: picture(np.full((HEIGHT, WIDTH, 3), 0.1 * (t + 1), np.float32)) for t in (0, 1, 3)}
    job = ClipAnalyseJob(NODE, {"Source": shots}, "analyse", estimator="model file", modelFile=brightness)
    job.frames_of = {"Source": _Holed(shots)}
    with pytest.raises(ClipError, match="frame 2"):
        analyse(job)


class _Holed(dict):
    def __missing__(self, time):
        raise ClipError("Source", f"frame {time} cannot be delivered")


def test_bad_light_stays_where_it_is(weights):
    bad = RGBA.pixels.copy()
    bad[5, 5, :3] = np.nan
    out = rendered(picture(bad), modelFile=weights)
    assert np.isfinite(out[..., 3]).all()
    assert np.isnan(out[5, 5, :3]).all() and np.isfinite(np.delete(out.reshape(-1, 4), 5 * WIDTH + 5, axis=0)).all()


def test_abort(weights):
    with pytest.raises(Aborted):
        rendered(modelFile=weights, abort_after=1)
