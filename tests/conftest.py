"""Fixtures that every part's tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # test_nodes and bundle, here as in the worker

from bundle import copy_bundle
from test_nodes import declared_nodes

from focuspuller.nodes.vocabulary import Node


@pytest.fixture(autouse=True)
def bundles_choose_the_interpreter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bundle's own configuration says which interpreter its worker runs in, not the caller's environment."""
    monkeypatch.delenv("FOCUSPULLER_PYTHON", raising=False)


@pytest.fixture(scope="session")
def test_bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with all the test nodes, for tests that do not change it."""
    return copy_bundle(tmp_path_factory.mktemp("bundle"), declared_nodes())


@pytest.fixture
def make_bundle(tmp_path: Path) -> Callable[..., Path]:
    """make_bundle(nodes=all test nodes, python=this one) -> a bundle of the test's own."""

    def make(nodes: Iterable[Node] | None = None, python: str = sys.executable) -> Path:
        return copy_bundle(tmp_path, declared_nodes() if nodes is None else nodes, python)

    return make
