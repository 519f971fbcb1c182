"""A picture as the shape of a defocused point: scaled to any radius without steps, its light kept.

The picture is fitted into the square around the circle of confusion: its longer side is two radii, its centre is the
point. A pixel's weight is the exact integral of the picture (its pixels taken as squares of even light) over the area
that it covers, a second difference of a summed-area table interpolated linearly. So a growing radius changes every
weight continuously, fractional radii are no special case, and no light is lost to sampling.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .iris import Iris
from .profile import EVEN, Profile

DETAILS = 12, 24, 48  # cells of radius on a coarser grid
COARSE = 0.02  # of a picture's light may lie in another cell than on a grid four times as fine
TINT_START, TINT_FULL = 1.0, 4.0  # px of radius over which a kept colour cast comes in
GENERATED = 256  # pixels across a picture of an iris
_POINTS = 4  # in a pixel of it, each way


@dataclass(frozen=True)
class KernelPicture:
    """weights: float64 [H, W, 3], colour, not negative; each channel sums to 1. cast: float64 [3], mean 1: what the
    picture has of each channel. flat: whether the three channels are the same."""

    weights: np.ndarray
    cast: np.ndarray
    flat: bool
    detail: int = field(init=False)  # of DETAILS: cells of radius that show the picture
    _table: np.ndarray = field(repr=False)  # summed area [H + 1, W + 1, 1 or 3]

    def __post_init__(self):
        enough = [d for d in DETAILS if self._misplaced(d) <= COARSE]
        object.__setattr__(self, "detail", enough[0] if enough else DETAILS[-1])

    def _misplaced(self, cells: int) -> float:
        """Part of the light that a grid with so many cells of radius shows elsewhere than one four times as fine."""
        fine = self.scaled(4 * cells + 2, 4 * cells + 2).mean(axis=2)  # of an odd number of pixels
        fine = np.pad(fine, [(0, -n % 4) for n in fine.shape])
        coarse = fine.reshape(fine.shape[0] // 4, 4, -1, 4).mean(axis=(1, 3))
        return 0.5 * float(np.abs(fine - coarse.repeat(4, axis=0).repeat(4, axis=1)).sum())

    @classmethod
    def of(cls, pixels: np.ndarray, colour: str = "kept") -> KernelPicture:
        """pixels: [H, W], [H, W, 1 or 3], light; what is negative or not finite counts as 0.

        colour: "kept" as the picture has it, so that it colours what is blurred; "balanced": the same for every channel
        on the whole, so that only parts of the shape are coloured; "none": brightness only. ValueError: no light.
        """
        pixels = np.asarray(pixels, np.float64)
        pixels = pixels[..., None] if pixels.ndim == 2 else pixels
        if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or colour not in ("kept", "balanced", "none"):
            raise ValueError(f"a picture {pixels.shape}, its colour {colour}, is no kernel")
        pixels = np.where(np.isfinite(pixels) & (pixels > 0), pixels, 0)
        peak = pixels.max(initial=0)
        if not peak > 0:
            raise ValueError("the kernel's picture holds no light")
        pixels = pixels / peak
        grey = pixels.mean(axis=2, keepdims=True)
        if colour == "none":
            pixels = grey
        sums = pixels.sum(axis=(0, 1))
        # A channel without any light takes the shape of the others: its cast is 0.
        weights = np.where(sums > 0, pixels / np.maximum(sums, 1e-300), grey / grey.sum())
        cast = np.broadcast_to(sums / sums.mean(), 3) if colour == "kept" else np.ones(3)
        flat = bool(np.abs(weights - weights[..., :1]).max() <= 1e-6 * weights.max())
        source = weights[..., :1] if flat else weights
        table = np.pad(source, ((1, 0), (1, 0), (0, 0))).cumsum(axis=0).cumsum(axis=1)
        return cls(np.broadcast_to(weights, (*weights.shape[:2], 3)), np.array(cast), flat, table)

    def scaled(self, radius_x: float, radius_y: float) -> np.ndarray:
        """float32 [2·b + 1, 2·a + 1, 1 or 3]: weights of the pixels around a point, as it is seen behind the focus.

        radius_x, radius_y: px, > 0. Each channel sums to 1.
        """
        height, width = self.weights.shape[:2]
        longer = max(height, width)
        rows = _edges(radius_y, height, longer)
        columns = _edges(radius_x, width, longer)
        across = _interpolated(_interpolated(self._table, rows), columns, axis=1)
        weights = np.diff(np.diff(across, axis=0), axis=1)
        return (weights / weights.sum(axis=(0, 1))).astype(np.float32)

    def gains(self, radius: float) -> np.ndarray:
        """float64 [3]: what the picture's colour does to the light of a point of this radius (px): nothing while it is
        sharp."""
        tint = np.clip((abs(radius) - TINT_START) / (TINT_FULL - TINT_START), 0, 1)
        return 1 + tint * (self.cast - 1)

    @property
    def grey(self) -> np.ndarray:
        """float64 [H, W]: its brightness."""
        return (self.weights * self.cast).mean(axis=2)


def _edges(radius: float, size: int, longer: int) -> np.ndarray:
    """Where the borders of the pixels around a point lie in a picture's pixels, kept within it."""
    reach = max(int(np.ceil(radius * size / longer - 0.5)), 0)
    borders = np.arange(-reach, reach + 2) - 0.5
    return np.clip((borders / radius * longer + size) / 2, 0, size)


def _interpolated(table: np.ndarray, at: np.ndarray, axis: int = 0) -> np.ndarray:
    before = np.minimum(at.astype(int), table.shape[axis] - 2)
    part = (at - before).reshape([-1 if i == axis else 1 for i in range(table.ndim)])
    return np.take(table, before, axis) * (1 - part) + np.take(table, before + 1, axis) * part


def iris_picture(iris: Iris, profile: Profile = EVEN, size: int = GENERATED) -> np.ndarray:
    """float64 [size, size]: an iris with a profile, as a point behind the focus shows it; the square is two radii of it
    (of its largest copy) wide, squeeze left to the renderer."""
    plain = Iris(iris.blades, iris.roundness, iris.rotation)
    steps = ((np.arange(size * _POINTS) + 0.5) / (size * _POINTS) * 2 - 1) * profile.reach
    x, y = np.meshgrid(steps, steps)
    picture = np.zeros((size, size))
    for scale, weight in zip(profile.scales, profile.weights, strict=True):
        inside = plain.contains(x / scale, y / scale)
        picture += weight * inside.reshape(size, _POINTS, size, _POINTS).mean(axis=(1, 3))
    return np.maximum(picture, 0)
