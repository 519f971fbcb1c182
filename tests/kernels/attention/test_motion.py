"""What moves on its own lights up, what the camera or the wind moves does not."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from focuspuller.kernels.attention.camera import camera_flow
from focuspuller.kernels.attention.motion import MotionDetector
from focuspuller.kernels.attention.paths import Paths, followed, step
from focuspuller.kernels.focus.detections import ClipFrame, ClipInfo, run_detectors

WIDTH, HEIGHT = 192, 108
INFO = ClipInfo(WIDTH, HEIGHT, 24.0)
DAVIS = Path(__file__).parents[4] / "shared/data/davis"


def texture(height, width, seed, cells=24):
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(40, 215, (max(cells * height // width, 3), cells, 3)).astype(np.float32)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def clip(paint, count=40, shake=0.0, seed=0):
    """Frames of a textured wall seen by a shaking camera, on which paint(picture, n) draws in the wall's place."""
    rng = np.random.default_rng(seed)
    wall = texture(HEIGHT + 40, WIDTH + 40, seed)
    rates, phases = rng.uniform(0.6, 2.5, (2, 3)), rng.uniform(0, 6, (2, 3))
    for n in range(count):
        picture = wall.copy()
        paint(picture, n)
        dx, dy = shake * np.sin(2 * np.pi * rates * n / 24 + phases).sum(axis=1)
        view = np.float32([[1, 0, dx - 20], [0, 1, dy - 20]])
        seen = cv2.warpAffine(picture, view, (WIDTH, HEIGHT)) + rng.normal(0, 1.5, (HEIGHT, WIDTH, 3))
        yield ClipFrame(n + 1, np.clip(seen, 0, 255).astype(np.uint8), cut=n == 0)


def square(picture, n):
    """Crosses the wall at 2 px a frame, from frame 12 on."""
    x = 20 + 2 * (n - 12)
    if n >= 12:
        picture[60:90, x : x + 30] = texture(30, 30, 99, 6)


def leaves(picture, n):
    rng = np.random.default_rng(4)
    for _ in range(60):
        x, y, tone = rng.uniform(60, 160), rng.uniform(40, 110), rng.uniform(20, 230, 3)
        sway = rng.uniform(1, 2.5, 2) * np.sin(2 * np.pi * rng.uniform(1.2, 2.6) * n / 24 + rng.uniform(0, 6))
        centre = int(16 * (x + sway[0])), int(16 * (y + sway[1]))
        cv2.ellipse(picture, centre, (96, 48), 40, 0, 360, tone.tolist(), -1, cv2.LINE_AA, 4)


def detections(frames):
    return [found for _, (found,) in run_detectors(frames, [MotionDetector(INFO)])]


@pytest.mark.parametrize("shake", [0.0, 1.5])
def test_a_moving_square_is_found_whether_the_camera_shakes_or_not(shake):
    found = detections(clip(square, shake=shake))
    assert [d.number for d in found] == list(range(1, 41))
    assert max(d.strength for d in found[:8]) < 0.1  # there is nothing yet
    for n in range(16, 36):
        heat = found[n].map
        y, x = np.unravel_index(heat.argmax(), heat.shape)
        scale = WIDTH / heat.shape[1]
        assert found[n].strength > 0.5
        assert abs(x * scale - (15 + 2 * (n - 12))) < 22
        assert abs(y * scale - 55) < 22


def test_leaves_in_the_wind_stay_dark():
    strengths = [d.strength for d in detections(clip(leaves, shake=1.0))]
    assert max(strengths) < 0.3


def test_a_cut_is_no_motion():
    first = list(clip(lambda picture, n: None, count=6, seed=1))
    second = list(clip(lambda picture, n: None, count=6, seed=2))
    frames = first + [ClipFrame(f.number + 6, f.picture, cut=f.cut) for f in second]
    found = detections(iter(frames))
    assert [d.number for d in found] == list(range(1, 13))
    assert max(d.strength for d in found) < 0.1


