import pytest

from focuspuller.nodes.vocabulary.jobs import ClipError, KnobError, NodeError
from focuspuller.ofx_bridge.worker.errors import describe, is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """Named like torch's."""


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (NodeError("Wrong. Do this."), "LensDefocus, frame 12: Wrong. Do this."),
        (KnobError("fStop", "Too small."), "LensDefocus, knob fStop, frame 12: Too small."),
        (ClipError("Depth", "No such frame."), "LensDefocus, clip Depth, frame 12: No such frame."),
        (ValueError("x"), "LensDefocus, frame 12: internal error: ValueError: x; details are in /log"),
        (KeyError(), "LensDefocus, frame 12: internal error: KeyError; details are in /log"),
    ],
)
def test_where_and_what(error, text):
    assert describe(error, "LensDefocus", 12.0, "/log") == text


def test_a_frame_between_frames():
    assert "frame 1.5:" in describe(NodeError("x"), "A", 1.5, "")


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB"),
        RuntimeError("clEnqueueNDRangeKernel failed: MEM_OBJECT_ALLOCATION_FAILURE"),
        RuntimeError("clBuildProgram failed: CL_OUT_OF_HOST_MEMORY"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
    ],
)
def test_out_of_memory(error):
    assert is_out_of_memory(error)
    assert "not enough memory" in describe(error, "A", 1, "")


@pytest.mark.parametrize("error", [ValueError("x"), NodeError("The log is out of memory sticks.")])
def test_not_out_of_memory(error):
    assert not is_out_of_memory(error)
