"""Shapes that vary over the frame: against their points, and what each effect must do."""

import numpy as np
import pytest

from focuspuller.kernels.lens.field import Field, PlacedShapes, span_grid
from focuspuller.kernels.lens.glass_reference import row_of, spread_through_glass
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.profile import EVEN, lens_profiles
from focuspuller.kernels.lens.samples import Samples

ASPECT = 16 / 9
FIELDS = [Field(1.0), Field(swirl=1.0), Field(doors=(1, 0.5, 1, 0.5)), Field(0.8, (0.5, 0, 0, 0.7), 0.6)]
IRISES = [Iris(), Iris(6, 0, 10), Iris(5, 0.3, -20, 2)]
EVEN_PAIR = (EVEN, EVEN)


def placed(iris, field, x, y) -> PlacedShapes:
    """The shape at one place."""
    return PlacedShapes(iris, field, ASPECT, np.array([float(x)]), np.array([float(y)]))


def area_of(shape: PlacedShapes) -> float:
    (table,), (top,), (bottom,) = shape.spans(256)
    return (table[-1, 1] - table[-1, 0]) * (bottom - top)


def points_in(shape: PlacedShapes, across=501):
    """(u, v) [N, 2] of a raster of the shape, and the area of a raster point."""
    half = 1.5 * max(1, 1 / shape.iris.squeeze)
    u, v = np.meshgrid(np.linspace(-half, half, across), np.linspace(-1.5, 1.5, across))
    inside = shape.contains(u, v)[0]
    return np.stack([u[inside], v[inside]], axis=1), (2 * half / (across - 1)) * (3 / (across - 1))


def axes_of(points):
    """(lengths of the half axes, unit vectors [2, 2] in rows), shorter first, by second moments."""
    values, vectors = np.linalg.eigh(np.cov(points.T))
    return 2 * np.sqrt(values), vectors.T


@pytest.mark.parametrize("field", FIELDS, ids=str)
@pytest.mark.parametrize("iris", IRISES, ids=str)
def test_spans_are_those_of_the_shape(iris, field):
    for x, y in [(0, 0), (0.9, -0.9), (-0.6, 0.2), (1.3, 0.5)]:
        shape = placed(iris, field, x, y)
        (table,), (top,), (bottom,) = shape.spans(256)
        points, cell = points_in(shape)
        assert (table[-1, 1] - table[-1, 0]) * (bottom - top) == pytest.approx(len(points) * cell, rel=0.03)
        assert points[:, 1].min() == pytest.approx(top, abs=0.02)
        assert points[:, 1].max() == pytest.approx(bottom, abs=0.02)
        u = np.linspace(-1.5, 1.5, 3001) * max(1, 1 / iris.squeeze)
        for v in np.linspace(top, bottom, 9)[1:-1]:
            row = u[shape.contains(u, v)[0]]
            left, right, reached = row_of(table[None], top, bottom, np.array([v - 0.004]), np.array([v + 0.004]))
            assert left[0] == pytest.approx(row.min(), abs=0.02)
            assert right[0] == pytest.approx(row.max(), abs=0.02)
            assert reached[0] == pytest.approx(0.008, rel=1e-6)
            assert len(row) == pytest.approx((row.max() - row.min()) / (u[1] - u[0]) + 1, abs=1.1)  # one span: convex


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_between_nodes_a_percent_of_light_is_misplaced_at_most(field):
    grid = span_grid(Iris(6, 0, 10), field, ASPECT)
    v = np.linspace(-1.5, 1.5, 601)
    for x, y in np.random.default_rng(3).uniform(-1, 1, (20, 2)):
        table, bounds = grid.at(np.array([(x + 1) / 2]), np.array([(y + 1) / 2]))
        (exact,), (top,), (bottom,) = placed(Iris(6, 0, 10), field, x, y).spans(1024)
        rows = []
        for spans, (first, last, wide) in (
            (table, bounds[0, :3]),
            (exact[None], (top, bottom, exact[-1, 1] - exact[-1, 0])),
        ):
            many = np.repeat(spans, 600, axis=0)
            left, right, reached = row_of(many, first, last, v[:-1], v[1:])
            rows.append((left, right, reached / (wide * (last - first))))
        (l1, r1, d1), (l2, r2, d2) = rows
        shared = np.clip(np.minimum(r1, r2) - np.maximum(l1, l2), 0, None) * np.minimum(d1, d2)
        assert shared.sum() > 0.985


def test_cat_eye_is_a_lens_across_the_direction_to_the_centre():
    for x, y in [(1, 1), (-1, 1), (0.7, -0.2), (0, 1)]:
        shape = placed(Iris(), Field(cat_eye=1.0), x, y)
        points, _ = points_in(shape)
        (short, long), (narrow, _) = axes_of(points)
        to_centre = np.array([x * ASPECT, y]) / np.hypot(x * ASPECT, y)
        assert abs(narrow @ to_centre) == pytest.approx(1, abs=0.01)
        distance = np.hypot(x * ASPECT, y) / np.hypot(ASPECT, 1)
        along = points @ to_centre
        assert along.max() - along.min() == pytest.approx(2 - distance, abs=0.03)
        assert short < long
        np.testing.assert_allclose(points.mean(axis=0), 0, atol=0.01)  # it keeps its centre


