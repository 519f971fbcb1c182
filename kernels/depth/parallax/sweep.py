"""Inverse depth by plane sweep: cameras are known, so every pixel tries every depth and keeps the one at which the
neighbours look the same. Thin things, which flow drags along with what is behind them, get a depth of their own.

Planes that face the camera (Collins 1996), the better side of past and future for what is hidden in the other (Kang,
Szeliski & Chai 2001), semi-global matching along rows and columns (Hirschmüller 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ...flow.dis import LUMA, encoded, white_level

PLANES = 64
BEYOND = 1.6  # of what flow finds nearest: thin things that it loses may be nearer
LARGEST = 260_000  # pixels: larger pictures are halved, so that memory is bounded
VIEWS = 4  # of each side at most, from the farthest to the nearest
COLOUR, SLOPE = 40.0, 24.0  # of 255: differences of colour and of gradient that count in full
UNSEEN = 0.35  # cost of what lies outside a neighbour's picture
BY_FLOW, APART = 0.05, 4.0  # what disagreeing with a confident flow costs, in full from this many planes
STEP, JUMP, EDGE = 0.05, 0.6, 8.0  # smoothness: cost of one plane, of several, and the grey step that halves the latter
DISTINCT = 0.1  # by which the second best depth must be worse to be half believed
SPECK = 60, 0.03  # px, of the range: smaller islands are not believed
FOUND = 0.1  # confidence of flow from which it counts as found
SEEN = 2.0  # px of parallax by which something nearer hides a pixel


@dataclass(frozen=True)
class Seen:
    """A neighbour. colours: float32 [h, w(, 3)]. side: -1 earlier, 1 later. rotation [3, 3], translation [3]: of
    camera_motion.Motion."""

    colours: np.ndarray
    side: int
    rotation: np.ndarray
    translation: np.ndarray


def sweep(
    colours: np.ndarray,
    neighbours: Sequence[Seen],
    focal: float,
    inverse: np.ndarray,
    confidence: np.ndarray,
    reach: float,
    check_abort: Callable[[], None] = lambda: None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(inverse depth, how sure 0 … 1, how unlike the neighbours are at best 0 … 1), float32 [h, w] each.

    colours: float32 [h, w(, 3)]. focal: px. inverse, confidence: [h, w], by flow. reach: inverse depth of what flow
    finds nearest.
    """
    height, width = inverse.shape
    while colours.shape[0] * colours.shape[1] > LARGEST:
        colours, inverse, confidence = (_halved(a) for a in (colours, inverse, confidence))
        neighbours = [Seen(_halved(n.colours), n.side, n.rotation, n.translation) for n in neighbours]
    focal *= colours.shape[1] / width
    sides = [_spread([n for n in neighbours if n.side == side]) for side in (-1, 1)]
    sides = [side for side in sides if side]
    planes = np.linspace(0, BEYOND * reach, PLANES, dtype=np.float32)
    white = white_level(colours if colours.ndim == 2 else cv2.transform(colours, LUMA))
    here = _features(colours, white)
    costs = np.empty((*inverse.shape, PLANES), np.float32)
    others = [[(_features(n.colours, white), n) for n in side] for side in sides]
    for i, plane in enumerate(planes):
        check_abort()
        costs[..., i] = cv2.blur(_unlike(here, others, focal, plane), (3, 3))
        distance = np.minimum(np.abs(plane - inverse) / (APART * planes[1]), 1)
        costs[..., i] += BY_FLOW * confidence * distance
    total = aggregated(costs, here[..., 0], check_abort)
    index, distinct = _least(total)
    unlike = np.take_along_axis(costs, np.rint(index).astype(int)[..., None], 2)[..., 0]
    found = cv2.medianBlur(index.astype(np.float32), 3) * planes[1]
    visible = np.zeros(inverse.shape, bool)
    for side in sides:
        visible |= _visible(found, side[0], focal)
    visible = cv2.erode(np.uint8(visible), np.ones((3, 3), np.uint8))
    islands = np.int16(np.rint(found / planes[-1] * 10_000))
    cv2.filterSpeckles(islands, -1, SPECK[0], int(SPECK[1] * 10_000))
    sure = distinct / (distinct + DISTINCT) * visible * (islands >= 0)
    if len(sides) == 1:  # what flow does not find there is hidden or outside, and no other side shows it
        sure *= confidence > FOUND
    maps = (np.asarray(m, np.float32) for m in (found, sure, unlike))
    return tuple(m if m.shape == (height, width) else cv2.resize(m, (width, height)) for m in maps)


def aggregated(costs: np.ndarray, grey: np.ndarray, check_abort: Callable[[], None] = lambda: None) -> np.ndarray:
    """Costs [h, w, D] with the cheapest way to each pixel and depth along its row and column, both ways, added up.
    grey: [h, w], 0 … 255; where it jumps, depth may."""
    total = np.zeros_like(costs)
    grey = grey.astype(np.float32)
    for axes in ((0, 1, 2), (1, 0, 2)):
        lines, into = costs.transpose(axes), total.transpose(axes)
        shade = grey.transpose(axes[:2])
        for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
            check_abort()
            way, before = lines[order[0]].copy(), order[0]
            into[before] += way
            for line in order[1:]:
                jump = np.maximum(JUMP / (1 + np.abs(shade[line] - shade[before]) / EDGE), 1.5 * STEP)
                way, before = lines[line] + _cheapest(way, jump), line
                into[line] += way
    return total


