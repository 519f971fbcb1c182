"""Display-referred hosts: light is decoded on the way in and encoded on the way out; data and alpha never."""

from __future__ import annotations

import numpy as np
import pytest

from focuspuller.ofx_bridge.host import ArrayClip

ALPHA, BETA = 1.09929682680944, 0.018053968510807


def mirrored(curve):
    return lambda x: np.copysign(curve(np.abs(np.asarray(x, np.float64))), x)


# Written from the standards: IEC 61966-2-1, ITU-R BT.709 / BT.2020, ITU-R BT.1886.
DECODE = {
    "linear": lambda v: v,
    "sRGB": mirrored(lambda v: np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)),
    "Rec.709": mirrored(lambda v: np.where(v < 4.5 * BETA, v / 4.5, ((v + ALPHA - 1) / ALPHA) ** (1 / 0.45))),
    "gamma 2.4": mirrored(lambda v: v**2.4),
}
ENCODE = {
    "linear": lambda v: v,
    "sRGB": mirrored(lambda v: np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)),
    "Rec.709": mirrored(lambda v: np.where(v < BETA, v * 4.5, ALPHA * v**0.45 - (ALPHA - 1))),
    "gamma 2.4": mirrored(lambda v: v ** (1 / 2.4)),
}


@pytest.fixture(params=DECODE)
def transfer(request):
    return request.param


def wide_range(height=32, width=64, channels=3):
    """Values from -2 to 64 in every magnitude."""
    rng = np.random.default_rng(3)
    values = 10 ** rng.uniform(-6, 1.8, (height, width, channels)) * rng.choice(
        [1, 1, 1, -0.03], (height, width, channels)
    )
    return values.astype(np.float32)


def test_there_and_back(make_node, transfer):
    pixels = wide_range()
    node = make_node(
        "TestIdentity", clips={"Source": ArrayClip(pixels)}, knobs={"inputTransfer": transfer}, format=(64, 32)
    )
    np.testing.assert_allclose(node.render(1), pixels, rtol=2e-6, atol=1e-9)


def test_the_node_sees_light(make_node, transfer):
    pixels = wide_range()
    node = make_node(
        "TestInvert", clips={"Source": ArrayClip(pixels)}, knobs={"inputTransfer": transfer}, format=(64, 32)
    )
    light = 1 - DECODE[transfer](pixels).astype(np.float32)
    np.testing.assert_allclose(node.render(1), ENCODE[transfer](light), rtol=3e-6, atol=3e-6)


@pytest.mark.parametrize("premultiplied", [True, False])
def test_half_covered_pixels(make_node, transfer, premultiplied):
    """Colour is decoded as it would look opaque, whichever way the host stores it."""
    rng = np.random.default_rng(4)
    colour = rng.random((32, 64, 3), np.float32)
    alpha = rng.choice(np.array([0, 0.25, 0.5, 1], np.float32), (32, 64, 1))
    pixels = np.concatenate([colour * alpha if premultiplied else colour, alpha], 2)
    clip = ArrayClip(pixels, premultiplied=premultiplied)
    node = make_node("TestIdentity", clips={"Source": clip}, knobs={"inputTransfer": transfer}, format=(64, 32))
    np.testing.assert_allclose(node.render(1), pixels, rtol=2e-6, atol=1e-9)
    assert np.array_equal(node.render(1)[..., 3:], alpha)


def test_extremes_stay(make_node, transfer):
    pixels = np.array([[[0.0, -0.0, 1.0], [np.inf, -np.inf, np.nan], [1e-38, 1e30, 3e38]]], np.float32)
    node = make_node(
        "TestIdentity", clips={"Source": ArrayClip(pixels)}, knobs={"inputTransfer": transfer}, format=(3, 1)
    )
    result = node.render(1)
    np.testing.assert_allclose(result[0, :2], pixels[0, :2], rtol=1e-6)
    assert not np.isnan(result[0, 2]).any()


def test_data_is_left_alone(make_node, transfer):
    depth = wide_range(channels=1)
    node = make_node(
        "TestReport",
        clips={"Source": ArrayClip(wide_range()), "Depth": ArrayClip(depth)},
        knobs={"inputTransfer": transfer, "mode": "depth"},
        format=(64, 32),
    )
    np.testing.assert_array_equal(node.render(1)[..., 0], depth[..., 0])
