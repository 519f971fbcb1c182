"""Depth from motion: textured planes seen by a pinhole camera that moves, in closed form."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.depth.parallax import bundle, camera_motion, fill, inverse_depth, parallax
from focuspuller.kernels.depth.parallax.sweep import EDGE, JUMP, STEP, Seen, aggregated, sweep
from focuspuller.kernels.flow import FlowCache

WIDTH, HEIGHT, FOCAL = 200, 140, 220.0
OFFSETS = (-2, -1, 0, 1, 2)
PLANES = ((None, 4.0), ((-0.6, -0.1, -0.5, 0.3), 2.0), ((0.0, 0.55, -0.05, 0.5), 1.3))  # (x, x, y, y) in m at depth z


def seen(position=(0, 0, 0), turn=(0, 0, 0), width=WIDTH, height=HEIGHT, subject=None):
    """(picture [H, W, 3], disparity [H, W]) of PLANES from `position`, turned by a rotation vector. subject: (x, z), a
    square of its own."""
    focal = FOCAL * width / WIDTH
    y, x = np.mgrid[:height, :width] + 0.5
    rays = np.stack([(x - width / 2) / focal, (y - height / 2) / focal, np.ones_like(x)], -1)
    rotation = cv2.Rodrigues(np.array(turn, float))[0]
    world = rays @ rotation  # rotation takes the world's axes to the camera's
    picture, nearest = np.zeros((height, width, 3), np.float32), np.zeros((height, width))
    planes = [*PLANES, ((subject[0] - 0.13, subject[0] + 0.13, -0.1, 0.16), subject[1])] if subject else PLANES
    for i, (extent, z) in enumerate(planes):
        distance = (z - position[2]) / world[..., 2]
        u, v = position[0] + distance * world[..., 0], position[1] + distance * world[..., 1]
        inside = np.ones_like(u, bool) if extent is None else (u > extent[0]) & (u < extent[1])
        if extent is not None:
            inside &= (v > extent[2]) & (v < extent[3])
        if i == len(PLANES):  # its texture goes with it
            u = u - subject[0]
        rng = np.random.default_rng(i)
        grey = np.full(u.shape, 0.5)
        for _ in range(14):
            a, b, phase = rng.normal(0, 14 / z, 3)
            grey += 0.05 * np.sin(a * u + b * v + phase)
        picture[inside] = (grey[..., None] * rng.uniform(0.5, 1, 3))[inside]
        nearest[inside] = 1 / distance[inside]  # planar depth: rays have z = 1
    return picture, nearest


def clip(step=(0.03, 0, 0), turn=(0, 0, 0), offsets=OFFSETS, **more):
    frames = [seen(np.array(step) * o, np.array(turn) * o, **more) for o in offsets]
    return [f[0] for f in frames], frames[offsets.index(0)][1]


def error(found, truth):
    """RMS over the truth's deviation after the best scale and shift: 1 for a constant."""
    x, y = found.disparity.ravel().astype(float), truth.ravel()
    slope, shift = np.polyfit(x, y, 1)
    return np.sqrt(((slope * x + shift - y) ** 2).mean()) / y.std() if slope > 0 else np.inf


@pytest.mark.parametrize(
    "step, turn",
    [
        ((0.03, 0.0, 0.0), (0, 0, 0)),
        ((0.0, 0.025, 0.01), (0, 0, 0)),
        ((0.0, 0.0, 0.08), (0, 0, 0)),
        ((-0.03, 0.01, 0.0), (0.004, -0.008, 0.006)),
    ],
    ids=["truck", "pedestal", "dolly", "handheld"],
)
@pytest.mark.parametrize("focal", [FOCAL, None], ids=["known lens", "unknown lens"])
def test_planes_come_out_at_their_depths(step, turn, focal):
    frames, truth = clip(step, turn)
    found = parallax(frames, OFFSETS, focal)
    assert found.moved and not found.reason
    assert found.disparity.dtype == found.confidence.dtype == np.float32
    assert found.disparity.shape == found.confidence.shape == truth.shape
    assert error(found, truth) < 0.45
    assert found.disparity.min() >= 0 and 0 <= found.confidence.min() <= found.confidence.max() <= 1
    assert np.corrcoef(found.disparity[found.confidence > 0.7], truth[found.confidence > 0.7])[0, 1] > 0.9


