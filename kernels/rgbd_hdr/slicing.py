"""Bilateral slicing: a coarse picture whose channels stand for levels of luma, read at a fine guide.

A bilateral grid (Chen et al. 2007; Gharbi et al. 2017) holds a value for every place and every luma. Reading it at
the luma of each pixel of the picture gives a map whose edges are the picture's own, however coarse the grid is.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709


def luma(picture: Tensor) -> Tensor:
    """[B, 3, H, W], display-referred 0 … 1 → [B, 1, H, W]."""
    return (picture * picture.new_tensor(LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)


def slice_grid(grid: Tensor, guide: Tensor) -> Tensor:
    """Reads a grid [B, N, h, w] at a guide [B, 1, H, W], 0 … 1: [B, 1, H, W], differentiable in both.

    Trilinear: channel n stands for the luma n / (N - 1), values are interpolated between the two nearest of them and
    between the four nearest places; beyond the grid's rim the outermost values hold.
    """
    levels = grid.shape[1]
    fine = functional.interpolate(grid, guide.shape[2:], mode="bilinear", align_corners=False)
    at = guide.clamp(0, 1) * (levels - 1)
    below = at.detach().floor().clamp(max=max(levels - 2, 0))
    index = below.long()
    low = fine.gather(1, index)
    high = fine.gather(1, (index + 1).clamp(max=levels - 1))
    return low + (at - below) * (high - low)


def slice_directly(grid: Tensor, guide: Tensor) -> Tensor:
    """`slice_grid` pixel by pixel: slow, for tests."""
    batch, levels, height, width = grid.shape
    rows, columns = guide.shape[2:]
    out = torch.empty(batch, 1, rows, columns, dtype=grid.dtype)

    def neighbours(position: float, count: int) -> list[tuple[int, float]]:
        position = min(max(position, 0.0), count - 1.0)
        first = min(int(position), max(count - 2, 0))
        share = position - first
        return [(first, 1 - share), (min(first + 1, count - 1), share)]

    for b in range(batch):
        for row in range(rows):
            for column in range(columns):
                near = [
                    neighbours(float(guide[b, 0, row, column].clamp(0, 1)) * (levels - 1), levels),
                    neighbours((row + 0.5) * height / rows - 0.5, height),
                    neighbours((column + 0.5) * width / columns - 0.5, width),
                ]
                out[b, 0, row, column] = sum(
                    grid[b, n, y, x] * wn * wy * wx for n, wn in near[0] for y, wy in near[1] for x, wx in near[2]
                )
    return out
