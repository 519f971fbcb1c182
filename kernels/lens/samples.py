"""From a picture and its circles of confusion to samples: points that each spread over one iris shape.

Every pixel becomes up to four samples.

* A pixel on a depth edge holds two surfaces. It is split into a near and a far part, by its place between its
  neighbours' circles of confusion where depth is antialiased, else by its place between their colours, and its own
  colour is unmixed with theirs. So no sample lies at a depth where nothing is (which would draw a line along the edge
  inside the blur), and no near colour stays behind in the far surface (which would leave a sharp outline of a blurred
  blade).
* Behind a pixel with farther surfaces around it lies something the picture does not show. A hidden sample continues
  those farther surfaces there, filled from the finest level of a pyramid on which they reach the pixel, each pyramid
  cell holding the farthest of its surfaces. Highlights count less, so that a lamp beside a rail is not smeared behind
  it. Behind that continues what lies farther still, found on coarser levels: a wall behind two crossing blades.

What a sample is depends on pixels within `reach(max_radius)` only, and pyramid cells lie at absolute places: tiles get
the samples that the whole picture gets.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

EDGE_START, EDGE_FULL = 1.0, 2.0  # px of CoC between neighbours at which splitting starts and is complete
MIXED = 1e-3  # weight of a pixel on an edge among those that tell the colours on either side
CONTRAST = 0.1  # relative difference of those colours from which a pixel's own tells its share of each
HIGHLIGHT = 4  # times brighter than all around: a lamp that a thin blade crosses, so the far surface's
WIDE = 7  # px around a pixel in which a thin near surface's colour is looked for where a lamp outshines it
BEHIND = 1.5  # px of CoC by which a surface must lie behind a pixel to continue behind it …
BEHIND_SLOPE = 0.25  # … plus this much for each px of distance: a slanted surface does not hide itself
SHOWS = 0.5  # a level's cells are this times their size from the edge, or more: blur must reach as far to show them
FARTHEST_BLEND = 1.0  # px of CoC within which surfaces of one pyramid cell are averaged
LEAST_WEIGHT = 1e-4  # of a pixel: less is no sample
CONSTANTS = (
    "EDGE_START EDGE_FULL MIXED CONTRAST HIGHLIGHT WIDE BEHIND BEHIND_SLOPE SHOWS LEAST_WEIGHT".split()
)  # samples.cl's too


@dataclass(frozen=True)
class Samples:
    """position: int32 [N, 2] pixel column and row; radius: float32 [N] signed CoC radius, px; weight: float32 [N]
    coverage of the pixel, 0 … 1; light: float32 [N, 4] premultiplied RGBA × weight."""

    position: np.ndarray
    radius: np.ndarray
    weight: np.ndarray
    light: np.ndarray

    def __len__(self) -> int:
        return len(self.radius)

    def ordered(self, order: np.ndarray) -> Samples:
        return Samples(self.position[order], self.radius[order], self.weight[order], self.light[order])


def pyramid_levels(max_radius: float) -> int:
    """Coarsest pyramid level: two of its cells are wider than the largest radius, and farther from an edge nothing
    shows that it hides."""
    return max(int(np.ceil(np.log2(max(max_radius, 1.0)))) - 1, 1)


def reach(max_radius: float) -> int:
    """Pixels around a pixel on which its samples depend."""
    return 3 * 2 ** pyramid_levels(max_radius) + WIDE + 2


def make_samples(
    rgba: np.ndarray,
    coc: np.ndarray,
    max_radius: float,
    origin: tuple[int, int] = (0, 0),
    check_abort: Callable[[], None] = lambda: None,
    *,
    fill: bool = True,
    guide: np.ndarray | None = None,
) -> Samples:
    """Samples of a picture. rgba: float32 [H, W, 4] premultiplied; coc: float32 [H, W] signed radius in px, far
    positive; origin: absolute pixel coordinates of rgba[0, 0]. check_abort may raise. fill: whether there are hidden
    surfaces. guide: float32 [H, W, 4] premultiplied, what is known to be behind (alpha 1: for sure)."""
    coc = without_far_specks(coc)
    near_radius, near_weight, far_radius, difference = split_edges(rgba, coc, check_abort)
    check_abort()
    near_rgba = rgba + (1 - near_weight)[..., None] * difference
    far_rgba = rgba - near_weight[..., None] * difference
    mostly_near = near_weight >= 0.5
    base = np.where(mostly_near[..., None], near_rgba, far_rgba), np.where(mostly_near, near_radius, far_radius)
    hidden = hidden_surfaces(*base, max_radius, origin, check_abort) if fill else []
    if hidden and guide is not None:
        radius, weight, behind = hidden[0]
        hidden[0] = radius, weight, guide + (1 - guide[..., 3:]) * behind
    parts = []
    sheets = [
        (near_radius, near_weight, near_rgba),
        (far_radius, 1 - near_weight, far_rgba),
        *hidden,
    ]
    for radius, weight, colour in sheets:
        check_abort()
        y, x = np.nonzero(weight > LEAST_WEIGHT)
        w = weight[y, x]
        parts.append((np.stack([x, y], axis=1).astype(np.int32), radius[y, x], w, colour[y, x] * w[:, None]))
    position, radius, weight, light = (np.concatenate(p) for p in zip(*parts, strict=True))
    return Samples(position, *(a.astype(np.float32) for a in (radius, weight, light)))


def without_far_specks(coc: np.ndarray) -> np.ndarray:
    """No pixel farther than the farthest of its eight neighbours.

    Alone it could not fill its own place when it spreads: a speck of wrong depth would be a hole in a sharp surface.
    """
    ring = np.ones((3, 3), np.uint8)
    ring[1, 1] = 0
    return np.minimum(coc, cv2.dilate(coc, ring)) if coc.size > 1 else coc


def split_edges(
    rgba: np.ndarray, coc: np.ndarray, check_abort: Callable[[], None] = lambda: None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Near and far part of every pixel: (near radius, near weight, far radius [H, W] each, difference [H, W, 4]).

    The far weight is 1 - near weight. difference: near minus far colour, from the neighbours on either side of the
    edge, so that near = rgba + (1 - w) · difference and far = rgba - w · difference mix to rgba again.
    """
    square = np.ones((3, 3), np.uint8)
    nearest, farthest = cv2.erode(coc, square), cv2.dilate(coc, square)
    span = farthest - nearest
    edge = np.clip((span - EDGE_START) / (EDGE_FULL - EDGE_START), 0, 1)
    share = np.where(span > 0, (farthest - coc) / np.maximum(span, 1e-6), 1)  # of the near surface in the pixel
    difference = np.zeros_like(rgba)
    y, x = np.nonzero(edge > 0)
    if len(y):
        near, far, bright = _either_side(rgba, coc, y, x, nearest, farthest, check_abort)
        near = _not_outshone(rgba, coc, y, x, nearest, farthest, near, bright, check_abort)
        d = near - far
        by_depth = share[y, x]
        by_colour = np.clip(((rgba[y, x] - far) * d).sum(axis=1) / np.maximum((d * d).sum(axis=1), 1e-12), 0, 1)
        contrast = np.abs(d).sum(axis=1) / np.maximum((np.abs(near) + np.abs(far)).sum(axis=1), 1e-6)
        hard = np.clip(np.abs(by_depth - 0.5) * 10 - 4, 0, 1)  # depth itself is not antialiased here
        share[y, x] += np.clip(contrast / CONTRAST - 1, 0, 1) * hard * (by_colour - by_depth)
        near_weight = (1 - edge * (1 - share))[y, x, None]
        light = np.maximum(rgba[y, x], 0)
        lone = light[:, :3].mean(axis=1) > HIGHLIGHT * (1 + near[:, :3].mean(axis=1) + far[:, :3].mean(axis=1))
        bright = np.where(lone[:, None], np.maximum(bright, light / np.maximum(1 - near_weight, 1e-6)), bright)
        least, most = -light / np.maximum(1 - near_weight, 1e-6), light / np.maximum(near_weight, 1e-6)
        difference[y, x] = np.clip(near - bright, least, most)  # neither side can have more light than there is
    return coc + edge * (nearest - coc), 1 - edge * (1 - share), farthest, difference


