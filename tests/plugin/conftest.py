"""Nodes of the test bundle inside the strict host."""

from __future__ import annotations

import contextlib
import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from focuspuller.ofx_bridge.host import Host, Node, Profile, profiles


@pytest.fixture
def make_node(test_bundle: Path) -> Iterator[Callable[..., Node]]:
    """make_node(name, profile, context, clips={}, knobs={}, **Host.create's) -> Node; violations fail at the end.

    A node of another profile ends the nodes before it.
    """
    with contextlib.ExitStack() as stack:
        hosts: dict[str, Host] = {}

        def make(
            name: str,
            profile: Profile = profiles.STRICT,
            context: str | None = None,
            clips: dict[str, object] | None = None,
            knobs: dict[str, object] | None = None,
            **creation,
        ) -> Node:
            if profile.name not in hosts:  # one at a time: the bundle has one state in a process
                stack.close()
                hosts.clear()
                hosts[profile.name] = stack.enter_context(Host(profile))
                hosts[profile.name].load(test_bundle)
            context = context or ("General" if "General" in profile.contexts else "Filter")
            node = hosts[profile.name].create(f"org.focuspuller.{name}", context, **({"format": (64, 48)} | creation))
            for clip, source in (clips or {}).items():
                node.connect(clip, source)
            for knob, value in (knobs or {}).items():
                node.set(knob, value)
            return node

        yield make


@pytest.fixture
def picture() -> Callable[..., np.ndarray]:
    """picture(height, width, channels=4, seed=0) -> random float32 in 0 … 1."""

    def make(height: int, width: int, channels: int = 4, seed: int = 0) -> np.ndarray:
        return np.random.default_rng(seed).random((height, width, channels), np.float32)

    return make


@pytest.fixture
def report_of() -> Callable[..., dict]:
    """report_of(node, time=1, **how) -> what TestReport was given for that frame."""

    def ask(node: Node, time: float = 1, **how) -> dict:
        mark = uuid.uuid4().hex  # the same warning is told once a session
        node.set("text", mark)
        node.render(time, **how)
        (said,) = (m.text for m in node.messages if m.type in ("Log", "Warning") and mark in m.text)
        return json.loads(said[said.index("{") :])

    return ask
