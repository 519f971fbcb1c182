"""One channel of a clip that drives the lens: depth, or a matte."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..vocabulary.jobs import Picture, RenderJob, Window
from .borders import FrameEdges, extended


@dataclass(frozen=True)
class ChannelPicture:
    """A channel as the host delivered it. values: float32 [H, W] of `window`; region: all that the clip has; reaching:
    the same without bounds at the format's sides, where the scene goes on."""

    values: np.ndarray
    window: Window
    region: Window
    reaching: Window

    @classmethod
    def of(cls, job: RenderJob, clip: str, picture: Picture, channel: int) -> ChannelPicture:
        region = job.region(clip) or picture.window
        reaching = FrameEdges.of(region, job.format).infinite(region)
        return cls(picture.pixels[..., channel], picture.window, region, reaching)

    def over(self, window: Window) -> np.ndarray:
        """float32 [H, W]: the values in `window`; 0, which is no depth and no matte, where the clip has nothing."""
        result = np.zeros((window.height, window.width), np.float32)
        known = window.intersected(self.reaching)
        if not (known.empty or self.window.empty):
            result[known.slices_in(window)] = extended(self.values, self.window, known)
        return result

    def around(self, point: tuple[float, float], radius: tuple[float, float]) -> np.ndarray:
        """The values [N] in the patch around a point, px; empty outside the picture."""
        (x, y), (rx, ry) = point, radius
        rx, ry = max(rx, 0.5), max(ry, 0.5)
        patch = Window(math.floor(x - rx), math.floor(y - ry), math.ceil(x + rx), math.ceil(y + ry))
        patch = patch.intersected(self.window)
        return np.empty(0, np.float32) if patch.empty else self.values[patch.slices_in(self.window)].ravel()


def matte_channel(job: RenderJob, clip: str, picture: Picture) -> ChannelPicture:
    """A matte clip's coverage: its alpha, or the first channel of a picture without one. Says so where a solid alpha
    hides a matte in red."""
    channel = 3 if picture.pixels.shape[2] == 4 else 0
    if is_flat_alpha(job, clip, picture, channel):
        job.warn(
            f"{clip}'s alpha is the same everywhere while its red varies: if the matte is in red, copy it to alpha."
        )
    return ChannelPicture.of(job, clip, picture, channel)


def is_flat_alpha(job: RenderJob, clip: str, picture: Picture, channel: int) -> bool:
    """The usual slip: what is meant is in red, and alpha is solid. False where only part of the picture is here."""
    if channel != 3 or picture.window != job.region(clip) or picture.pixels.size == 0:
        return False
    alpha, red = picture.pixels[..., 3], picture.pixels[..., 0]
    return bool(alpha.flat[0] in (0, 1) and (alpha == alpha.flat[0]).all() and red.min() != red.max())
