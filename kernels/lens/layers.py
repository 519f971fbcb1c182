"""Layers of circles of confusion: what covers what; and grids: how finely it is spread.

Layer limits are fixed radii, one px apart near the focus and about an eighth of the radius apart beyond 8 px, so they
do not move with the picture's depths: a focus pull does not pop, and a tile has the layers of the whole. They decide
only what covers what; every sample spreads by its own radius.

Radii up to `fine` are spread on the picture's own pixels, those up to fine · 2^k on a grid of cells of 2^k px. Around
such a limit, up to ZONE times it, a sample is shared between the two grids, so that nothing pops; that zone is one
layer.
`layers.cl` is the same for the kernels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

LINEAR = 8.0  # px of radius up to which layers are 1 px apart
ZONE = 1.125  # radii from a grid's limit to this times it are shared with the next
LAYERS_A_LEVEL = 6  # the zone at its start, and five up to twice the radius
LAYER_STEP = (2 / ZONE) ** (1 / (LAYERS_A_LEVEL - 1))


@dataclass(frozen=True)
class Layers:
    """The layers of radii up to max_radius. fine: px; levels: number of coarser grids; inner: the outermost layer of
    the radii up to `fine`, counted from the focus."""

    max_radius: float
    fine: float
    levels: int
    inner: int

    @classmethod
    def up_to(cls, max_radius: float, fine: float = math.inf) -> Layers:
        """fine: infinite for one grid only."""
        size = max(float(max_radius), 1.0)
        if size <= fine:
            return cls(float(max_radius), size, 0, math.ceil(_place(size)))
        return cls(float(max_radius), float(fine), math.ceil(math.log2(size / fine)), round(_place(fine)))

    @property
    def outermost(self) -> int:
        """The largest layer number; there are as many in front of the focus as behind it."""
        return self.inner + LAYERS_A_LEVEL * self.levels

    def layer_of(self, radius: np.ndarray) -> np.ndarray:
        """Layer number, int32, 0 in focus, behind it positive, for signed CoC radii in px (any shape)."""
        size = np.abs(np.asarray(radius, np.float64))
        beyond_linear = LINEAR * (1 + np.log(np.maximum(size, LINEAR) / LINEAR))
        place = np.where(size <= LINEAR, size, beyond_linear)
        layer = np.minimum(np.rint(place), self.inner)
        if self.levels:
            ratio = np.maximum(size / self.fine, 1)
            level = np.clip(np.ceil(np.log2(ratio)), 1, self.levels)
            step = np.log(ratio / 2 ** (level - 1) / ZONE) / np.log(LAYER_STEP)
            inside = np.clip(np.ceil(step), 1, LAYERS_A_LEVEL - 1)
            coarse = self.inner + 1 + (level - 1) * LAYERS_A_LEVEL + np.where(step <= 0, 0, inside)
            layer = np.where(size > self.fine, coarse, layer)
        return np.copysign(layer, radius).astype(np.int32)

    def largest(self, layer: int) -> float:
        """A bound of the radii in a layer, px."""
        layer = abs(layer)
        if layer <= self.inner:
            size = layer + 0.5
            bound = size if size <= LINEAR else LINEAR * math.exp(size / LINEAR - 1)
        else:
            level, sub = divmod(layer - self.inner - 1, LAYERS_A_LEVEL)
            bound = self.fine * 2**level * ZONE * LAYER_STEP**sub
        return min(bound, max(self.max_radius, 1.0))


def _place(size: float) -> float:
    return size if size <= LINEAR else LINEAR * (1 + math.log(size / LINEAR))
