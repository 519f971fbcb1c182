"""Features of pictures for the rendering loss (Eq. 5): a fixed network of random filters, or VGG-19 from a file.

Random convolutional features compare edges and textures at several scales much as trained ones do, and need no
download. VGG-19's weights, for whoever has them as a safetensors file with torchvision's names, are the paper's choice.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from ..weights_file import load_weights

RANDOM_WIDTHS = (16, 32, 48)
RANDOM_SEED = 19
VGG_WIDTHS = (64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M", 512, 512, 512, 512, "M", 512, 512)
VGG_KEPT = (2, 7, 12, 21, 30)  # conv1_2, conv2_2, conv3_2, conv4_2, conv5_2, the paper's
VGG_MEAN, VGG_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class RandomFeatures(nn.Module):
    """[B, 3, H, W], display-referred → a list of maps, each at half the resolution of the one before. Never trained."""

    def __init__(self):
        super().__init__()
        generator = torch.Generator().manual_seed(RANDOM_SEED)
        inside = 3
        for n, width in enumerate(RANDOM_WIDTHS):
            kernel = torch.randn(width, inside, 3, 3, generator=generator)
            if n == 0:  # contrast, not brightness: pixels have a loss of their own
                kernel -= kernel.mean((2, 3), keepdim=True)
            self.register_buffer(f"kernel{n}", kernel / (inside * 9) ** 0.5)
            inside = width

    def forward(self, picture: Tensor) -> list[Tensor]:
        maps, x = [], picture
        for n in range(len(RANDOM_WIDTHS)):
            x = functional.leaky_relu(functional.conv2d(x, getattr(self, f"kernel{n}"), padding=1), 0.2)
            maps.append(x)
            x = functional.avg_pool2d(x, 2, ceil_mode=True)
        return maps


class Vgg19Features(nn.Module):
    """The paper's: conv1_2 … conv5_2 of VGG-19 (Simonyan & Zisserman 2015), from a safetensors file whose tensors are
    called features.N.weight and features.N.bias. Raises WeightsError."""

    def __init__(self, weights: Path):
        super().__init__()
        layers, inside = [], 3
        for width in VGG_WIDTHS:
            if width == "M":
                layers.append(nn.MaxPool2d(2, 2, ceil_mode=True))
            else:
                layers += [nn.Conv2d(inside, width, 3, padding=1), nn.ReLU()]
                inside = width
        self.features = nn.Sequential(*layers)
        load_weights(weights, self, "vgg19", partly=True)
        self.requires_grad_(False)

    def forward(self, picture: Tensor) -> list[Tensor]:
        mean, deviation = (picture.new_tensor(v).view(1, 3, 1, 1) for v in (VGG_MEAN, VGG_DEVIATION))
        maps, x = [], (picture - mean) / deviation
        for n, layer in enumerate(self.features):
            x = layer(x)
            if n in VGG_KEPT:
                maps.append(x)
        return maps


def features(vgg19: Path | None = None) -> nn.Module:
    """The features to compare by."""
    return RandomFeatures() if vgg19 is None else Vgg19Features(vgg19)
