"""What TemporalStabilize promises, frame by frame."""

import cv2
import numpy as np
import pytest
from fake_clip_job import ClipAnalyseJob, ClipJob
from fake_job import picture
from shift_network import saved

from focuspuller.nodes.temporal_stabilize.node import NODE
from focuspuller.nodes.temporal_stabilize.render import analyse as analyse_clip
from focuspuller.nodes.temporal_stabilize.render import release, render
from focuspuller.nodes.vocabulary.jobs import Aborted, ClipError, KnobError, Window

HEIGHT, WIDTH = 72, 112
FRAMES = 9


def wall(seed=0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.random((HEIGHT + 20, WIDTH + 60, 3), np.float32), (0, 0), 1.3)
    return np.clip(0.5 + 4 * (noise - 0.5), 0.02, None)


def shot(seed=0, frames=FRAMES, first=1, jitter=0.0):
    """(guides, disparity with errors, true disparity), each {time: [H, W, C]}: a pan over a wall, a ball in front."""
    rng = np.random.default_rng(seed + 10)
    ground, ball = wall(seed), wall(seed + 1)
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    guides, noisy, true = {}, {}, {}
    for t in range(frames):
        guide = ground[5 : 5 + HEIGHT, 2 * t : 2 * t + WIDTH].copy()
        depth = np.broadcast_to(0.2 + 0.002 * y, (HEIGHT, WIDTH)).copy()
        inside = np.hypot(x - 30 - 3 * t, y - 36) < 16
        guide[inside] = (0.5 + ball[5 : 5 + HEIGHT, 60 - 3 * t : 60 - 3 * t + WIDTH])[inside]
        depth[inside] = 0.8
        error = cv2.GaussianBlur(rng.standard_normal((HEIGHT, WIDTH)).astype(np.float32), (0, 0), 8)
        found = depth + 0.04 * error / error.std()
        found = found * (1 + jitter * rng.standard_normal()) + 0.3 * jitter * rng.standard_normal()
        guides[first + t], true[first + t] = guide, depth
        noisy[first + t] = found[..., None].astype(np.float32)
    return guides, noisy, true


def pictures(frames):
    return {t: picture(p) for t, p in frames.items()}


@pytest.fixture(scope="module")
def pan():
    return shot()


def steadied(guides, values, time, **options):
    job = ClipJob(NODE, {"Source": pictures(values), "Guide": pictures(guides)}, time, **options)
    return render(job).pixels


def test_less_error_than_before_also_where_the_ball_has_just_been(pan):
    guides, noisy, true = pan
    out = steadied(guides, noisy, 8)[..., 0]
    before, after = (np.abs(d - true[8]) for d in (noisy[8][..., 0], out))
    assert after.mean() < 0.62 * before.mean()
    uncovered = (true[7] > 0.5) & (true[8] < 0.5)
    assert uncovered.sum() > 40 and after[uncovered].mean() <= before[uncovered].mean()


def test_jitter_of_scale_and_offset_goes(pan):
    guides, noisy, _ = shot(jitter=0.08, frames=12)
    means = np.array([noisy[t].mean() for t in range(8, 13)])
    out = np.array([steadied(guides, noisy, t, scaleAndOffset="steady").mean() for t in range(8, 13)])
    kept = np.array([steadied(guides, noisy, t, scaleAndOffset="analysed").mean() for t in range(8, 13)])
    assert np.abs(np.diff(out)).mean() < 0.5 * np.abs(np.diff(means)).mean()
    assert np.abs(kept - means).mean() < 0.25 * np.abs(np.diff(means)).mean()  # its own level, to be keyed


def test_a_frame_alone_is_as_in_the_whole_clip(pan):
    guides, noisy, _ = pan
    release()
    alone = steadied(guides, noisy, 8)
    for t in range(2, 10):
        steadied(guides, noisy, t)
    np.testing.assert_array_equal(steadied(guides, noisy, 8), alone)


@pytest.mark.parametrize("look_ahead", [0, 2])
def test_chunks_are_as_the_whole_clip(pan, look_ahead):
    guides, noisy, _ = pan

    def rendered(times):
        release()
        return [steadied(guides, noisy, t, lookAhead=look_ahead, held=True) for t in times]

    whole = rendered(range(1, 10))
    chunks = [*rendered(range(1, 4)), *rendered([9, 8, 7, 6, 5, 4])[::-1]]
    for a, b in zip(whole, chunks, strict=True):
        np.testing.assert_array_equal(a, b)


