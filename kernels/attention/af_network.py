"""AF-Net (the paper's section 5.3 and Fig. 6): two convolutional networks over short and wide stretches of time.

CNN-1 sees a unit of UNIT neighbouring samples and says where the focus region is in the middle one. CNN-2 sees CNN-1's
feature maps of UNITS such units, that is UNITS · UNIT samples, and says how likely the very middle is a New Focus
Target. Both are ResNet-10s (four stages of one basic block), narrow ones; CNN-2 ends in global average pooling.
Because units of neighbouring queries are shared, CNN-1 runs once a sample.

This module imports torch; whoever may not need it imports it late.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

RATE = 12  # samples a second, about
WIDTH, HEIGHT = 80, 48  # px of a sample, whatever the picture's aspect
MAP_WIDTH, MAP_HEIGHT = 40, 24  # of the focus region
UNIT = 5  # samples in CNN-1's window, the paper's f_T
UNITS = 7  # units in CNN-2's window, the paper's f_s
CONTEXT = UNIT * (UNITS // 2) + UNIT // 2  # samples before and after that an answer depends on
_CHANNELS = 16, 32, 48, 64
_KEPT = 24  # channels of a unit's feature map for CNN-2


class AfNet(nn.Module):
    """pictures [B, T, 3, HEIGHT, WIDTH] in 0 … 1 → (regions, new): logits of the focus region [B, T - UNIT + 1,
    MAP_HEIGHT, MAP_WIDTH], and of a new target [B, T - 2 CONTEXT]. The first answer is about sample UNIT // 2, or
    CONTEXT."""

    def __init__(self):
        super().__init__()
        self.near = UnitNet()
        self.wide = WideNet()

    def forward(self, pictures: Tensor) -> tuple[Tensor, Tensor]:
        batch, samples = pictures.shape[:2]
        count = samples - UNIT + 1
        units = pictures.unfold(1, UNIT, 1).permute(0, 1, 5, 2, 3, 4)  # [B, count, UNIT, 3, H, W]
        region, features = self.near(units.reshape(batch * count, UNIT * 3, HEIGHT, WIDTH))
        region = region.reshape(batch, count, MAP_HEIGHT, MAP_WIDTH)
        new = self.wide(features.reshape(batch, count, *features.shape[1:]))
        return region, new


class UnitNet(nn.Module):
    """CNN-1: units [N, UNIT · 3, HEIGHT, WIDTH] → (logits [N, MAP_HEIGHT, MAP_WIDTH], features [N, _KEPT + 1, 6,
    10])."""

    def __init__(self):
        super().__init__()
        a, b, c, d = _CHANNELS
        self.stem = nn.Sequential(nn.Conv2d(UNIT * 3, a, 5, 2, 2, bias=False), _norm(a), nn.ReLU(inplace=True))
        self.stages = nn.ModuleList([Block(a, a, 1), Block(a, b, 2), Block(b, c, 2), Block(c, d, 1, dilation=2)])
        self.middle = nn.Sequential(nn.Conv2d(d + b, 32, 3, 1, 1, bias=False), _norm(32), nn.ReLU(inplace=True))
        self.fine = nn.Sequential(nn.Conv2d(32 + a, 16, 3, 1, 1, bias=False), _norm(16), nn.ReLU(inplace=True))
        self.region = nn.Conv2d(16, 1, 1)
        self.kept = nn.Conv2d(d, _KEPT, 1)

    def forward(self, units: Tensor) -> tuple[Tensor, Tensor]:
        fine = self.stages[0](self.stem(units - 0.5))
        middle = self.stages[1](fine)
        coarse = self.stages[3](self.stages[2](middle))
        up = self.middle(torch.cat([_up(coarse), middle], 1))
        region = self.region(self.fine(torch.cat([_up(up), fine], 1)))[:, 0]
        share = region.flatten(1).softmax(1).reshape(region.shape)
        place = functional.avg_pool2d(share[:, None], 4, divisor_override=1)
        return region, torch.cat([self.kept(coarse), 4 * place], 1)


class WideNet(nn.Module):
    """CNN-2: features [B, T', C, 6, 10] → logits [B, T' - UNIT (UNITS - 1)]."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(UNITS * (_KEPT + 1), 64, 3, 1, 1, bias=False), _norm(64), nn.ReLU(inplace=True)
        )
        self.stages = nn.Sequential(Block(64, 48, 1), Block(48, 48, 1), Block(48, 64, 2), Block(64, 64, 1))
        self.new = nn.Linear(64, 1)

    def forward(self, features: Tensor) -> Tensor:
        batch, samples = features.shape[:2]
        count = samples - UNIT * (UNITS - 1)
        windows = torch.cat([features[:, UNIT * u : UNIT * u + count] for u in range(UNITS)], 2)
        seen = self.stages(self.stem(windows.flatten(0, 1)))
        return self.new(seen.mean((2, 3))).reshape(batch, count)


class Block(nn.Module):
    """ResNet's basic block (He et al. 2016) with group normalisation, which does not depend on the batch."""

    def __init__(self, inside: int, outside: int, stride: int, dilation: int = 1):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(inside, outside, 3, stride, dilation, dilation, bias=False),
            _norm(outside),
            nn.ReLU(inplace=True),
            nn.Conv2d(outside, outside, 3, 1, 1, bias=False),
            _norm(outside),
        )
        same = stride == 1 and inside == outside
        self.skip = nn.Identity() if same else nn.Sequential(nn.Conv2d(inside, outside, 1, stride), _norm(outside))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu(self.body(x) + self.skip(x))


def _norm(channels: int) -> nn.GroupNorm:
    return nn.GroupNorm(channels // 8, channels)


def _up(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
