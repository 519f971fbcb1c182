"""Messages on the socket: a 4-byte little-endian length and a JSON object; descriptors ride along (docs/bridge.md)."""

from __future__ import annotations

import array
import json
import os
import select
import socket
import threading
from collections import deque

PROTOCOL = 1  # worker.cpp has the same
MAXIMUM_MESSAGE = 64 << 20
_READ = 1 << 16
_DESCRIPTORS_AT_ONCE = 64


class ProtocolError(Exception):
    """What came is no message; the conversation cannot go on."""


class Channel:
    """One end of the socket. Any thread may send; one thread receives."""

    def __init__(self, connection: socket.socket):
        self._socket = connection
        self._sending = threading.Lock()
        self._bytes = bytearray()
        self._descriptors: deque[int] = deque()

    def send(self, op: str, **fields: object) -> None:
        """Sends one message. An end that is gone is no error here: `receive` tells."""
        # A path that is not UTF-8 came in as surrogates and goes back as the same bytes.
        body = json.dumps({"op": op, **fields}, ensure_ascii=False).encode("utf-8", "surrogateescape")
        with self._sending:
            try:
                self._socket.sendall(len(body).to_bytes(4, "little") + body)
            except OSError:
                pass

    def receive(self, timeout: float | None = None) -> dict | None:
        """The next message; None when the other end has closed. Raises TimeoutError, ProtocolError."""
        while (message := self._next_message()) is None:
            # Not settimeout: it would hold for the threads that send, too.
            if not select.select([self._socket], [], [], timeout)[0]:
                raise TimeoutError
            try:
                if not self._read():
                    return None
            except OSError:
                return None
        return message

    def descriptor(self) -> int:
        """The oldest descriptor that came and was not taken; the caller closes it. Raises ProtocolError."""
        if not self._descriptors:
            raise ProtocolError("a message lacks its descriptor")
        return self._descriptors.popleft()

    def _read(self) -> bool:
        space = socket.CMSG_SPACE(_DESCRIPTORS_AT_ONCE * array.array("i").itemsize)
        data, ancillary, _, _ = self._socket.recvmsg(_READ, space, socket.MSG_CMSG_CLOEXEC)
        for level, kind, payload in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                descriptors = array.array("i")
                descriptors.frombytes(payload[: len(payload) - len(payload) % descriptors.itemsize])
                self._descriptors.extend(descriptors)
        self._bytes += data
        return bool(data)

    def _next_message(self) -> dict | None:
        if len(self._bytes) < 4:
            return None
        length = int.from_bytes(self._bytes[:4], "little")
        if length > MAXIMUM_MESSAGE:
            raise ProtocolError(f"a message of {length} bytes is too long")
        if len(self._bytes) < 4 + length:
            return None
        body = bytes(self._bytes[4 : 4 + length])
        del self._bytes[: 4 + length]
        try:
            message = json.loads(body.decode("utf-8", "surrogateescape"))
        except ValueError as error:
            raise ProtocolError(f"a message is no JSON: {error}") from error
        if not isinstance(message, dict) or not isinstance(message.get("op"), str):
            raise ProtocolError("a message is no object with an op")
        return message

    def close(self) -> None:
        """Ends the conversation."""
        self._socket.close()
        while self._descriptors:
            os.close(self._descriptors.popleft())
