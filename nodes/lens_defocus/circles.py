"""From LensDefocus's knobs and depth to circles of confusion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ...kernels.lens.optics import camera_gain, circle_of_confusion, direct_radius, inverse_depth, size_gain
from ..vocabulary.jobs import KnobError, Picture, RenderJob, Window
from .depth import DepthPicture, depth_picture, focus_at_point, point_patch_radius


@dataclass(frozen=True)
class Circles:
    """Circles of confusion of a frame, in px of the full resolution.

    depth: None where all of the picture has the radius `even`. depth_math: what depth holds. inverse_focus, gain: see
    focuspuller.kernels.lens.optics; unused by `direct`. max_radius: a bound of all radii that no pixel decides.
    """

    depth: DepthPicture | None
    depth_math: str
    inverse_focus: float
    gain: float
    even: float
    max_radius: float

    def over(self, window: Window) -> np.ndarray:
        """Signed radius, float32 [H, W], px of the full resolution, behind the focus positive."""
        if self.depth is None:
            return np.full((window.height, window.width), self.even, np.float32)
        values = self.depth.over(window)
        if self.depth_math == "direct":
            return direct_radius(values, self.max_radius)
        return circle_of_confusion(
            inverse_depth(values, self.depth_math), self.inverse_focus, self.gain, self.max_radius
        )


def circles_of(job: RenderJob, source: Picture) -> Circles:
    """What the knobs say about this frame. KnobError where they make no sense."""
    knobs = job.knobs
    depth_math, limit = str(knobs["depthMath"]), max(float(knobs["maxSize"]), 0.0)
    depth = depth_picture(job, source)
    if depth is None:
        even = min(max(float(knobs["size"]), 0.0), limit)
        return Circles(None, depth_math, 0.0, 0.0, even, even)
    if depth_math == "direct":
        return Circles(depth, depth_math, 0.0, 0.0, 0.0, limit)
    inverse_focus = _inverse_focus(job, depth, depth_math)
    if knobs["lensModel"] == "size":
        gain = size_gain(max(float(knobs["size"]), 0.0), inverse_focus)
    else:
        gain = _camera_gain(job)
    return Circles(depth, depth_math, inverse_focus, gain, 0.0, limit)


def _inverse_focus(job: RenderJob, depth: DepthPicture, depth_math: str) -> float:
    """1 / distance of the plane of focus, in 1 / world units."""
    if job.knobs["focusMode"] == "point":
        patch = depth.around(job.knobs["focusPoint"], point_patch_radius(job))
        return focus_at_point(job, inverse_depth(patch, depth_math))
    distance = float(job.knobs["focusDistance"])
    if not distance > 0:
        raise KnobError("focusDistance", f"is {distance:g}; give the distance from the camera in world units, above 0.")
    return 1 / distance


def _camera_gain(job: RenderJob) -> float:
    knobs = job.knobs
    for name in ("focalLength", "fStop", "sensorWidth", "worldScale"):
        if not float(knobs[name]) > 0:
            raise KnobError(name, f"is {float(knobs[name]):g}; it must be above 0.")
    format_width = float(knobs["formatWidth"]) or job.format[0] / job.scale[0]
    if not format_width > 0:
        raise KnobError(
            "formatWidth", f"is {format_width:g}; give the pixels across the sensor, or 0 for the project's."
        )
    lens = (float(knobs[name]) for name in ("focalLength", "fStop", "sensorWidth"))
    return camera_gain(*lens, format_width, float(knobs["worldScale"]))
