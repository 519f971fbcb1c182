"""Text in pictures."""

import numpy as np

from focuspuller.kernels.drawing.text import text_width, write_text


def test_text_is_as_wide_as_it_says_and_as_high_as_asked():
    picture = np.zeros((60, 300, 3), np.uint8)
    width = write_text(picture, "HOLD", 20, 40, 12, (10, 200, 30))
    rows, columns = np.nonzero(picture[..., 1] > 100)
    assert width == text_width("HOLD", 12)
    assert 20 <= columns.min() and columns.max() < 20 + width
    assert abs(rows.max() - 40) <= 1 and abs(np.ptp(rows) - 12) <= 2
    assert picture[..., 0].max() <= 10


def test_text_beyond_the_picture_is_left_out():
    for x, baseline in ((-30, 20), (280, 20), (20, 2), (20, 75), (400, 20), (-400, 20), (20, 400)):
        picture = np.zeros((60, 300, 3), np.uint8)
        write_text(picture, "a longer text", x, baseline, 12)
        assert picture.shape == (60, 300, 3)
