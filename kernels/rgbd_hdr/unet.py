"""The U-Net (Ronneberger et al. 2015) that both estimates come from. Imports torch; import it late."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

SLOPE = 0.2  # of the leaky ReLU
CHANNELS_A_GROUP = 16


class UNet(nn.Module):
    """[B, inputs, H, W] of any size → [B, outputs, H, W].

    Works on 2 × 2 pixels at once; each further entry of `widths` (channels) halves the resolution again. Every layer
    but the last is followed by a leaky ReLU. normalised: by groups over the whole picture (Wu & He 2018), which learns
    faster. Without it, what is farther away than `reach` changes nothing and tiles with that overlap have no seam.
    """

    def __init__(self, inputs: int, outputs: int, widths: Sequence[int], blocks: int = 1, normalised: bool = False):
        super().__init__()
        self.levels, self.blocks = len(widths), blocks
        self.stem = nn.Conv2d(4 * inputs, widths[0], 3, 1, 1)
        self.down = nn.ModuleList(_stack(width, blocks, normalised) for width in widths)
        self.shrink = nn.ModuleList([nn.Conv2d(a, b, 2, 2) for a, b in itertools.pairwise(widths)])
        self.merge = nn.ModuleList([nn.Conv2d(b, a, 1) for a, b in itertools.pairwise(widths)])
        self.up = nn.ModuleList(_stack(width, blocks, normalised) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], 4 * outputs, 3, 1, 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    @property
    def multiple(self) -> int:
        """Sides are continued to a multiple of this, px."""
        return 2**self.levels

    @property
    def reach(self) -> int:
        """Pixels on each side on which an output pixel depends, rounded up to `multiple`."""
        convolutions = 2 * self.blocks
        reach = sum(2 * convolutions * 2 ** (level + 1) for level in range(self.levels)) + 4
        return -(-(reach + self.multiple) // self.multiple) * self.multiple

    def forward(self, picture: Tensor) -> Tensor:
        height, width = picture.shape[2:]
        below, right = (-side % self.multiple for side in (height, width))
        if below or right:
            picture = functional.pad(picture, (0, right, 0, below), mode="replicate")
        x = functional.leaky_relu(self.stem(functional.pixel_unshuffle(picture, 2)), SLOPE)
        kept = []
        for level in range(self.levels):
            x = self.down[level](x)
            if level + 1 < self.levels:
                kept.append(x)
                x = functional.leaky_relu(self.shrink[level](x), SLOPE)
        for level in reversed(range(self.levels - 1)):
            x = functional.interpolate(self.merge[level](x), scale_factor=2, mode="nearest")
            x = self.up[level](x + kept[level])
        return functional.pixel_shuffle(self.head(x), 2)[..., :height, :width]


def _stack(width: int, blocks: int, normalised: bool) -> nn.Sequential:
    return nn.Sequential(*(Residual(width, normalised) for _ in range(blocks)))


class Residual(nn.Module):
    """Two convolutions and a way around them; starts as the identity, so that deep stacks train."""

    def __init__(self, width: int, normalised: bool):
        super().__init__()
        groups = width // CHANNELS_A_GROUP
        self.first = nn.Conv2d(width, width, 3, 1, 1)
        self.first_norm = nn.GroupNorm(groups, width) if normalised else nn.Identity()
        self.second = nn.Conv2d(width, width, 3, 1, 1)
        self.second_norm = nn.GroupNorm(groups, width) if normalised else nn.Identity()
        self.scale = nn.Parameter(torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        inside = functional.leaky_relu(self.first_norm(self.first(x)), SLOPE)
        return functional.leaky_relu(x + self.scale * self.second_norm(self.second(inside)), SLOPE)
