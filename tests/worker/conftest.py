"""The worker's other end, in Python: sends what the plug-in would, and what it never would."""

from __future__ import annotations

import array
import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from focuspuller.ofx_bridge.worker.protocol import Channel
from focuspuller.ofx_bridge.worker.server import Server

TESTS = Path(__file__).parents[1]


class Plugin:
    """The plug-in's end of a socket to a worker."""

    def __init__(self, connection: socket.socket):
        self.socket = connection
        self.channel = Channel(connection)
        self._segments = 0

    def send(self, op: str, **fields: object) -> None:
        self.channel.send(op, **fields)

    def receive(self, op: str | None = None, timeout: float = 5) -> dict | None:
        """The next message, or the next of that op; None at the end."""
        while (message := self.channel.receive(timeout)) is not None:
            if op in (None, message["op"]):
                return message
        return None

    def segment(self, floats: int) -> tuple[int, np.memmap]:
        """A new segment that the worker knows, and its pixels."""
        self._segments += 1
        descriptor = os.memfd_create("test")
        os.truncate(descriptor, floats * 4)
        self.send_with_descriptor(descriptor, op="segment", segment=self._segments, bytes=floats * 4)
        with os.fdopen(descriptor, "r+b") as file:
            return self._segments, np.memmap(file, np.float32, "r+")

    def send_with_descriptor(self, descriptor: int, **message: object) -> None:
        text = json.dumps(message).encode()
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
        self.socket.sendmsg([len(text).to_bytes(4, "little") + text], rights)

    def render(self, id: int, node: str, pixels: np.ndarray, **knobs: object) -> np.ndarray:
        """Sends a request with that Source over its own window; gives the memory of the output."""
        height, width, channels = pixels.shape
        source, memory = self.segment(pixels.size)
        memory[:] = pixels.ravel()
        output, result = self.segment(pixels.size)
        entry = {"clip": "Source", "time": 1.0, "bounds": [0, 0, width, height], "channels": channels}
        self.send(
            "render",
            id=id,
            node=f"org.focuspuller.Test{node.capitalize()}",
            module=f"test_nodes.{node}.render",
            time=1.0,
            window=[0, 0, width, height],
            channels=channels,
            scale=[1, 1],
            format=[width, height],
            pixelAspect=1,
            fps=24,
            knobs=knobs,
            regions={},
            frames=[entry | {"premultiplied": True, "segment": source}],
            output=output,
        )
        return result.reshape(pixels.shape)


@pytest.fixture
def plugin(tmp_path: Path):
    """A plug-in whose worker is a process of its own; `plugin.process` and `plugin.log` are the worker's."""
    ours, theirs = socket.socketpair()
    log = tmp_path / "worker.log"
    command = [sys.executable, "-I", "-m", "focuspuller.ofx_bridge.worker", "--descriptor", str(theirs.fileno())]
    with theirs, log.open("wb") as stderr:
        process = subprocess.Popen(
            [*command, "--path", str(TESTS)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=stderr,
            env={**os.environ, "FOCUSPULLER_LOG": str(log)},
        )
    plugin = Plugin(ours)
    plugin.process, plugin.log = process, log
    yield plugin
    ours.close()
    process.kill()
    process.wait()


@pytest.fixture
def served():
    """served(**options of Server) -> a plug-in whose worker is a thread of this process."""
    ends = []

    def start(**options: object) -> Plugin:
        ours, theirs = socket.socketpair()
        server = Server(Channel(theirs), **{"threads": 2} | options)
        thread = threading.Thread(target=server.serve, args=("0.0.0",), daemon=True)
        thread.start()
        ends.append((ours, theirs, thread, server))
        return Plugin(ours)

    yield start
    for ours, theirs, thread, server in ends:
        ours.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        server.stop(1)
        ours.close()
        theirs.close()
