"""LensDefocus's Region: a matte that stays sharp, or that is focused on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np

from ..vocabulary.jobs import ClipError, RenderJob, Window
from .channel import ChannelPicture, matte_channel
from .knobs.region import FOCUSED, FOCUSED_SHARP, OFF, SHARP


@dataclass(frozen=True)
class Region:
    """matte: coverage 0 … 1. stays_sharp, is_focused_on: what it does. feather: (x, y) in rendered pixels."""

    matte: ChannelPicture
    stays_sharp: bool
    is_focused_on: bool
    feather: tuple[float, float]

    def blurred_share(self, window: Window) -> np.ndarray:
        """float32 [H, W], 0 … 1: how much of its blur each pixel keeps; 0 inside."""
        x, y = (math.ceil(f) for f in self.feather)
        wide = window.grown(x, y)
        inside = feathered(coverage(self.matte.over(wide)), self.feather)
        return 1 - inside[window.slices_in(wide)]


def region_of(job: RenderJob) -> Region | None:
    """Region as the knobs want it; None where it does nothing. ClipError where it is needed and not there."""
    mode = job.knobs["regionMode"]
    if mode == OFF:
        return None
    picture = job.clip("Region")
    focused = mode in (FOCUSED, FOCUSED_SHARP)
    if picture is None:
        if focused:
            raise ClipError(
                "Region", "is not connected; connect a matte of what to focus on, or set Region Mode to off."
            )
        return None
    feather = tuple(max(length, 0.0) for length in job.pixels("regionFeather"))
    return Region(matte_channel(job, "Region", picture), mode in (SHARP, FOCUSED_SHARP), focused, feather)


def coverage(values: np.ndarray) -> np.ndarray:
    """A matte's values as coverage: within 0 … 1, NaN = 0."""
    return np.clip(np.nan_to_num(values, nan=0.0), 0, 1)


def feathered(matte: np.ndarray, feather: tuple[float, float]) -> np.ndarray:
    """The matte [H, W] with an outward ramp of `feather` (x, y) px around it; what it covers stays covered.

    Blurred by a tent of that half width, a straight edge is (1 - t)² / 2 at the share t of the ramp; so the root of
    twice that falls evenly. Below 1 px it comes in gradually, so that nothing pops.
    """
    width = max(feather)
    if width <= 0:
        return matte
    soft = cv2.sepFilter2D(matte, -1, *(_tent(f) for f in feather), borderType=cv2.BORDER_REPLICATE)
    ramp = np.maximum(np.sqrt(np.minimum(2 * soft, 1)), matte)
    return matte + min(width, 1.0) * (ramp - matte)


def _tent(half_width: float) -> np.ndarray:
    reach = math.ceil(half_width)
    taps = np.maximum(1 - np.abs(np.arange(-reach, reach + 1)) / max(half_width, 1e-6), 0)
    return (taps / taps.sum()).astype(np.float32)
