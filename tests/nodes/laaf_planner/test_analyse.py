"""Analyse: keys, files, partial analyses, cancel, errors."""

import numpy as np
import pytest
from event_files import write_wav
from fake_job import FakeJob, picture
from planned_clip import FAR, HEIGHT, LAST, NEAR, SWITCH, WIDTH, depth, plate

from focuspuller.kernels.focus.detections import SOUND_RATE
from focuspuller.kernels.focus.focus_file import FocusFile, FocusTarget, read_focus_file, write_focus_file
from focuspuller.nodes.laaf_planner.analyse import analyse
from focuspuller.nodes.laaf_planner.node import NODE
from focuspuller.nodes.laaf_planner.render import render
from focuspuller.nodes.vocabulary.jobs import Aborted, ClipError, KnobError, NodeError

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def focus_of(analysis, frame):
    frames, values = zip(*analysis.keys["focus"], strict=True)
    return float(np.interp(frame, frames, values))


@pytest.mark.parametrize("mode", ["action", "learned"])
def test_the_focus_is_there_before(job, knowing, mode):
    result = analyse(job(mode=mode))
    assert focus_of(result, 1) == pytest.approx(NEAR, rel=0.02)
    assert focus_of(result, SWITCH - 22) == pytest.approx(NEAR, rel=0.02)
    assert focus_of(result, SWITCH - 12) == pytest.approx(FAR, rel=0.03)
    assert focus_of(result, LAST) == pytest.approx(FAR, rel=0.03)
    assert len(result.keys["focus"]) <= 8
    assert result.within is None
    assert "1 focus pull" in result.message


def test_pull_and_lead_frames(job, knowing):
    result = analyse(job(mode="action", pullFrames=20.0, leadFrames=5.0))
    assert focus_of(result, SWITCH - 26) == pytest.approx(NEAR, rel=0.02)
    assert focus_of(result, SWITCH - 5) == pytest.approx(FAR, rel=0.03)
    middle = 1 / focus_of(result, SWITCH - 15)
    assert middle == pytest.approx((1 / NEAR + 1 / FAR) / 2, rel=0.15)


def test_focus_is_in_world_units_and_files_in_metres(job, knowing, tmp_path):
    centimetres = {"Depth": lambda frame: depth(frame) / 100}
    result = analyse(
        job(mode="action", clips=centimetres, worldScale=0.01, focusFile=str(tmp_path / "f.json"), fps=25.0)
    )
    assert focus_of(result, 1) == pytest.approx(100 * NEAR, rel=0.02)
    file = read_focus_file(tmp_path / "f.json")
    assert file.focus_at(1) == pytest.approx(NEAR, rel=0.02)
    assert file.fps == 25.0
    assert [t.frame for t in file.targets] == [1, SWITCH]
    assert file.targets[1].x > 0.6


def test_distances_in_the_depth_clip(job, knowing):
    result = analyse(job(mode="action", depthMath="distance", clips={"Depth": lambda f: 1 / depth(f)}))
    assert focus_of(result, 1) == pytest.approx(NEAR, rel=0.02)


def test_disparity_in_sources_alpha(job, knowing):
    both = {"Source": lambda f: np.dstack([plate(f)[..., :3], depth(f)]), "Depth": None}
    assert focus_of(analyse(job(mode="action", clips=both)), LAST) == pytest.approx(FAR, rel=0.03)


def test_a_second_analysis_does_not_look_again(job, knowing):
    first = analyse(job(mode="action"))
    looked = knowing.looked
    assert looked == 2 * LAST
    again = job(mode="action", pullFrames=30.0)
    second = analyse(again)
    assert knowing.looked == looked
    assert len(again.asked) <= 2 * 8
    assert second.keys != first.keys
    analyse(job(mode="action", clips={"Source": lambda f: plate(f) * 0.5}))
    assert knowing.looked == 2 * looked  # another clip
    analyse(job(mode="action", reuse=False))
    assert knowing.looked == 3 * looked


def test_a_part_keeps_the_users_keys_elsewhere(job, knowing):
    mine = [(1, 3.0), (20, 3.0), (60, 7.0), (110, 5.0), (120, 4.0)]
    result = analyse(job(mode="action", frames=(40, 100), curves={"focus": mine}))
    assert result.within == (40.0, 100.0)
    frames = [frame for frame, _ in result.keys["focus"]]
    assert min(frames) == 39 and max(frames) == 101  # guards: between others nothing changes
    values = dict(result.keys["focus"])
    assert values[39] == pytest.approx(np.interp(39, [20, 60], [3, 7]))
    assert values[101] == pytest.approx(np.interp(101, [60, 110], [7, 5]))
    assert focus_of(result, 55) != pytest.approx(values[39], rel=0.1)
    for frame in range(39, 101):  # it comes from the user's focus and returns to it without a jump
        step = abs(1 / focus_of(result, frame + 1) - 1 / focus_of(result, frame))
        assert step < 0.6 / 10 / 0.99


