"""Refined edges on traced scenes, coarsely, and how real pictures with depth are read; the tables are `depth.py`'s."""

import cv2
import numpy as np
import pytest
from quality import depth, depth_metrics
from quality.metrics import display


def test_pictures_with_depth(tmp_path):
    for folder in ("rgb", "depth"):
        (tmp_path / folder).mkdir()
    with pytest.raises(FileNotFoundError, match="no pictures in rgb/"):
        list(depth.rgbd(tmp_path, 0.001, False))
    picture = np.zeros((4, 6, 3), np.uint8)
    picture[..., 2] = 188  # red, in OpenCV's order
    cv2.imwrite(str(tmp_path / "rgb" / "room.png"), picture)
    with pytest.raises(FileNotFoundError, match=r"room\.png: is no depth picture"):
        list(depth.rgbd(tmp_path, 0.001, False))
    millimetres = np.full((4, 6), 2000, np.uint16)
    millimetres[0] = 0
    cv2.imwrite(str(tmp_path / "depth" / "room.png"), millimetres)
    (view,) = depth.rgbd(tmp_path, 0.001, False)
    assert view.name == "room" and view.light[2, 2] == pytest.approx([0.5, 0, 0], abs=0.005)
    assert not view.known[0].any() and view.known[1:].all() and view.truth[1:] == pytest.approx(0.5)
    (view,) = depth.rgbd(tmp_path, 0.5, True)
    assert view.truth[1:] == pytest.approx(1000)


def test_linear_undoes_display():
    light = np.linspace(0, 1, 50)
    np.testing.assert_allclose(depth.linear(display(light)), light, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["demo", "cards", "backlight"])
def test_spoiled_edges_are_refined(scene):
    view = next(depth.traced(scene))
    for kind, given in depth.spoilt(view.truth):
        given = np.ascontiguousarray(given, np.float32)
        found = depth.refine(given, view.light)
        error, before = (np.abs(d - view.truth).mean() for d in (found, given))
        assert error <= 0.9 * before, kind
        if kind in ("1/4 size", "1/8 size", "as a network"):
            assert depth_metrics.boundary_f1(found, view.truth) > 0.04 + depth_metrics.boundary_f1(given, view.truth)
