"""ONNX files (onnx.proto3) without the onnx package."""

from __future__ import annotations


def field(number: int, value) -> bytes:
    """One field of a protocol buffer: an int, or bytes, text."""

    def varint(n):
        out = b""
        while n > 127:
            out, n = out + bytes([n & 127 | 128]), n >> 7
        return out + bytes([n])

    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name: str, array) -> bytes:
    """A constant, float32."""
    dims = b"".join(field(1, n) for n in array.shape)
    return dims + field(2, 1) + field(8, name) + field(9, array.astype("<f4").tobytes())


def value(name: str, shape) -> bytes:
    """An input or output, float32; sides that are free are text."""
    dims = b"".join(field(1, field(1 if isinstance(n, int) else 2, n)) for n in shape)
    return field(1, name) + field(2, field(1, field(1, 1) + field(2, dims)))


def node(kind: str, inputs, outputs, **attributes) -> bytes:
    """An operator. attributes: ints, lists of int."""
    named = b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(4, kind)
    for name, given in attributes.items():
        one = isinstance(given, int)
        content = field(3, given) if one else b"".join(field(8, n) for n in given)
        named += field(5, field(1, name) + content + field(20, 2 if one else 7))
    return named


def model(nodes, inputs, outputs, tensors=()) -> bytes:
    """The file: operator set 13. All are what the functions above give."""
    graph = b"".join(field(1, n) for n in nodes) + field(2, "made") + b"".join(field(5, t) for t in tensors)
    graph += b"".join(field(11, i) for i in inputs) + b"".join(field(12, o) for o in outputs)
    return field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13))
