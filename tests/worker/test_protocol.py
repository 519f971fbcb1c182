import os
import socket
from pathlib import Path

import pytest

from focuspuller.ofx_bridge.worker.protocol import MAXIMUM_MESSAGE, Channel, ProtocolError


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    yield ours, Channel(theirs)
    ours.close()
    theirs.close()


def framed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "little") + body


def test_round_trip(ends):
    ours, channel = ends
    Channel(ours).send("progress", id=7, fraction=0.25, text="höhe \U0001f600", nothing=None)
    assert channel.receive(1) == {
        "op": "progress", "id": 7, "fraction": 0.25, "text": "höhe \U0001f600", "nothing": None
    }  # fmt: skip


def test_pieces_and_several_at_once(ends):
    ours, channel = ends
    stream = framed(b'{"op": "a"}') + framed(b'{"op": "b"}')
    for byte in stream[:-1]:
        ours.send(bytes([byte]))
    assert channel.receive(1) == {"op": "a"}
    with pytest.raises(TimeoutError):
        channel.receive(0.05)
    ours.send(stream[-1:])
    assert channel.receive(1) == {"op": "b"}


def test_a_closed_end(ends):
    ours, channel = ends
    ours.close()
    assert channel.receive(1) is None
    channel.send("pong", running=[])  # nobody hears it, and nothing breaks


@pytest.mark.parametrize(
    "stream",
    [
        (MAXIMUM_MESSAGE + 1).to_bytes(4, "little"),
        b"\xff\xff\xff\xff",
        framed(b"{"),
        framed(b"[]"),
        framed(b"{}"),
        framed(b'{"op": 1}'),
        framed(b""),
    ],
)
def test_what_is_no_message(ends, stream):
    ours, channel = ends
    ours.send(stream)
    with pytest.raises(ProtocolError):
        channel.receive(1)


def test_a_path_that_is_not_utf8(ends):
    ours, channel = ends
    ours.send(framed(b'{"op": "x", "file": "/caf\xe9"}'))
    message = channel.receive(1)
    assert os.fsencode(message["file"]) == b"/caf\xe9"
    channel.send("y", file=message["file"])
    assert b"/caf\xe9" in ours.recv(100)


def test_a_missing_descriptor(ends):
    _, channel = ends
    with pytest.raises(ProtocolError):
        channel.descriptor()


def test_descriptors_come_in_order(ends):
    ours, channel = ends
    names = []
    for n in range(3):
        descriptor = os.memfd_create(f"number-{n}")
        socket.send_fds(ours, [framed(b'{"op": "segment"}')], [descriptor])
        os.close(descriptor)
    for _ in range(3):
        channel.receive(1)
        descriptor = channel.descriptor()
        names.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        assert not os.get_inheritable(descriptor)
        os.close(descriptor)
    assert [name.split()[0] for name in names] == [f"/memfd:number-{n}" for n in range(3)]
