"""The tracker's parts, one by one."""

import itertools
import zlib

import cv2
import numpy as np
import pytest

from focuspuller.kernels.tracking import appearance, faces
from focuspuller.kernels.tracking.center import center_of
from focuspuller.kernels.tracking.cut import edge_weights, minimum_cut
from focuspuller.kernels.tracking.evidence import Evidence
from focuspuller.kernels.tracking.first_mask import fitness
from focuspuller.kernels.tracking.identity import Identities
from focuspuller.kernels.tracking.keys import simplified
from focuspuller.kernels.tracking.matte import refined
from focuspuller.kernels.tracking.motion import camera_motion, homography_flow
from focuspuller.kernels.tracking.parts import connected, rooted
from focuspuller.kernels.tracking.pictures import display_picture, exposure_of, working_size


def energy(labels, cost, across, down):
    return (
        (cost * labels).sum()
        + (across * np.abs(np.diff(labels, axis=1))).sum()
        + (down * np.abs(np.diff(labels, axis=0))).sum()
    )


def test_the_cut_is_the_minimum():
    """Against every labelling of a small picture."""
    for seed in range(4):
        rng = np.random.default_rng(seed)
        cost = rng.normal(0, 1, (3, 4)).astype(np.float32)
        across = rng.uniform(0.1, 1, (3, 3)).astype(np.float32)
        down = rng.uniform(0.1, 1, (2, 4)).astype(np.float32)
        everything = (np.array(bits, float).reshape(3, 4) for bits in itertools.product((0, 1), repeat=12))
        least = min(energy(labels, cost, across, down) for labels in everything)
        found = minimum_cut(cost, across, down, iterations=600)
        assert energy((found > 0.5).astype(float), cost, across, down) == pytest.approx(least, abs=1e-5)


def test_boundaries_are_cheap_at_edges():
    features = np.zeros((4, 6, 1), np.float32)
    features[:, 3:] = 50
    across, down = edge_weights(features, 2.0)
    assert across[:, 2].max() < 0.3 and across[:, 0].min() == pytest.approx(2) and down.min() == pytest.approx(2)


def test_colours_tell_apart():
    picture = np.zeros((20, 40, 3), np.uint8)
    picture[:, :20], picture[:, 20:] = (200, 30, 30), (30, 30, 200)
    bins = appearance.bins_of(appearance.lab(picture))
    left = np.zeros((20, 40), np.float32)
    left[:, :20] = 1
    red, blue = appearance.histogram(bins, left), appearance.histogram(bins, 1 - left)
    odds = appearance.log_odds(red, blue)[bins]
    assert odds[:, :20].min() > 3 and odds[:, 20:].max() < -3
    assert appearance.similarity(red, blue) < 0.01 and appearance.similarity(red, red) == pytest.approx(1, abs=1e-4)


def test_the_camera_is_found_beside_what_moves():
    matrix = np.array([[1.01, 0.004, 3.0], [-0.003, 1.02, -2.0], [1e-5, 0, 1]])
    flow = homography_flow(matrix, 160, 120)
    x, y = 30.0, 80.0
    moved = matrix @ (x, y, 1)
    np.testing.assert_allclose(flow[80, 30], moved[:2] / moved[2] - (x, y), atol=1e-4)
    flow[40:90, 50:110] += (6, -4)
    found = camera_motion(flow)
    found, true = (homography_flow(m, 160, 120)[::30, ::30] for m in (found, matrix))
    np.testing.assert_allclose(found, true, atol=0.1)


def test_flat_ground_that_flow_drags_along_tells_nothing():
    rng = np.random.default_rng(3)
    ground, subject = np.full((120, 160, 3), 90, np.uint8), rng.integers(0, 255, (20, 20, 3), np.uint8)
    ground[60:] = rng.integers(0, 255, (60, 160, 3), np.uint8)
    picture, other = ground.copy(), ground.copy()
    picture[20:40, 50:70], other[20:40, 58:78] = subject, subject
    onward, back = np.zeros((2, 120, 160, 2), np.float32)
    onward[10:50, 40:100], back[10:50, 48:108] = (8, 0), (-8, 0)  # flow is smooth: more moves than the subject
    trusted = Evidence(picture, [((onward, back), other)]).trusted
    assert trusted[22:38, 52:68].min() > 0.9 and trusted[64:].min() > 0.9
    assert trusted[15:45, 85:98].max() < 0.1


def test_a_click_means_what_is_around_it_not_a_detail():
    y, x = np.mgrid[:120, :160]
    small, large, beside = (np.hypot(x - cx, y - 60) < r for cx, r in ((60, 6), (60, 24), (84, 24)))
    assert fitness(large, (60, 60)) > fitness(small, (60, 60)) > fitness(beside, (60, 60))


def test_parts():
    u = np.zeros((20, 60), np.float32)
    u[5:15, 5:20] = u[5:15, 23:40] = u[2:4, 50:55] = 1
    assert connected(u, (10, 10)).sum() == 150
    assert connected(u, (10, 10), gap=8).sum() == 320
    assert connected(u, (48, 2)).sum() == 10  # the nearest
    expected = np.zeros_like(u)
    expected[5:15, 4:18] = 1
    assert rooted(u, expected).sum() == 150


