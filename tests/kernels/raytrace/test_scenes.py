"""The scenes that ship: they render, move, and have the blur they promise."""

import numpy as np
import pytest

from focuspuller.kernels.raytrace import render, scenes


@pytest.mark.parametrize("name", scenes.NAMES)
def test_a_scene_renders_with_depth_at_its_focus_presets(name):
    scene = scenes.scene(name)
    assert scene.name == name
    assert scene.world_scale == 1.0
    first, last = scene.frames
    picture, depth = render.deep_focus(scene, first, 96, 54, 32)
    assert picture.shape == (54, 96, 3)
    assert picture.dtype == depth.dtype == np.float32
    assert np.isfinite(picture).all()
    assert (picture >= 0).all()
    near, mid, far = (scene.presets[key] for key in ("near", "mid", "far"))
    assert near < mid < far
    assert depth.min() < 1.35 * near
    assert (np.abs(depth / mid - 1) < 0.2).any()
    assert np.isfinite(depth[depth > far]).any()
    assert [key[0] for key in scene.focus_keys] == sorted(key[0] for key in scene.focus_keys)
    assert first == scene.focus_keys[0][0]
    assert last == scene.focus_keys[-1][0]
    moved, _ = render.deep_focus(scene, last, 96, 54, 32)
    assert np.abs(moved - picture).mean() > 0.005


@pytest.mark.parametrize("name", ["rails", "cards", "lamps", "grass"])
def test_table_scenes_blur_up_to_60_pixels_at_640(name):
    scene = scenes.scene(name)
    camera = scene.camera(1)
    lens = 640 * camera.focal_length_mm**2 / (camera.sensor_width_mm * 2000 * scene.f_stop)
    focus = scene.presets["near"]
    assert 50 < lens / focus * (9 - focus) / 9 <= 60


def test_lamps_are_bright_and_small():
    scene = scenes.lamps()
    sharp, _ = render.deep_focus(scene, 1, 320, 180, 32)
    assert sharp.max() > 200
    assert (sharp.max(-1) > 5).mean() < 0.02


def test_unknown_scene_names_the_known_ones():
    with pytest.raises(ValueError, match="rails"):
        scenes.scene("teapot")
