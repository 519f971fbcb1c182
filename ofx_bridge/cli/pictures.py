"""Pictures for people: display encoding, depth in colours, text, video. 8-bit BGR, as OpenCV has it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from focuspuller.kernels.drawing.text import write_text
from focuspuller.ofx_bridge.comp.transfer import encode

_CODECS = ("vp09", "mp4v")


def displayed(light: np.ndarray) -> np.ndarray:
    """uint8 [H, W, 3] BGR of scene-linear float [H, W, 3+] RGB: sRGB, highlights above 0.8 rolled off towards 1."""
    light = np.maximum(np.nan_to_num(light[..., :3], posinf=65504.0), 0)
    over = np.maximum(light - 0.8, 0)
    rolled = np.minimum(light, 0.8) + 0.2 * over / (over + 0.2)
    return np.ascontiguousarray(np.rint(255 * encode(rolled.astype(np.float32), "sRGB")).astype(np.uint8)[..., ::-1])


def depth_colours(depth: np.ndarray, near: float) -> np.ndarray:
    """uint8 [H, W, 3] BGR of depth [H, W] in m: near is bright, infinity black, disparity in between."""
    with np.errstate(divide="ignore"):
        disparity = np.clip(near / np.maximum(depth, near), 0, 1)
    return cv2.applyColorMap(np.rint(255 * disparity).astype(np.uint8), cv2.COLORMAP_INFERNO)


def psnr(picture: np.ndarray, truth: np.ndarray) -> float:
    """dB between two scene-linear pictures as they are displayed (8 bit, peak 255)."""
    return float(cv2.PSNR(displayed(picture), displayed(truth)))


def contact_sheet(
    titles: Sequence[str], rows: Sequence[tuple[str, Sequence[np.ndarray]]], cell: int = 400
) -> np.ndarray:
    """uint8 [H, W, 3]: a titled column for each title, and rows of (label, pictures), every picture `cell` px wide."""
    gap, header, label = 12, 44, 30
    height, width = rows[0][1][0].shape[:2]
    tall = round(cell * height / width)
    shape = (header + len(rows) * (label + tall + gap), gap + len(titles) * (cell + gap), 3)
    sheet = np.full(shape, 24, np.uint8)
    for column, title in enumerate(titles):
        write_text(sheet, title, gap + column * (cell + gap), header - 16, 14)
    for row, (text, pictures) in enumerate(rows):
        top = header + row * (label + tall + gap)
        write_text(sheet, text, gap, top + label - 11, 10, 170)
        for column, picture in enumerate(pictures):
            left = gap + column * (cell + gap)
            shrinks = picture.shape[1] >= cell
            area = cv2.resize(picture, (cell, tall), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
            sheet[top + label : top + label + tall, left : left + cell] = area
    return sheet


def write_png(path: Path, picture: np.ndarray) -> None:
    """Writes a uint8 BGR picture. Raises OSError."""
    done, data = cv2.imencode(".png", picture)
    if not done:
        raise OSError(f"{path}: OpenCV cannot encode PNG")
    path.write_bytes(data)


def write_preview(stem: Path, frames: Sequence[np.ndarray], fps: float) -> Path:
    """A video of uint8 BGR frames: MP4 with the first codec that this OpenCV really writes, else an animated WebP."""
    height, width = (n & ~1 for n in frames[0].shape[:2])
    frames = [np.ascontiguousarray(f[:height, :width]) for f in frames]
    path = stem.with_suffix(".mp4")
    for codec in _CODECS:
        video = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), fps, (width, height))
        for frame in frames:
            video.write(frame)
        video.release()
        if frame_count(path) == len(frames):
            return path
    path.unlink(missing_ok=True)
    path = stem.with_suffix(".webp")
    animation = cv2.Animation()
    animation.frames = frames
    animation.durations = np.full(len(frames), round(1000 / fps), np.int32)
    if not cv2.imwriteanimation(str(path), animation):
        raise OSError(f"{path}: this OpenCV writes neither MP4 nor WebP")
    return path


def frame_count(path: Path) -> int:
    """How many frames of a video can be read back."""
    video, count = cv2.VideoCapture(str(path)), 0
    while video.grab():
        count += 1
    video.release()
    return count
