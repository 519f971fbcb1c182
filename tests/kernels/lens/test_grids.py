"""Coarser grids for large radii: nothing may tell that they are there."""

import itertools

import numpy as np
import pytest

from focuspuller.kernels.lens.defocus import FINE, defocus, margin
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.layers import Layers

COARSE = [name for name in FINE if name != "exact"]


def scene(height=150, width=170, radius=28.0, seed=3):
    """Soft texture on a slanted floor through the focus, cards at all depths, and lamps."""
    rng = np.random.default_rng(seed)
    rgba = np.repeat(np.repeat(rng.random((height // 5, width // 5, 4)), 5, axis=0), 5, axis=1).astype(np.float32)
    rgba[..., 3] = 1
    coc = np.repeat(np.linspace(radius, -radius, height, dtype=np.float32)[:, None], width, axis=1)
    for _ in range(8):
        x, y = rng.integers(0, width - 30), rng.integers(0, height - 30)
        coc[y : y + rng.integers(8, 60), x : x + rng.integers(4, 40)] = rng.uniform(-radius, radius)
    for _ in range(6):
        rgba[rng.integers(0, height), rng.integers(0, width), :3] = 300
    return rgba, coc


def display(light):
    return np.clip(light, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize(("quality", "least"), [("draft", 38), ("normal", 40), ("high", 43)])
def test_the_picture_is_that_of_the_finest_grid(quality, least):
    rgba, coc = scene()
    exact = display(defocus(rgba, coc, Iris(), quality="exact"))
    error = np.mean((display(defocus(rgba, coc, Iris(), quality=quality)) - exact) ** 2)
    assert -10 * np.log10(error) > least


@pytest.mark.parametrize("quality", COARSE)
@pytest.mark.parametrize("radius", [-40.0, -13.0, 6.4, 18.0, 25.3, 55.0])
def test_a_point_keeps_its_light_place_and_size(quality, radius):
    """Dim enough to be no highlight: all of it goes through the coarser grids."""
    size = 261  # far enough from the borders, beyond which nothing is
    rgba = np.ones((size, size, 4), np.float32)
    rgba[123, 140, :3] += 2.5
    coc = np.full((size, size), radius, np.float32)
    out = defocus(rgba, coc, Iris(), quality=quality)[..., 0].astype(np.float64)
    flat = defocus(np.ones_like(rgba), coc, Iris(), quality=quality)[..., 0]
    y, x = np.mgrid[:size, :size]
    far = 1.5 * abs(radius) + 10
    reached = (np.abs(x - 140) < far) & (np.abs(y - 123) < far)
    out = (out - flat) * reached  # beyond is only rounding
    assert out.sum() == pytest.approx(2.5, rel=1e-3)
    centre = (out * x).sum() / out.sum(), (out * y).sum() / out.sum()
    np.testing.assert_allclose(centre, (140, 123), atol=0.02)
    variance = (out * ((x - 140) ** 2 + (y - 123) ** 2)).sum() / out.sum()
    assert variance == pytest.approx(radius**2 / 2, rel=0.05)


@pytest.mark.parametrize("quality", COARSE)
def test_a_highlight_keeps_its_edge(quality):
    """A lamp's disc is that of the finest grid, whatever the quality."""
    rgba = np.full((201, 201, 4), 0.2, np.float32)
    rgba[100, 100, :3] = 3000
    coc = np.full((201, 201), 37.0, np.float32)
    exact = defocus(rgba, coc, Iris(6, 0.2), quality="exact")
    difference = np.abs(defocus(rgba, coc, Iris(6, 0.2), quality=quality) - exact)
    assert difference[40:-40, 40:-40].max() < 0.03 * exact.max()


@pytest.mark.parametrize("quality", COARSE)
def test_tiles_equal_the_whole(quality):
    rgba, coc = scene()
    iris, radius, origin = Iris(5, 0.3, 5, 1.5), 28.0, (-13, 27)
    whole = defocus(rgba, coc, iris, max_radius=radius, origin=origin, quality=quality)
    rim = margin(radius, quality, 1 / 1.5)
    for x0, y0, x1, y1 in [(0, 0, 40, 40), (41, 33, 90, 71)]:
        left, top = max(x0 - rim, 0), max(y0 - rim, 0)
        part = np.s_[top : y1 + rim, left : x1 + rim]
        place = {"origin": (origin[0] + left, origin[1] + top), "window": (x0 - left, y0 - top, x1 - left, y1 - top)}
        tile = defocus(rgba[part], coc[part], iris, max_radius=radius, quality=quality, **place)
        np.testing.assert_allclose(tile, whole[y0:y1, x0:x1], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("radius", [6.0, 6.5, 12.0, 12.9, 26.0])
def test_nothing_pops_where_grids_change(radius):
    """0.01 px more radius, around the limits between grids."""
    rng = np.random.default_rng(5)
    rgba = rng.random((80, 80, 4)).astype(np.float32)
    rgba[40, 40, :3] = 50
    frames = [defocus(rgba, np.full((80, 80), radius + d, np.float32), Iris(), max_radius=30) for d in (0, 0.01, 0.02)]
    first, second = (np.abs(b - a).max() for a, b in itertools.pairwise(frames))
    assert max(first, second) < 0.02


def test_layers_are_ordered_and_bounded():
    for fine in (4.0, 6.0, 12.0, np.inf):
        layers = Layers.up_to(100, fine)
        radius = np.linspace(-100, 100, 4001)
        number = layers.layer_of(radius)
        assert (np.diff(number) >= 0).all() and np.abs(number).max() <= layers.outermost
        assert all(abs(r) <= layers.largest(n) * 1.0001 for r, n in zip(radius, number, strict=True))
