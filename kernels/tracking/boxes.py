"""Following a box by OpenCV's correlation filters, and the subject's outline inside it."""

from __future__ import annotations

import cv2
import numpy as np

from .cut import minimum_cut
from .evidence import Evidence
from .pictures import resized, working_size
from .propagate import Subject, colour_odds

KCF, CSRT = "KCF box", "CSRT box"
_CREATE = {KCF: cv2.TrackerKCF.create, CSRT: cv2.TrackerCSRT.create}
LEAST_SIDE = 4  # px of a box that the filters can learn
PICTURE_SIDE = 854  # px: correlation filters gain nothing from larger pictures
Box = tuple[float, float, float, float]


class BoxFilter:
    """A correlation filter on one subject. Boxes are (x0, y0, x1, y1), px of the working size."""

    def __init__(self, method: str, frame: np.ndarray, box: Box, small: tuple[int, int]):
        """frame: uint8 RGB of any size, as all that follow. small: the working size (width, height)."""
        self.small = small
        self.filter = _CREATE[method]()
        picture, (sx, sy) = self._picture(frame)
        x, y = box[0] * sx, box[1] * sy
        width, height = max((box[2] - box[0]) * sx, LEAST_SIDE), max((box[3] - box[1]) * sy, LEAST_SIDE)
        self.filter.init(picture, (int(x), int(y), round(width), round(height)))

    def update(self, frame: np.ndarray) -> Box | None:
        """Where the box is in the next frame; None where the filter has lost it."""
        picture, (sx, sy) = self._picture(frame)
        good, (x, y, width, height) = self.filter.update(picture)
        return (x / sx, y / sy, (x + width) / sx, (y + height) / sy) if good else None

    def _picture(self, frame: np.ndarray) -> tuple[np.ndarray, tuple[float, float]]:
        size = working_size(frame.shape[1], frame.shape[0], PICTURE_SIDE)
        picture = cv2.cvtColor(resized(frame, size), cv2.COLOR_RGB2BGR)
        return picture, (size[0] / self.small[0], size[1] / self.small[1])


def mask_in(box: Box, subject: Subject, evidence: Evidence) -> np.ndarray:
    """The subject's mask inside a box, float32 [H, W]: what looks like it, the middle of the box preferred."""
    width, height = evidence.size
    x = (np.arange(width, dtype=np.float32) + 0.5 - (box[0] + box[2]) / 2) / max((box[2] - box[0]) / 2, 1)
    y = (np.arange(height, dtype=np.float32) + 0.5 - (box[1] + box[3]) / 2) / max((box[3] - box[1]) / 2, 1)
    away = np.hypot(x[None, :], y[:, None])
    outside = np.maximum(np.abs(x)[None, :], np.abs(y)[:, None]) > 1
    place = np.where(outside, -6, 2 - 2 * away).astype(np.float32)
    return minimum_cut(-(colour_odds(subject, evidence.bins) + place), evidence.across, evidence.down)