def test_nothing_passes_a_cut():
    guides, noisy, _ = shot(seed=0, frames=5)
    more_guides, more, _ = shot(seed=50, frames=4, first=6)
    together = steadied(guides | more_guides, noisy | more, 7)
    alone = steadied(more_guides, more, 7)
    np.testing.assert_array_equal(together, alone)


def test_frames_that_a_host_repeats_at_the_ends_do_not_count_twice(pan):
    guides, noisy, _ = pan
    np.testing.assert_array_equal(steadied(guides, noisy, 3, held=True), steadied(guides, noisy, 3))
    np.testing.assert_allclose(steadied(guides, noisy, 1, held=True), noisy[1], atol=1e-6)


def test_a_guide_that_ends_early_means_fewer_neighbours(pan):
    guides, noisy, _ = pan
    short = {t: g for t, g in guides.items() if t >= 6}
    few = steadied(guides, {t: v for t, v in noisy.items() if t >= 6}, 8)
    np.testing.assert_array_equal(steadied(short, noisy, 8), few)
    assert not np.array_equal(few, steadied(guides, noisy, 8))


def test_source_alone_is_its_own_guide(pan):
    guides, _, _ = pan
    plate = {t: np.clip(g + 0.03 * np.random.default_rng(t).standard_normal(g.shape), 0, 9) for t, g in guides.items()}
    job = ClipJob(NODE, {"Source": pictures(plate)}, 8)
    out = render(job).pixels
    assert np.abs(out - guides[8]).mean() < 0.75 * np.abs(plate[8] - guides[8]).mean()


def test_look_ahead_asks_for_later_frames(pan):
    _, noisy, _ = pan
    job = ClipJob(NODE, {"Source": pictures(noisy)}, 5, window=2, lookAhead=3)
    render(job)
    assert job.asked == {3, 4, 5, 6, 7, 8}
    job = ClipJob(NODE, {"Source": pictures(noisy)}, 5, window=0, lookAhead=0)
    assert job.is_identity()


@pytest.mark.parametrize(("channels", "changed"), [("all", [0, 1, 2, 3]), ("rgb", [0, 1, 2]), ("alpha", [3])])
def test_channels(pan, channels, changed):
    guides, noisy, _ = pan
    both = {t: np.concatenate([guides[t] + noisy[t] - 0.4, noisy[t]], axis=2) for t in guides}
    out = steadied(guides, both, 8, channels=channels)
    assert [c for c in range(4) if not np.array_equal(out[..., c], both[8][..., c])] == changed


@pytest.fixture(scope="module")
def lamps(pan):
    """(plates with a clipped lamp, radiance and disparity as DepthHDR gives them, where the lamp is), by frame."""
    rng, plates, found, where = np.random.default_rng(7), {}, {}, {}
    for t, plate in pan[0].items():
        where[t] = np.s_[20:25, 98 - 2 * t : 103 - 2 * t]
        plates[t], light = np.minimum(plate, 0.9), np.minimum(plate, 0.9)
        plates[t][where[t]], light[where[t]] = 1.0, 40.0 * (1 + 0.2 * rng.standard_normal())
        found[t] = np.concatenate([light, pan[1][t]], axis=2)
    return plates, found, where


def test_by_default_the_plates_own_light_stays_bit_for_bit(lamps):
    plates, found, where = lamps
    out = {t: steadied(plates, found, t) for t in (7, 8, 9)}
    for t, frame in out.items():
        outside = np.ones(frame.shape[:2], bool)
        outside[where[t]] = False
        np.testing.assert_array_equal(frame[outside, :3], found[t][outside, :3])
        assert not np.array_equal(frame[..., 3], found[t][..., 3])
    before, after = ([f[t][where[t]][1:-1, 1:-1, :3].mean() for t in (7, 8, 9)] for f in (found, out))
    assert np.abs(np.diff(after)).mean() < 0.4 * np.abs(np.diff(before)).mean()


def test_by_default_light_stays_where_no_plate_tells_what_is_recovered(lamps):
    plates, found, _ = lamps
    grey = {t: p.mean(axis=2, keepdims=True) for t, p in plates.items()}
    for clips in ({"Source": pictures(found)}, {"Source": pictures(found), "Guide": pictures(grey)}):
        out = render(ClipJob(NODE, clips, 8)).pixels
        np.testing.assert_array_equal(out[..., :3], found[8][..., :3])
        assert not np.array_equal(out[..., 3], found[8][..., 3])


