"""Scale and offset: of a frame, of a window, of a clip."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.flow import FlowCache
from focuspuller.kernels.temporal import levels
from focuspuller.kernels.temporal.alignment import Aligner
from focuspuller.kernels.temporal.clip_levels import ClipLevels
from focuspuller.kernels.temporal.levels import Level
from focuspuller.kernels.temporal.stabilise import Frame


def test_fit_is_not_flattened_by_noise_and_not_moved_by_outliers():
    rng = np.random.default_rng(0)
    truth = rng.random(6000)
    x = truth + 0.1 * rng.standard_normal(6000)
    y = 1.3 * (truth + 0.1 * rng.standard_normal(6000)) + 0.2
    y[:600] += 2.0
    found = levels.fit(x, y, np.ones(6000))
    assert found.scale == pytest.approx(1.3, abs=0.05)
    assert found.offset == pytest.approx(0.2, abs=0.05)
    hidden = np.where(np.arange(6000) < 600, 0.0, 1.0)
    assert levels.fit(x, y, hidden).scale == pytest.approx(1.3, abs=0.04)


def test_fit_without_anything_to_go_by():
    rng = np.random.default_rng(1)
    assert levels.fit(np.ones(5), np.ones(5), np.ones(5)) == Level()
    assert levels.fit(np.ones(500), np.zeros(500), np.zeros(500)) == Level()
    flat = levels.fit(1 + 1e-3 * rng.standard_normal(5000), 2 + 1e-3 * rng.standard_normal(5000), np.ones(5000))
    assert flat.scale + flat.offset == pytest.approx(2, abs=1e-3)
    bad = levels.fit(np.full(500, np.nan), np.ones(500), np.ones(500))
    assert bad == Level()


def test_steadied_goes_to_the_level_of_the_window():
    values = np.random.default_rng(2).random(1000)
    # Six neighbours on one level; the wanted frame alone is 10% up.
    level = levels.steadied([Level(1.1, 0.05)] * 6, [-1, -2, -3, -4, -5, -6], [1.0] * 6, 1.1 * values + 0.05)
    np.testing.assert_allclose(level.scale * (1.1 * values + 0.05) + level.offset, values, atol=0.02)


def test_at_zero_keeps_trends_and_forgets_noise():
    steps, trust = np.arange(0.0, -7, -1), np.ones(7)
    assert levels.at_zero(3 + 0.5 * steps, steps, trust) == pytest.approx(3, abs=0.05)
    noise = np.array([0.1, -0.1, 0.08, -0.12, 0.1, -0.08, 0.02])
    assert abs(levels.at_zero(noise, steps, trust)) < 0.05


def test_static_finds_what_moves_on_its_own():
    y, x = np.mgrid[:60, :90].astype(np.float32)
    flow = np.stack([2 + 0.02 * x, 0.02 * y], axis=-1)
    flow[20:40, 30:50] += (8, 3)
    share = levels.static(flow)
    assert share[20:40, 30:50].max() < 0.2 < 0.9 < share[:15].min()


def clip(frames, cut=None, seed=0):
    """A wall with a slope of depth, panned; levels that wander; a cut to another wall."""
    rng = np.random.default_rng(seed)
    walls = [cv2.GaussianBlur(rng.random((140, 260, 3), np.float32), (0, 0), 1.5) for _ in range(2)]
    depth = np.linspace(0.2, 1, 260, dtype=np.float32)[None, :, None].repeat(140, 0)
    for t in range(frames):
        wall = walls[int(cut is not None and t >= cut)]
        at = np.s_[:120, 2 * t : 2 * t + 160]
        scale, offset = 1 + 0.2 * np.sin(t / 3) + 0.03 * rng.standard_normal(), 0.1 * np.cos(t / 4)
        yield scale, offset, Frame(np.float32(scale) * depth[at] + np.float32(offset), np.ascontiguousarray(wall[at]))


def test_a_clip_comes_to_one_level():
    made = list(clip(18))
    found = ClipLevels(Aligner(FlowCache(0), 1.5))
    for t, (_, _, frame) in enumerate(made):
        found.add(t, frame)
    scales, offsets, shots = found.solved()
    assert shots == 1
    together = [(s * a, s * b + o) for s, o, (a, b, _) in zip(scales, offsets, made, strict=True)]
    together = np.array(together)
    assert np.ptp([a for a, *_ in made]) > 0.4
    assert np.ptp(together[:, 0]) < 0.02 and np.ptp(together[:, 1]) < 0.05
    assert np.mean(np.log(scales)) == pytest.approx(0, abs=1e-6)


def test_shots_are_not_joined():
    found = ClipLevels(Aligner(FlowCache(0), 1.5))
    for t, (_, _, frame) in enumerate(clip(12, cut=5)):
        found.add(t, frame)
    scales, _, shots = found.solved()
    assert shots == 2
    assert np.mean(np.log(scales[:5])) == pytest.approx(0, abs=1e-6)


def test_no_frames():
    assert ClipLevels(Aligner(FlowCache(0), 1.5)).solved() == ([], [], 0)
