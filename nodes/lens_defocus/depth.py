"""Where LensDefocus's depth comes from: a clip's channel, over any window."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..vocabulary.jobs import KnobError, Picture, RenderJob, Window
from .borders import FrameEdges, extended

POINT_RADIUS = 4.0  # px of the full resolution: half the side of the patch whose median is in focus


@dataclass(frozen=True)
class DepthPicture:
    """A depth channel as the host delivered it, not yet decoded. values: float32 [H, W] of `window`; region: all that
    the clip has; reaching: the same without bounds at the format's sides, where the scene goes on."""

    values: np.ndarray
    window: Window
    region: Window
    reaching: Window

    def over(self, window: Window) -> np.ndarray:
        """float32 [H, W]: the values in `window`; 0, which is no depth, where the clip has nothing."""
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


def depth_picture(job: RenderJob, source: Picture) -> DepthPicture | None:
    """The depth that the knobs ask for; None, with a warning, where there is none."""
    if job.knobs["depthSource"] == "source alpha":
        if source.pixels.shape[2] == 4:
            return _channel(job, "Source", source, 3)
        cure = "Source has no alpha channel: give it RGBA, or set Depth Source to clip and connect Depth."
    else:
        picture = job.clip("Depth")
        if picture is not None:
            channel = _channel_index(str(job.knobs["depthChannel"]), picture.pixels.shape[2])
            _warn_of_flat_alpha(job, picture, channel)
            return _channel(job, "Depth", picture, channel)
        cure = "Connect Depth, or set Depth Source to source alpha."
    job.warn(f"There is no depth, so the whole picture is blurred by Size. {cure}")
    return None


def focus_at_point(job: RenderJob, decoded: np.ndarray) -> float:
    """The median of inverse depths [N] around the focus point; of an even number the nearer one, so that no depth
    comes out at which nothing is. KnobError where the patch is empty."""
    if decoded.size == 0:
        raise KnobError("focusPoint", "lies outside the depth picture; move it onto what shall be sharp.")
    middle = decoded.size // 2
    return float(np.partition(decoded, middle)[middle])


def point_patch_radius(job: RenderJob) -> tuple[float, float]:
    """Half the sides of the focus point's patch in rendered pixels."""
    return POINT_RADIUS * job.scale[0] / job.pixel_aspect, POINT_RADIUS * job.scale[1]


def _channel(job: RenderJob, clip: str, picture: Picture, channel: int) -> DepthPicture:
    region = job.region(clip) or picture.window
    reaching = FrameEdges.of(region, job.format).infinite(region)
    return DepthPicture(picture.pixels[..., channel], picture.window, region, reaching)


def _channel_index(name: str, channels: int) -> int:
    if channels == 1 or (channels == 3 and name == "alpha"):
        return 0
    return ("red", "green", "blue", "alpha").index(name)


def _warn_of_flat_alpha(job: RenderJob, picture: Picture, channel: int) -> None:
    """The usual slip: depth is in red, and alpha is solid."""
    if channel != 3 or picture.window != job.region("Depth") or picture.pixels.size == 0:
        return
    alpha, red = picture.pixels[..., 3], picture.pixels[..., 0]
    if alpha.flat[0] in (0, 1) and (alpha == alpha.flat[0]).all() and red.min() != red.max():
        job.warn(
            f"Depth's alpha is {alpha.flat[0]:g} everywhere while its red varies: if depth is in red, set Depth "
            "Channel to red."
        )
