"""`focuspuller analyse --live`: a file as the device; the focus comes out while the clip runs."""

import json

import numpy as np
import pytest
from planned_clip import FAR, LAST, NEAR, SWITCH, Knowing, depth, plate

from focuspuller.kernels.focus import look
from focuspuller.kernels.focus.focus_file import read_focus_file
from focuspuller.kernels.focus.levels import LEVELS
from focuspuller.kernels.focus.live import LivePlanner
from focuspuller.kernels.focus.observations import Observations
from focuspuller.kernels.focus.observe import Spot
from focuspuller.kernels.focus.plan import plan_focus
from focuspuller.kernels.focus.pulls import Style
from focuspuller.ofx_bridge.cli import live
from focuspuller.ofx_bridge.cli.main import main

FPS = 24


@pytest.fixture
def device(tmp_path):
    """A movie whose right half is its depth, white at 1 m."""
    av = pytest.importorskip("av")
    path = tmp_path / "device.mkv"
    with av.open(str(path), "w") as file:
        stream = file.add_stream("ffv1", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = 2 * 96, 54, "bgr0"
        for n in range(1, LAST + 1):
            picture = np.rint(255 * np.clip(plate(n)[..., :3], 0, 1)).astype(np.uint8)
            grey = np.rint(255 * np.repeat(depth(n), 3, axis=2)).astype(np.uint8)
            frame = av.VideoFrame.from_ndarray(np.hstack([picture, grey]), format="rgb24").reformat(format="bgr0")
            file.mux(stream.encode(frame))
        file.mux(stream.encode())
    return path


def test_a_file_as_the_device(device, tmp_path, monkeypatch, capsys):
    def make(kind, clip, model_file="", speaker_model="", live=False):
        return look.Recipe((Knowing("a"), Knowing("b")), (0, 1), (1,))

    monkeypatch.setattr(live, "recipe", make)
    arguments = ["analyse", "--live", str(device), "--layout", "side by side", "--near", "1", "--lookahead", "2"]
    outputs = ["--focus-file", str(tmp_path / "f.json"), "--preview", str(tmp_path / "p.mp4")]
    assert main([*arguments, *outputs]) == 0
    focus = {entry["frame"]: entry["focus"] for entry in map(json.loads, capsys.readouterr().out.splitlines())}
    assert list(focus) == list(range(1, LAST + 1))
    assert focus[1] == pytest.approx(NEAR, rel=0.03)
    assert focus[SWITCH - 12] == pytest.approx(FAR, rel=0.1)
    file = read_focus_file(tmp_path / "f.json")
    assert [t.frame for t in file.targets] == [1, SWITCH]
    import av

    with av.open(str(tmp_path / "p.mp4")) as preview:
        assert sum(1 for _ in preview.decode(video=0)) == LAST


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--live", "none.mp4", "--layout", "side by side"], "none.mp4"),
        (["--live", "none.mp4"], "--depth"),
        (["--live", "x", "--near", "0"], "--near"),
        (["comp.json", "--live", "x"], "takes no comp"),
    ],
)
def test_wrong_command_lines(arguments, words, capsys):
    assert main(["analyse", *arguments]) == 2
    assert words in capsys.readouterr().err


def test_too_short_a_lookahead(device, capsys):
    arguments = ["analyse", "--live", str(device), "--layout", "side by side", "--lookahead", "0.1"]
    assert main(arguments) == 2
    assert "or more" in capsys.readouterr().err


def scripted(count, seed=0, none=0.2):
    """Disparities with changes of subject every few seconds, None where nothing was seen."""
    rng = np.random.default_rng(seed)
    values, now = [], 0.4
    for n in range(count):
        if n % 90 == 0:
            now = 1 / rng.uniform(1.5, 9)
        values.append(None if rng.random() < none else now * (1 + 0.01 * rng.normal()))
    return values


def run_live(values, style, delay):
    """(frame, level) given out, the frames known when each was, and the most rows that were kept."""
    planner, seen, given, known, kept = LivePlanner(style, FPS, delay), Observations(1, ("a",)), [], [], 0
    for n, value in enumerate(values, 1):
        seen.add(None if value is None else Spot(0.5, 0.5, value, 0.8), None, n == 1, (1.0,))
        for frame, disparity in planner.push(seen):
            given.append((frame, disparity * LEVELS))
            known.append(n)
        kept = max(kept, len(seen))
    given += [(frame, disparity * LEVELS) for frame, disparity in planner.finish(seen)]
    return given, known, kept


def test_live_is_nearly_what_the_whole_clip_gives():
    values, style = scripted(700), Style()
    given, known, _ = run_live(values, style, delay=2 * FPS)
    assert [frame for frame, _ in given] == list(range(1, 701))
    assert all(n - frame == 2 * FPS for n, (frame, _) in zip(known, given, strict=False))
    whole = Observations(1, ("a",))
    for n, value in enumerate(values):
        whole.add(None if value is None else Spot(0.5, 0.5, value, 0.8), None, n == 0, (1.0,))
    wanted = LEVELS * plan_focus(whole, style, FPS).curve.disparities
    off = np.abs(np.array([level for _, level in given]) - wanted)
    assert off.mean() < 0.15
    steps = np.abs(np.diff([level for _, level in given]))
    assert steps.max() < 2.5 * np.abs(np.diff(wanted)).max()  # it never jumps


@pytest.mark.parametrize("names", [("faces", "speaker"), ("motion", "saliency")])
def test_whoever_speaks_first_has_the_focus_before_as_in_the_whole_clip(names):
    seen, planner, given = Observations(1, names), LivePlanner(Style(), FPS, 3 * FPS), []
    for n in range(1, 200):
        spot = Spot(0.7, 0.4, 0.2, 0.8) if n > 50 else None
        seen.add(spot, Spot(0.3, 0.4, 0.5, 0.9), n == 1, (1.0, 1.0))
        given += planner.push(seen)
    given += planner.finish(seen)
    whole = plan_focus(seen, Style(), FPS).curve
    assert [disparity for _, disparity in given] == pytest.approx(list(whole.disparities), abs=0.01)
    assert given[0][1] == pytest.approx(0.2 if names[1] == "speaker" else 0.5, abs=0.01)


def test_live_keeps_little_of_a_long_clip():
    _, _, kept = run_live(scripted(10_000 // 4), Style(), delay=2 * FPS)
    assert kept <= (20 + 2) * FPS + 10
    given, _, kept = run_live([None] * 2000 + scripted(200), Style(), delay=2 * FPS)
    assert kept <= (40 + 2) * FPS + 10
    assert given[-1][0] == 2200
