"""Frame ranges as artists type them: 1-100, 1-100x5, 7, and lists of these."""

import re
from collections.abc import Iterable

from .errors import CompError

_ITEM = re.compile(r"(-?\d+)(?:-(-?\d+))?(?:x(\d+))?")


def parse_frames(text: str) -> list[int]:
    """The frames of `1-100,110-120x2`, sorted, each once. Raises CompError."""
    frames: set[int] = set()
    for item in text.replace(" ", "").split(","):
        match = _ITEM.fullmatch(item)
        if not match:
            raise CompError(
                f"--frames {text}: {item!r} is no frame range; write 1-100, 1-100x5 (every fifth), 7 or 1-10,20"
            )
        first = int(match[1])
        last = first if match[2] is None else int(match[2])
        step = int(match[3] or 1)
        if last < first or step < 1:
            raise CompError(f"--frames {text}: {item} is empty; write the lower frame first and a step of 1 or more")
        if (last - first) // step > 10_000_000:
            raise CompError(f"--frames {text}: {item} is longer than any film; check the numbers")
        frames.update(range(first, last + 1, step))
    return sorted(frames)


def format_frames(frames: Iterable[int]) -> str:
    """Short text of a set of frames: 1-4, 7, 10-20."""
    runs: list[list[int]] = []
    for frame in sorted(frames):
        if runs and frame == runs[-1][1] + 1:
            runs[-1][1] = frame
        else:
            runs.append([frame, frame])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
