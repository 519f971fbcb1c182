"""LensDefocus's buttons: focus from a point, and a focus file that has changed."""

from __future__ import annotations

from pathlib import Path

from ...kernels.lens.optics import camera_gain
from ..vocabulary.jobs import AnalyseJob, Analysis, ClipError, KnobError
from .depth import depth_math_of, depth_picture
from .focus import focus_at_point, focus_file, world_scale
from .knobs.focus import FARTHEST


def analyse(job: AnalyseJob) -> Analysis:
    """What a button writes."""
    if job.button == "reloadFocusFile":
        return _reload_focus_file(job)
    return _set_focus_from_point(job)


def _set_focus_from_point(job: AnalyseJob) -> Analysis:
    """The distance at Focus Point as Focus Distance: a key at this frame where it has keys, else its value."""
    source = job.clip("Source", job.time)
    depth_math = depth_math_of(job)
    if depth_math == "direct":
        raise KnobError("depthMath", "is direct, which holds no distances; set it to what Depth holds.")
    depth = depth_picture(job, source)
    if depth is None:
        raise ClipError("Depth", "is not connected, so nothing tells how far Focus Point is; connect it.")
    inverse = focus_at_point(job, depth, depth_math)
    distance = min(1 / inverse, FARTHEST) if inverse > 0 else min(_hyperfocal(job), FARTHEST)
    distance = float(f"{distance:.6g}")
    message = f"Focus Distance is {distance:g} in frame {job.time:g}."
    if not job.curves.get("focusDistance"):
        return Analysis(values={"focusDistance": distance, "focusMode": "distance"}, message=message)
    keys = {"focusDistance": [(job.time, distance)]}
    values, here = {"focusMode": "distance"}, (job.time, job.time)
    return Analysis(keys=keys, values=values, message=f"{message} A key is set.", within=here)


def _hyperfocal(job: AnalyseJob) -> float:
    """The focus distance, in world units, at which infinity is just sharp: a radius of half a pixel. Curves through it
    stay usable, which they are not through infinity."""
    if job.knobs["lensModel"] == "size":
        return FARTHEST
    lens = (float(job.knobs[name]) for name in ("focalLength", "fStop", "sensorWidth"))
    format_width = float(job.knobs["formatWidth"]) or job.format[0] / job.scale[0]
    return 2 * camera_gain(*lens, format_width, world_scale(job))


def _reload_focus_file(job: AnalyseJob) -> Analysis:
    """Checks the file and leaves a stamp, so that the host sees a change."""
    path = str(job.knobs["focusFile"])
    focus = focus_file(path)
    first, last = focus.frames
    message = f"{path}: {len(focus.keys)} keys, frames {first:g} to {last:g}."
    return Analysis(values={"focusFileStamp": str(Path(path).stat().st_mtime_ns)}, message=message)