def test_by_default_a_hole_in_light_is_healed(lamps):
    plates, found, _ = lamps
    broken = {t: f.copy() for t, f in found.items()}
    broken[8][50:54, 20:24, :3] = np.nan
    out = steadied(plates, broken, 8)
    assert np.abs(out[50:54, 20:24, :3] - plates[8][50:54, 20:24]).mean() < 0.1


def test_channels_that_are_not_there(pan):
    guides, noisy, _ = pan
    with pytest.raises(KnobError, match="RGB without alpha"):
        steadied(guides, guides, 8, channels="alpha")
    with pytest.raises(KnobError, match="alpha alone"):
        steadied(guides, noisy, 8, channels="rgb")


def test_a_hole_is_healed_from_neighbours_and_spreads_to_none(pan):
    guides, noisy, true = pan
    broken = {t: v.copy() for t, v in noisy.items()}
    broken[8][50:54, 20:24] = np.nan
    broken[6][10:14, 80:84] = np.inf
    out = steadied(guides, broken, 8)
    assert np.isfinite(out).all()
    assert np.abs(out[50:54, 20:24, 0] - true[8][50:54, 20:24]).mean() < 0.08


def test_lamps_do_not_ring(pan):
    guides, _, _ = pan
    lamps = {}
    for t, g in guides.items():
        lamps[t] = g.copy()
        lamps[t][20:22, 80 - 2 * t : 82 - 2 * t] = 900.0
    assert steadied(guides, lamps, 8).min() > 0


def test_lamps_that_flicker_are_steadied_and_keep_their_light(pan):
    """Radiance recovered frame by frame, the plate with its clipped lamps as Guide."""
    rng = np.random.default_rng(7)
    guides, radiance = {}, {}
    for t, plate in pan[0].items():
        lamp = np.s_[20:25, 98 - 2 * t : 103 - 2 * t]
        guides[t], radiance[t] = plate.copy(), plate.copy()
        guides[t][lamp], radiance[t][lamp] = 1.0, 40.0 * (1 + 0.2 * rng.standard_normal())

    def lamps(frames):
        return np.array([frames[t][21:24, 99 - 2 * t : 102 - 2 * t].mean() for t in range(7, 10)])

    found = {t: steadied(guides, radiance, t, scaleAndOffset="keep") for t in range(7, 10)}
    assert np.abs(np.diff(lamps(found))).mean() < 0.4 * np.abs(np.diff(lamps(radiance))).mean()
    window = np.mean([radiance[t][22, 100 - 2 * t, 0] for t in range(1, 10)])
    assert lamps(found).mean() == pytest.approx(window, rel=0.12)
    halo = np.abs(found[9] - radiance[9])[13:32, 73:93]
    halo[6:13, 6:13] = 0  # the lamp and the pixels next to it
    assert halo.max() < 0.1


def test_analyse_brings_the_clip_to_one_level():
    guides, noisy, _ = shot(jitter=0.1, frames=10)
    clips = {"Source": pictures(noisy), "Guide": pictures(guides)}
    found = analyse_clip(ClipAnalyseJob(NODE, clips, "analyse"))
    scales, offsets = dict(found.keys["depthScale"]), dict(found.keys["depthOffset"])
    assert sorted(scales) == sorted(offsets) == list(range(1, 11))
    assert found.values["scaleAndOffset"] == "analysed"
    still = np.s_[60:, :, 0]  # under the ball
    before = [noisy[t][still].mean() for t in noisy]
    after = [(noisy[t] * scales[t] + offsets[t])[still].mean() for t in noisy]
    assert np.std(after) < 0.5 * np.std(before)
    levelled = steadied(guides, noisy, 8, scaleAndOffset="analysed", depthScale=2.0, depthOffset=1.0)
    plain = steadied(guides, noisy, 8, scaleAndOffset="analysed")
    np.testing.assert_allclose(levelled, plain * 2 + 1, rtol=1e-5)


def test_analyse_only_the_frames_asked_for(pan):
    _, noisy, _ = pan
    job = ClipAnalyseJob(NODE, {"Source": pictures(noisy)}, "analyse", firstFrame=3, lastFrame=5)
    assert [t for t, _ in analyse_clip(job).keys["depthScale"]] == [3, 4, 5]
    job.knobs |= {"firstFrame": 1, "lastFrame": 10**6}
    with pytest.raises(KnobError, match="First Frame"):
        analyse_clip(job)


