"""LAAFPlanner's job on a small clip, and detectors that know where to look."""

import pytest
from fake_analyse_job import FakeAnalyseJob
from planned_clip import LAST, Knowing, depth, plate

from focuspuller.kernels.focus import look
from focuspuller.nodes.laaf_planner.node import NODE


@pytest.fixture
def knowing(monkeypatch, tmp_path):
    """Replaces the detectors of every mode, and the user's cache."""

    def make(kind, clip, model_file="", speaker_model=""):
        return look.Recipe((Knowing("a"), Knowing("b")), (0, 1), (1,))

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("focuspuller.nodes.laaf_planner.looking.recipe", make)
    Knowing.looked = 0
    return Knowing


@pytest.fixture
def job():
    """job(**options) of the clip."""

    def make(**options):
        clips = {"Source": plate, "Depth": depth} | options.pop("clips", {})
        clips = {name: frames for name, frames in clips.items() if frames}
        options.setdefault("tolerance", 0.03)  # px, of a very small picture
        return FakeAnalyseJob(NODE, clips, options.pop("frames", (1, LAST)), **options)

    return make
