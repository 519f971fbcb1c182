"""Takes the subject of a matte out of a picture: two pictures that mix to it, each with its circles of confusion.

A pixel of thin hair holds a little of a subject and a little of what is behind, and its depth that of one of them, or
of neither. The matte a tells the share, so that

    picture = subject + rest,    subject = a · F,    rest = (1 - a) · B

where F and B are the colours of the two. They follow from the pixels around: where the picture is a line in a,
P = B + a · (F - B), its slope is F - B (a least-squares line in a Gaussian window; matting by local linear models).
Behind what the subject covers entirely B is filled in from around. Circles are those of pixels that are all subject,
or all rest, and not beside the matte's edge, where depth may be the other's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

STRIP_PIXELS = 4_000_000  # pixels worked on at once, margins included, where the picture allows it
WINDOW = 3.0  # px of the full resolution: sigma of the window in which colours are told apart
FLAT = 0.003  # variance of the matte from which on its slope is trusted
BAND = 2.0  # px of the full resolution beside the matte's edge in which depth is not trusted
MIXED = 0.1  # share of the other from which on a pixel beside the edge is not trusted
NOTHING = 0.004  # coverage up to which a pixel has nothing of the subject
ONLY_FILLED, FROM_PICTURE = 0.9, 0.5  # coverage between which the rest is no longer told by the picture, but filled in
FALLBACK = 1e-6  # weight of pixels that should not count, where no others are
FILL = 16.0  # px of the full resolution: how far dense hair is looked through at least
SCARCE = 1e-4  # weight at which a cell of the coarsest level counts half
ALIKE = 0.05  # px of CoC that are no difference
NONE = 1e-20  # weight that is rounding
FRONT_START, FRONT_FULL = 1.0, 3.0  # px of CoC by which something else is in front of the subject


@dataclass(frozen=True)
class Separated:
    """subject, rest: float32 [H, W, 4], premultiplied; subject's alpha is matte · alpha, rest is filled in behind it.
    subject_coc, rest_coc: float32 [H, W]. in_front: float32 [H, W], 0 … 1, the part of rest in front of the subject."""

    subject: np.ndarray
    subject_coc: np.ndarray
    rest: np.ndarray
    rest_coc: np.ndarray
    in_front: np.ndarray


def levels_for(max_radius: float, scale: tuple[float, float] = (1.0, 1.0)) -> int:
    """Coarsest level of the filling: its cells are at least as wide as the largest radius, and FILL px."""
    return max(math.ceil(math.log2(max(max_radius, FILL * max(scale), 1.0))), 1)


def matte_reach(max_radius: float, scale: tuple[float, float] = (1.0, 1.0)) -> int:
    """Pixels around a pixel on which its two parts depend."""
    window = 3 * math.ceil(WINDOW * max(*scale, 1.0)) + 2 * math.ceil(BAND * max(*scale, 1.0)) + 2
    return 3 * 2 ** levels_for(max_radius, scale) + window


def separated(
    rgba: np.ndarray,
    coc: np.ndarray,
    matte: np.ndarray,
    max_radius: float,
    origin: tuple[int, int] = (0, 0),
    scale: tuple[float, float] = (1.0, 1.0),
    check_abort: Callable[[], None] = lambda: None,
) -> Separated:
    """rgba: float32 [H, W, 4], premultiplied; coc: [H, W] signed radius in px; matte: [H, W], 0 … 1; origin: absolute
    pixel coordinates of rgba[0, 0]; scale: px of this picture per px of the full resolution. check_abort is called
    several times a second and may raise."""
    height, width = coc.shape
    rim = matte_reach(max_radius, scale)
    rows = height if height * width <= STRIP_PIXELS else max(STRIP_PIXELS // width - 2 * rim, rim)
    strips = []
    for top in range(0, max(height, 1), max(rows, 1)):
        first, last = max(top - rim, 0), min(top + rows + rim, height)
        place = (origin[0], origin[1] + first)
        parts = _strip(rgba[first:last], coc[first:last], matte[first:last], max_radius, place, scale, check_abort)
        strips.append([part[top - first : top - first + rows] for part in parts])
    if len(strips) == 1:
        return Separated(*(np.ascontiguousarray(part, np.float32) for part in strips[0]))
    return Separated(*(np.concatenate(parts).astype(np.float32, copy=False) for parts in zip(*strips, strict=True)))


def _strip(rgba, coc, matte, max_radius, origin, scale, check_abort) -> tuple[np.ndarray, ...]:
    """The fields of Separated."""
    levels = levels_for(max_radius, scale)

    def fill(values: np.ndarray, weight: np.ndarray) -> np.ndarray:
        check_abort()
        return filled(values, weight, origin, levels)

    tame = 1 / (1 + np.maximum(rgba[..., :3].mean(axis=-1), 0))  # a lamp must not outshine all that is around
    x, y = (2 * math.ceil(BAND * s) + 1 for s in scale)
    square = np.ones((y, x), np.uint8)
    beside, inner = cv2.dilate(matte, square), cv2.erode(matte, square)
    trust_subject = np.maximum(1 - (1 - inner) / MIXED, 0) + FALLBACK * matte**8
    trust_rest = np.maximum(1 - beside / MIXED, 0) + FALLBACK * (1e-3 + (1 - matte) ** 8)
    first_guess = fill(coc, trust_subject)
    nearer = np.float32(_in_front(coc, first_guess) * (matte <= MIXED))  # fills nothing behind the subject
    trust_rest = trust_rest * (1 - nearer) + FALLBACK**2
    behind, behind_coc = fill(rgba, trust_rest * tame), fill(coc, trust_rest)
    # Depth near the edge is believed where it is like the subject's, or the rest's, farther from it.
    off_subject, off_rest = np.abs(coc - first_guess), np.abs(coc - behind_coc)
    like_subject = (off_rest + ALIKE) / (off_subject + off_rest + 2 * ALIKE)
    trust_subject += matte**2 * like_subject**8
    trust_rest += (1 - matte) ** 2 * (1 - like_subject) ** 8 * (1 - nearer)
    subject_coc = np.where(inner > 1 - NOTHING, coc, fill(coc, trust_subject))
    rest_coc = np.where((beside > NOTHING) & (nearer == 0), fill(coc, trust_rest), coc)

    share = matte[..., None]
    colour = _subject_colour(rgba, share, tame, behind, scale, fill)
    told = (rgba - share * colour) / np.maximum(1 - share, 1e-3)
    guessed = np.clip((share - FROM_PICTURE) / (ONLY_FILLED - FROM_PICTURE), 0, 1)
    rest = told + guessed * (behind - told)
    weight = ((1 - guessed) * (1 - share) ** 2 + FALLBACK)[..., 0] * (1 - nearer) + FALLBACK**2
    rest += guessed * (fill(rest, weight * tame) - rest)
    there = share > NOTHING
    subject = np.where(there, np.clip(rgba - (1 - share) * rest, 0, np.maximum(rgba, 0)), 0)
    rest = np.where(there, rest, rgba)
    subject[..., 3] = matte * rgba[..., 3]
    if nearer.any():  # the subject goes on behind it
        subject += nearer[..., None] * (fill(subject, 1 - cv2.dilate(nearer, square)) - subject)
    return subject, subject_coc, rest, rest_coc, _in_front(rest_coc, subject_coc)


def _in_front(coc: np.ndarray, subject_coc: np.ndarray) -> np.ndarray:
    return np.clip((subject_coc - coc - FRONT_START) / (FRONT_FULL - FRONT_START), 0, 1)


def _subject_colour(rgba, share, tame, behind, scale, fill) -> np.ndarray:
    """F [H, W, 4]: where the matte varies by the slope of the picture in it, else from the subject around."""
    around = fill(rgba, np.maximum(share[..., 0], 1e-6) ** 6 * tame)

    def mean(values: np.ndarray) -> np.ndarray:
        sx, sy = (max(WINDOW * s, 0.5) for s in scale)
        size = tuple(2 * math.ceil(3 * s) + 1 for s in (sx, sy))
        blurred = cv2.GaussianBlur(np.float32(values), size, sx, sigmaY=sy, borderType=cv2.BORDER_REPLICATE)
        return blurred if blurred.ndim == 3 else blurred[..., None]

    weight = tame[..., None]
    total = mean(weight)
    mean_rgba, mean_share = mean(rgba * weight) / total, mean(share * weight) / total
    covariance = mean(rgba * share * weight) / total - mean_rgba * mean_share
    variance = mean(share * share * weight) / total - mean_share**2
    slope = (covariance + FLAT * (around - behind)) / (variance + FLAT)
    by_slope = np.maximum(mean_rgba + (1 - mean_share) * slope, 0)
    core = cv2.dilate(np.float32(share[..., 0] >= 0.95), np.ones((3, 3), np.uint8))[..., None]
    colour = by_slope + core * (around - by_slope)
    return np.minimum(colour, np.maximum(rgba, 0) / np.maximum(share, 1e-6))  # no more light than there is


def filled(values: np.ndarray, weight: np.ndarray, origin: tuple[int, int], levels: int) -> np.ndarray:
    """Push–pull, float32: values [H, W] or [H, W, 4] where weight [H, W] is near 1, elsewhere continued from the finest
    level of a pyramid that has some; 0 where even the coarsest has none.

    Cells lie at absolute places (origin: of values[0, 0]), and a pixel depends on 3 · 2^levels px around it.
    """
    height, width = values.shape[:2]
    cell = 2**levels
    before = origin[1] % cell, origin[0] % cell
    top, left = before
    bottom, right = ((-(n + b)) % cell for n, b in zip((height, width), before, strict=True))
    weight = np.float32(weight)
    sums, weight = (
        cv2.copyMakeBorder(a, top, bottom, left, right, cv2.BORDER_REPLICATE)
        for a in (np.float32(values) * _like(weight, values), weight)
    )
    pyramid = [(sums, weight)]
    for _ in range(levels):
        size = sums.shape[1] // 2, sums.shape[0] // 2
        sums, weight = (cv2.resize(a, size, interpolation=cv2.INTER_AREA) for a in (sums, weight))
        pyramid.append((sums, weight))
    # From here on (mean · certainty, certainty), so that cells without any do not count when cells are interpolated.
    scarce = weight + np.float32(SCARCE)
    sums, known = sums / _like(scarce, sums), weight / scarce
    for finer_sums, finer_weight in reversed(pyramid[:-1]):
        size = finer_sums.shape[1::-1]
        sums, known = (cv2.resize(a, size, interpolation=cv2.INTER_LINEAR) for a in (sums, known))
        own = np.minimum(2 * finer_weight, 1)
        sums *= _like(1 - own, sums)
        sums += finer_sums * _like(np.minimum(2, 1 / np.maximum(finer_weight, NONE)), sums)
        known *= 1 - own
        known += own
    sums /= _like(np.maximum(known, NONE), sums)
    return sums[top : top + height, left : left + width]


def _like(weight: np.ndarray, values: np.ndarray) -> np.ndarray:
    """[H, W] to multiply values [H, W] or [H, W, C] with."""
    return weight if values.ndim == 2 else weight[..., None]
