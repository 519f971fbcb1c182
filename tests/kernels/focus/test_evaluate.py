"""Scores, computed by hand."""

import pytest

from focuspuller.kernels.focus.evaluate import MISSED, evaluate, mean_score, table
from focuspuller.kernels.focus.focus_file import FocusFile, FocusTarget
from focuspuller.kernels.focus.levels import LEVELS

START = FocusTarget(1.0, cut=True)
TRUTH = FocusFile(
    ((1.0, 2.0), (50.0, 2.0), (51.0, 4.0), (101.0, 4.0)), 25.0, 0.0, (START, FocusTarget(51.0, distance=4.0))
)


def test_a_perfect_file():
    score = evaluate(TRUTH, TRUTH)
    assert (score.delta_d, score.delta_t, score.false) == (0.0, (0.0,), 0)
    assert score.seconds == pytest.approx(101 / 25)


def test_delta_d_is_in_px_of_blur():
    assert pytest.approx(11.11, abs=0.01) == LEVELS  # 640 / 36 · 50² / (2 · 2) / 1000
    off = FocusFile(((1.0, 4.0),), 25.0, 0.0, (START,))
    score = evaluate(off, TRUTH)
    assert score.delta_d == pytest.approx(LEVELS / 4 * 50 / 101)
    assert score.delta_t == (MISSED,)
    assert score.settled == 1  # it happens to be there already


def test_times_misses_and_false_targets():
    found = FocusFile(TRUTH.keys, 25.0, 0.0, (START, FocusTarget(48.0), FocusTarget(90.0)))
    score = evaluate(found, TRUTH)
    assert score.delta_t == (3.0,)
    assert score.false == 1
    assert score.false_per_minute == pytest.approx(60 / (101 / 25))
    assert score.settled == 0  # the focus comes with the step, not before


def test_settled_needs_the_focus_there_before():
    early = FocusFile(((1.0, 2.0), (38.0, 2.0), (48.0, 4.0)), 25.0, 0.0, (START, FocusTarget(51.0)))
    assert evaluate(early, TRUTH).settled == 1


def test_other_frame_rates_and_offsets():
    found = FocusFile(((-99.0, 2.0), (0.0, 2.0), (2.0, 4.0)), 50.0, 50.0, (START, FocusTarget(2.0)))
    score = evaluate(found, TRUTH)
    assert score.delta_t == (0.0,)
    assert score.delta_d == pytest.approx(0.0, abs=1e-9)


def test_tables():
    rows = [("one", evaluate(TRUTH, TRUTH)), ("decoy", evaluate(TRUTH, FocusFile(((1.0, 2.0), (50.0, 2.0)), 25.0)))]
    rows.append(("all", mean_score([score for _, score in rows])))
    text = table(rows)
    assert len(text.splitlines()) == 4
    assert "0/1" in text and " 0 %" in text
