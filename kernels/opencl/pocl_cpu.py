"""PoCL on processors that are newer than its compiler.

PoCL from the package index (3.0, LLVM of 2022) calls a processor that it does not know `generic`, and then its own
compiler refuses that name: every kernel fails with "unknown target CPU 'generic'". The name is a string that PoCL's
device record points to; nothing in OpenCL or in PoCL's environment sets it. So the pointer is set to a name that
the compiler knows and the processor's instructions allow (docs/decisions/0010-processors-that-pocl-does-not-know.md).
"""

from __future__ import annotations

import ctypes
import itertools
import os
import platform
import struct
from pathlib import Path

UNKNOWN = b"generic"
TRIPLET = b"x86_64-"  # the target's, the field before the processor's name
RECORD_BYTES = 4096  # more than PoCL's device record has
AVX512 = {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"}
AVX2 = {"avx2", "bmi1", "bmi2", "fma", "f16c", "movbe"}

_names: list[ctypes.Array] = []  # what devices point to, as long as the process lives


def name_processor(device) -> None:
    """Gives a PoCL device of an unknown x86-64 processor a name that PoCL's compiler takes; leaves others alone."""
    is_pocl = device.platform.name == "Portable Computing Language"
    if not is_pocl or platform.machine() != "x86_64" or not Path("/proc/self/mem").exists():
        return
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    try:
        place = unknown_name(lambda address, count: _read(memory, address, count), device.int_ptr)
    finally:
        os.close(memory)
    if place is not None:
        name = ctypes.create_string_buffer(known_name(_flags()))
        _names.append(name)
        ctypes.c_void_p.from_address(place).value = ctypes.addressof(name)


def unknown_name(read, record: int) -> int | None:
    """Address of the pointer to UNKNOWN that follows the pointer to the target's triplet in a device record; None where
    there is none. read: (address, count) → bytes, fewer or none where there is no memory."""
    pointers = [p for (p,) in struct.iter_unpack("<Q", read(record, RECORD_BYTES))]
    for n, (triplet, name) in enumerate(itertools.pairwise(pointers)):
        if read(triplet, len(TRIPLET)) == TRIPLET and read(name, len(UNKNOWN) + 1) == UNKNOWN + b"\0":
            return record + 8 * (n + 1)
    return None


def known_name(flags: set[str]) -> bytes:
    """A processor, known to LLVM in 2022, all of whose vector instructions are among the flags of /proc/cpuinfo."""
    if flags >= AVX512 | AVX2:
        return b"skylake-avx512"
    return b"haswell" if flags >= AVX2 else b"x86-64"


def _flags() -> set[str]:
    for line in Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace").splitlines():
        if line.startswith("flags"):
            return set(line.partition(":")[2].split())
    return set()


def _read(memory: int, address: int, count: int) -> bytes:
    """Bytes of this process's own memory; empty where nothing is mapped, so that no pointer is followed blindly."""
    try:
        whole = os.pread(memory, count, address)
    except (OSError, OverflowError):
        return b""
    return whole[: len(whole) // 8 * 8] if count == RECORD_BYTES else whole
