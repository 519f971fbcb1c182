"""Handles in the viewer: drawn, grabbed, dragged, and left to hosts that bring their own."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from focuspuller.ofx_bridge.host import ArrayClip, profiles


@pytest.fixture
def node(make_node, picture):
    return make_node("TestSpread", clips={"Source": ArrayClip(picture(48, 64))}, knobs={"point": (20, 10)})


@pytest.fixture(scope="session")
def gl(tmp_path_factory) -> ctypes.CDLL:
    """An OpenGL that writes down what is drawn, in this process as a host's would be."""
    compiler = next(filter(shutil.which, filter(None, (os.environ.get("CXX"), "c++", "g++", "clang++"))), None)
    if sys.platform != "linux" or compiler is None:
        pytest.skip("needs a C++ compiler")
    library = tmp_path_factory.mktemp("gl") / "fake_gl.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-o", library, Path(__file__).parent / "fake_gl.cpp"], check=True)
    return ctypes.CDLL(str(library), mode=ctypes.RTLD_GLOBAL)


def test_cross_at_the_point(node, gl):
    overlay = node.overlay()
    assert overlay.draw()
    room = (ctypes.c_double * 1000)()
    count = gl.drawn(room, 1000)
    assert count > 0
    vertices = np.array(room[: 2 * count]).reshape(-1, 2)
    # Canonical: (20, 10) from the top of 48 rows is y = 38; 12 screen pixels of arm, a shadow one pixel off.
    np.testing.assert_allclose(vertices.min(axis=0), (20 - 12, 38 - 12 - 1))
    np.testing.assert_allclose(vertices.max(axis=0), (20 + 12 + 1, 38 + 12))
    overlay.close()


def test_drag(node):
    overlay = node.overlay()
    assert overlay.pen("down", 22, 11)  # within reach
    assert overlay.pen("motion", 40, 30)
    assert node.get("point") == pytest.approx((38, 29))  # what was grabbed stays under the pen
    assert overlay.pen("up", 40, 30)
    assert not overlay.pen("motion", 5, 5)
    assert node.get("point") == pytest.approx((38, 29))
    assert overlay.redraws
    overlay.close()


def test_pen_far_away_is_the_host_s(node):
    overlay = node.overlay()
    assert not overlay.pen("down", 50, 40)
    assert not overlay.pen("motion", 45, 35)
    assert not overlay.pen("up", 45, 35)
    assert node.get("point") == pytest.approx((20, 10))
    overlay.close()


def test_overlay_closed_while_dragging(node):
    overlay = node.overlay()
    overlay.pen("down", 20, 10)
    overlay.close()
    node.set("point", (1, 2))
    assert node.get("point") == pytest.approx((1, 2))


def test_nodes_without_positions_have_none(make_node):
    assert make_node("TestInvert").overlay() is None


def test_nuke_draws_its_own(make_node):
    assert make_node("TestSpread", profiles.NUKE).overlay() is None
