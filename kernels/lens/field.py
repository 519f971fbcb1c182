"""Field: shapes of the iris that vary over the frame, and their span tables on a grid.

A place in the frame is (x, y), 0 at the optical centre (the format's), ±1 at the format's sides, y down. In the lens's
own frame, before an anamorphic picture is widened, it is q = (x · aspect / squeeze, y), scaled so that |q| = 1 in the
corners: a squeezed lens's falloff runs over its narrower frame. There, in this order,

* **cat-eye**: away from the axis the front and the rear rim of the barrel cut into the iris. Seen from q they are
  circles as wide as the iris, displaced by ±catEye/2 · q; what both leave is a lens shape across the direction to the
  centre, which keeps its centre, and is 1 - catEye/2 · |q| of the iris's width along it.
* **swirl**: astigmatism with field curvature (Petzval's lens) makes of the disc an ellipse of the same area, with axes
  √(1 + swirl · |q|²) across the direction to the centre and its inverse along it.
* **squeeze**: the picture is widened: widths are 1 / squeeze.
* **barn doors**: flags in front of the lens stand in the light of places near their side of the frame. The part of the
  shape farther to that side than 1 - door · |x| (or |y|) of the iris's radius is missing, straight.

Every shape is convex, and light is spread over what is left of it: nothing darkens. As always a point in front of the
focus shows its shape turned by 180°.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from .iris import Iris

NARROWEST = 0.15  # of the iris that a cat-eye leaves along the direction to the centre
BEYOND = 0.25  # of the format by which the grid goes on beyond each of its sides (overscan)
_POINTS = 480  # of a bladed outline
_FINE = 4  # samples of a table's interval
_COARSE = 256  # rows that look for a shape's top and bottom


@dataclass(frozen=True)
class Field:
    """cat_eye: 0 … 1.5, 1 = half as wide in the corners. doors: left, right, top, bottom, each 0 … 1, 1 = half of the
    shape at that side of the frame. swirl: 0 … 1, 1 = twice as long as wide in the corners. ValueError outside."""

    cat_eye: float = 0.0
    doors: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    swirl: float = 0.0

    def __post_init__(self):
        if not 0 <= self.cat_eye <= 1.5:
            raise ValueError(f"cat-eye {self.cat_eye} is outside [0, 1.5]")
        if not all(0 <= door <= 1 for door in self.doors):
            raise ValueError(f"barn doors {self.doors} are outside [0, 1]")
        if not 0 <= self.swirl <= 1:
            raise ValueError(f"swirl {self.swirl} is outside [0, 1]")

    @property
    def even(self) -> bool:
        """Whether every place has the plain iris."""
        return self.cat_eye == self.swirl == 0 and not any(self.doors)

    @property
    def reach(self) -> float:
        """Bound of the shapes' extent, in radii of the plain iris's height and width."""
        return float(np.sqrt(1 + self.swirl))


@dataclass(frozen=True)
class PlacedShape:
    """The iris as it is seen at one place. x, y: the place, see above; aspect: width / height of the format."""

    iris: Iris
    field: Field
    aspect: float
    x: float
    y: float

    def contains(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Whether points (u right, v down, in radii of the circle of confusion) lie in the shape."""
        u, v = np.asarray(u, float), np.asarray(v, float)
        left, right, top, bottom = self._limits()
        inside = (u >= left) & (u <= right) & (v >= top) & (v <= bottom)
        back = np.linalg.inv(self._matrix())
        px, py = back[0, 0] * u + back[0, 1] * v, back[1, 0] * u + back[1, 1] * v
        for cx, cy in self._rims():
            inside &= np.hypot(px - cx, py - cy) <= 1
        return inside & (np.hypot(px, py) <= self.iris.edge(np.arctan2(-py, px)))

    def spans(self, size: int) -> tuple[np.ndarray, float, float]:
        """(integrals float64 [size + 1, 2], top, bottom): the shape reaches from v = top to bottom, and over
        t = (v - top) / (bottom - top) from 0 to 1 these are the integrals of its left and of its right edge."""
        coarse = np.linspace(-self.field.reach, self.field.reach, _COARSE)
        reached = np.flatnonzero(self._rows(coarse)[2])
        ends = []
        for found, beyond in ((reached[0], reached[0] - 1), (reached[-1], reached[-1] + 1)):
            closer = np.linspace(coarse[found], coarse[np.clip(beyond, 0, _COARSE - 1)], _COARSE // 4)
            ends.append(float(closer[np.flatnonzero(self._rows(closer)[2])[-1]]))
        top, bottom = ends if not self.field.even else self._whole()
        t = (np.arange(size * _FINE) + 0.5) / (size * _FINE)
        left, right, _ = self._rows(top + t * (bottom - top))
        rows = np.stack([left, np.maximum(left, right)], axis=1) / len(t)
        return np.concatenate([np.zeros((1, 2)), np.cumsum(rows, axis=0)])[::_FINE], top, bottom

    def _whole(self) -> tuple[float, float]:
        """Top and bottom of the plain iris."""
        if self.iris.blades == 0:
            return -1.0, 1.0
        y = self._outline()[1]
        return float(y.min()), float(y.max())

    def _rows(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(left, right, inside) of the shape in rows at these v."""
        left, right, top, bottom = self._limits()
        lower, upper, inside = np.full_like(v, left), np.full_like(v, right), (v >= top) & (v <= bottom)
        matrix = self._matrix()
        parts = [_circle_edges(matrix, centre, v) for centre in self._rims()]
        if self.iris.blades == 0:
            parts.append(_circle_edges(matrix, np.zeros(2), v))
        else:
            parts.append(_edges(matrix @ self._outline(), v))
        for first, last, reached in parts:
            lower, upper, inside = np.maximum(lower, first), np.minimum(upper, last), inside & reached
        return lower, upper, inside & (upper > lower)

    def _direction(self) -> tuple[np.ndarray, float]:
        """(unit vector away from the centre, distance from it: 1 in the corners) in the lens's own frame."""
        wide = self.aspect / self.iris.squeeze
        q = np.array([self.x * wide, self.y]) / np.hypot(wide, 1)
        distance = float(np.hypot(*q))
        return (q / distance if distance > 0 else np.array([1.0, 0.0])), distance

    def _rims(self) -> list[np.ndarray]:
        """Centres of the barrel's rims."""
        direction, distance = self._direction()
        away = min(self.field.cat_eye * distance / 2, 1 - NARROWEST)
        return [direction * away, -direction * away] if away > 0 else []

    def _matrix(self) -> np.ndarray:
        """[2, 2]: from the iris (x right, y down) to the picture."""
        direction, distance = self._direction()
        across = np.sqrt(1 + self.field.swirl * min(distance, 1) ** 2)
        along = np.outer(direction, direction)
        return np.diag([1 / self.iris.squeeze, 1]) @ (along / across + (np.eye(2) - along) * across)

    def _limits(self) -> tuple[float, float, float, float]:
        """Barn doors: least and largest u, least and largest v."""
        wide = 1 / self.iris.squeeze
        places = (-self.x, self.x, -self.y, self.y)
        cut = [d * np.clip(p, 0, 1) if d and p > 0 else -1e3 for d, p in zip(self.field.doors, places, strict=True)]
        return -wide * (1 - cut[0]), wide * (1 - cut[1]), -(1 - cut[2]), 1 - cut[3]

    def _outline(self) -> np.ndarray:
        """float64 [2, N]: the iris's outline, counter-clockwise as seen (y down); its corners are among the points."""
        count = self.iris.blades * (_POINTS // self.iris.blades)
        angle = np.radians(self.iris.rotation) + np.linspace(0, 2 * np.pi, count, endpoint=False)
        return np.stack([np.cos(angle), -np.sin(angle)]) * self.iris.edge(angle)


def _circle_edges(matrix: np.ndarray, centre: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached) in rows at v of matrix @ (a circle of radius 1 around `centre`)."""
    (a, b), (_, c) = np.linalg.inv(matrix @ matrix.T)  # a·u² + 2·b·u·v + c·v² = 1
    x, y = matrix @ centre
    v = v - y
    root = b * b * v * v - a * (c * v * v - 1)
    half = np.sqrt(np.maximum(root, 0)) / a
    return x - b / a * v - half, x - b / a * v + half, root >= 0


def _edges(outline: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached) of a convex outline [2, N], counter-clockwise as seen, in rows at these v, rising."""
    top = int(np.argmin(outline[1]))
    x, y = np.roll(outline, -top, axis=1)
    bottom = int(np.argmax(y))
    left = np.interp(v, y[: bottom + 1], x[: bottom + 1])
    right = np.interp(v, np.append(y[bottom:], y[0])[::-1], np.append(x[bottom:], x[0])[::-1])
    return left, right, (v >= y[0]) & (v <= y[bottom])


@dataclass(frozen=True)
class SpanGrid:
    """Span tables on a grid over the frame; between its nodes everything is interpolated bilinearly.

    table: float32 [GY, GX, T + 1, 2]: PlacedShape.spans at each node. bounds: float32 [GY, GX, 4]: top and bottom of
    the shape in v, the mean width of its rows, and 0. start, step: (x, y) of the first node and between nodes, in
    fractions of the format from its top-left corner; places outside the grid take its border. tallest, widest: bounds
    of |v| and |u| of all shapes, in radii.

    For a row v1 … v2 of a shape with interpolated top, bottom and table: t = (v - top) / (bottom - top), kept within
    0 … 1; the differences d of the table between t1 and t2 give the row's mean edges d / (t2 - t1), and
    (t2 - t1) · (bottom - top) is the part of it that the shape reaches. The shape's area is the interpolated width
    times the interpolated (bottom - top): with it light is kept exactly between nodes too.
    """

    table: np.ndarray
    bounds: np.ndarray
    start: tuple[float, float]
    step: tuple[float, float]
    tallest: float
    widest: float

    def at(self, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(table float64 [N, T + 1, 2], bounds [N, 4]) at places in fractions of the format."""
        rows, columns = self.bounds.shape[:2]
        (x0, x1, tx), (y0, y1, ty) = (
            _between(np.asarray(place, np.float64), start, step, count)
            for place, start, step, count in zip((x, y), self.start, self.step, (columns, rows), strict=True)
        )
        table, bounds = 0.0, 0.0
        for yi, wy in ((y0, 1 - ty), (y1, ty)):
            for xi, wx in ((x0, 1 - tx), (x1, tx)):
                weight = (wy * wx)[:, None]
                table = table + weight[..., None] * self.table[yi, xi]
                bounds = bounds + weight * self.bounds[yi, xi]
        return table, bounds


def _between(place, start: float, step: float, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(node before, node after, weight of the one after)."""
    position = np.clip((place - start) / step, 0, count - 1)
    before = np.minimum(position.astype(int), max(count - 2, 0))
    return before, np.minimum(before + 1, count - 1), position - before


@lru_cache(maxsize=4)
def span_grid(
    iris: Iris, field: Field, aspect: float, *, nodes: tuple[int, int] = (25, 19), size: int = 256
) -> SpanGrid:
    """The SpanGrid of an iris in a field. aspect: width / height of the format in square pixels. nodes: (GX, GY), odd,
    so that one lies in the centre; size: T. An even field has one node. Kept for the last few lenses."""
    if field.even:
        nodes = (1, 1)
    step = tuple((1 + 2 * BEYOND) / max(n - 1, 1) for n in nodes)
    start = tuple(-BEYOND if n > 1 else 0.5 for n in nodes)
    table = np.zeros((nodes[1], nodes[0], size + 1, 2), np.float32)
    bounds = np.zeros((nodes[1], nodes[0], 4), np.float32)
    for j in range(nodes[1]):
        for i in range(nodes[0]):
            x, y = (2 * (start[k] + (i, j)[k] * step[k]) - 1 for k in (0, 1))
            table[j, i], *bounds[j, i, :2] = PlacedShape(iris, field, aspect, x, y).spans(size)
    bounds[..., 2] = table[:, :, -1, 1] - table[:, :, -1, 0]
    table.flags.writeable = bounds.flags.writeable = False
    return SpanGrid(table, bounds, start, step, field.reach, field.reach / iris.squeeze)
