"""TemporalStabilize on clips of known depth, coarsely; the tables are `stabilise.py`'s."""

import pytest
from quality import stabilise_clips as made
from quality.stabilise import measures, stabilized

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "make", [lambda: made.moving_cards(14), lambda: made.traced("cards", 14, 384, 216, 16, step=0.3)]
)
def test_flicker_goes_and_nothing_else(make):
    clip = make()
    source = made.estimated(clip)
    before, after = measures(clip, source), measures(clip, stabilized(clip.guide, source))
    assert after["flicker"] < 0.4 * before["flicker"]
    assert after["error"] < 0.7 * before["error"]
    assert after["uncovered"] <= before["uncovered"]
    assert after["edge"] < before["edge"] + 0.5
