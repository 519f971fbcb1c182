"""Contact sheets and previews."""

import cv2
import numpy as np
import pytest

from focuspuller.ofx_bridge.cli import pictures


def test_display_encoding():
    light = np.array([[[0, 0.18, 0.5], [0.8, 1.0, np.inf], [-1, np.nan, 100]]], np.float32)
    shown = pictures.displayed(light)[0, :, ::-1]
    assert shown[0].tolist() == [0, 118, 188]
    assert shown[1][0] == 231 and 231 < shown[1][1] < 255 and shown[1][2] == 255
    assert shown[2][:2].tolist() == [0, 0]


def test_depth_colours_are_brighter_when_nearer():
    depth = np.array([[1, 2, 5, 50, np.inf]], np.float32)
    sums = pictures.depth_colours(depth, 1).astype(int).sum(axis=-1)[0]
    assert (np.diff(sums) < 0).all()


def test_psnr():
    a = np.full((8, 8, 3), 0.2, np.float32)
    assert pictures.psnr(a, a) > 90 and 20 < pictures.psnr(a, a * 1.1) < 40


def test_text_stays_inside_and_is_seen():
    picture = np.zeros((40, 60, 3), np.uint8)
    pictures.write_text(picture, "a much longer text than there is room for", 3, 30, 12)
    assert picture.max() > 200 and not picture[:10].any()


def test_a_sheet_has_a_cell_for_each_picture():
    red, blue = np.full((9, 16, 3), (0, 0, 200), np.uint8), np.full((9, 16, 3), (200, 0, 0), np.uint8)
    sheet = pictures.contact_sheet(("one", "two"), [("row", [red, blue]), ("row", [blue, red])], cell=160)
    for colour in ((0, 0, 200), (200, 0, 0)):
        assert (sheet == colour).all(axis=-1).sum() == 2 * 160 * 90


@pytest.mark.parametrize("codecs", [("vp09", "mp4v"), ("mp4v",), ("none",), ()])
def test_previews_play_whatever_codecs_there_are(tmp_path, monkeypatch, codecs):
    monkeypatch.setattr(pictures, "_CODECS", codecs)
    frames = [np.full((35, 64, 3), 20 * i, np.uint8) for i in range(7)]
    path = pictures.write_preview(tmp_path / "preview", frames, 24)
    if path.suffix == ".mp4":
        assert pictures.frame_count(path) == 7
    else:
        found, animation = cv2.imreadanimation(str(path))
        assert found and len(animation.frames) == 7
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
