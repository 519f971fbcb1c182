"""Aperture supervision: the estimates through the differentiable lens against pictures that an aperture made.

All pictures of an example are rendered from one disparity, scaled for another aperture and shifted for another focus:
with two of them this is the paper's consistency over aperture and focal triplets, F(I, αD + β, E).
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from .batches import nearest, tensor
from .lens import signed_radius, through_lens
from .losses import rendering_loss

SHALLOWS = 2  # pictures through an aperture that an example has at most
LARGEST = 20.0  # px of radius that are rendered
USUAL_GAIN, USUAL_FOCUS = 8.0, 0.5  # where nothing is known: px for the whole range of disparity; its middle


class Calibrations(nn.Module):
    """Gain and focus of pictures whose lens is not known, learned with the network: one of each for each example."""

    def __init__(self, examples: int):
        super().__init__()
        self.log_gain = nn.Parameter(torch.full((examples, SHALLOWS), math.log(USUAL_GAIN)))
        self.focus = nn.Parameter(torch.full((examples, SHALLOWS), USUAL_FOCUS))

    def of(self, example: int, shallow: int) -> tuple[Tensor, Tensor]:
        return self.log_gain[example, shallow].exp(), self.focus[example, shallow]


def aperture_loss(
    radiance: Tensor, disparity: Tensor, example, number: int, calibrations: Calibrations, features: nn.Module
) -> Tensor:
    """Eq. 5 over the example's pictures through an aperture; a pair counts double, as in the paper.

    radiance: [1, 3, H, W], linear. disparity: [1, 1, H, W], relative. number: the example's, for its calibration.
    """
    unit = None if example.disparity is None else nearest(example.disparity)
    losses = []
    for n, shallow in enumerate(example.shallow[:SHALLOWS]):
        if shallow.gain is None or unit is None:
            gain, focus = calibrations.of(number, n)
        else:
            gain, focus = shallow.gain * unit, shallow.focus / unit
        radius = signed_radius(disparity, gain, focus)
        largest = min(math.ceil(float(radius.detach().abs().max())), LARGEST)
        truth = tensor(shallow.light[None]).to(radiance.device)
        losses.append(rendering_loss(through_lens(radiance, radius, largest), truth, features))
    return 2 * sum(losses) / len(losses)
