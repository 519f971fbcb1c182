"""Pictures of a video file, through PyAV."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from .af_examples import ExampleError


def read_video(path: Path) -> Iterator[tuple[np.ndarray, float]]:
    """(uint8 [h, w, 3] RGB, frames a second), frame by frame. Raises ExampleError."""
    import av

    try:
        with av.open(str(path)) as container:
            if not container.streams.video:
                raise ExampleError(f"{path}: holds no pictures; take it out of the folder")
            stream = container.streams.video[0]
            fps = float(stream.average_rate or stream.guessed_rate or 30)
            for frame in container.decode(stream):
                yield frame.to_ndarray(format="rgb24"), fps
    except (av.FFmpegError, OSError) as problem:
        raise ExampleError(f"{path}: cannot be read as a video ({problem}); take it out of the folder") from None
