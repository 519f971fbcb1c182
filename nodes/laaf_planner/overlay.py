"""The plan drawn into the picture: where the subject is, what comes next, how far the focus is."""

from __future__ import annotations

from bisect import bisect_right

import cv2
import numpy as np

from ...kernels.drawing.text import text_width, write_text
from ...kernels.focus.focus_file import FocusFile
from ..vocabulary.jobs import RenderJob

_NOW, _NEXT = (90, 230, 120), (255, 190, 60)
_SHOWN_BEFORE = 36  # frames for which the next target is announced


def draw_overlay(job: RenderJob, out: np.ndarray, focus: FocusFile | None) -> None:
    """Draws into `out`, float32 [h, w, c] of job.window, where the format's frame is."""
    width, height = job.format
    layer = np.zeros((height, width, 3), np.uint8)
    size = max(height // 45, 5)
    text = f"frame {job.time:g}   focus {float(job.knobs['focus']):.3g}"
    if focus is not None:
        box = _box_at(focus, job.time)
        if box:
            _rectangle(layer, box, _NOW, size)
        coming = next((t for t in focus.targets if t.frame + focus.frame_offset > job.time), None)
        if coming and coming.x is not None and coming.frame + focus.frame_offset - job.time <= _SHOWN_BEFORE:
            _next(layer, coming.x, coming.y, f"next in {coming.frame + focus.frame_offset - job.time:.0f}", size)
    write_text(layer, text, size, height - size, size, (255, 255, 255))
    _blend(job, out, layer)


def _blend(job: RenderJob, out: np.ndarray, layer: np.ndarray) -> None:
    """Lays the drawing, sRGB on black, over the part of `out` that lies in the frame, with a dark rim, so that it is
    read on light and dark."""
    frame = type(job.window)(0, 0, layer.shape[1], layer.shape[0])
    shared = job.window.intersected(frame)
    if shared.empty:
        return
    rim = 2 * max(layer.shape[0] // 360, 1) + 1
    ink = layer.max(axis=2)
    dark = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (rim, rim)))[shared.slices_in(frame)]
    drawn = layer[shared.slices_in(frame)].astype(np.float32) / 255
    coverage = np.maximum(ink[shared.slices_in(frame)], 0.75 * dark)[..., None] / np.float32(255)
    area = out[shared.slices_in(job.window)]
    colour = drawn**2.2
    if area.shape[2] == 1:
        colour = colour.max(axis=2, keepdims=True)
    under = area[..., : colour.shape[2]]
    dimmed = np.minimum(under, 1) * (1 - coverage)  # light above white would shine through the rim
    area[..., : colour.shape[2]] = np.where(coverage > 0, dimmed + colour, under)


def _box_at(focus: FocusFile, time: float) -> tuple[float, ...] | None:
    """(x0, y0, x1, y1) of the subject within two frames of a time."""
    at = time - focus.frame_offset
    after = bisect_right(focus.boxes, at, key=lambda box: box[0])
    near = [box for box in focus.boxes[max(after - 1, 0) : after + 1] if abs(box[0] - at) <= 2]
    return min(near, key=lambda box: abs(box[0] - at))[1:] if near else None


def _rectangle(layer: np.ndarray, box: tuple[float, ...], colour: tuple[int, int, int], size: int) -> None:
    """A frame of corners around a box."""
    height, width = layer.shape[:2]
    x0, y0, x1, y1 = (round(v * s) for v, s in zip(box, (width, height) * 2, strict=True))
    thick = max(size // 5, 1)
    arm = max(min(size, (x1 - x0) // 3, (y1 - y0) // 3), 2 * thick)
    for x, dx in ((x0, arm), (x1, -arm)):
        for y, dy in ((y0, arm), (y1, -arm)):
            cv2.line(layer, (x, y), (x + dx, y), colour, thick, cv2.LINE_AA)
            cv2.line(layer, (x, y), (x, y + dy), colour, thick, cv2.LINE_AA)


def _next(layer: np.ndarray, x: float, y: float, text: str, size: int) -> None:
    """A diamond where the next subject will be, whole within the picture, and a text on the side that has room."""
    height, width = layer.shape[:2]
    column = min(max(round(x * width), 2 * size), width - 2 * size)
    row = min(max(round(y * height), 2 * size), height - 4 * size)
    cv2.drawMarker(layer, (column, row), _NEXT, cv2.MARKER_DIAMOND, size * 2, max(size // 5, 1), cv2.LINE_AA)
    wide = text_width(text, size)
    left = column + 2 * size if column + 2 * size + wide < width - size else column - 2 * size - wide
    write_text(layer, text, left, row + size // 2, size, _NEXT)