@pytest.mark.parametrize("turn", [(0, 0, 0), (0.0, 0.01, 0.003)], ids=["static", "pan"])
def test_without_travel_there_is_no_depth(turn):
    rng = np.random.default_rng(0)
    frames = [f + rng.normal(0, 0.004, f.shape).astype(np.float32) for f in clip((0, 0, 0), turn)[0]]
    for focal in (FOCAL, None):
        found = parallax(frames, OFFSETS, focal)
        assert not found.moved and "turns or stands still" in found.reason
        assert not found.confidence.any()
        assert (np.diff(found.disparity, axis=0) > 0).all()


def test_a_subject_before_a_static_camera_is_no_parallax():
    rng = np.random.default_rng(0)
    frames = [seen(subject=(0.03 * o, 1.2))[0] for o in OFFSETS]
    frames = [f + rng.normal(0, 0.004, f.shape).astype(np.float32) for f in frames]
    assert not parallax(frames, OFFSETS, FOCAL).moved


def test_a_moving_subject_does_not_disturb_the_scene_and_is_not_believed():
    frames, _ = clip()
    truth = seen()[1]
    moving = [seen(np.array((0.03, 0, 0)) * o, subject=(0.1, 1.2 - 0.06 * o))[0] for o in OFFSETS]
    walker = np.abs(moving[2] - frames[2]).max(-1) > 0
    found = parallax(moving, OFFSETS, FOCAL)
    surroundings = cv2.dilate(np.uint8(walker), np.ones((21, 21), np.uint8)) == 0
    assert found.confidence[walker].mean() < 0.5 * found.confidence[surroundings].mean()
    assert np.corrcoef(found.disparity[surroundings], truth[surroundings])[0, 1] > 0.85


def test_any_frame_alone_is_the_same_with_and_without_kept_flows():
    frames, _ = clip()
    cache = FlowCache(1 << 26)
    parallax(frames[:4], (-1, 0, 1, 2), FOCAL, cache)
    assert np.array_equal(parallax(frames, OFFSETS, FOCAL, cache).disparity, parallax(frames, OFFSETS, FOCAL).disparity)
    assert cache.made > 0


def test_one_neighbour_is_enough():
    frames, truth = clip((0.06, 0, 0))
    assert error(parallax(frames[2:4], (0, 1), FOCAL), truth) < 0.6


def test_what_the_only_neighbour_does_not_see_is_guessed_from_around_it():
    """A camera that moves right: a strip at the left, and beside each card, is in the frame alone."""
    frames, truth = clip((0.12, 0, 0))
    found = parallax(frames[2:4], (0, 1), FOCAL)
    position = np.arange(WIDTH) - FOCAL * 0.12 * truth  # where the neighbour has it
    hidden = position < 0
    for row, at in enumerate(position):
        nearer = np.minimum.accumulate(at[::-1])[::-1]  # something to the right that is nearer covers it
        hidden[row] |= at > nearer + 2
    assert 0.03 < hidden.mean() < 0.3
    assert found.confidence[cv2.erode(np.uint8(hidden), np.ones((3, 3), np.uint8)) > 0].mean() < 0.07
    assert error(found, truth) < 0.25


def test_no_neighbour_says_so():
    frames, _ = clip()
    assert "no neighbouring frame" in parallax(frames[2:3], (0,)).reason
    assert "no neighbouring frame" in parallax([frames[2]] * 3, (-1, 0, 1)).reason  # a host repeats a clip's only frame


def test_what_is_not_finite_is_no_obstacle():
    frames, truth = clip()
    for frame in frames:
        frame[5:9, 5:9], frame[20, 30], frame[21, 30] = np.nan, np.inf, -np.inf
    found = parallax(frames, OFFSETS, FOCAL)
    assert np.isfinite(found.disparity).all() and np.isfinite(found.confidence).all()
    assert error(found, truth) < 0.5


@pytest.mark.parametrize("size", [(1, 1), (3, 2), (16, 9), (40, 1)])
def test_tiny_pictures(size):
    width, height = size
    rng = np.random.default_rng(1)
    found = parallax([rng.random((height, width, 3), np.float32) for _ in OFFSETS], OFFSETS)
    assert found.disparity.shape == (height, width) and np.isfinite(found.disparity).all()


