"""Names for processors that PoCL's compiler does not know."""

import struct

import pytest

from focuspuller.kernels.opencl.pocl_cpu import AVX2, AVX512, known_name, unknown_name


def record(*strings: bytes):
    """(address → bytes reader, address of a record that points to these strings)."""
    memory = {}
    for n, text in enumerate(strings):
        memory[1000 * (n + 2)] = text + b"\0"
    memory[1000] = struct.pack(f"<{len(strings)}Q", *(1000 * (n + 2) for n in range(len(strings))))
    return lambda address, count: memory.get(address, b"")[:count]


def test_the_name_after_the_triplet_is_found():
    read = record(b"generic", b"pthread", b"x86_64-unknown-linux-gnu", b"generic")
    assert unknown_name(read, 1000) == 1000 + 3 * 8


@pytest.mark.parametrize("strings", [(b"x86_64-linux", b"znver3"), (b"generic",), (b"x86_64-linux", b"generic-64"), ()])
def test_nothing_else_is_touched(strings):
    assert unknown_name(record(*strings), 1000) is None


def test_a_processor_gets_a_name_that_it_can_live_up_to():
    assert known_name(set()) == b"x86-64"
    assert known_name(set(AVX2)) == b"haswell"
    assert known_name(AVX2 | AVX512) == b"skylake-avx512"
    assert known_name(AVX2 | (AVX512 - {"avx512vl"})) == b"haswell"


def test_kernels_build_whatever_this_machines_processor_is():
    import numpy as np
    import pyopencl as cl

    from focuspuller.kernels.opencl.device import default_device

    device = default_device()
    program = cl.Program(device.context, "kernel void twice(global float *a) { a[get_global_id(0)] *= 2; }").build()
    out = np.arange(4, dtype=np.float32)
    buffer = cl.Buffer(device.context, cl.mem_flags.COPY_HOST_PTR, hostbuf=out)
    program.twice(device.queue, (4,), None, buffer)
    cl.enqueue_copy(device.queue, out, buffer)
    assert out.tolist() == [0, 2, 4, 6]