def _either_side(rgba, coc, y, x, nearest, farthest, check_abort) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(near, far, bright), [N, 4] each: mean colours of the surfaces that meet at these pixels, from the 5 × 5 around.

    Pixels beside the edge may mix the two, so clean ones count more. In near and far highlights are held back: a little
    of a lamp outshines the blade it is mixed with. `bright` is far with its highlights favoured: where the far surface
    has a lamp, a bright pixel is bright by it. Without a near pixel around, near is far: no highlight.
    """
    height, width = coc.shape
    limit, span = nearest[y, x], farthest[y, x] - nearest[y, x]
    clean = np.where(farthest - nearest > EDGE_START, np.float32(MIXED), np.float32(1))
    glow = 1 + rgba[..., :3].mean(axis=-1).clip(0)
    tame, favour = clean / glow, clean * glow
    sums = np.zeros((3, len(y), 5), np.float32)
    for dy in range(-2, 3):
        check_abort()
        for dx in range(-2, 3):
            if dx == dy == 0:
                continue
            ny, nx = np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)
            place = (coc[ny, nx] - limit) / span  # 0 = near, 1 = far
            is_near, is_far = np.clip(1 - 4 * place, 0, 1), np.clip(4 * place - 3, 0, 1)
            for side, weight in enumerate((is_near * tame[ny, nx], is_far * tame[ny, nx], is_far * favour[ny, nx])):
                sums[side, :, :4] += weight[:, None] * rgba[ny, nx]
                sums[side, :, 4] += weight
    near, far, bright = sums[..., :4] / np.maximum(sums[..., 4:], 1e-12)
    alone = sums[:2, :, 4:] == 0
    far, bright = np.where(alone[1], near, far), np.where(alone[1], near, bright)
    return np.where(alone[0], far, near), far, bright


def _not_outshone(rgba, coc, y, x, nearest, farthest, near, bright, check_abort) -> np.ndarray:
    """`near` [N, 4], but where a lamp behind outshines all of a thin near surface around, its colour farther away."""
    height, width = coc.shape
    own = np.maximum(rgba[y, x], 0)[:, :3].mean(axis=1)
    which = np.flatnonzero((own > HIGHLIGHT) & (bright[:, :3].mean(axis=1) > 0.5 * own))
    if not len(which):
        return near
    y, x, own = y[which], x[which], own[which]
    limit, span = nearest[y, x], farthest[y, x] - nearest[y, x]
    sums = np.zeros((len(which), 5), np.float32)
    for dy in range(-WIDE, WIDE + 1):
        check_abort()
        for dx in range(-WIDE, WIDE + 1):
            ny, nx = np.clip(y + dy, 0, height - 1), np.clip(x + dx, 0, width - 1)
            glow = 1 + rgba[ny, nx, :3].mean(axis=1).clip(0)
            weight = np.clip(1 - 4 * (coc[ny, nx] - limit) / span, 0, 1) / glow**2
            sums[:, :4] += weight[:, None] * rgba[ny, nx]
            sums[:, 4] += weight
    wide = sums[:, :4] / np.maximum(sums[:, 4:], 1e-12)
    outshone = own > HIGHLIGHT * (1 + wide[:, :3].mean(axis=1))
    near = near.copy()
    near[which[outshone]] = wide[outshone]
    return near


def hidden_surfaces(
    rgba: np.ndarray,
    radius: np.ndarray,
    max_radius: float,
    origin: tuple[int, int],
    check_abort: Callable[[], None] = lambda: None,
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Two surfaces behind each pixel, one behind the other: (radius [H, W], weight [H, W], rgba [H, W, 4]) each."""
    height, width = radius.shape
    levels = pyramid_levels(max_radius)
    cell = 2**levels
    before = (origin[1] % cell, origin[0] % cell)
    after = ((-(origin[1] + height)) % cell, (-(origin[0] + width)) % cell)
    pad = ((before[0], after[0]), (before[1], after[1]))
    light = np.pad(rgba, (*pad, (0, 0)), mode="edge")
    radius = np.pad(radius, pad, mode="edge")
    own = radius.ravel()
    size = (radius.shape[1], radius.shape[0])
    blend = max(FARTHEST_BLEND, max_radius / 40)  # keeps the exponential below within float32
    first, second = (np.zeros((own.size, 6), np.float32) for _ in range(2))  # sums of light, radius and weight
    for level in range(1, levels + 1):
        check_abort()
        light, radius = farthest([(light[i::2, j::2], radius[i::2, j::2]) for i in (0, 1) for j in (0, 1)], blend)
        check_abort()
        around_light, around_radius = farthest(list(_neighbours(light, radius)), blend)
        # Interpolated between cells, the farther ones outweighing the nearer, so no near colour comes along.
        weight = np.exp((around_radius - np.float32(max_radius)) / np.float32(blend))
        behind = cv2.resize(np.dstack([around_radius * weight, weight]), size, interpolation=cv2.INTER_LINEAR)
        needed = BEHIND + BEHIND_SLOPE * 2**level
        behind_radius = (behind[..., 0] / behind[..., 1]).ravel()
        shows = 2**level * SHOWS <= np.maximum(np.abs(own), np.abs(behind_radius)) + 2
        place = np.flatnonzero((behind_radius - own > needed) & shows)
        check_abort()
        if not len(place):
            continue
        cells = cv2.resize(around_light * weight[..., None], size, interpolation=cv2.INTER_LINEAR)
        cells = np.concatenate([cells.reshape(-1, 4)[place], behind.reshape(-1, 2)[place]], axis=1)
        cells /= cells[:, 5:]
        found = first[place, 5]
        behind_first = (cells[:, 4] - first[place, 4] / np.maximum(found, 1e-6)) / needed - 1
        second[place] += (np.clip(behind_first, 0, 1) * (found - second[place, 5]).clip(0))[:, None] * cells
        first[place] += (np.clip((cells[:, 4] - own[place]) / needed - 1, 0, 1) * (1 - found))[:, None] * cells
    sheets = []
    for sums in (first, second):
        check_abort()
        sums = sums.reshape(size[1], size[0], 6)[before[0] : before[0] + height, before[1] : before[1] + width]
        mean = sums / np.maximum(sums[..., 5:], 1e-6)
        sheets.append((mean[..., 4], sums[..., 5], mean[..., :4]))
    return sheets