def test_black_frames_and_another_shot_have_a_reason():
    frames, _ = clip()
    black = [np.zeros_like(f) for f in frames]
    assert parallax(black, OFFSETS).reason
    rng = np.random.default_rng(2)
    other = [cv2.GaussianBlur(rng.random(f.shape, np.float32), (0, 0), 2) for f in frames]
    other[2] = frames[2]
    assert parallax(other, OFFSETS).reason


def test_wrong_arguments_are_refused():
    frames, _ = clip()
    with pytest.raises(ValueError, match="0 among them"):
        parallax(frames, (1, 2, 3, 4, 5))
    with pytest.raises(ValueError, match="one size"):
        parallax([frames[0], frames[1][:-1]], (0, 1))


def test_abort_ends_it():
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    frames, _ = clip()
    with pytest.raises(Stop):
        parallax(frames, OFFSETS, FOCAL, None, stop)


def cameras(rng, count=2, n=300):
    """(Cameras, points, where they are seen)."""
    points = rng.uniform((-100, -70), (100, 70), (n, 2))
    rotations = np.stack([bundle.rotation_of(rng.normal(0, 0.01, 3)) for _ in range(count)])
    translations = np.array([(0.1, 0.02, 0.05), (-0.12, 0.01, 0.02), (0.05, 0.1, 0.0)])[:count]
    true = bundle.Cameras(FOCAL, rotations, translations, rng.uniform(0.1, 1, n))
    return true, points, bundle.projected(true, points)[0]


def test_bundle_adjustment_finds_cameras_through_outliers():
    rng = np.random.default_rng(3)
    true, points, there = cameras(rng)
    there[:, :60] += rng.normal(0, 10, (2, 60, 2))
    start = bundle.Cameras(
        FOCAL,
        np.stack([bundle.rotation_of(rng.normal(0, 0.002, 3)) @ r for r in true.rotations]),
        true.translations + rng.normal(0, 0.01, (2, 3)),
        true.inverse_depth * rng.uniform(0.8, 1.2, 300),
    )
    found = bundle.adjust(start, points, there, np.ones((2, 300)))
    scale = np.linalg.norm(found.translations) / np.linalg.norm(true.translations)
    assert np.allclose(found.translations / scale, true.translations, atol=2e-3)
    assert np.allclose(found.rotations, true.rotations, atol=1e-3)
    assert bundle.inliers(found, points, there, np.ones((2, 300))) == pytest.approx(0.8, abs=0.03)


def test_rotation_and_zoom_leave_nothing_of_a_pan():
    rng = np.random.default_rng(4)
    true, points, _ = cameras(rng, 1)
    pan = bundle.Cameras(FOCAL, true.rotations, np.zeros((1, 3)), true.inverse_depth)
    there = 1.05 * bundle.projected(pan, points)[0][0]
    rotation, left = bundle.rotate_and_zoom(points, there, np.ones(300), FOCAL)
    assert np.allclose(rotation, true.rotations[0], atol=1e-5)
    assert left.max() < 1e-3


def test_inverse_depth_is_the_least_squares_one():
    """Against a search over inverse depth of each pixel, with the distance in the pictures as its error."""
    rng = np.random.default_rng(5)
    height, width = 12, 16
    y, x = (g.ravel() + 0.5 for g in np.mgrid[:height, :width])
    points = np.stack([x - width / 2, y - height / 2], 1)
    true, _, _ = cameras(rng, 3, height * width)
    there = bundle.projected(true, points)[0]
    there += rng.normal(0, 0.05, there.shape)
    flows = [(t - points).reshape(height, width, 2).astype(np.float32) for t in there]
    motion = camera_motion.Motion(FOCAL, (0, 1, 2), true.rotations, true.translations)
    tensor = np.full((height, width, 3), 1e6, np.float32) * np.array([1, 0, 1], np.float32)
    trust = [np.ones((height, width), np.float32)] * 3
    found, confidence, moving = inverse_depth.solve(flows, trust, motion, tensor)
    levels = np.linspace(0, 1.3, 2601)
    errors = []
    for d in levels:
        at = bundle.Cameras(FOCAL, true.rotations, true.translations, np.full(len(x), d))
        errors.append((bundle.residuals(at, points, there) ** 2).sum(0))
    assert np.abs(found.ravel() - levels[np.argmin(errors, 0)]).max() < 0.01
    assert confidence.min() > 0.5 and moving.max() < 0.1


