"""From LensDefocus's knobs and depth to circles of confusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...kernels.lens.optics import camera_gain, circle_around_range, direct_radius, inverse_depth, size_gain
from ..vocabulary.jobs import KnobError, Picture, RenderJob, Window
from .channel import ChannelPicture
from .depth import depth_math_of, depth_picture
from .focus import inverse_focus, world_scale
from .region import Region, region_of


@dataclass(frozen=True)
class Circles:
    """Circles of confusion of a frame, in px of the full resolution.

    depth: None where all of the picture has the radius `even`. depth_math: what depth holds. in_focus: inverse depths
    of the nearest and the farthest surface that are sharp; gains: radius for each unit of inverse depth in front of
    them and behind them (for `direct`: factors). region: what stays sharp. max_radius: a bound of all radii that no
    pixel decides.
    """

    depth: ChannelPicture | None
    depth_math: str
    in_focus: tuple[float, float]
    gains: tuple[float, float]
    even: float
    max_radius: float
    region: Region | None = None

    def over(self, window: Window) -> np.ndarray:
        """Signed radius, float32 [H, W], px of the full resolution, behind the focus positive."""
        return self._by_depth(window) * self._blurred_share(window)

    def shifted(self, radius: np.ndarray, window: Window, shift: float) -> np.ndarray:
        """Radii in `window` with `shift` px added, as a colour has that the lens focuses nearer."""
        radius = radius + np.float32(shift) * self._blurred_share(window)
        return np.clip(radius, -np.float32(self.max_radius), np.float32(self.max_radius))

    def _blurred_share(self, window: Window) -> np.ndarray | np.float32:
        if self.region is None or not self.region.stays_sharp:
            return np.float32(1)
        return self.region.blurred_share(window)

    def disparity(self, window: Window) -> np.ndarray:
        """1/z, float32 [H, W], in 1 / world units, 0 = far. KnobError where depth holds no distance."""
        if self.depth_math == "direct":
            raise KnobError("output", "is disparity, but Depth Math direct has no distances; choose CoC.")
        if self.depth is None:
            return np.zeros((window.height, window.width), np.float32)
        return inverse_depth(self.depth.over(window), self.depth_math)

    def _by_depth(self, window: Window) -> np.ndarray:
        """Radii within ± max_radius."""
        if self.depth is None:
            return np.full((window.height, window.width), self.even, np.float32)
        values = self.depth.over(window)
        if self.depth_math == "direct":
            near, far = np.float32(self.gains)
            radius = direct_radius(values)
            return direct_radius(np.where(radius < 0, radius * near, radius * far), self.max_radius)
        return circle_around_range(inverse_depth(values, self.depth_math), self.in_focus, self.gains, self.max_radius)


def circles_of(job: RenderJob, source: Picture) -> Circles:
    """What the knobs say about this frame. KnobError, ClipError where they make no sense."""
    knobs = job.knobs
    depth_math, limit = depth_math_of(job), max(float(knobs["maxSize"]), 0.0)
    depth, region = depth_picture(job, source), region_of(job)
    if depth is None:
        even = min(max(float(knobs["size"]), 0.0), limit)
        return Circles(None, depth_math, (0.0, 0.0), (0.0, 0.0), even, limit, region)
    near, far = (max(float(knobs[name]), 0.0) for name in ("nearGain", "farGain"))
    if depth_math == "direct":
        return Circles(depth, depth_math, (0.0, 0.0), (near, far), 0.0, limit, region)
    focus = inverse_focus(job, depth, depth_math, region)
    if knobs["lensModel"] == "size":
        gain = size_gain(max(float(knobs["size"]), 0.0), focus)
    else:
        gain = _camera_gain(job)
    gains = tuple(gain * factor if factor else 0.0 for factor in (near, far))  # a gain may be infinite
    return Circles(depth, depth_math, _in_focus(job, focus), gains, 0.0, limit, region)


def _in_focus(job: RenderJob, focus: float) -> tuple[float, float]:
    """Inverse depths of the nearest and the farthest surface that stay sharp."""
    before, behind = (max(float(job.knobs[name]), 0.0) for name in ("protectNear", "protectFar"))
    if focus <= 0:  # at infinity: so is whatever lies a distance from it
        return 0.0, 0.0
    distance = 1 / focus
    nearest = 1 / (distance - before) if before < distance else np.inf
    return (nearest if before else focus), (1 / (distance + behind) if behind else focus)


def _camera_gain(job: RenderJob) -> float:
    knobs = job.knobs
    for name in ("focalLength", "fStop", "sensorWidth"):
        if not float(knobs[name]) > 0:
            raise KnobError(name, f"is {float(knobs[name]):g}; it must be above 0.")
    format_width = float(knobs["formatWidth"]) or job.format[0] / job.scale[0]
    if not format_width > 0:
        raise KnobError(
            "formatWidth", f"is {format_width:g}; give the pixels across the sensor, or 0 for the project's."
        )
    lens = (float(knobs[name]) for name in ("focalLength", "fStop", "sensorWidth"))
    return camera_gain(*lens, format_width, world_scale(job))