def test_analyse_can_be_cancelled(pan):
    _, noisy, _ = pan
    with pytest.raises(Aborted):
        analyse_clip(ClipAnalyseJob(NODE, {"Source": pictures(noisy)}, "analyse", abort_after=4))


def test_pictures_that_move_in_the_frame_and_windows_beside_them(pan):
    guides, noisy, _ = pan
    moved = {t: picture(v[: 60 + t], x0=t) for t, v in noisy.items()}
    job = ClipJob(NODE, {"Source": moved, "Guide": pictures(guides)}, 8)
    job.window = Window(-5, -5, 130, 80)
    out = render(job)
    assert out.pixels.shape == (85, 135, 1) and np.isfinite(out.pixels).all()
    assert not out.pixels[:5].any() and out.pixels[20, 50] > 0


def test_abort_and_missing_source(pan):
    _, noisy, _ = pan
    with pytest.raises(Aborted):
        render(ClipJob(NODE, {"Source": pictures(noisy)}, 8, abort_after=9))
    with pytest.raises(ClipError, match="cannot be delivered"):
        clips = {"Source": pictures(noisy)}
        job = ClipJob(NODE, clips, 8)
        job.time = 40
        render(job)


@pytest.mark.parametrize("knob", ["occlusionThreshold", "outlierStrength", "depthScale", "depthOffset"])
def test_numbers_that_are_none_are_named(pan, knob):
    guides, noisy, _ = pan
    with pytest.raises(KnobError, match="no finite number; check its expression") as problem:
        steadied(guides, noisy, 8, **{knob: np.nan})
    assert problem.value.knob == knob


@pytest.mark.parametrize("size", [(1, 1), (1, 3), (2, 3), (40, 1)])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_tiny_pictures(size, channels):
    rng = np.random.default_rng(0)
    source = {t: rng.random((*size, channels), np.float32) for t in range(4)}
    guide = {t: rng.random((*size, 3), np.float32) for t in range(4)}
    assert np.isfinite(steadied(guide, source, 3, lookAhead=0)).all()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 3e38, -3e38])
def test_frames_of_impossible_numbers(pan, value):
    guides, noisy, _ = pan
    source = {t: np.full_like(v, value) if t % 2 else v for t, v in noisy.items()}
    plates = {t: np.full_like(g, value) if t % 3 == 0 else g for t, g in guides.items()}
    assert np.isfinite(steadied(plates, source, 8)).all()


def test_a_gap_in_the_clip_ends_the_window(pan):
    guides, noisy, _ = pan
    holed = {t: v for t, v in noisy.items() if t not in (4, 5)}
    late = {t: v for t, v in noisy.items() if t >= 6}
    np.testing.assert_array_equal(steadied(guides, holed, 8), steadied(guides, late, 8))


def test_flow_by_a_network_of_the_artists(tmp_path):
    ground = wall(3)
    guides = {t: ground[5 : 5 + HEIGHT, 3 * t : 3 * t + WIDTH] for t in range(1, 9)}
    plate = {t: g + 0.03 * np.random.default_rng(t).standard_normal(g.shape) for t, g in guides.items()}
    path = str(saved(tmp_path / "shift.pt"))
    by_dis, by_network = (steadied(guides, plate, 8, flow=f, flowModel=path) for f in ("dis", "model file"))
    before, after = (np.abs(p - guides[8]).mean() for p in (plate[8], by_network))
    assert after < 0.55 * before
    assert not np.array_equal(by_dis, by_network)
    job = ClipAnalyseJob(NODE, {"Source": pictures(plate)}, "analyse", flow="model file", flowModel=path)
    assert len(analyse_clip(job).keys["depthScale"]) == 8


def test_flow_models_that_are_none(pan, tmp_path):
    guides, noisy, _ = pan
    broken = tmp_path / "raft.pt"
    broken.write_bytes(b"no archive")
    for path, message in (
        ("", "is empty; choose"),
        ("/nowhere/raft.onnx", "no such file"),
        (str(broken), "TorchScript"),
        ("raft\0.onnx", "no such file"),
        ("r" * 5000, "no such file"),
    ):
        with pytest.raises(KnobError, match=message) as problem:
            steadied(guides, noisy, 8, flow="model file", flowModel=path)
        assert problem.value.knob == "flowModel"
