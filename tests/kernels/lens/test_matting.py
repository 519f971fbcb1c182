"""Taking a matte's subject out of a picture."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.lens.matting import filled, matte_reach, separated

HEIGHT, WIDTH = 90, 120
RADIUS = 8.0


def hair(seed=3):
    """(picture, circles, matte, subject's colour, rest): strands of one colour from a disc, over a texture; the circles
    are hard and a pixel too wide."""
    rng = np.random.default_rng(seed)
    big = np.zeros((4 * HEIGHT, 4 * WIDTH), np.uint8)
    cv2.circle(big, (240, 180), 80, 255, -1)
    for angle in np.linspace(0, 2 * np.pi, 30, endpoint=False):
        length = rng.uniform(110, 160)
        tip = 240 + length * np.cos(angle), 180 + length * np.sin(angle)
        cv2.line(big, (240, 180), tuple(int(t) for t in tip), 255, 3)
    matte = cv2.resize(big, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rest = np.stack([0.6 + 0.2 * np.sin(x / 7), 0.5 + 0.2 * np.cos(y / 6), 0 * x + 0.8, 0 * x + 1], axis=2)
    subject = np.array((0.2, 0.1, 0.05, 1))
    picture = matte[..., None] * subject + (1 - matte[..., None]) * rest
    coc = np.where(cv2.dilate(matte, np.ones((3, 3))) > 0.5, -1.0, 7.0)
    return np.float32(picture), np.float32(coc), matte, subject, rest


def test_the_parts_mix_to_the_picture():
    picture, coc, matte, _, _ = hair()
    parts = separated(picture, coc, matte, RADIUS)
    mixed = parts.subject + (1 - matte[..., None]) * parts.rest
    np.testing.assert_allclose(mixed[..., :3], picture[..., :3], atol=5e-3)
    np.testing.assert_allclose(parts.subject[..., 3], matte, atol=1e-6)


def test_colours_and_circles_of_the_parts():
    picture, coc, matte, subject, rest = hair()
    parts = separated(picture, coc, matte, RADIUS)
    strands = (matte > 0.2) & (matte < 0.8)
    colour = parts.subject[strands][:, :3] / matte[strands][:, None]
    assert np.abs(colour - subject[:3]).mean() < 0.05 < np.abs(picture[strands] - subject)[:, :3].mean()
    behind = matte < 0.5
    assert np.abs(parts.rest - rest)[behind].mean() < 0.01
    np.testing.assert_allclose(parts.subject_coc[matte > 0.1], -1, atol=0.2)
    near_edge = (cv2.dilate(matte, np.ones((7, 7))) > 0.1) & (matte < 0.5)
    assert np.abs(parts.rest_coc[near_edge] - 7).mean() < 0.3
    assert not parts.in_front.any()


def test_a_lamp_behind_hair_stays_behind_it():
    picture, coc, matte, _, _ = hair()
    y, x = np.argwhere((matte > 0.2) & (matte < 0.5))[7]
    picture[y, x, :3] += (1 - matte[y, x]) * 50
    parts = separated(picture, coc, matte, RADIUS)
    assert parts.rest[y, x, 0] > 30 and parts.subject[y, x, 0] < 1


def test_what_is_in_front_of_the_subject_is_told():
    picture, coc, matte, _, _ = hair()
    coc[:, 58:62] = -8  # a rail
    matte[:, 58:62] = 0
    parts = separated(picture, coc, matte, RADIUS)
    assert (parts.in_front[30:60, 60] > 0.9).all() and not parts.in_front[:, :50].any()


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_matte_of_nothing_and_of_everything(value):
    picture, coc, _, _, _ = hair()
    parts = separated(picture, coc, np.full((HEIGHT, WIDTH), value, np.float32), RADIUS)
    assert all(np.isfinite(a).all() for a in (parts.subject, parts.rest, parts.subject_coc, parts.rest_coc))
    np.testing.assert_allclose(parts.subject, value * picture, atol=1e-5)
    if value == 0:
        np.testing.assert_array_equal(parts.rest, picture)
        np.testing.assert_array_equal(parts.rest_coc, coc)
    else:
        np.testing.assert_array_equal(parts.subject_coc, coc)


@pytest.mark.parametrize("window", [(40, 20, 80, 70), (0, 0, 31, 17), (77, 53, 120, 90)])
def test_tiles_are_the_whole(window):
    picture, coc, matte, _, _ = hair()
    radius = 3.0
    whole = separated(picture, coc, matte, radius, (1000, -77))
    x0, y0, x1, y1 = window
    rim = matte_reach(radius)
    left, top, right, bottom = max(x0 - rim, 0), max(y0 - rim, 0), x1 + rim, y1 + rim
    cut = np.s_[top:bottom, left:right]
    part = separated(picture[cut], coc[cut], matte[cut], radius, (1000 + left, -77 + top))
    for name in ("subject", "subject_coc", "rest", "rest_coc", "in_front"):
        tile = getattr(part, name)[y0 - top : y1 - top, x0 - left : x1 - left]
        np.testing.assert_allclose(tile, getattr(whole, name)[y0:y1, x0:x1], atol=2e-5, err_msg=name)


def test_strips_are_the_whole(monkeypatch):
    picture, coc, matte, _, _ = hair()
    picture, coc, matte = (np.concatenate([a] * 4) for a in (picture, coc, matte))
    whole = separated(picture, coc, matte, 3.0, (7, 5))
    monkeypatch.setattr("focuspuller.kernels.lens.matting.STRIP_PIXELS", 160 * WIDTH)
    looks = []
    strips = separated(picture, coc, matte, 3.0, (7, 5), check_abort=lambda: looks.append(1))
    assert len(looks) > 20
    for name in ("subject", "subject_coc", "rest", "rest_coc", "in_front"):
        np.testing.assert_allclose(getattr(strips, name), getattr(whole, name), atol=2e-5, err_msg=name)


def test_filling_keeps_what_is_known_and_continues_it():
    values = np.full((40, 40), 3.0, np.float32)
    weight = np.ones((40, 40), np.float32)
    weight[10:30, 10:30] = 0
    values[10:30, 10:30] = 99
    np.testing.assert_allclose(filled(values, weight, (5, 9), 5), 3, rtol=1e-5)
    nothing = filled(values, 0 * weight, (5, 9), 3)
    np.testing.assert_array_equal(nothing, 0)
