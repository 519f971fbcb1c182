"""Faces and eyes inside a subject's box, by OpenCV's Haar cascades (Viola and Jones 2001)."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np

LEAST_FACE = 0.08  # of the box's longer side
SIDE = 480  # px that the box is shrunk to
EYES_FROM = 60  # px of a face's width from which eyes can be told
Box = tuple[float, float, float, float]
_local = threading.local()


def face_in(picture: np.ndarray, box: Box) -> Box | None:
    """The eyes, or the face without its rim, of who fills the box: (x0, y0, x1, y1) px; None where none is found.

    picture: uint8 RGB [H, W, 3]. Frontal faces first, then profiles of either side; of several the largest.
    """
    height, width = picture.shape[:2]
    x0, y0, x1, y1 = max(int(box[0]), 0), max(int(box[1]), 0), min(int(box[2]) + 1, width), min(int(box[3]) + 1, height)
    if x1 - x0 < 16 or y1 - y0 < 16:
        return None
    grey = cv2.cvtColor(np.ascontiguousarray(picture[y0:y1, x0:x1]), cv2.COLOR_RGB2GRAY)
    scale = min(1.0, SIDE / max(grey.shape))
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = cv2.equalizeHist(grey)
    found = _largest(grey)
    if found is None:
        return None
    x, y, w, h = found
    part = (x + 0.2 * w, y + 0.15 * h, x + 0.8 * w, y + 0.85 * h)
    if w >= EYES_FROM:
        upper = np.ascontiguousarray(grey[y : y + int(0.6 * h), x : x + w])
        eyes = _cascade("haarcascade_eye").detectMultiScale(upper, 1.1, 6, minSize=(w // 8, w // 8))
        if len(eyes):
            ex, ey, ew, eh = np.array(eyes, float).T
            part = (x + ex.min(), y + ey.min(), x + (ex + ew).max(), y + (ey + eh).max())
    return tuple(float(v / scale + o) for v, o in zip(part, (x0, y0, x0, y0), strict=True))


def _largest(grey: np.ndarray) -> tuple[int, int, int, int] | None:
    least = max(20, int(LEAST_FACE * max(grey.shape)))
    for name, flip in (
        ("haarcascade_frontalface_default", False),
        ("haarcascade_profileface", False),
        ("haarcascade_profileface", True),
    ):
        seen = np.ascontiguousarray(grey[:, ::-1]) if flip else grey
        faces = _cascade(name).detectMultiScale(seen, 1.1, 6, minSize=(least, least))
        if len(faces):
            x, y, w, h = max((tuple(map(int, f)) for f in faces), key=lambda f: f[2] * f[3])
            return (grey.shape[1] - x - w, y, w, h) if flip else (x, y, w, h)
    return None


def _cascade(name: str) -> cv2.CascadeClassifier:
    """This thread's cascade; one object must not be used by two threads."""
    kept = _local.__dict__.setdefault("cascades", {})
    if name not in kept:
        kept[name] = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / f"{name}.xml"))
    return kept[name]
