"""How far the subject is: a robust statistic of the depth inside its matte, on its face where one is found."""

from __future__ import annotations

import cv2
import numpy as np

from ...kernels.lens.optics import inverse_depth
from ...kernels.tracking.faces import face_in
from ..vocabulary.jobs import AnalyseJob

CORE = 0.25  # of the way from the matte's edge to its deepest point is not looked at: edges mix depths
LEAST_PIXELS = 5


class DepthReader:
    """Distances of subjects in m. clip: the SourceClip that mattes cover."""

    def __init__(self, job: AnalyseJob, clip):
        self.job, self.clip = job, clip
        self.kept: tuple[int, np.ndarray | None] = (-(1 << 60), None)

    def distance(self, frame: int, matte: np.ndarray, box: tuple[float, float, float, float]) -> float | None:
        """Of the subject with this matte, uint8 [h, w] over the clip's window, and box, px of the clip's frames.

        None where there is no depth inside it.
        """
        inverse = self._inverse(frame)
        if inverse is None:
            return None
        height, width = inverse.shape
        inside = cv2.resize(matte, (width, height), interpolation=cv2.INTER_LINEAR) > 127
        if self.job.knobs["faceFirst"]:
            face = face_in(self.clip.frame(frame), box)
            if face is not None:
                x0, y0, x1, y1 = (round(v) for v in face)
                on_face = np.zeros_like(inside)
                on_face[max(y0, 0) : y1, max(x0, 0) : x1] = True
                if (inside & on_face).sum() >= LEAST_PIXELS:
                    inside &= on_face
        value = robust_inverse(inverse, inside)
        return None if value is None else float(self.job.knobs["worldScale"]) / value

    def _inverse(self, frame: int) -> np.ndarray | None:
        """1 / z in 1 / world unit over the clip's window, float32 [H, W]; None without depth."""
        if self.kept[0] != frame:
            self.kept = (frame, self._read(frame))
        return self.kept[1]

    def _read(self, frame: int) -> np.ndarray | None:
        knobs = self.job.knobs
        if knobs["depthSource"] == "source alpha":
            picture, channel = self.job.clip("Source", frame), 3
            if picture is None or picture.pixels.shape[2] != 4:
                return None
        else:
            picture = self.job.clip("Depth", frame)
            if picture is None:
                return None
            channel = picture.channel_index(str(knobs["depthChannel"]))
        return inverse_depth(picture.channel_over(channel, self.clip.window), str(knobs["depthMath"]))


def robust_inverse(inverse: np.ndarray, inside: np.ndarray) -> float | None:
    """The median of 1 / z well inside a mask [H, W], of what is not at infinity; None where there is too little.

    What shows through a subject, or stands before it, is a minority and so does not move the median.
    """
    depth = cv2.distanceTransform(np.pad(inside.astype(np.uint8), 1), cv2.DIST_L2, 3)[1:-1, 1:-1]
    core = depth > CORE * depth.max()
    values = inverse[core & inside]
    values = values[values > 0]
    if len(values) < LEAST_PIXELS:
        values = inverse[inside]
        values = values[values > 0]
    return float(np.median(values)) if len(values) >= LEAST_PIXELS else None
