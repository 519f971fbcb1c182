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
from dataclasses import dataclass

import cv2
import numpy as np

WINDOW = 3.0  # px of the full resolution: sigma of the window in which colours are told apart
FLAT = 0.003  # variance of the matte from which on its slope is trusted
BAND = 2.0  # px of the full resolution beside the matte's edge in which depth is not trusted
NOTHING = 0.004  # coverage up to which a pixel has nothing of the subject
ONLY_FILLED, FROM_PICTURE = 0.9, 0.5  # coverage between which the rest is no longer told by the picture, but filled in
FALLBACK = 1e-6  # weight of pixels that should not count, where no others are
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


def levels_for(max_radius: float) -> int:
    """Coarsest level of the filling: its cells are at least as wide as the largest radius."""
    return max(math.ceil(math.log2(max(max_radius, 1.0))), 1)


def matte_reach(max_radius: float, scale: tuple[float, float] = (1.0, 1.0)) -> int:
    """Pixels around a pixel on which its two parts depend."""
    window = 3 * math.ceil(WINDOW * max(*scale, 1.0)) + 2 * math.ceil(BAND * max(*scale, 1.0)) + 2
    return 3 * 2 ** levels_for(max_radius) + window


def separated(
    rgba: np.ndarray,
    coc: np.ndarray,
    matte: np.ndarray,
    max_radius: float,
    origin: tuple[int, int] = (0, 0),
    scale: tuple[float, float] = (1.0, 1.0),
) -> Separated:
    """rgba: float32 [H, W, 4], premultiplied; coc: [H, W] signed radius in px; matte: [H, W], 0 … 1; origin: absolute
    pixel coordinates of rgba[0, 0]; scale: px of this picture per px of the full resolution."""
    levels, share = levels_for(max_radius), matte[..., None]
    tame = 1 / (1 + np.maximum(rgba[..., :3].mean(axis=-1), 0))  # a lamp must not outshine all that is around
    x, y = (2 * math.ceil(BAND * s) + 1 for s in scale)
    square = np.ones((y, x), np.uint8)
    beside, inner = cv2.dilate(matte, square), cv2.erode(matte, square)
    trust_rest = (1 - beside) ** 4 + FALLBACK * (1e-3 + (1 - matte) ** 8)
    trust_subject = inner**4 + FALLBACK * matte**8

    behind = filled(np.dstack([rgba, coc]), np.dstack([trust_rest * tame] * 4 + [trust_rest]), origin, levels)
    subject_coc = filled(coc[..., None], (trust_subject + FALLBACK**3)[..., None], origin, levels, empty=FALLBACK**2)
    colour = _subject_colour(rgba, share, tame, behind[..., :4], scale, origin, levels)
    told = (rgba - share * colour) / np.maximum(1 - share, 1e-3)
    guessed = np.clip((share - FROM_PICTURE) / (ONLY_FILLED - FROM_PICTURE), 0, 1)
    rest = told + guessed * (behind[..., :4] - told)
    there = share > NOTHING
    subject = np.where(there, np.clip(rgba - (1 - share) * rest, 0, np.maximum(rgba, 0)), 0)
    rest = np.where(there, rest, rgba)
    subject[..., 3] = matte * rgba[..., 3]
    rest_coc = np.where(beside > NOTHING, behind[..., 4], coc)
    subject_coc = np.where(inner > 1 - NOTHING, coc, subject_coc[..., 0])
    in_front = np.clip((subject_coc - rest_coc - FRONT_START) / (FRONT_FULL - FRONT_START), 0, 1)
    return Separated(*(np.ascontiguousarray(a, np.float32) for a in (subject, subject_coc, rest, rest_coc, in_front)))


def _subject_colour(rgba, share, tame, behind, scale, origin, levels) -> np.ndarray:
    """F [H, W, 4]: where the matte varies by the slope of the picture in it, else from the subject around."""
    weight = np.maximum(share, 1e-6) ** 6 * tame[..., None]
    around = filled(rgba, np.repeat(weight, 4, axis=2), origin, levels)

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


def filled(
    values: np.ndarray, weight: np.ndarray, origin: tuple[int, int], levels: int, empty: float = 0.0
) -> np.ndarray:
    """Push–pull: values [H, W, C] where weight [H, W, 1 or C] is near 1, elsewhere continued from the finest level of a
    pyramid that has some; on the coarsest, values count against 0 with weight `empty`.

    Cells lie at absolute places (origin: of values[0, 0]), and a pixel depends on 3 · 2^levels px around it.
    """
    height, width = values.shape[:2]
    cell = 2**levels
    before = origin[1] % cell, origin[0] % cell
    pad = [(b, (-(n + b)) % cell) for n, b in zip((height, width), before, strict=True)]
    weight = np.broadcast_to(weight, values.shape).astype(np.float32)
    sums, weight = (np.pad(a, (*pad, (0, 0)), mode="edge") for a in (np.float32(values) * weight, weight))
    pyramid = [(sums, weight)]
    for _ in range(levels):
        size = sums.shape[1] // 2, sums.shape[0] // 2
        sums, weight = (_with_channels(cv2.resize(a, size, interpolation=cv2.INTER_AREA)) for a in (sums, weight))
        pyramid.append((sums, weight))
    out = sums / np.maximum(weight + np.float32(empty), 1e-37)
    for sums, weight in reversed(pyramid[:-1]):
        coarser = cv2.resize(out, sums.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        known = np.minimum(2 * weight, 1)
        out = _with_channels(coarser) * (1 - known) + np.minimum(2, 1 / np.maximum(weight, 1e-37)) * sums
    return out[before[0] : before[0] + height, before[1] : before[1] + width]


def _with_channels(pixels: np.ndarray) -> np.ndarray:
    return pixels if pixels.ndim == 3 else pixels[..., None]
