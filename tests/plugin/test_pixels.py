"""Pixels survive the way through the plug-in in every form that hosts hand them out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.host import ArrayClip, profiles

LEVELS = {"byte": 255, "short": 65535}


def on_grid(pixels: np.ndarray, depth: str) -> np.ndarray:
    """The nearest values that the depth can hold."""
    if depth == "half":
        return pixels.astype(np.float16).astype(np.float32)
    if depth == "float":
        return pixels
    return (np.rint(pixels.astype(np.float64) * LEVELS[depth]) / LEVELS[depth]).astype(np.float32)


def host_like(**difference):
    name = "org.focuspuller." + "-".join(f"{k}{v}" for k, v in difference.items())
    return dataclasses.replace(profiles.STRICT, name=name, **difference)


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("depth", ["byte", "short", "half", "float"])
@pytest.mark.parametrize(("flipped", "padding"), [(False, 0), (True, 0), (False, 52), (True, 4)])
def test_every_depth_components_and_row_layout(make_node, picture, depth, channels, flipped, padding):
    # In a byte of Alpha nothing tells the host's mark for unwritten pixels from a pixel.
    marks = (depth, channels) != ("byte", 1)
    profile = host_like(depth=depth, negative_row_bytes=flipped, row_padding=padding, poison=marks)
    pixels = on_grid(picture(31, 45, channels), depth)
    node = make_node("TestIdentity", profile, clips={"Source": ArrayClip(pixels)}, format=(45, 31))
    np.testing.assert_allclose(node.render(1), pixels, rtol=0, atol=1e-7)


@pytest.mark.parametrize("depth", ["byte", "short", "half", "float"])
def test_results_are_rounded_to_nearest(make_node, picture, depth):
    pixels = on_grid(picture(31, 45), depth)
    node = make_node("TestInvert", host_like(depth=depth), clips={"Source": ArrayClip(pixels)}, format=(45, 31))
    node.set("amount", 0.37)  # no value lies half-way between two steps
    amount = np.float32(0.37)
    exact = amount * (1 - pixels) + (1 - amount) * pixels
    np.testing.assert_allclose(node.render(1), on_grid(exact, depth), rtol=0, atol=1e-7)


def test_integers_are_clamped_and_nan_is_black(make_node):
    values = np.array([-1.0, 2.0, np.nan, np.inf, -np.inf, 0.5], np.float32)
    node = make_node("TestSpread", host_like(depth="byte"), knobs={"size": 0.5}, format=(6, 1))
    # The host rounds its input, so the wild values come from the node: the colour under the point is added.
    node.set("point", (0.5, 0.5))
    pixels = np.ones((1, 6, 4), np.float32)
    node.connect("Source", ArrayClip(pixels))
    np.testing.assert_array_equal(node.render(1, Window(0, 0, 6, 1)), np.ones_like(pixels))
    halves = np.tile(values[None, :, None], (1, 1, 4))
    node = make_node("TestIdentity", host_like(depth="half"), clips={"Source": ArrayClip(halves)}, format=(6, 1))
    np.testing.assert_array_equal(node.render(1), halves)


def test_every_half_survives(make_node):
    halves = np.arange(65536, dtype=np.uint16).view(np.float16).reshape(128, 128, 4)
    node = make_node(
        "TestIdentity",
        host_like(depth="half"),
        clips={"Source": ArrayClip(halves.astype(np.float32))},
        format=(128, 128),
    )
    np.testing.assert_array_equal(node.render(1), halves.astype(np.float32))


def test_halves_round_to_nearest_even(make_node):
    rng = np.random.default_rng(1)
    bits = rng.integers(0, 0x7C00, 128 * 128 * 4, dtype=np.uint16).view(np.float16).astype(np.float32)
    pixels = bits.reshape(128, 128, 4)
    amount = np.float32(0.7)
    node = make_node("TestInvert", host_like(depth="half"), clips={"Source": ArrayClip(pixels)}, format=(128, 128))
    node.set("amount", 0.7)
    exact = amount * (1 - pixels) + (1 - amount) * pixels
    with np.errstate(over="ignore"):
        expected = exact.astype(np.float16).astype(np.float32)
    np.testing.assert_array_equal(node.render(1), expected)


@pytest.mark.parametrize("size", [(1, 1), (1, 7), (7, 1), (16384, 2)])
def test_odd_sizes(make_node, picture, size):
    width, height = size
    pixels = picture(height, width)
    node = make_node("TestIdentity", clips={"Source": ArrayClip(pixels)}, format=size)
    np.testing.assert_array_equal(node.render(1), pixels)


def test_source_smaller_than_the_window_and_off_the_frame(make_node, picture):
    pixels = picture(10, 12)
    node = make_node("TestSpread", clips={"Source": ArrayClip(pixels, origin=(-5, 44))}, knobs={"size": 3})
    node.set("point", (30.5, 20.5))  # nothing there
    result = node.render(1)
    window = node.region_of_definition(1)
    assert window == Window(-8, 41, 10, 57)
    padded = np.zeros((16 + 6, 18 + 6, 4))
    padded[6:16, 6:18] = pixels
    box = sum(padded[y : y + 16, x : x + 18] for y in range(7) for x in range(7)) / 49
    np.testing.assert_allclose(result, box, atol=1e-6)


def test_tiles_equal_the_whole(make_node, picture):
    def rendered(profile) -> np.ndarray:
        node = make_node("TestSpread", profile, clips={"Source": ArrayClip(picture(48, 64))}, knobs={"size": 5})
        node.set("point", (20.5, 30.5))
        return node.render(1)

    whole = rendered(profiles.STRICT)
    np.testing.assert_array_equal(rendered(profiles.TILED), whole)
    np.testing.assert_array_equal(rendered(host_like(tile=16)), whole)


def test_fields_keep_their_rows(make_node, picture):
    pixels = picture(48, 64)
    node = make_node("TestIdentity", profiles.FIELDED, clips={"Source": ArrayClip(pixels)})
    np.testing.assert_array_equal(node.render(1), pixels)
