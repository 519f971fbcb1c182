"""Focus levels: disparity counted in pixels of blur, the unit in which focus is planned and judged.

One level is the disparity that changes the circle of confusion's radius by one pixel, for a picture 640 px wide seen
through 50 mm at f/2 on a sensor 36 mm wide: about one of the paper's disparity levels. A difference in focus smaller
than about half a level is not seen.
"""

from __future__ import annotations

import numpy as np

from ..lens.optics import camera_gain

WIDTH = 640  # px
LEVELS = camera_gain(50.0, 2.0, 36.0, WIDTH)  # levels for each 1 / m
_FEWEST, _MOST = 4.0, 25.0  # levels that the subjects of a clip spread over


def planning_gain(disparities: np.ndarray) -> float:
    """Levels for each 1 / m with which a clip is planned: LEVELS, unless its disparities (of any shape) are of another
    kind (miniatures, landscapes, depth that a network made without a scale), so that noise is still noise and a change
    of subject still one."""
    usable = disparities[np.isfinite(disparities)]
    if not len(usable):
        return LEVELS
    far, near = np.percentile(usable, (2, 98))
    if far < 0 or near <= 0:
        return LEVELS
    return float(np.clip(LEVELS, min(_FEWEST / near, LEVELS * 400), _MOST / near))


def hyperfocal(gain: float, tolerance: float) -> float:
    """The farthest focus worth setting: there, infinity is blurred by `tolerance` px.

    gain: px for each unit of inverse depth (see lens.optics.camera_gain); the result is in the inverse of that unit.
    """
    return gain / max(tolerance, 1e-6)
