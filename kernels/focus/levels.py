"""Focus levels: disparity counted in pixels of blur, the unit in which focus is planned and judged.

One level is the disparity that changes the circle of confusion's radius by one pixel, for a picture 640 px wide seen
through 50 mm at f/2 on a sensor 36 mm wide: about one of the paper's disparity levels. A difference in focus smaller
than about half a level is not seen.
"""

from __future__ import annotations

from ..lens.optics import camera_gain

WIDTH = 640  # px
LEVELS = camera_gain(50.0, 2.0, 36.0, WIDTH)  # levels for each 1 / m
NEVER_FARTHER = LEVELS / 0.5  # m: half a level from infinity, the hyperfocal distance for half a px
LEAST = 1.0 / NEVER_FARTHER  # 1 / m


def hyperfocal(gain: float, tolerance: float) -> float:
    """The farthest focus worth setting, in units of 1 / (unit of gain): from there infinity is `tolerance` px blurred.

    gain: px for each unit of inverse depth (see lens.optics.camera_gain).
    """
    return gain / max(tolerance, 1e-6)