def test_the_centre_is_inside():
    y, x = np.mgrid[:80, :80]
    crescent = ((np.hypot(x - 40, y - 40) < 30) & (np.hypot(x - 55, y - 40) > 28)).astype(np.float32)
    for carried in (None, (55.0, 40.0), (-5.0, 200.0)):
        cx, cy = center_of(crescent, carried)
        assert crescent[int(cy), int(cx)] == 1
    disc = (np.hypot(x - 40, y - 40) < 30).astype(np.float32)
    assert center_of(disc, (42.3, 38.1)) == pytest.approx((42.3, 38.1), abs=0.6)  # it stays with what carries it


def test_fewer_keys_within_the_tolerance():
    frames = np.arange(200)
    values = np.stack([100 * np.sin(frames / 30), np.where(frames < 90, 0, 50)], axis=1).astype(float)
    chosen, kept = simplified(frames, values, 1.0)
    assert len(chosen) < 60
    for column in range(2):
        assert np.abs(np.interp(frames, chosen, kept[:, column]) - values[:, column]).max() <= 1.0
    assert len(simplified(frames, values, 0.0)[0]) == 200


def test_identities_survive_misses_and_crossings():
    known = Identities()
    first = known.update([(0, 0, 10, 20), (90, 2, 100, 22)], [0.9, 0.9], [0, 0])
    for n in range(1, 18):
        a, b = (5 * n, 0, 5 * n + 10, 20), (90 - 5 * n, 2, 100 - 5 * n, 22)
        boxes, scores = ([b], [0.9]) if 7 <= n <= 10 else ([b, a], [0.9, 0.3 if n == 4 else 0.9])
        numbers = known.update(boxes, scores, [0] * len(boxes))
    assert first == [1, 2] and numbers == [2, 1]
    assert known.update([(300, 0, 310, 20)], [0.2], [0]) == [0]  # a doubtful newcomer is nobody
    assert known.update([(300, 0, 310, 20)], [0.8], [0]) == [3]


def test_the_matte_follows_the_picture_s_edge():
    picture = np.full((160, 240, 3), 40, np.uint8)
    y, x = np.mgrid[:160, :240]
    truth = np.hypot(x - 120, y - 80) < 50
    picture[truth] = (220, 180, 60)
    mask = cv2.resize(truth.astype(np.uint8) * 255, (60, 40), interpolation=cv2.INTER_AREA)
    plain = cv2.resize(mask, (240, 160)).astype(np.float32) / 255
    matte = refined(mask, picture)
    assert matte.dtype == np.float32 and 0 <= matte.min() and matte.max() <= 1
    assert np.abs(matte - truth).mean() < 0.5 * np.abs(plain - truth).mean()
    soft = refined(mask, picture, (10.0, 10.0))
    ramp = soft[80, 150:190]
    assert ((ramp > 0.05) & (ramp < 0.95)).sum() > 8
    assert not refined(np.zeros((40, 60), np.uint8), picture).any()


def test_pictures_for_eyes():
    light = np.array([[[0.0, 0.18, 1.0], [np.nan, np.inf, -3.0]]], np.float32)
    assert display_picture(light).tolist() == [[[0, 118, 255], [0, 255, 0]]]
    assert display_picture(np.full((2, 2, 1), 1.0, np.float32)).tolist() == [[[255] * 3] * 2] * 2
    assert exposure_of(np.full((8, 8, 3), 1.5)) == 1 and exposure_of(np.full((8, 8, 3), 0.01)) == pytest.approx(100)
    assert working_size(4096, 2160) == (384, 202) and working_size(100, 50) == (100, 50)


def drawn_face(side: int) -> np.ndarray:
    """A face that Haar cascades take for one."""
    face = np.full((side, side, 3), 90, np.uint8)
    unit = side / 100

    def at(x, y):
        return round(x * unit), round(y * unit)

    cv2.ellipse(face, at(50, 50), at(34, 44), 0, 0, 360, (205, 170, 150), -1)
    cv2.ellipse(face, at(50, 14), at(34, 14), 0, 0, 360, (50, 35, 30), -1)
    for x in (36, 64):
        cv2.ellipse(face, at(x, 34), at(10, 3), 0, 0, 360, (70, 45, 40), -1)
        cv2.ellipse(face, at(x, 42), at(8, 5), 0, 0, 360, (120, 85, 75), -1)
        cv2.ellipse(face, at(x, 42), at(6, 3), 0, 0, 360, (235, 235, 235), -1)
        cv2.circle(face, at(x, 42), round(3 * unit), (30, 20, 20), -1)
    cv2.ellipse(face, at(50, 60), at(6, 4), 0, 0, 360, (150, 110, 100), -1)
    cv2.ellipse(face, at(50, 75), at(14, 4), 0, 0, 360, (130, 50, 50), -1)
    return cv2.GaussianBlur(face, (0, 0), unit)


def test_a_face_is_found_where_it_is():
    picture = np.full((300, 400, 3), 90, np.uint8)
    picture[60:220, 150:310] = drawn_face(160)
    found = faces.face_in(picture, (130, 40, 340, 290))
    assert found is not None
    x0, y0, x1, y1 = found
    assert 150 < (x0 + x1) / 2 < 310 and 60 < (y0 + y1) / 2 < 200
    assert faces.face_in(np.full((300, 400, 3), 90, np.uint8), (10, 10, 300, 290)) is None
    assert faces.face_in(picture, (0, 0, 5, 5)) is None


def test_mattes_are_packed_well():
    matte = np.zeros((216, 384), np.uint8)
    cv2.circle(matte, (200, 100), 60, 255, -1)
    assert len(zlib.compress(matte.tobytes())) < 1500
