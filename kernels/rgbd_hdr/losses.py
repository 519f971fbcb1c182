"""What training minimises: the rendering losses of Zhang et al. 2019, Eq. 5 and 6, and those on known truth.

The truth is known for generated examples alone; it makes training on few machines possible
(docs/decisions/0007-two-u-nets.md). All losses are means over pixels.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from .network import K

SCALES = 4  # of the gradient loss, each half of the one before
ENERGY_SIZES = 5, 17, 33  # px: sides of the windows over which lost light is summed up
PIXEL_WEIGHT, ENERGY_WEIGHT = 0.5, 1.0  # pixels alone aim at the mean of the logarithm, which is too little light


def rendering_loss(rendered: Tensor, truth: Tensor, features) -> Tensor:
    """Eq. 5: L1 of pixels and of features, display-referred. rendered, truth: [B, 3, H, W], linear, clipped at 1 as the
    camera's picture is. features: see features.py."""
    rendered, truth = (compressed(x) for x in (rendered, truth))
    loss = (rendered - truth).abs().mean()
    for a, b in zip(features(rendered), features(truth), strict=True):
        loss = loss + (a - b).abs().mean()
    return loss


def compressed(light: Tensor) -> Tensor:
    """Linear → about display-referred, with a bounded slope at 0 and above the camera's white only a little."""
    return (light.clamp(0, 1) + 1e-3).sqrt() + 0.02 * (light - 1).clamp(min=0).log1p()


def smoothness(disparity: Tensor, display: Tensor) -> Tensor:
    """Eq. 6: L1 of the gradients of disparity [B, 1, H, W], less where display [B, 3, H, W] has edges."""
    loss = disparity.new_zeros(())
    for axis in (2, 3):
        step = disparity.diff(dim=axis).abs()
        edge = display.diff(dim=axis).abs().mean(1, keepdim=True)
        loss = loss + (step * torch.exp(-edge)).mean()
    return loss


def disparity_loss(found: Tensor, truth: Tensor) -> Tensor:
    """found against truth, [B, 1, H, W], truth scaled to about 0 … 1: L1 as it is, L1 after the best scale and offset,
    and L1 of gradients at several scales (Ranftl et al. 2020)."""
    off = found - truth
    scale, offset = best_fit(found.detach(), truth)
    loss = off.abs().mean() + (scale * found + offset - truth).abs().mean()
    for _ in range(SCALES):
        loss = loss + 0.5 * sum(off.diff(dim=axis).abs().mean() for axis in (2, 3))
        if min(off.shape[2:]) < 4:
            break
        off = functional.avg_pool2d(off, 2)
    return loss


def best_fit(found: Tensor, truth: Tensor) -> tuple[Tensor, Tensor]:
    """(scale, offset) [B, 1, 1, 1] by least squares so that scale · found + offset is truth; scale 0.1 … 10."""
    mean_found, mean_truth = (x.mean((1, 2, 3), keepdim=True) for x in (found, truth))
    centred = found - mean_found
    variance = (centred**2).mean((1, 2, 3), keepdim=True)
    scale = (centred * (truth - mean_truth)).mean((1, 2, 3), keepdim=True) / variance.clamp(min=1e-6)
    scale = scale.clamp(0.1, 10)
    return scale, mean_truth - scale * mean_found


def radiance_loss(lost: Tensor, light: Tensor, radiance: Tensor, mask: Tensor) -> Tensor:
    """E against what was clipped away, in log space, where mask says that a channel is clipped, all [B, 3, H, W]; and
    the light of whole neighbourhoods, which is what a lens spreads."""
    light = light.clamp(min=1e-4)
    truth = torch.log(radiance.clamp(min=1e-4) / light).clamp(0, 12) * mask
    count = mask.sum((1, 2, 3)).clamp(min=1)
    error = (K * lost - truth) * (mask > 0)
    loss = PIXEL_WEIGHT * ((error**2).sum((1, 2, 3)) / count).mean()
    raised, true = light * torch.exp(K * lost), light * torch.exp(truth)
    for size in ENERGY_SIZES:
        a, b, m = (functional.avg_pool2d(x, size, max(size // 2, 1), size // 2) for x in (raised, true, mask))
        near = (m > 0.02).float()
        error = (torch.log(a.clamp(min=1e-4)) - torch.log(b.clamp(min=1e-4))) * near
        share = error.abs().sum((1, 2, 3)) / near.sum((1, 2, 3)).clamp(min=1)
        loss = loss + ENERGY_WEIGHT * share.mean()
    return loss