def test_cat_eye_leaves_the_axis_alone_and_grows():
    areas = []
    for x in (0, 0.3, 0.6, 1.0):
        areas.append(area_of(placed(Iris(), Field(cat_eye=1.0), x, 0)))
    assert areas[0] == pytest.approx(np.pi, rel=1e-3)
    assert np.all(np.diff(areas) < -0.2)


def test_a_squeezed_lens_vignettes_less_across():
    """On its narrower frame the side is nearer to the axis: 0.66 of the corner's distance instead of 0.87."""
    for squeeze, expected in ((1, 0.872), (2, 0.664)):
        shape = placed(Iris(squeeze=squeeze), Field(cat_eye=1.0), 1, 0)
        points, _ = points_in(shape)
        assert np.ptp(points[:, 0]) * squeeze == pytest.approx(2 - expected, abs=0.03)
        assert np.ptp(points[:, 1]) < 2


def test_swirl_stretches_across_and_squeezes_along_and_keeps_the_area():
    for x, y in [(1, 1), (-0.5, 0.8)]:
        points, cell = points_in(placed(Iris(), Field(swirl=1.0), x, y))
        (short, long), (narrow, _) = axes_of(points)
        distance = np.hypot(x * ASPECT, y) / np.hypot(ASPECT, 1)
        assert long / short == pytest.approx(1 + distance**2, rel=0.02)
        assert abs(narrow @ np.array([x * ASPECT, y])) == pytest.approx(np.hypot(x * ASPECT, y), rel=0.01)
        assert len(points) * cell == pytest.approx(np.pi, rel=0.01)


def test_barn_doors_cut_straight_on_their_own_side():
    field = Field(doors=(0, 1, 0.5, 0))
    right, _ = points_in(placed(Iris(), field, 1, 0))
    assert right[:, 0].max() == pytest.approx(0, abs=0.01) and right[:, 0].min() == pytest.approx(-1, abs=0.01)
    edge = right[right[:, 0] > -0.02]
    assert np.ptp(edge[:, 1]) == pytest.approx(2, abs=0.03)  # a straight edge as long as the disc is tall
    above, _ = points_in(placed(Iris(), field, 0, -1))
    assert above[:, 1].min() == pytest.approx(-0.5, abs=0.01) and above[:, 1].max() == pytest.approx(1, abs=0.01)
    for x, y in ((-1, 0), (0, 1)):  # where no door stands
        points, cell = points_in(placed(Iris(), field, x, y))
        assert len(points) * cell == pytest.approx(np.pi, rel=0.01)


@pytest.mark.parametrize("field", FIELDS, ids=str)
def test_shapes_stay_within_the_grids_bounds_and_light_is_kept(field):
    iris = Iris(6, 0, 10, 2)
    grid = span_grid(iris, field, ASPECT, nodes=(9, 7), size=64)
    samples = lamps([(12, 12), (60, 45), (36, 28)], [7.3, -7.3, 5.1])
    for profiles in (EVEN_PAIR, lens_profiles(0.6, obstruction=0.3, copies=5)):
        light, coverage = spread_through_glass(samples, grid, profiles, 1, 57, 72)
        assert light[..., 0].sum() == pytest.approx(3, rel=1e-5)
        assert coverage.sum() == pytest.approx(3, rel=1e-5)
    assert grid.bounds[..., 0].min() >= -grid.tallest - 1e-6 and grid.bounds[..., 1].max() <= grid.tallest + 1e-6
    edges = np.diff(grid.table, axis=2) * 64
    assert np.abs(edges).max() <= grid.widest + 1e-5


def test_in_front_of_the_focus_the_shape_is_turned():
    grid = span_grid(Iris(3, 0, 90), Field(doors=(0, 1, 0, 0)), 1.0)
    pictures = [
        spread_through_glass(lamps([(20, 20)], [r]), grid, EVEN_PAIR, 1, 41, 41, origin=(20, 0), frame=(41, 41))
        for r in (12, -12)
    ]
    np.testing.assert_allclose(pictures[0][1], pictures[1][1][::-1, ::-1], atol=1e-12)
    assert pictures[0][1][:, 21:].sum() < 0.05  # at the right side of the frame its right half is missing


def test_a_tile_has_the_shapes_of_the_whole():
    grid = span_grid(Iris(), Field(1.0, swirl=0.5), ASPECT, nodes=(9, 7), size=64)
    whole, _ = spread_through_glass(lamps([(58, 30)], [6]), grid, EVEN_PAIR, 1, 40, 70)
    tile, _ = spread_through_glass(lamps([(18, 10)], [6]), grid, EVEN_PAIR, 1, 20, 30, origin=(40, 20), frame=(70, 40))
    np.testing.assert_allclose(tile, whole[20:40, 40:70], atol=1e-12)


def lamps(places, radii) -> Samples:
    """White samples of weight 1 at (column, row)."""
    count = len(places)
    return Samples(
        np.array(places, np.int32), np.array(radii, np.float32), np.ones(count, np.float32), np.ones((count, 4))
    )


@pytest.mark.parametrize("wrong", [{"cat_eye": -0.1}, {"cat_eye": 2}, {"doors": (0, 2, 0, 0)}, {"swirl": 1.5}], ids=str)
def test_what_no_field_can_be(wrong):
    with pytest.raises(ValueError, match="outside"):
        Field(**wrong)