def _neighbours(light: np.ndarray, radius: np.ndarray):
    """The 3 × 3 neighbours of every cell, as nine shifted pairs; the border repeats."""
    height, width = radius.shape
    light, radius = np.pad(light, ((1, 1), (1, 1), (0, 0)), mode="edge"), np.pad(radius, 1, mode="edge")
    for y in range(3):
        for x in range(3):
            yield light[y : y + height, x : x + width], radius[y : y + height, x : x + width]


def farthest(cells: list[tuple[np.ndarray, np.ndarray]], blend: float) -> tuple[np.ndarray, np.ndarray]:
    """(light, radius) of the farthest surface of several cells at each place, its highlights held back.

    Surfaces within `blend` px of CoC are averaged.
    """
    limit = np.maximum.reduce([radius for _, radius in cells])
    light_sum, radius_sum = np.zeros_like(cells[0][0]), np.zeros_like(limit)
    weights, tame_weights = np.zeros_like(limit), np.zeros_like(limit)
    for light, radius in cells:
        weight = np.exp((radius - limit) / np.float32(blend))
        tame = weight / (1 + light[..., :3].mean(axis=-1))
        light_sum += light * tame[..., None]
        radius_sum += radius * weight
        tame_weights += tame
        weights += weight
    return light_sum / tame_weights[..., None], radius_sum / weights
