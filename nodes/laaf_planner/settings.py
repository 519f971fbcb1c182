"""LAAFPlanner's knobs as the planner takes them."""

from __future__ import annotations

from ...kernels.focus.plan import Precision
from ...kernels.focus.pulls import Style
from ...kernels.lens.optics import camera_gain
from ..vocabulary.jobs import Job, KnobError


def positive(job: Job, name: str) -> float:
    """A knob that must be above 0. KnobError."""
    value = float(job.knobs[name])
    if not value > 0:
        raise KnobError(name, f"is {value:g}; it must be above 0.")
    return value


def style(job: Job) -> Style:
    """How pulls are made."""
    knobs = job.knobs
    return Style(
        max(float(knobs["pullFrames"]), 1.0),
        max(float(knobs["leadFrames"]), 0.0),
        max(float(knobs["focusSpeed"]), 0.0),
        str(knobs["easing"]),
    )


def precision(job: Job) -> Precision:
    """How exact keys are, by the lens; tolerance counts in px of the full-resolution frame."""
    lens = (positive(job, name) for name in ("focalLength", "fStop", "sensorWidth"))
    return Precision(camera_gain(*lens, max(job.format[0] / job.scale[0], 1.0)), positive(job, "tolerance"))
