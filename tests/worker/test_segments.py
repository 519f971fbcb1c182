import errno
import mmap
import os

import numpy as np
import pytest

from focuspuller.ofx_bridge.worker.segments import Segments


def memory(size: int) -> int:
    descriptor = os.memfd_create("test")
    os.truncate(descriptor, size)
    return descriptor


def test_pixels_are_the_shared_memory():
    segments = Segments()
    descriptor = memory(4096)
    other = os.dup(descriptor)
    segments.map(1, 4096, descriptor)
    segments.pixels(1, (2, 3, 4))[:] = 5
    assert np.array_equal(np.frombuffer(os.pread(other, 4096, 0), np.float32), [5.0] * 24 + [0.0] * 1000)
    os.close(other)


def test_map_closes_the_descriptor():
    descriptor = memory(4096)
    Segments().map(1, 4096, descriptor)
    with pytest.raises(OSError):
        os.fstat(descriptor)


@pytest.mark.parametrize("size", [0, -4, 4098, 8192])
def test_impossible_sizes(size):
    """A mapping beyond the end would be a bus error at the first touch."""
    descriptor = memory(4096)
    with pytest.raises(ValueError):
        Segments().map(1, size, descriptor)
    with pytest.raises(OSError):
        os.fstat(descriptor)


def test_without_room_it_is_tried_again(monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    segments, descriptor = Segments(), memory(4096)
    with monkeypatch.context() as patched:
        patched.setattr(mmap, "mmap", full)
        segments.map(1, 4096, descriptor)
        with pytest.raises(MemoryError, match="no room for the 4096 bytes"):
            segments.pixels(1, (2, 3, 4))
        segments.map(2, 4096, memory(4096))
    assert not segments.pixels(1, (2, 3, 4)).any()
    segments.forget(2)
    with pytest.raises(ValueError, match="not known"):
        segments.pixels(2, (2, 3, 4))


def test_too_small_or_unknown():
    segments = Segments()
    segments.map(1, 4096, memory(4096))
    for number, shape in [(1, (1, 257, 4)), (1, (-1, 5, 4)), (2, (1, 1, 1))]:
        with pytest.raises(ValueError):
            segments.pixels(number, shape)
    assert segments.pixels(1, (0, 5, 4)).shape == (0, 5, 4)


def test_forgotten_while_in_use():
    segments = Segments()
    segments.map(1, 4096, memory(4096))
    pixels = segments.pixels(1, (4, 4, 4))
    segments.forget(1)
    segments.forget(1)
    assert pixels.sum() == 0 and len(segments) == 0
