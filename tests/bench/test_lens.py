"""The lens benchmark runs, on a frame that is what it says; nothing is timed here."""

import numpy as np
from bench import lens
from bench.lens_frame import frame

from focuspuller.kernels.lens.optics import circle_of_confusion


def test_the_frame_is_a_ramp_broken_by_cards_and_always_the_same():
    rgba, coc = frame(192, 108, 16)
    assert rgba.shape == (108, 192, 4) and rgba.dtype == coc.dtype == np.float32
    assert np.abs(coc).max() == 16 and (rgba[..., 3] == 1).all()
    ramp = coc == np.linspace(-16, 16, 192, dtype=np.float32)
    assert 0.1 < ramp.mean() < 0.7
    assert len(np.unique(coc[~ramp])) > 32
    again = frame(192, 108, 16)
    assert np.array_equal(rgba, again[0]) and np.array_equal(coc, again[1])


def test_blender_is_given_the_same_circles_of_confusion():
    rgba, coc = frame(64, 36, 20)
    shot = lens.shot_of(rgba, coc)
    np.testing.assert_allclose(shot.coc, coc, atol=1e-3)
    assert (shot.inverse_depth > 0).all()
    assert circle_of_confusion(0.5, 1 / shot.focus_distance, 80) == 0


def test_each_table_has_its_rows():
    rows = list(lens.speed((96, 54), (4, 8), 1))
    assert [row.split("|")[1].strip() for row in rows[2:4]] == ["4", "8"]
    assert "time(R=8) / time(R=4)" in rows[4]
    (row,) = list(lens.memory((96, 54), (4,)))[2:]
    peak, before = (float(cell) for cell in row.split("|")[3:5])
    assert peak >= before > 20
