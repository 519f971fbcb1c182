"""Suggested targets: listed, drawn, and taken as targets by their numbers."""

import cv2
import pytest
from planned_clip import FAR, NEAR, SWITCH, Knowing

from focuspuller.kernels.attention.af_examples import read_targets
from focuspuller.kernels.focus.focus_file import read_focus_file
from focuspuller.nodes.laaf_planner.analyse import analyse
from focuspuller.nodes.laaf_planner.suggest import accepted_clicks
from focuspuller.nodes.vocabulary.jobs import KnobError


@pytest.fixture
def knowing_detectors(monkeypatch):
    for module, name in (("motion", "MotionDetector"), ("saliency", "SaliencyDetector"), ("faces", "FaceDetector")):
        path = f"focuspuller.kernels.attention.{module}.{name}"
        monkeypatch.setattr(path, lambda clip, name=name: Knowing(name))


def test_subjects_are_listed_drawn_and_accepted(job, knowing_detectors, tmp_path):
    report = tmp_path / "suggestions.png"
    result = analyse(job(button="suggest", report=str(report), mode="conversation"))
    assert "2 subjects" in result.message
    assert not result.keys
    listed = result.values["suggestions"]
    first, second = listed.split("; ")
    assert first.startswith("1 @1 (") and second.startswith("2 @")
    for entry, distance in ((first, NEAR), (second, FAR)):
        *_, found, kind = entry.split()
        assert kind == "moves" and float(found) == pytest.approx(distance, rel=0.02)
    assert cv2.imread(str(report)).shape[1] == 1680
    clicks = accepted_clicks(job(suggestions=listed, accepted="2"))
    ((frame, (x, y)),) = clicks.items()
    assert SWITCH <= frame <= SWITCH + 4
    assert x > 60 and 20 < y < 35  # in px, y down, of the right half


def test_none_accepted(job):
    assert accepted_clicks(job(accepted="")) == {}


def test_corrected_targets_are_training_data(job, tmp_path):
    folder = tmp_path / "training"
    curves = {"target": [(1, (25.0, 15.0)), (SWITCH, (72.0, 27.0))], "focus": [(1, NEAR), (SWITCH, FAR)]}
    result = analyse(job(button="exportTargets", trainingFolder=str(folder), curves=curves))
    assert "2 targets" in result.message and not result.keys
    example = read_targets(folder)
    assert len(example.pictures) >= 20
    assert example.new.max() > 0.5
    file = read_focus_file(folder / "targets.json")
    assert [t.distance for t in file.targets] == pytest.approx([NEAR, FAR], rel=0.02)


def test_nothing_to_export(job, tmp_path):
    with pytest.raises(KnobError, match="folder"):
        analyse(job(button="exportTargets"))
    with pytest.raises(KnobError, match="key Target"):
        analyse(job(button="exportTargets", trainingFolder=str(tmp_path)))