def _cheapest(way: np.ndarray, jump: np.ndarray) -> np.ndarray:
    """What it costs to come from the pixel before, [w, D], less its least. jump: [w]."""
    least = way.min(axis=1, keepdims=True)
    out = np.minimum(way, least + jump[:, None])
    np.minimum(out[:, 1:], way[:, :-1] + STEP, out=out[:, 1:])
    np.minimum(out[:, :-1], way[:, 1:] + STEP, out=out[:, :-1])
    return out - least


def _unlike(here: np.ndarray, sides: Sequence[Sequence[tuple[np.ndarray, Seen]]], focal: float, plane: float):
    """How unlike the neighbours look at inverse depth `plane`, 0 … 1: the mean of a side, the better of both."""
    height, width = here.shape[:2]
    best = None
    for side in sides:
        mean = np.zeros((height, width), np.float32)
        for features, seen in side:
            where = _homography(seen, focal, width, height, plane)
            warped = cv2.warpPerspective(
                features, where, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            )
            difference = cv2.absdiff(here, warped).astype(np.float32)
            slope = np.minimum((difference[..., 1] + difference[..., 2]) / SLOPE, 1)
            colour = np.minimum(difference[..., 0] / COLOUR, 1)
            mean += np.where(warped[..., 3] > 254, 0.4 * colour + 0.6 * slope, UNSEEN)
        mean /= len(side)
        best = mean if best is None else np.minimum(best, mean)
    return best


def _features(colours: np.ndarray, white: float) -> np.ndarray:
    """uint8 [h, w, 4]: grey, its slope across and down, and 255 = inside."""
    display = encoded(colours, white)
    grey = display if display.ndim == 2 else cv2.transform(display, LUMA)
    slopes = [cv2.Sobel(grey, cv2.CV_32F, x, y, scale=1 / 4) + 128 for x, y in ((1, 0), (0, 1))]
    return np.uint8(np.clip(cv2.merge([grey, *slopes, np.full_like(grey, 255)]) + 0.5, 0, 255))


def _homography(seen: Seen, focal: float, width: int, height: int, plane: float) -> np.ndarray:
    """Pixel indices here → there, for points at inverse depth `plane`: K (R + d t [0 0 1]) K⁻¹."""
    k = np.array([[focal, 0, width / 2 - 0.5], [0, focal, height / 2 - 0.5], [0, 0, 1]])
    return k @ (seen.rotation + plane * np.outer(seen.translation, [0, 0, 1])) @ np.linalg.inv(k)


def _least(total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(the cheapest depth between planes by a parabola, by how much the best one not beside it is dearer), [h, w]."""
    index = total.argmin(axis=2)
    at = np.clip(index, 1, total.shape[2] - 2)
    below, here, above = (np.take_along_axis(total, (at + o)[..., None], 2)[..., 0] for o in (-1, 0, 1))
    bend = np.maximum(below - 2 * here + above, 1e-6)
    part = np.where(index == at, np.clip((below - above) / (2 * bend), -0.5, 0.5), 0)
    least = np.take_along_axis(total, index[..., None], 2)[..., 0]
    for o in (-2, -1, 0, 1, 2):
        np.put_along_axis(total, np.clip(index + o, 0, total.shape[2] - 1)[..., None], np.inf, 2)
    return index + part, total.min(axis=2) - least


def _visible(inverse: np.ndarray, seen: Seen, focal: float) -> np.ndarray:
    """Which pixels the neighbour sees, bool [h, w]: inside its picture, and nothing nearer falls on the same pixel."""
    height, width = inverse.shape
    y, x = np.mgrid[:height, :width].astype(np.float32)
    rays = np.stack([(x + 0.5 - width / 2) / focal, (y + 0.5 - height / 2) / focal, np.ones_like(x)], axis=-1)
    space = rays @ seen.rotation.T + inverse[..., None] * seen.translation
    depth = np.maximum(space[..., 2], 1e-3)
    with np.errstate(over="ignore"):
        column, row = (np.floor(focal * space[..., i] / depth + n / 2) for i, n in ((0, width), (1, height)))
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    at = np.where(inside, row * width + column, 0).astype(int)
    there = inverse / depth
    nearest = np.zeros(height * width)
    np.maximum.at(nearest, at[inside], there[inside])
    parallax = focal * max(np.linalg.norm(seen.translation[:2]), 1e-9)
    return inside & ((nearest[at] - there) * parallax < SEEN)


def _spread(side: list[Seen]) -> list[Seen]:
    """At most VIEWS of a side, evenly from the farthest, which comes first."""
    ordered = sorted(side, key=lambda n: -np.linalg.norm(n.translation))
    return ordered[:: max(len(ordered) // VIEWS, 1)][:VIEWS]


def _halved(picture: np.ndarray) -> np.ndarray:
    height, width = picture.shape[:2]
    return cv2.resize(picture, (max(width // 2, 1), max(height // 2, 1)), interpolation=cv2.INTER_AREA)