def test_cancel_keeps_what_was_there(job, knowing, tmp_path):
    files = {"focusFile": str(tmp_path / "f.json"), "report": str(tmp_path / "r.png")}
    for calls in (0, 30, 300):
        with pytest.raises(Aborted):
            analyse(job(mode="action", abort_after=calls, **files))
    assert not list(tmp_path.glob("*.*"))
    assert not list((tmp_path / "cache").rglob("*.npz"))


def test_the_report_is_a_picture(job, knowing, tmp_path):
    import cv2

    analyse(job(mode="action", report=str(tmp_path / "r.png")))
    report = cv2.imread(str(tmp_path / "r.png"))
    assert report.shape[1] == 1680 and report.shape[0] > 600
    assert len(np.unique(report.reshape(-1, 3), axis=0)) > 100


def test_rack(job):
    result = analyse(job(mode="rack", rackFrom=2.0, rackTo=6.0, time=30, pullFrames=24.0))
    assert [focus_of(result, f) for f in (1, 30, 54, 120)] == pytest.approx([2, 2, 6, 6], rel=0.01)
    by_speed = analyse(job(mode="rack", rackFrom=2.0, rackTo=4.0, time=30, focusSpeed=0.25))
    assert focus_of(by_speed, 30 + 24) == pytest.approx(4.0, rel=0.01)
    assert focus_of(by_speed, 30 + 12) == pytest.approx(1 / 0.375, rel=0.05)
    with pytest.raises(KnobError, match="above 0"):
        analyse(job(mode="rack", rackTo=0.0))


def test_follow_reads_the_matte(job):
    def with_matte(frame):
        light = plate(frame)
        light[..., 3] = 0
        light[10:40, 60:80, 3] = 1
        return light

    result = analyse(job(mode="follow", clips={"Source": with_matte}))
    assert focus_of(result, 50) == pytest.approx(FAR, rel=0.02)
    with pytest.raises(NodeError, match="FocusTrack"):
        empty = {"Source": lambda f: plate(f) * np.float32([1, 1, 1, 0])}
        analyse(job(mode="follow", clips=empty))


def test_targets_are_followed_from_click_to_click(job):
    clicks = [(1, (WIDTH * 0.26, HEIGHT * 0.28)), (SWITCH, (WIDTH * 0.75, HEIGHT * 0.5))]
    result = analyse(job(mode="targets", curves={"target": clicks}))
    assert focus_of(result, 1) == pytest.approx(NEAR, rel=0.03)
    assert focus_of(result, SWITCH - 12) == pytest.approx(FAR, rel=0.03)
    with pytest.raises(KnobError, match="frames 80–120"):
        analyse(job(mode="targets", frames=(80, 120), curves={"target": clicks}))


def test_accepted_suggestions_are_targets(job):
    listed = "1 @1 (25, 39) 2 face; 2 @61 (72, 27) 8 moves"
    result = analyse(job(mode="targets", suggestions=listed, accepted="1, 2"))
    assert focus_of(result, LAST) == pytest.approx(FAR, rel=0.03)
    with pytest.raises(KnobError, match="names 7"):
        analyse(job(mode="targets", suggestions=listed, accepted="7"))


def test_errors_name_knob_and_cure(job, knowing, tmp_path):
    no_alpha = {"Source": lambda f: plate(f)[..., :3], "Depth": None}
    for clips in (no_alpha, {"Depth": None}):
        with pytest.raises(ClipError, match="connect"):
            analyse(job(mode="action", clips=clips))
    with pytest.raises(KnobError, match=r"WAV|movie"):
        analyse(job(mode="conversation"))
    with pytest.raises(KnobError, match=r"none\.wav"):
        analyse(job(mode="conversation", audioFile=str(tmp_path / "none.wav")))
    with pytest.raises(KnobError, match="swap"):
        analyse(job(mode="action", frames=(9, 3)))
    with pytest.raises(KnobError, match="cannot be written"):
        (tmp_path / "file").write_text("")
        analyse(job(mode="action", focusFile=str(tmp_path / "file" / "f.json")))
    with pytest.raises(ClipError, match="frame 5"):
        analyse(job(mode="action", reuse=False, clips={"Depth": lambda f: depth(f) if f != 5 else None}))
    with pytest.raises(KnobError, match="above 0"):
        analyse(job(mode="action", fStop=0.0))
    with pytest.raises(KnobError, match="no finite number"):
        analyse(job(mode="action", worldScale=float("nan")))


