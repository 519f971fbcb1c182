"""The conversation, with a worker in this process or in one of its own."""

import os
import sys
import time
import types
from pathlib import Path

import numpy as np
import pytest

PIXELS = np.arange(8 * 8 * 4, dtype=np.float32).reshape(8, 8, 4)


def test_ready_is_said_once_and_soon(plugin):
    start = time.monotonic()
    ready = plugin.receive(timeout=10)
    assert time.monotonic() - start < 2
    assert ready["op"] == "ready" and ready["protocol"] == 1 and ready["version"]


def test_torch_is_not_imported(plugin):
    plugin.receive("ready", timeout=10)
    assert "torch" not in Path(f"/proc/{plugin.process.pid}/maps").read_text()


def test_render(served):
    plugin = served()
    result = plugin.render(1, "invert", PIXELS, amount=1.0)
    done = plugin.receive("done")
    assert done["id"] == 1 and done["segment"] == 2
    assert np.array_equal(result, 1 - PIXELS)


def test_identity_answers_with_the_input(served):
    plugin = served()
    plugin.render(1, "identity", PIXELS)
    assert plugin.receive("done")["segment"] == 1


def test_more_requests_than_threads(served):
    plugin = served(threads=2)
    results = {n: plugin.render(n, "invert", PIXELS + n, amount=1.0) for n in range(1, 20)}
    assert {plugin.receive("done")["id"] for _ in results} == set(results)
    for n, result in results.items():
        assert np.array_equal(result, 1 - (PIXELS + n))


def test_cancel_while_it_runs(served):
    plugin = served()
    plugin.render(1, "slow", PIXELS, seconds=60)
    assert plugin.receive("progress")["id"] == 1
    start = time.monotonic()
    plugin.send("cancel", id=1)
    assert plugin.receive("cancelled")["id"] == 1
    assert time.monotonic() - start < 0.2


def test_cancel_while_it_waits(served):
    plugin = served(threads=1)
    plugin.render(1, "slow", PIXELS, seconds=0.5)
    plugin.receive("progress")
    plugin.render(2, "slow", PIXELS, seconds=60)
    plugin.send("cancel", id=2)
    assert plugin.receive("cancelled") == {"op": "cancelled", "id": 2}
    assert plugin.receive("done")["id"] == 1
    plugin.send("ping")
    assert plugin.receive() == {"op": "pong", "running": []}  # and no second answer


def test_cancel_of_nothing(served):
    plugin = served()
    plugin.receive("ready")
    plugin.send("cancel", id=5)
    plugin.send("ping")
    assert plugin.receive()["op"] == "pong"


def test_ping_is_answered_while_it_renders(served):
    plugin = served()
    plugin.render(3, "slow", PIXELS, seconds=60)
    plugin.receive("progress")
    plugin.send("ping")
    assert plugin.receive("pong")["running"] == [3]
    plugin.send("cancel", id=3)
    plugin.receive("cancelled")


@pytest.mark.parametrize(
    "message",
    [
        {"op": "dance", "id": 9},
        {"op": "render", "id": 9},
        {"op": "render", "id": 9, "module": "test_nodes.identity.render"},
        {"op": "analyse", "id": 9, "module": "test_nodes.analyse.render"},
        {"op": "render", "id": 9, "module": "no.such.module"},
        {"op": "render", "id": 9, "module": 7},
        {"op": "segment", "id": 9, "segment": 1, "bytes": 4096},
    ],
)
def test_a_senseless_message_is_answered_and_harmless(served, message):
    plugin = served()
    plugin.receive("ready")
    plugin.send(**message)
    assert plugin.receive()["op"] == "failed"
    plugin.render(1, "identity", PIXELS)
    assert plugin.receive("done")["id"] == 1


def test_an_unknown_segment(served):
    plugin = served()
    plugin.render(1, "identity", PIXELS)
    plugin.receive("done")
    plugin.send("forget", segment=1)
    plugin.send("forget", segment=1)
    plugin.render(2, "identity", PIXELS)
    assert plugin.receive("done")["id"] == 2


def test_a_broken_stream_ends_the_worker(plugin):
    plugin.receive("ready", timeout=10)
    plugin.socket.sendall(b"\xff\xff\xff\xff")
    assert plugin.process.wait(3) == 0
    assert "the conversation is broken" in plugin.log.read_text()


@pytest.mark.parametrize("fault", ["none", "deaf"])
def test_a_closed_end_ends_the_worker(plugin, fault):
    plugin.receive("ready", timeout=10)
    plugin.render(1, "fault", PIXELS, fault=fault)
    time.sleep(0.3)
    plugin.socket.close()
    assert plugin.process.wait(3) == 0


def test_a_crash_leaves_a_trace_in_the_log(plugin):
    plugin.receive("ready", timeout=10)
    os.kill(plugin.process.pid, 11)
    assert plugin.process.wait(3) == -11
    assert "Fatal Python error: Segmentation fault" in plugin.log.read_text()


def test_warnings_are_told_once_a_node(served):
    plugin = served()
    told = []
    for n in range(3):
        plugin.render(n, "fault", PIXELS, fault="warn")
        while (message := plugin.receive())["op"] != "done":
            told.append(message)
    assert [m["op"] for m in told if m["op"] != "ready"] == ["message"]


def test_idle_modules_give_memory_back(served, monkeypatch):
    released = []
    module = types.ModuleType("test_model")
    module.render = lambda job: job.clip("Source")
    module.release = lambda: released.append(True)
    monkeypatch.setitem(sys.modules, "test_nodes.model.render", module)
    plugin = served(idle=0.1)
    plugin.render(1, "model", PIXELS)
    plugin.receive("done")
    time.sleep(0.5)
    assert released == [True]  # once, not every tick
    plugin.render(2, "model", PIXELS)
    plugin.receive("done")
    time.sleep(0.5)
    assert released == [True, True]


def test_a_cancelled_request_waits_for_no_import(served, monkeypatch, tmp_path):
    """Importing torch takes seconds and cannot be interrupted."""
    (tmp_path / "slow_to_import.py").write_text(
        "import time; time.sleep(1)\ndef render(job): return job.clip('Source')"
    )
    monkeypatch.syspath_prepend(tmp_path)
    plugin = served()
    plugin.receive("ready")
    plugin.render(1, "identity", PIXELS)
    plugin.receive("done")
    plugin.send("render", id=2, node="x", module="slow_to_import", time=1)
    time.sleep(0.2)
    start = time.monotonic()
    plugin.send("cancel", id=2)
    assert plugin.receive() == {"op": "cancelled", "id": 2}
    assert time.monotonic() - start < 0.3
    time.sleep(1)
    plugin.send("ping")
    assert plugin.receive() == {"op": "pong", "running": []}
