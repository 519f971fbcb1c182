"""The iris's spans against its shape, tested point by point."""

import numpy as np
import pytest

from focuspuller.kernels.lens.glass import PLAIN
from focuspuller.kernels.lens.glass_reference import row_of
from focuspuller.kernels.lens.iris import Iris

IRISES = [Iris(), Iris(6, 0, 10), Iris(5, 0.3, -20, 2), Iris(3, 0), Iris(16, 0.5, 90, 0.5)]


@pytest.mark.parametrize("iris", IRISES, ids=str)
def test_area_and_spans_are_those_of_the_shape(iris):
    grid = PLAIN.grid(iris, 1)
    top, bottom, width, _ = grid.bounds[0, 0]
    half_width = max(1, 1 / iris.squeeze)
    x = np.linspace(-half_width, half_width, 4001)
    v = np.linspace(-1, 1, 401)
    inside = iris.contains(x[None, :], v[:, None])
    assert width * (bottom - top) == pytest.approx(inside.mean() * 4 * half_width, rel=4e-3)
    for i in range(20, 381, 40):
        if not inside[i].any():
            continue
        left, right, reached = row_of(grid.table[0], top, bottom, np.array([v[i] - 1e-3]), np.array([v[i] + 1e-3]))
        assert left[0] == pytest.approx(x[inside[i]].min(), abs=0.01)
        assert right[0] == pytest.approx(x[inside[i]].max(), abs=0.01)
        assert reached[0] == pytest.approx(2e-3, rel=0.05)


def test_circle():
    for squeeze in (1, 2):
        top, bottom, width, _ = PLAIN.grid(Iris(squeeze=squeeze), 1).bounds[0, 0]
        assert width * (bottom - top) == pytest.approx(np.pi / squeeze, rel=1e-5)


def test_a_blade_corner_points_where_the_rotation_says():
    assert Iris(3, 0, 90).contains(0, -0.95)  # up
    assert not Iris(3, 0, 90).contains(0, 0.95)
    assert Iris(4, 0, 30).contains(0.95 * np.cos(np.radians(30)), -0.95 * np.sin(np.radians(30)))


@pytest.mark.parametrize(
    "wrong", [{"blades": 2}, {"blades": 17}, {"roundness": 1.5}, {"squeeze": 0}, {"squeeze": np.nan}]
)
def test_what_no_iris_can_be(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong)).removesuffix("s")):
        Iris(**wrong)
