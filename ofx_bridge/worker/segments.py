"""The memory shared with the host process: segments, each a nameless file that both map."""

from __future__ import annotations

import errno
import mmap
import os
import threading

import numpy as np

_POPULATE = getattr(mmap, "MAP_POPULATE", 0)  # Linux: all page tables at once instead of a fault a page


class Segments:
    """The mapped segments by number. A picture made from one stays readable after `forget`."""

    def __init__(self) -> None:
        self._arrays: dict[int, np.ndarray] = {}
        self._unmapped: dict[int, tuple[int, int]] = {}  # (descriptor, bytes): no room was left
        self._lock = threading.Lock()  # of _unmapped

    def map(self, segment: int, size: int, descriptor: int) -> None:
        """Maps a new segment of `size` bytes and closes the descriptor. Where memory is short, `pixels` tries again.
        Raises OSError, ValueError."""
        try:
            # os.fstat: a mapping past the file's end would be a bus error at the first touch
            if not 0 < size <= os.fstat(descriptor).st_size or size % 4:
                raise ValueError(f"segment {segment} cannot have {size} bytes")
            memory = mmap.mmap(descriptor, size, flags=mmap.MAP_SHARED | _POPULATE)
        except OSError as problem:
            if problem.errno == errno.ENOMEM:
                self._unmapped[segment] = os.dup(descriptor), size
                return
            raise
        finally:
            os.close(descriptor)
        self._arrays[segment] = np.frombuffer(memory, np.float32)

    def forget(self, segment: int) -> None:
        """Unmaps as soon as no picture uses it."""
        self._arrays.pop(segment, None)
        with self._lock:
            if segment in self._unmapped:
                os.close(self._unmapped.pop(segment)[0])

    def pixels(self, segment: int, shape: tuple[int, int, int]) -> np.ndarray:
        """The first pixels as float32 [H, W, C]: a view, writable. Raises ValueError where there are not so many,
        MemoryError where there is no room to map them."""
        with self._lock:
            if segment in self._unmapped:
                descriptor, size = self._unmapped.pop(segment)
                self.map(segment, size, descriptor)
                if segment in self._unmapped:
                    raise MemoryError(f"no room for the {size} bytes of segment {segment}")
        if segment not in self._arrays:
            raise ValueError(f"segment {segment} is not known")
        memory = self._arrays[segment]
        height, width, channels = shape
        count = height * width * channels
        if min(shape) < 0 or count > memory.size:
            raise ValueError(f"segment {segment} is too small for {shape}")
        return memory[:count].reshape(shape)

    def __len__(self) -> int:
        return len(self._arrays)
