"""Comps that may hold the small test nodes."""

import pytest
import test_nodes

from focuspuller.ofx_bridge.comp import node_types


@pytest.fixture
def small_nodes(monkeypatch, test_bundle):
    """Comps know the test nodes, and the bundle that carries them is the one that renders."""
    monkeypatch.setenv("FOCUSPULLER_BUNDLE", str(test_bundle))
    monkeypatch.setattr(node_types, "declared_nodes", test_nodes.declared_nodes)
    node_types.node_types.cache_clear()
    yield
    node_types.node_types.cache_clear()