def test_bad_depth_is_far(job, knowing):
    def broken(frame):
        values = depth(frame)
        values[:, WIDTH // 2 :] = np.nan
        return values

    result = analyse(job(mode="action", clips={"Depth": broken}))
    _, values = zip(*result.keys["focus"], strict=True)
    assert np.isfinite(values).all()
    assert values[-1] > 20  # the hyperfocal distance stands for infinity


def test_depth_without_a_number_is_said(job, knowing):
    with pytest.raises(ClipError, match="frame 20 is NaN"):
        analyse(job(mode="action", reuse=False, clips={"Depth": lambda f: depth(f) * (np.nan if f == 20 else 1)}))


def test_small_depth_is_said_once(job, knowing):
    small = job(mode="action", clips={"Depth": lambda f: depth(f)[::2, ::2]})
    analyse(small)
    (warning,) = small.warnings
    assert "25%" in warning and "Reformat" in warning


def test_sound_beside_the_clip(job, knowing, tmp_path):
    short = write_wav(tmp_path / "short.wav", np.full(SOUND_RATE, 0.1, np.float32))
    one_second = job(mode="conversation", audioFile=str(short))
    analyse(one_second)
    assert "ends at frame 25" in one_second.warnings[0]
    with pytest.raises(KnobError, match="none of frames 1–120"):
        analyse(job(mode="conversation", audioFile=str(short), audioStart=200.0))


def test_a_clip_of_one_frame(job, knowing):
    result = analyse(job(mode="action", frames=(1, 1)))
    assert result.keys["focus"] == [(1.0, pytest.approx(NEAR, rel=0.02))]
    assert "1 key." in result.message


def test_a_cut_is_not_pulled_across(job, knowing):
    def cut_to_black_dots(frame):
        light = plate(frame)
        if frame >= SWITCH:
            light[..., :3] = 0.02
            light[::9, ::13, :3] = 0.8
        return light

    result = analyse(job(mode="action", clips={"Source": cut_to_black_dots}))
    assert "0 focus pulls" in result.message
    assert focus_of(result, SWITCH - 1) == pytest.approx(NEAR, rel=0.02)
    assert focus_of(result, SWITCH) == pytest.approx(FAR, rel=0.03)


def test_a_locked_focus_file_stays(job, knowing, tmp_path):
    path = tmp_path / "f.json"
    path.write_text("mine")
    path.chmod(0o444)
    with pytest.raises(KnobError, match="read-only"):
        analyse(job(mode="action", focusFile=str(path)))
    assert path.read_text() == "mine"


def test_the_focus_file_stays_when_the_report_cannot_be_written(job, knowing, tmp_path):
    (tmp_path / "file").write_text("")
    files = {"focusFile": str(tmp_path / "f.json"), "report": str(tmp_path / "file" / "r.png")}
    with pytest.raises(KnobError, match="cannot be written"):
        analyse(job(mode="action", **files))
    assert not (tmp_path / "f.json").exists()


def test_overlay(tmp_path, job, knowing):
    path = tmp_path / "f.json"
    analyse(job(mode="action", focusFile=str(path)))
    source = picture(plate(1))
    for options in ({"focusFile": str(path)}, {}):
        drawn = render(FakeJob(NODE, {"Source": source}, overlay=True, time=50.0, **options)).pixels
        assert (drawn != source.pixels).any(axis=2).mean() > 0.001
    aside = FocusFile(((1.0, 2.0),), targets=(FocusTarget(60.0, 0.999, 0.001, 2.0),))
    write_focus_file(path, aside)  # what comes next is at the picture's corner
    drawn = render(FakeJob(NODE, {"Source": source}, overlay=True, time=50.0, focusFile=str(path))).pixels
    assert (drawn != source.pixels).any(axis=2)[: HEIGHT // 3, WIDTH // 2 :].sum() > 100
    with pytest.raises(KnobError, match="check the path"):
        render(FakeJob(NODE, {"Source": source}, overlay=True, focusFile=str(tmp_path / "no.json")))
