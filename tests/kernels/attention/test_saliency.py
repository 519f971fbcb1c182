"""What stands out of a picture."""

import cv2
import numpy as np

from focuspuller.kernels.attention.saliency import SaliencyDetector, salient
from focuspuller.kernels.focus.detections import ClipFrame, ClipInfo


def grass(seed=0):
    rng = np.random.default_rng(seed)
    base = np.array([70, 120, 50]) + rng.normal(0, 14, (135, 240, 1)) + rng.normal(0, 4, (135, 240, 3))
    return np.clip(base, 0, 255).astype(np.uint8)


def peak(heat):
    y, x = np.unravel_index(heat.argmax(), heat.shape)
    return x / heat.shape[1], y / heat.shape[0]


def test_a_red_ball_in_grass_stands_out_also_at_the_side():
    for centre in ((120, 60), (228, 90)):
        picture = cv2.circle(grass(), centre, 12, (200, 40, 30), -1)
        x, y = peak(salient(picture))
        assert abs(x - centre[0] / 240) < 0.06
        assert abs(y - centre[1] / 135) < 0.1


def test_the_odd_one_out_wins_over_the_many():
    picture = grass()
    for x in range(20, 240, 40):
        cv2.circle(picture, (x, 40), 9, (180, 180, 60), -1)
    cv2.circle(picture, (100, 95), 9, (60, 60, 220), -1)
    x, y = peak(salient(picture))
    assert abs(x - 100 / 240) < 0.05
    assert abs(y - 95 / 135) < 0.08


def test_a_plain_picture_has_nothing():
    heat = salient(np.full((90, 160, 3), 120, np.uint8))
    assert heat.max() == 0
    (found,) = SaliencyDetector(ClipInfo(160, 90, 24.0)).push(ClipFrame(7, np.full((90, 160, 3), 120, np.uint8)))
    assert (found.number, found.strength) == (7, 0.0)


def test_the_map_is_whole_finite_and_bounded():
    for shape in ((90, 160, 3), (160, 90, 3), (3, 5, 3), (1, 1, 3)):
        heat = salient(np.random.default_rng(1).integers(0, 256, shape, dtype=np.uint8))
        assert np.isfinite(heat).all()
        assert heat.min() >= 0
        assert heat.max() <= 1
