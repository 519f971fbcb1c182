"""Made-up rooms: furniture stands on the floor, inside the walls, and is whole; light falls off as it should."""

import numpy as np
import pytest

from focuspuller.kernels.rgbd_hdr.examples.make import make_example
from focuspuller.kernels.rgbd_hdr.examples.rooms import PIECES, SPANS, Room, furniture, make_room, on_top
from focuspuller.kernels.rgbd_hdr.examples.scenes import make_scene
from focuspuller.kernels.rgbd_hdr.examples.things import Box

UP = np.array([0.0, 1.0, 0.0])
GREY = np.full((8, 8, 3), 0.3, np.float32)


def room(**more) -> Room:
    return Room(np.array([-3.0, -1.4, -3.0]), np.array([3.0, 1.2, 5.0]), (GREY,) * 4, UP, (), **more)


@pytest.mark.parametrize("kind", PIECES)
def test_a_piece_fills_its_measures_and_stands_on_the_floor(kind):
    rng = np.random.default_rng(1)
    wide, deep, high = (float(np.mean(span)) for span in SPANS[kind])
    low, up = (np.array(corners) for corners in zip(*PIECES[kind](wide, deep, high, rng), strict=True))
    assert (up > low).all()
    assert low.min(0) == pytest.approx([-wide / 2, 0, -deep / 2])
    assert up.max(0) == pytest.approx([wide / 2, high, deep / 2])


def test_furniture_is_in_the_room_on_the_floor_and_not_in_the_camera():
    found = [
        thing for seed in range(30) for thing in furniture(room(), 0.3 * seed, 0.6, [], np.random.default_rng(seed))
    ]
    assert len(found) > 100
    for thing in found:
        corners = [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)] * thing.half
        turn = thing.turn if isinstance(thing, Box) else 0.0
        c, s = np.cos(turn), np.sin(turn)
        x, y, z = corners.T
        world = np.stack([c * x + s * z, y, c * z - s * x], 1) + thing.centre
        assert (world[:, 1] >= room().floor - 0.001).all()
        assert (world >= room().low - 0.3).all() and (world <= room().high + 0.3).all()  # corners askew, things on rims
        assert np.hypot(*thing.centre[[0, 2]]) > 0.2


def test_backs_are_to_the_wall():
    """Of a sofa, what is highest is at the wall that it stands at."""
    checked = 0
    for seed in range(60):
        things = furniture(room(), 0.0, 0.2, [], np.random.default_rng(seed))
        tops = [
            t for t in things if isinstance(t, Box) and abs(t.half[1] - 0.45) < 0.2 and t.half[2] == pytest.approx(0.1)
        ]
        for back in tops:
            gaps = [room().high[2] - back.centre[2], 3 - abs(back.centre[0]), back.centre[2] + 3]
            if min(gaps) < 0.15:
                checked += 1
                assert np.argmin(gaps) == (0, 1, 2, 1)[round(back.turn / (np.pi / 2)) % 4]
    assert checked > 5


def test_small_things_stand_on_the_table():
    things = [
        t for seed in range(8) for t in on_top(np.array([1.0, 0, 2.0]), -0.6, 0.4, [], UP, np.random.default_rng(seed))
    ]
    assert len(things) > 8
    assert all(thing.centre[1] - thing.half[1] == pytest.approx(-0.6) for thing in things)


def test_corners_are_darker_and_the_bulb_lights_what_is_near():
    def lit(place: Room, *point: float) -> float:
        ray = np.array(point) / np.linalg.norm(point)
        return float(place.seen(np.zeros(3), ray[None])[0].mean())

    middle, corner, side = (0.0, 0.0, 5.0), (2.9, 0.0, 5.0), (-2.0, 0.0, 5.0)
    assert lit(room(), *middle) == pytest.approx(lit(room(), *corner), rel=1e-5)
    assert lit(room(dark=0.5), *corner) == pytest.approx(
        lit(room(), *corner) * (1 - 0.5 * np.exp(-0.1 / 0.3)), rel=0.03
    )
    bulb = room(bulb=np.array([2.0, 0.0, 4.0]))
    assert lit(bulb, 2.0, 0.0, 5.0) > 1.5 * lit(bulb, *side)


def test_a_room_is_the_same_for_a_seed():
    a, b = (make_room([], UP, np.random.default_rng(3)) for _ in range(2))
    assert (a.low == b.low).all() and all((x == y).all() for x, y in zip(a.textures, b.textures, strict=True))
    assert a.floor == a.low[1] < -0.6


def test_scenes_with_desks_look_down_on_things():
    scenes = [make_scene(seed, [], 0.6) for seed in range(40)]
    desks = [s for s in scenes if any(isinstance(t, Box) and t.half[1] == 0.02 and t.half[0] >= 0.6 for t in s.things)]
    assert len(desks) > 3
    assert all(scene.camera.rotation[2, 1] < 0 for scene in desks)
    first = [scene is desks[0] for scene in scenes].index(True)
    example = make_example(first, [], (64, 40))
    assert np.isfinite(example.disparity).all() and example.disparity.min() > 0
