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
class PlacedShapes:
    """The iris as it is seen at N places.

    x, y: float64 [N]: the places, see above; aspect: width / height of the format. In what follows arrays of rows are
    [N, R], and u, v are right and down, in radii of the circle of confusion.
    """

    iris: Iris
    field: Field
    aspect: float
    x: np.ndarray
    y: np.ndarray

    def contains(self, u: np.ndarray, v: np.ndarray) -> np.ndarray:
        """Whether points lie in the shapes: [N, …] for u and v of any shape."""
        u, v = np.broadcast_arrays(np.asarray(u, float), np.asarray(v, float))
        column = (-1,) + (1,) * u.ndim
        left, right, top, bottom = (limit.reshape(column) for limit in self._limits())
        back = np.linalg.inv(self._matrix())
        px, py = (back[:, i, 0].reshape(column) * u + back[:, i, 1].reshape(column) * v for i in (0, 1))
        inside = (u >= left) & (u <= right) & (v >= top) & (v <= bottom)
        for cx, cy in self._rims():
            inside &= np.hypot(px - cx.reshape(column), py - cy.reshape(column)) <= 1
        return inside & (np.hypot(px, py) <= self.iris.edge(np.arctan2(-py, px)))

    def spans(self, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(integrals float64 [N, size + 1, 2], top [N], bottom [N]): a shape reaches from v = top to bottom, and over
        t = (v - top) / (bottom - top) from 0 to 1 these are the integrals of its left and of its right edge."""
        top, bottom = self._extent()
        t = (np.arange(size * _FINE) + 0.5) / (size * _FINE)
        left, right, _ = self._rows(top[:, None] + t * (bottom - top)[:, None])
        rows = np.stack([left, np.maximum(left, right)], axis=2) / len(t)
        start = np.zeros((len(top), 1, 2))
        return np.concatenate([start, np.cumsum(rows, axis=1)], axis=1)[:, ::_FINE], top, bottom

    def _extent(self) -> tuple[np.ndarray, np.ndarray]:
        """(top, bottom), [N] each."""
        if self.field.even:
            outline = self._outline()[1] if self.iris.blades else np.array([-1.0, 1.0])
            return tuple(np.full(len(self.x), end) for end in (outline.min(), outline.max()))
        shape = np.arange(len(self.x))
        coarse = np.linspace(-self.field.reach, self.field.reach, _COARSE)
        inside = self._rows(np.broadcast_to(coarse, (len(shape), _COARSE)))[2]
        first, last = inside.argmax(axis=1), _COARSE - 1 - inside[:, ::-1].argmax(axis=1)
        ends = []
        for found, beyond in ((first, first - 1), (last, last + 1)):
            outside = coarse[np.clip(beyond, 0, _COARSE - 1)]
            closer = coarse[found][:, None] + (outside - coarse[found])[:, None] * np.linspace(0, 1, _COARSE // 4)
            inside = self._rows(closer)[2]
            ends.append(closer[shape, closer.shape[1] - 1 - inside[:, ::-1].argmax(axis=1)])
        return tuple(ends)

    def _rows(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(left, right, inside) of the shapes in rows at these v, [N, R] each."""
        left, right, top, bottom = (limit[:, None] for limit in self._limits())
        lower, upper = np.broadcast_to(left, v.shape), np.broadcast_to(right, v.shape)
        inside = (v >= top) & (v <= bottom)
        matrix = self._matrix()
        parts = [_circle_edges(matrix, centre, v) for centre in self._rims()]
        if self.iris.blades == 0:
            parts.append(_circle_edges(matrix, np.zeros((2, len(self.x))), v))
        else:
            parts.append(self._iris_edges(matrix, v))
        for first, last, reached in parts:
            lower, upper, inside = np.maximum(lower, first), np.minimum(upper, last), inside & reached
        return lower, upper, inside & (upper > lower)

    def _iris_edges(self, matrix: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        outline = self._outline()
        if self.field.swirl == 0:  # the same outline everywhere
            return _edges(matrix[0] @ outline, v)
        each = [_edges(m @ outline, row) for m, row in zip(matrix, v, strict=True)]
        return tuple(np.stack(parts) for parts in zip(*each, strict=True))

    def _direction(self) -> tuple[np.ndarray, np.ndarray]:
        """(unit vectors away from the centre [2, N], distances from it [N], 1 in the corners), in the lens's frame."""
        wide = self.aspect / self.iris.squeeze
        q = np.stack([self.x * wide, self.y]) / np.hypot(wide, 1)
        distance = np.hypot(*q)
        return np.where(distance > 0, q / np.maximum(distance, 1e-12), [[1.0], [0.0]]), distance

    def _rims(self) -> list[np.ndarray]:
        """Centres of the barrel's rims, [2, N] each."""
        if self.field.cat_eye == 0:
            return []
        direction, distance = self._direction()
        away = direction * np.minimum(self.field.cat_eye * distance / 2, 1 - NARROWEST)
        return [away, -away]

    def _matrix(self) -> np.ndarray:
        """[N, 2, 2]: from the iris (x right, y down) to the picture."""
        direction, distance = self._direction()
        across = np.sqrt(1 + self.field.swirl * np.minimum(distance, 1) ** 2)[:, None, None]
        along = np.einsum("an,bn->nab", direction, direction)
        return np.diag([1 / self.iris.squeeze, 1]) @ (along / across + (np.eye(2) - along) * across)

    def _limits(self) -> tuple[np.ndarray, ...]:
        """Barn doors: least and largest u, least and largest v, [N] each."""
        wide, open_door = 1 / self.iris.squeeze, 1e3
        left, right, top, bottom = (
            np.where(place * door > 0, 1 - door * np.clip(place, 0, 1), open_door)
            for door, place in zip(self.field.doors, (-self.x, self.x, -self.y, self.y), strict=True)
        )
        return -wide * left, wide * right, -top, bottom

    def _outline(self) -> np.ndarray:
        """float64 [2, P]: the iris's outline, counter-clockwise as seen (y down); its corners are among the points."""
        count = self.iris.blades * (_POINTS // self.iris.blades)
        angle = np.radians(self.iris.rotation) + np.linspace(0, 2 * np.pi, count, endpoint=False)
        return np.stack([np.cos(angle), -np.sin(angle)]) * self.iris.edge(angle)


def _circle_edges(matrix: np.ndarray, centre: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached) in rows at v [N, R] of matrix [N, 2, 2] @ (circles of radius 1 around centre [2, N])."""
    form = np.linalg.inv(matrix @ matrix.transpose(0, 2, 1))
    a, b, c = form[:, 0, :1], form[:, 0, 1:], form[:, 1, 1:]  # a·u² + 2·b·u·v + c·v² = 1
    x, y = np.einsum("nab,bn->an", matrix, centre)[..., None]
    v = v - y
    root = b * b * v * v - a * (c * v * v - 1)
    half = np.sqrt(np.maximum(root, 0)) / a
    return x - b / a * v - half, x - b / a * v + half, root >= 0


def _edges(outline: np.ndarray, v: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(left, right, reached) of a convex outline [2, P], counter-clockwise as seen, in rows at v (any shape)."""
    top = int(np.argmin(outline[1]))
    x, y = np.roll(outline, -top, axis=1)
    bottom = int(np.argmax(y))
    left = np.interp(v, y[: bottom + 1], x[: bottom + 1])
    right = np.interp(v, np.append(y[bottom:], y[0])[::-1], np.append(x[bottom:], x[0])[::-1])
    return left, right, (v >= y[0]) & (v <= y[bottom])


@dataclass(frozen=True)
class SpanGrid:
    """Span tables on a grid over the frame; between its nodes everything is interpolated bilinearly.

    table: float32 [GY, GX, T + 1, 2]: PlacedShapes.spans of each node. bounds: float32 [GY, GX, 4]: top and bottom of
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
    x, y = (2 * (start[k] + np.arange(nodes[k]) * step[k]) - 1 for k in (0, 1))
    shapes = PlacedShapes(iris, field, aspect, np.tile(x, nodes[1]), np.repeat(y, nodes[0]))
    spans, top, bottom = shapes.spans(size)
    table = spans.astype(np.float32).reshape(nodes[1], nodes[0], size + 1, 2)
    bounds = np.stack([top, bottom, spans[:, -1, 1] - spans[:, -1, 0], np.zeros_like(top)], axis=1)
    bounds = bounds.astype(np.float32).reshape(nodes[1], nodes[0], 4)
    table.flags.writeable = bounds.flags.writeable = False
    return SpanGrid(table, bounds, start, step, field.reach, field.reach / iris.squeeze)