def test_lamps_leave_no_holes_in_the_confidence():
    """Sums over windows that a lamp passed through are not quite what they were; a direction's energy may turn out
    below 0."""
    assert inverse_depth.told(np.float32([-9.0, -1e-3, 0.0, 1e6])).tolist() == pytest.approx([0, 0, 0, 1], abs=1e-4)


def swept(frames, steps, width=WIDTH, height=HEIGHT):
    """By plane sweep alone: the cameras are known, flow has nothing to say."""
    neighbours = [
        Seen(f, 1 if o > 0 else -1, np.eye(3), -np.array(step, float))
        for o, (f, step) in zip((-1, 1), steps, strict=True)
    ]
    frame, blank = frames, np.zeros((height, width), np.float32)
    return sweep(frame, neighbours, FOCAL * width / WIDTH, blank, blank, reach=1.0)


def test_a_sweep_of_planes_needs_no_flow():
    steps = [(-0.06, 0.0, 0.0), (0.06, 0.0, 0.0)]
    here, truth = seen()
    found, sure, unlike = swept(here, [(seen(step)[0], step) for step in steps])
    assert found.dtype == sure.dtype == unlike.dtype == np.float32
    assert found.shape == sure.shape == unlike.shape == truth.shape
    believed = sure > 0.5
    assert believed.mean() > 0.5
    assert np.abs(found - truth)[believed].mean() < 0.03  # 1.6 / 63 is a plane
    assert np.median(unlike[believed]) < 0.1


def test_thin_things_that_move_by_many_times_their_width_have_their_depth():
    steps, rod = [(-0.15, 0.0, 0.0), (0.15, 0.0, 0.0)], np.s_[20:120, 98:102]

    def with_rod(step):
        picture = seen(step)[0]
        left = round(98 - FOCAL * step[0] / 1.1)  # 30 px a step at 1.1 m
        picture[20:120, left : left + 4] = (1.2, 0.1, 0.1)
        return picture

    found, sure, _ = swept(with_rod((0, 0, 0)), [(with_rod(step), step) for step in steps])
    inside = found[rod][5:-5, 1:3]
    assert np.abs(inside - 1 / 1.1).mean() < 0.08
    assert sure[rod][5:-5, 1:3].mean() > 0.5


def test_ways_through_depth_against_their_definition():
    """Hirschmüller 2008, Eq. 13, pixel by pixel."""
    rng = np.random.default_rng(5)
    costs, grey = rng.random((5, 6, 4), np.float32), np.uint8(rng.integers(0, 255, (5, 6)))
    total = np.zeros_like(costs)
    for dy, dx in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        way = np.zeros_like(costs)
        for y in range(5)[:: dy or 1]:
            for x in range(6)[:: dx or 1]:
                way[y, x] = costs[y, x]
                if 0 <= y - dy < 5 and 0 <= x - dx < 6:
                    before = way[y - dy, x - dx]
                    edge = abs(float(grey[y, x]) - float(grey[y - dy, x - dx])) / EDGE
                    jump = max(JUMP / (1 + edge), 1.5 * STEP)
                    for d in range(4):
                        beside = [before[e] + STEP for e in (d - 1, d + 1) if 0 <= e < 4]
                        way[y, x, d] += min(before[d], before.min() + jump, *beside) - before.min()
        total += way
    np.testing.assert_allclose(aggregated(costs, grey), total, rtol=1e-5)


def test_large_pictures_are_swept_smaller():
    here, truth = seen(width=800, height=560)
    steps = [(-0.06, 0.0, 0.0), (0.06, 0.0, 0.0)]
    others = [(seen(step, width=800, height=560)[0], step) for step in steps]
    found, sure, _ = swept(here, others, 800, 560)
    assert found.shape == (560, 800)
    assert np.abs(found - truth)[sure > 0.5].mean() < 0.03


def test_thin_things_that_flow_takes_for_moving_are_believed_where_a_depth_fits():
    moving = np.zeros((90, 160), np.float32)
    moving[:, 20:22] = moving[:, 60:62] = moving[30:60, 100:130] = 1
    unlike = np.full((90, 160), 0.05, np.float32)
    unlike[:, 60:62] = 0.5
    alone = fill.moving_alone(moving, unlike)
    assert not alone[:, 20:22].any() and alone[:, 60:62].all() and alone[30:60, 100:130].all()