def test_an_answer_depends_on_its_reach_alone():
    frames = list(clip(square, count=44, shake=1.0))
    detector = MotionDetector(INFO)
    at = 22
    first, last = at - detector.reach.back, at + detector.reach.ahead
    part = [ClipFrame(f.number, f.picture, cut=f.number == first + 1) for f in frames[first : last + 1]]
    whole = detections(iter(frames))[at]
    alone = detections(iter(part))[at - first]
    assert whole.number == alone.number
    np.testing.assert_allclose(whole.map, alone.map, atol=1e-5)


def test_one_frame_is_no_motion():
    (only,) = detections(clip(square, count=1))
    assert only.strength == 0
    assert not only.map.any()


def test_the_cameras_flow_is_found_beside_a_large_mover():
    y, x = np.mgrid[:90, :160].astype(np.float32)
    camera = np.dstack([2 + 0.01 * (x - 80) - 0.02 * (y - 45), -1 + 0.02 * (x - 80) + 0.01 * (y - 45)])
    flow = camera + np.random.default_rng(0).normal(0, 0.05, camera.shape).astype(np.float32)
    flow[20:80, 50:120] += (3, -1)  # 29 % of the picture
    assert abs(camera_flow(flow) - camera).max() < 0.15


def test_parallax_belongs_to_the_camera_where_depth_is_known():
    rng = np.random.default_rng(1)
    disparity = cv2.resize(rng.uniform(0.1, 1, (5, 8)).astype(np.float32), (160, 90), interpolation=cv2.INTER_NEAREST)
    camera = np.dstack([1 + 4 * disparity, 0.5 + 0 * disparity])
    flow = camera.copy()
    flow[30:60, 60:90] += (0, 2)
    outside = np.ones(disparity.shape, bool)
    outside[30:60, 60:90] = False
    assert abs(camera_flow(flow, disparity=disparity) - camera)[outside].max() < 0.3
    assert abs(camera_flow(flow) - camera)[outside].max() > 1


def test_long_spans_from_doubling_equal_those_followed_step_by_step():
    rng = np.random.default_rng(2)

    def smooth():
        return cv2.resize(rng.normal(0, 1.5, (4, 6, 2)).astype(np.float32), (60, 40), interpolation=cv2.INTER_CUBIC)

    steps = [step(smooth(), 0.3 * smooth()) for _ in range(16)]
    paths = Paths(1)
    for n, one in enumerate(steps):
        paths.add(n, one)
    for at, count in ((0, 8), (3, 11), (9, 16)):
        fast, slow = paths.span(at, count), followed(steps[at : at + count])
        inner = (slice(10, 30), slice(15, 45))  # beyond the borders both are guesses
        for name in ("flow", "camera", "own", "length"):
            apart = abs(getattr(fast, name) - getattr(slow, name))[inner]
            assert np.median(apart) < 0.1, name
    assert paths.span(16, 4) is None


@pytest.mark.skipif(not DAVIS.is_dir(), reason="no DAVIS pictures beside the checkout")
def test_a_car_that_the_camera_follows_lights_up():
    files = sorted((DAVIS / "JPEGImages/car-roundabout").glob("*.jpg"))[:24]
    pictures = [cv2.resize(cv2.imread(str(f)), (480, 270), interpolation=cv2.INTER_AREA)[..., ::-1] for f in files]
    frames = [ClipFrame(n + 1, np.ascontiguousarray(p), cut=n == 0) for n, p in enumerate(pictures)]
    found = [d for _, (d,) in run_detectors(frames, [MotionDetector(ClipInfo(480, 270, 24.0))])]
    masks = sorted((DAVIS / "Annotations/car-roundabout").glob("*.png"))
    hits = []
    for detection, mask in zip(found, masks, strict=False):
        true = cv2.resize(cv2.imread(str(mask), 0), detection.map.shape[::-1], interpolation=cv2.INTER_AREA) > 60
        hits.append(true[np.unravel_index(detection.map.argmax(), detection.map.shape)])
    assert np.mean(hits) > 0.8
