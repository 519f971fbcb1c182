"""What the artist reads when a node fails."""

from __future__ import annotations

from focuspuller.nodes.vocabulary.jobs import ClipError, KnobError, NodeError

_OUT_OF_MEMORY = ("out of memory", "CL_OUT_OF_", "MEM_OBJECT_ALLOCATION_FAILURE", "can't allocate memory", "StsNoMem")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether memory ran out, the machine's or the device's, in numpy, OpenCL, torch or OpenCV (none is imported)."""
    names = {base.__name__ for base in type(error).__mro__}  # pyopencl and torch have MemoryErrors of their own
    if names & {"MemoryError", "OutOfMemoryError"}:
        return True
    return not isinstance(error, NodeError) and any(word.lower() in str(error).lower() for word in _OUT_OF_MEMORY)


def describe(error: BaseException, node: str, frame: float, log: str) -> str:
    """One line: the node (its name), the knob or clip, the frame and what is wrong.

    log: path that an unforeseen error points to, "" for none.
    """
    place = [node]
    if isinstance(error, KnobError):
        place.append(f"knob {error.knob}")
    if isinstance(error, ClipError):
        place.append(f"clip {error.clip}")
    place.append(f"frame {frame:.10g}")
    if is_out_of_memory(error):
        what = "not enough memory; render at a smaller scale, or close other programs"
    elif isinstance(error, NodeError):
        what = str(error)
    else:
        what = f"internal error: {type(error).__name__}: {error}".rstrip(": ")
        what += f"; details are in {log}" if log else ""
    return ", ".join(place) + ": " + what
