"""Suggested targets: listed, drawn, and taken as targets by their numbers."""

import cv2
import pytest
from planned_clip import FAR, NEAR, SWITCH, Knowing

from focuspuller.nodes.laaf_planner.analyse import analyse
from focuspuller.nodes.laaf_planner.suggest import accepted_clicks


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
