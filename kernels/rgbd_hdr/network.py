"""The RGBD-HDR network: disparity and lost radiance of one picture (Zhang et al. 2019, section 4.1).

The paper's U-Net has one head of 3 + N channels. Here the N bilateral-space channels and the 3 of highlights come from
a U-Net each: disparity needs the whole picture at a moderate size, highlights need every pixel of the full one; and
highlights are also recovered where depth comes from elsewhere (docs/decisions/0007-two-u-nets.md).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from .slicing import luma, slice_grid
from .unet import UNet

BINS = 8  # luma levels of the bilateral grid: the paper's N
CELL = 4  # px of the working picture in a cell of the grid
K = 50.0  # of Eq. 4, the paper's; E is in units of 1 / K
CLIPPED = 0.96  # of the clip level: from here on a channel counts as clipped
SURELY = 0.995  # here wholly
DISPARITY_WIDTHS = (32, 64, 128, 192, 256, 320)
RADIANCE_WIDTHS = (24, 48, 96, 128, 160)


class DisparityNet(nn.Module):
    """display [B, 3, h, w], 0 … 1, sRGB-coded, of the working size; guide [B, 1, H, W], luma of the full picture →
    disparity [B, 1, H, W]: 0 = infinitely far, about 1 = the nearest there is."""

    def __init__(self):
        super().__init__()
        self.unet = UNet(3, BINS, DISPARITY_WIDTHS, normalised=True)

    def forward(self, display: Tensor, guide: Tensor) -> Tensor:
        return slice_grid(self.grid(display), guide)

    def grid(self, display: Tensor) -> Tensor:
        """[B, BINS, h / CELL, w / CELL]."""
        fine = self.unet(2 * display - 1).float()
        size = [-(-side // CELL) for side in fine.shape[2:]]
        return functional.adaptive_avg_pool2d(fine, size)


class RadianceNet(nn.Module):
    """light [B, 3, H, W], linear, 1 = clipped → E [B, 3, H, W] ≥ 0, 0 where a channel is not clipped."""

    def __init__(self):
        super().__init__()
        self.unet = UNet(6, 3, RADIANCE_WIDTHS)

    @property
    def reach(self) -> int:
        return self.unet.reach

    def forward(self, light: Tensor) -> Tensor:
        light = light.clamp(0, 1)
        mask = clipped(light)
        raw = self.unet(torch.cat([2 * light.sqrt() - 1, mask], 1)).float()
        return functional.softplus(raw) * mask / K


class RgbdHdr(nn.Module):
    """Both. light [B, 3, H, W], linear, 1 = clipped, of the working size → (D, E)."""

    def __init__(self):
        super().__init__()
        self.disparity, self.radiance = DisparityNet(), RadianceNet()

    def forward(self, light: Tensor) -> tuple[Tensor, Tensor]:
        display = encoded(light)
        return self.disparity(display, luma(display)), self.radiance(light)


def clipped(light: Tensor) -> Tensor:
    """How far each channel is clipped, 0 … 1."""
    t = ((light - CLIPPED) / (SURELY - CLIPPED)).clamp(0, 1)
    return t * t * (3 - 2 * t)


def recovered(light: Tensor, lost: Tensor, k: float = K) -> Tensor:
    """Eq. 4: radiance = light · exp(k · E)."""
    return light * torch.exp(k * lost)


def encoded(light: Tensor) -> Tensor:
    """Linear → sRGB-coded, both 0 … 1."""
    light = light.clamp(0, 1)
    return torch.where(light <= 0.0031308, 12.92 * light, 1.055 * light.clamp(min=1e-8) ** (1 / 2.4) - 0.055)


def decoded(display: Tensor) -> Tensor:
    """sRGB-coded → linear, both 0 … 1."""
    return torch.where(display <= 0.04045, display / 12.92, ((display.clamp(min=0) + 0.055) / 1.055) ** 2.4)
