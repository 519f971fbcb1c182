"""Radial profiles: how the light of a defocused point is spread between the centre and the rim of the iris.

A profile is a density p(ρ) relative to an even disc, ρ = distance from the centre in radii along the iris's own shape.
The renderers spread light evenly over shapes, so a profile reaches them as a sum of nested copies of the iris, each
with its scale and its share of the light (negative shares cut a hole).

**Spherical aberration.** Rays through the iris at height h (0 … 1) meet the sensor at ρ = (1 - w)·h + w·h³: the cubic
term is the transverse third-order aberration, w its share of the marginal ray's, so that the marginal ray still meets
the rim of the circle of confusion. Light of the ring h dh lands on the ring ρ dρ, so the light within ρ is h(ρ)² and

    p = h dh / (ρ dρ) = 1 / ((1 - w + w·h²) · (1 - w + 3·w·h²)).

w > 0 draws light to the centre and leaves a soft rim; w < 0 piles it up on the rim, up to the caustic at w = -1/2.
On the other side of the focus the defocus changes its sign and the aberration does not: w there is -w.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

STRONGEST = 0.45  # |w| of an aberration of 1: rim 10 times as bright as even on one side, half as bright on the other
GAUSSIAN_REACH = 1.5  # radii at which a Gaussian of an even disc's second moment (sigma = 1/2) ends: at 3 sigma
DARK = 0.05  # density, relative to an even disc, below which errors do not count for more
_RINGS = 2048  # of the exact profile
_CELLS = 512  # between which copies may end
_ENOUGH = 0.002  # share of misplaced light from which no more copies are taken


@dataclass(frozen=True)
class Profile:
    """scales: float64 [J] of nested copies of the iris, 0 < scale ≤ `reach`, falling. shares: float64 [J] of the light
    each spreads evenly over itself, sum 1, may be negative. error: part of the light (0 … 1) that lies elsewhere than
    the exact profile has it."""

    scales: np.ndarray
    shares: np.ndarray
    error: float = 0.0

    @property
    def weights(self) -> np.ndarray:
        """float64 [J]: density of each copy where an even iris of scale 1 has 1; sum of weights · scales² = 1."""
        return self.shares / self.scales**2

    @property
    def reach(self) -> float:
        """Radius of the largest copy, in radii of the circle of confusion."""
        return float(self.scales.max())

    def density(self, rho: np.ndarray) -> np.ndarray:
        """p at these distances from the centre (radii)."""
        return ((np.asarray(rho)[..., None] <= self.scales) * self.weights).sum(axis=-1)


EVEN = Profile(np.ones(1), np.ones(1))


@lru_cache(maxsize=32)
def lens_profiles(
    aberration: float = 0.0,
    *,
    rings: int = 0,
    ring_strength: float = 0.3,
    obstruction: float = 0.0,
    copies: int = 12,
) -> tuple[Profile, Profile]:
    """(behind, in front of) the focus.

    aberration: -1 … 1, spherical; above 0: soft behind, bright rim in front. rings: 0 … 8 onion rings, the outermost
    on the rim, as an aspherical element's grinding marks make them; ring_strength: 0 … 1, their contrast.
    obstruction: 0 … 0.95, radius of a mirror lens's hole. copies: at most so many, 3 … 64 (two a ring are needed).
    ValueError outside these ranges.
    """
    limits = {
        "aberration": (aberration, -1, 1),
        "rings": (rings, 0, 8),
        "ring_strength": (ring_strength, 0, 1),
        "obstruction": (obstruction, 0, 0.95),
        "copies": (copies, 3, 64),
    }
    for name, (value, low, high) in limits.items():
        if not low <= value <= high:
            raise ValueError(f"{name} {value} is outside {low} … {high}")
    if aberration == obstruction == 0 and not (rings and ring_strength):
        return EVEN, EVEN
    modulation = np.ones(_RINGS)
    edges = np.linspace(0, 1, _RINGS + 1)
    if rings:
        modulation += ring_strength * np.cos(2 * np.pi * rings * (1 - (edges[1:] + edges[:-1]) / 2))
    modulation *= np.clip(edges[1:] * _RINGS - obstruction * _RINGS, 0, 1)
    strengths = STRONGEST * aberration, -STRONGEST * aberration
    far, near = (nested(edges, aberrated(edges, w) * modulation, copies) for w in strengths)
    return far, near


def aberrated(edges: np.ndarray, w: float) -> np.ndarray:
    """float64 [N]: mean density in the rings between these edges ([N + 1], 0 … 1) for the cubic share w, |w| < 1/2."""
    height = np.linspace(0, 1, 8 * _RINGS + 1)
    within = np.interp(edges, (1 - w) * height + w * height**3, height) ** 2
    return np.diff(within) / np.diff(edges**2)


@lru_cache(maxsize=4)
def gaussian_profile(copies: int = 12) -> Profile:
    """A Gaussian with the second moment of the even disc that it replaces, cut off at 3 sigma; reach about 1.5."""
    edges = np.linspace(0, GAUSSIAN_REACH, _RINGS + 1)
    density = -np.diff(np.exp(-2 * edges**2)) / np.diff(edges**2)
    fitted = nested(edges, density, copies)
    second = float((fitted.shares * fitted.scales**2).sum())  # an even disc of radius 1 has 1
    return Profile(fitted.scales / np.sqrt(second), fitted.shares, fitted.error)


def nested(edges: np.ndarray, density: np.ndarray, copies: int) -> Profile:
    """The best `copies` nested discs for a density: float64 [N] in rings between edges [N + 1], any scale.

    Best in the mean square over the disc's area, errors counting more where it is dark (as eyes see them: a Gaussian's
    tails would end in a ring), by dynamic programming over where copies end; fewer where fewer do.
    """
    area = np.diff(edges**2)
    density = density / (density * area).sum()
    step = len(density) // _CELLS
    weight = np.concatenate([[0], np.cumsum(area)])[::step]
    light = np.concatenate([[0], np.cumsum(area * density)])[::step]
    a, b = np.triu_indices(len(weight), 1)
    level = (light[b] - light[a]) / (weight[b] - weight[a])
    seen = area / (density + DARK)
    sums = [np.concatenate([[0], np.cumsum(seen * density**power)])[::step] for power in range(3)]
    ones, once, twice = (s[b] - s[a] for s in sums)
    cost = np.full((len(weight), len(weight)), np.inf)  # of one level between cells a and b
    cost[a, b] = twice - 2 * level * once + level**2 * ones
    best, came = cost[0], []
    while True:
        ends = _ends(came, len(weight) - 1)
        level = np.diff(light[ends]) / np.diff(weight[ends])
        profile = _from_levels(edges[::step][ends], level)
        error = 0.5 * float(np.abs(density - np.repeat(level, np.diff(ends) * step)) @ area)
        if error <= _ENOUGH or len(ends) > copies:
            return Profile(profile.scales, profile.shares, error)
        total = best[:, None] + cost
        came.append(total.argmin(axis=0))
        best = total.min(axis=0)


def _ends(came: list[np.ndarray], last: int) -> list[int]:
    """Cells at which the best levels end, from 0 to `last`."""
    ends = [last]
    for choice in reversed(came):
        ends.append(int(choice[ends[-1]]))
    return [0, *reversed(ends)] if ends[-1] else list(reversed(ends))


def _from_levels(ends: np.ndarray, level: np.ndarray) -> Profile:
    """Copies that add up to `level` [K] between `ends` [K + 1]; those that change nothing are left out."""
    scales, steps = ends[:0:-1], np.diff(level[::-1], prepend=0)
    shares = steps * scales**2
    kept = np.abs(steps) > 1e-9
    return Profile(scales[kept], shares[kept] / shares[kept].sum())
