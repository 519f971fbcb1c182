"""The preview of a live analysis: the clip through the planned focus, quickly blurred, as a movie."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import numpy as np

from focuspuller.kernels.drawing.text import write_text
from focuspuller.kernels.focus.detections import ClipFrame
from focuspuller.kernels.focus.levels import LEVELS, WIDTH
from focuspuller.ofx_bridge.comp.errors import CompError

_STEPS = (0.0, 1.0, 2.5, 5.0, 9.0)  # px of blur radius, of a picture 640 px wide


class PreviewWriter:
    """Keeps the frames that wait for their focus, and writes each when it is known. Raises CompError."""

    def __init__(self, path: Path, fps: float):
        self.path, self.fps = path, fps
        self._waiting: deque[ClipFrame] = deque()
        self._file = self._stream = None

    def watching(self, frames: Iterable[ClipFrame]) -> Iterator[ClipFrame]:
        """The frames, remembered on their way."""
        for frame in frames:
            self._waiting.append(frame)
            yield frame

    def add(self, number: int, disparity: float) -> None:
        """The focus of a frame, 1 / m."""
        while self._waiting and self._waiting[0].number < number:
            self._waiting.popleft()
        if not self._waiting or self._waiting[0].number != number:
            return
        picture = focused(self._waiting.popleft(), disparity)
        height = picture.shape[0]
        write_text(picture, f"{number}   {1 / max(disparity, 1e-6):.2f} m", 10, height - 12, max(height // 32, 6))
        self._write(picture)

    def close(self) -> None:
        """Ends the movie."""
        if self._file is not None:
            for packet in self._stream.encode():
                self._file.mux(packet)
            self._file.close()

    def _write(self, picture: np.ndarray) -> None:
        import av

        height, width = (n & ~1 for n in picture.shape[:2])
        try:
            if self._file is None:
                self._file = av.open(str(self.path), "w")
                self._stream = self._file.add_stream("mpeg4", rate=round(self.fps))
                self._stream.width, self._stream.height = width, height
                self._stream.pix_fmt, self._stream.bit_rate = "yuv420p", 4_000_000
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture[:height, :width]), format="rgb24")
            for packet in self._stream.encode(frame):
                self._file.mux(packet)
        except (av.FFmpegError, OSError, ValueError) as problem:
            raise CompError(f"--preview {self.path}: cannot be written ({problem}); name a .mp4 in a folder") from None


def focused(frame: ClipFrame, disparity: float) -> np.ndarray:
    """uint8 [h, w, 3] RGB: the frame blurred by how far each pixel is from the focus; a sketch, edges are not exact."""
    picture = frame.picture
    height, width = picture.shape[:2]
    depth = cv2.resize(frame.disparity, (width, height), interpolation=cv2.INTER_NEAREST)
    radius = cv2.GaussianBlur(np.abs(depth - np.float32(disparity)) * np.float32(LEVELS), (0, 0), 1.0)
    levels = np.interp(radius, _STEPS, np.arange(len(_STEPS))).astype(np.float32)
    out = np.zeros(picture.shape, np.float32)
    for n, step in enumerate(_STEPS):
        sigma = step * width / WIDTH / 2
        blurred = cv2.GaussianBlur(picture, (0, 0), sigma) if sigma > 0.2 else picture
        out += np.maximum(1 - np.abs(levels - n), 0)[..., None] * blurred
    return np.rint(np.clip(out, 0, 255)).astype(np.uint8)
