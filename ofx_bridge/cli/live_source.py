"""Frames of a capture device, pipe or movie as they come, through PyAV, with depth and sound."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np

from focuspuller.kernels.focus.cuts import CutFinder
from focuspuller.kernels.focus.detections import PICTURE_LONG_SIDE, SOUND_RATE, ClipFrame, ClipInfo, shrunk
from focuspuller.ofx_bridge.comp.errors import CompError

_DEVICE_FORMATS = {"linux": "v4l2", "darwin": "avfoundation", "win32": "dshow"}
_DEPTH_SIDE = 480  # px


class LiveSource:
    """picture, depth: what PyAV opens; "-" is standard input. beside: the right half of the picture is its depth. near:
    metres of white depth. Raises CompError naming the option and the cure."""

    def __init__(self, picture: str, depth: str | None, beside: bool, near: float):
        if depth is None and not beside:
            raise CompError("--live needs depth: give --depth, or --layout 'side by side'")
        self._near, self._beside = near, beside
        self._file = _open(picture, "--live")
        self._depth = None if beside else _open(depth, "--depth")
        video = self._file.streams.video[0]
        self._audio = self._file.streams.audio[0] if self._file.streams.audio else None
        fps = float(video.average_rate or video.base_rate or 25)
        width = video.codec_context.width // (2 if beside else 1)
        self.info = ClipInfo(width, video.codec_context.height, fps, self._audio is not None)

    def frames(self) -> Iterator[ClipFrame]:
        """The frames from 1 on, as they come."""
        cuts = CutFinder()
        depths = self._depth.decode(video=0) if self._depth else None
        for number, (picture, sound) in enumerate(self._pictures(), 1):
            if self._beside:
                half = picture.shape[1] // 2
                picture, grey = picture[:, :half], picture[:, half : 2 * half, 1]
            else:
                frame = next(depths, None)
                if frame is None:
                    return
                grey = frame.to_ndarray(format="gray")
            disparity = _every(grey, _DEPTH_SIDE).astype(np.float32) / np.float32(255 * self._near)
            picture = np.ascontiguousarray(shrunk(picture, PICTURE_LONG_SIDE))
            yield ClipFrame(number, picture, disparity, sound, cuts.push(picture))

    def _pictures(self) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(uint8 [h, w, 3] RGB, its sound); a picture waits until its sound is there."""
        import av

        resampler = av.AudioResampler(format="flt", layout="mono", rate=SOUND_RATE)
        streams = [s for s in (self._file.streams.video[0], self._audio) if s is not None]
        waiting: list[np.ndarray] = []
        heard = np.zeros(0, np.float32)
        given = dropped = 0

        def ready(everything: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
            nonlocal heard, given, dropped
            while waiting:
                end = round((given + 1) / self.info.fps * SOUND_RATE)
                if self._audio is not None and not everything and dropped + len(heard) < end:
                    return
                part = heard[: max(end - dropped, 0)]
                heard, dropped, given = heard[len(part) :], dropped + len(part), given + 1
                yield waiting.pop(0), part

        for packet in self._file.demux(streams):
            for frame in packet.decode():
                if isinstance(frame, av.VideoFrame):
                    waiting.append(frame.to_ndarray(format="rgb24"))
                else:
                    parts = [p.to_ndarray().ravel() for p in resampler.resample(frame)]
                    heard = np.concatenate([heard, *parts]).astype(np.float32)
            yield from ready(len(waiting) > 4 * self.info.fps)
        yield from ready(True)


def _open(name: str, option: str):
    try:
        import av
    except ImportError:
        raise CompError(f"{option} {name}: reading movies needs PyAV; install it with pip install av") from None
    try:
        if name == "-":
            file = av.open(sys.stdin.buffer)
        elif name.startswith("/dev/video") or name.startswith("video="):
            file = av.open(name, format=_DEVICE_FORMATS.get(sys.platform))
        else:
            file = av.open(name)
    except (av.FFmpegError, OSError) as problem:
        raise CompError(f"{option} {name}: cannot be opened ({problem.strerror}); check the name") from None
    if not file.streams.video:
        raise CompError(f"{option} {name}: has no pictures; give a movie or a capture device")
    return file


def _every(values: np.ndarray, long_side: int) -> np.ndarray:
    """Every n-th value, so that depths do not mix."""
    step = max(-(-max(values.shape) // long_side), 1)
    return values[::step, ::step]
