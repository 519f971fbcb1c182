"""From examples to tensors: augmentation, stacking, and which step learns from what. Deterministic by (seed, step)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from .examples.photographs import crop

NEAREST_PERCENTILE = 98.0  # of disparity: what the network calls 1
LEAST_CROP = 0.6  # of the largest part of a picture that has a batch's shape
SIZES = (320, 192), (320, 192), (256, 192), (256, 256), (192, 256)  # (width, height), px, of batches of whole size
SMALL_SIZES = (192, 128), (192, 128), (128, 128), (128, 192)  # and of small ones, which are learned from faster
STRETCH = 0.15  # logarithm by which a part's sides are lengthened or shortened at most, each alone
CROP = 192, 192  # px of a photograph


@dataclass(frozen=True)
class TruthBatch:
    """light [B, 3, H, W] linear, 1 = clipped; disparity [B, 1, H, W], relative."""

    light: Tensor
    disparity: Tensor


@dataclass(frozen=True)
class HighlightBatch:
    """light, radiance: [B, 3, H, W] linear."""

    light: Tensor
    radiance: Tensor


def truth_batch(examples, count: int, rng: np.random.Generator, sizes=SIZES) -> TruthBatch:
    """Pictures with known disparity, cropped to one of the sizes, mirrored and recoloured at random."""
    size = sizes[int(rng.integers(len(sizes)))]
    lights, disparities = zip(
        *(_truth(examples[int(rng.integers(len(examples)))], size, rng) for _ in range(count)), strict=True
    )
    return TruthBatch(tensor(np.stack(lights)), tensor(np.stack(disparities)))


def highlight_batch(
    photographs: Sequence[np.ndarray], examples, count: int, rng: np.random.Generator
) -> HighlightBatch:
    """Pictures with known radiance: crops of photographs, and of examples, as many of each where there are both."""
    pairs = []
    for n in range(count):
        if photographs and (n % 2 == 0 or not len(examples)):
            pairs.append(crop(photographs[int(rng.integers(len(photographs)))], CROP, rng))
        else:
            example = examples[int(rng.integers(len(examples)))]
            pairs.append(_square(linear(example.picture), example.radiance.astype(np.float32), rng))
    return HighlightBatch(*(tensor(np.stack(side)) for side in zip(*pairs, strict=True)))


def linear(picture: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3], sRGB-coded → float32, linear, 0 … 1."""
    return _DECODED[picture]


def nearest(disparity: np.ndarray) -> float:
    """The disparity that the network calls 1."""
    return max(float(np.percentile(disparity, NEAREST_PERCENTILE)), 1e-6)


def tensor(pixels: np.ndarray) -> Tensor:
    """[B, H, W, C] → [B, C, H, W]."""
    return torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).permute(0, 3, 1, 2)


def _truth(example, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    light, disparity = linear(example.picture), example.disparity.astype(np.float32)
    height, width = disparity.shape
    fit = min(width / size[0], height / size[1]) * (1 if rng.random() < 0.4 else rng.uniform(LEAST_CROP, 1))
    stretch = np.exp(rng.normal(0, STRETCH / 2, 2).clip(-STRETCH, STRETCH))
    w, h = (
        max(min(round(side * fit * s), most), 1) for side, s, most in zip(size, stretch, (width, height), strict=True)
    )
    y, x = int(rng.integers(height - h + 1)), int(rng.integers(width - w + 1))
    method = cv2.INTER_AREA if fit > 1 else cv2.INTER_LINEAR
    light, disparity = (cv2.resize(p[y : y + h, x : x + w], size, interpolation=method) for p in (light, disparity))
    if rng.random() < 0.5:
        light, disparity = light[:, ::-1], disparity[:, ::-1]
    light = np.clip(light * np.exp(rng.normal(0, 0.15, 3) + rng.normal(0, 0.2)).astype(np.float32), 0, 1)
    light = light ** np.float32(np.exp(rng.normal(0, 0.15)))
    if rng.random() < 0.1:
        light = np.repeat(light.mean(axis=2, keepdims=True), 3, axis=2)
    if rng.random() < 0.2:
        light = cv2.GaussianBlur(light, (0, 0), float(rng.uniform(0.4, 1.2)))
    return light, np.clip(disparity / nearest(disparity), 0, 1.5)[..., None]


def _square(light: np.ndarray, radiance: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A part of CROP's size, of an example at least as large; preferably with something clipped in it."""
    width, height = CROP
    rows, columns = light.shape[:2]
    for _ in range(3):
        y, x = int(rng.integers(max(rows - height, 0) + 1)), int(rng.integers(max(columns - width, 0) + 1))
        at = np.s_[y : y + height, x : x + width]
        if light[at].max() >= 1:
            break
    sides = [light[at], radiance[at]]
    if sides[0].shape[:2] != (height, width):
        pad = [(0, height - sides[0].shape[0]), (0, width - sides[0].shape[1]), (0, 0)]
        sides = [np.pad(side, pad, mode="edge") for side in sides]
    if rng.random() < 0.5:
        sides = [side[:, ::-1] for side in sides]
    return sides[0], sides[1]


def _decoding_table() -> np.ndarray:
    coded = np.arange(256, dtype=np.float64) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)


_DECODED = _decoding_table()
