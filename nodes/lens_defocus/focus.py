"""Where LensDefocus's plane of focus lies: by distance, by a point, by a focus file, by what Region holds."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from ...kernels.focus.focus_file import FocusFile, FocusFileError, read_focus_file
from ...kernels.lens.optics import inverse_depth
from ..vocabulary.jobs import ClipError, Job, KnobError, RenderJob
from .channel import ChannelPicture
from .region import Region

POINT_RADIUS = 4.0  # px of the full resolution: half the side of the patch whose median is in focus


def inverse_focus(job: RenderJob, depth: ChannelPicture, depth_math: str, region: Region | None) -> float:
    """1 / distance of the plane of focus, in 1 / world units; 0 is infinity. KnobError, ClipError where there is
    none."""
    if region is not None and region.is_focused_on:
        return focus_on_region(region, depth, depth_math)
    mode = job.knobs["focusMode"]
    if mode == "point":
        return focus_at_point(job, depth, depth_math)
    if mode == "focus file":
        metres = focus_file(str(job.knobs["focusFile"])).focus_at(job.time, job.fps)
        return world_scale(job) / metres
    distance = float(job.knobs["focusDistance"])
    if not distance > 0:
        raise KnobError("focusDistance", f"is {distance:g}; give the distance from the camera in world units, above 0.")
    return 1 / distance


def focus_at_point(job: Job, depth: ChannelPicture, depth_math: str) -> float:
    """The median inverse depth of the patch around the focus point. KnobError where the patch is empty."""
    # In rendered pixels.
    radius = POINT_RADIUS * job.scale[0] / job.pixel_aspect, POINT_RADIUS * job.scale[1]
    patch = depth.around(job.knobs["focusPoint"], radius)
    if patch.size == 0:
        raise KnobError("focusPoint", "lies outside the depth picture; move it onto what shall be sharp.")
    return median_of_depths(inverse_depth(patch, depth_math))


def focus_on_region(region: Region, depth: ChannelPicture, depth_math: str) -> float:
    """The median inverse depth of what Region covers by half or more. ClipError where that is nothing."""
    shared = region.matte.window.intersected(depth.window)
    inside = np.empty(0, np.float32)
    if not shared.empty:
        covered = region.matte.values[shared.slices_in(region.matte.window)] >= 0.5
        inside = depth.values[shared.slices_in(depth.window)][covered]
    if inside.size == 0:
        raise ClipError(
            "Region",
            "covers nothing of the depth picture in this frame, so there is nothing to focus on; draw it there, or set "
            "Region Mode to stays sharp.",
        )
    return median_of_depths(inverse_depth(inside, depth_math))


def median_of_depths(decoded: np.ndarray) -> float:
    """The median of inverse depths [N > 0]; of an even number the nearer one, so that no depth comes out at which
    nothing is."""
    middle = decoded.size // 2
    return float(np.partition(decoded, middle)[middle])


def world_scale(job: Job) -> float:
    """Metres in a world unit. KnobError."""
    scale = float(job.knobs["worldScale"])
    if not scale > 0:
        raise KnobError("worldScale", f"is {scale:g}; give the metres in one unit of depth, above 0.")
    return scale


def focus_file(path: str) -> FocusFile:
    """The focus file at `path`. KnobError."""
    if not path:
        raise KnobError(
            "focusFile", "is empty while Focus Mode is focus file; choose the file that LAAFPlanner has written."
        )
    try:
        state = Path(path).stat()
        return _read(path, state.st_mtime_ns, state.st_size)
    except FocusFileError as error:
        raise KnobError("focusFile", f"{error}.") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the path
        reason = getattr(error, "strerror", None) or error
        raise KnobError("focusFile", f"{path}: cannot be read ({reason}); check the path.") from error


@lru_cache(maxsize=16)
def _read(path: str, _changed: int, _size: int) -> FocusFile:
    """The focus file, read again when it has changed on disk."""
    return read_focus_file(path)
