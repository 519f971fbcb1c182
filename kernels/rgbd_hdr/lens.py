"""The differentiable lens: a picture through an aperture, layer by layer (Zhang et al. 2019, Eq. 2 and 3), in torch.

`radius` is the paper's signed disparity: the radius of the circle of confusion in px, 0 in focus, positive behind it
(`signed_radius` converts ours, 1 / z, in one place). The picture is cut into soft layers, M = exp(-λ (D - d)²), and the
layers are blurred by discs and laid over each other from back to front. As printed, Eq. 3 loses or gains light where
masks overlap, so they are normalised here, the matte is blurred like what it covers, and the result is divided by what
the layers together cover; `printed` keeps the original for comparison.
"""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor
from torch.nn import functional

LAMBDA = 2.8  # of Eq. 2


def signed_radius(disparity: Tensor, gain, focus) -> Tensor:
    """px, far positive: gain · (focus - disparity). gain: px per unit of disparity; both numbers or [B, 1, 1, 1]."""
    return gain * (focus - disparity)


def through_lens(light: Tensor, radius: Tensor, largest: float, spacing: float = 1.0, printed: bool = False) -> Tensor:
    """The picture through the lens, [B, C, H, W], differentiable in `light` and `radius`.

    light: [B, C, H, W], linear. radius: [B, 1, H, W], signed px, clamped to ± largest. spacing: px of radius from layer
    to layer. Beyond its borders the picture goes on from its last pixels.
    """
    if not (largest >= 0 and spacing > 0):
        raise ValueError(f"largest {largest} must be at least 0 and spacing {spacing} above 0")
    steps = int(-(-largest // spacing))
    radius = radius.clamp(-largest, largest)
    margin = int(steps * spacing + 1)
    light, radius = (functional.pad(x, [margin] * 4, mode="replicate") for x in (light, radius))
    levels = [n * spacing for n in range(steps, -steps - 1, -1)]  # back to front
    masks = [torch.exp(-LAMBDA * ((radius - level) / spacing) ** 2) for level in levels]
    if not printed:
        total = sum(masks)
        masks = [mask / total for mask in masks]
    out = torch.zeros_like(light) if printed else torch.zeros_like(torch.cat([light, radius], 1))
    for level, mask in zip(levels, masks, strict=True):
        if printed:
            out = out * (1 - mask) + _blurred(light * mask, abs(level))
        else:
            layer = _blurred(torch.cat([light * mask, mask], 1), abs(level))
            out = out * (1 - layer[:, -1:]) + layer
    if not printed:
        out = out[:, :-1] / out[:, -1:].clamp(min=1e-3)
    return out[..., margin:-margin, margin:-margin]


def _blurred(x: Tensor, radius: float) -> Tensor:
    """x ⊗ disc, [B, C, H, W], by FFT; what leaves on one side does not come in on the other."""
    if radius < 0.5:
        return x
    kernel = disc(radius, x.dtype).to(x.device)
    half = kernel.shape[0] // 2
    size = [_fast_length(side + 2 * half) for side in x.shape[2:]]
    spectrum = torch.fft.rfft2(x, s=size) * torch.fft.rfft2(kernel, s=size)
    height, width = x.shape[2:]
    return torch.fft.irfft2(spectrum, s=size)[..., half : half + height, half : half + width]


@lru_cache(64)
def disc(radius: float, dtype=torch.float32) -> Tensor:
    """[n, n], n odd, sum 1: a disc whose rim pixels count by the share of them that it covers."""
    half = int(radius + 1)
    fine = 8
    offsets = (torch.arange((2 * half + 1) * fine, dtype=torch.float64) + 0.5) / fine - half - 0.5
    inside = (offsets[:, None] ** 2 + offsets[None, :] ** 2 <= radius**2).double()
    kernel = functional.avg_pool2d(inside[None, None], fine)[0, 0]
    return (kernel / kernel.sum()).to(dtype)


def _fast_length(length: int) -> int:
    """The next length with factors 2, 3 and 5 alone."""
    while True:
        rest = length
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return length
        length += 1
