"""The pages for readers: what they link to is there, and the node of CONTRIBUTING's ten minutes is one."""

import importlib
import re
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller import nodes
from focuspuller.nodes.vocabulary.manifest import node_manifest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_and_pictures_are_there(page):
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [t for t in targets if "://" not in t and not (page.parent / t).exists()]
    assert not missing


@pytest.fixture
def dim(tmp_path, monkeypatch):
    """CONTRIBUTING's node, written to files as a reader would, imported beside the others."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    declaration, rendering = map(textwrap.dedent, re.findall(r"```python\n(.*?)```", text, re.DOTALL))
    folder = tmp_path / "dim"
    folder.mkdir()
    for name, content in {"__init__": "", "node": declaration, "render": rendering}.items():
        (folder / f"{name}.py").write_text(content, encoding="utf-8")
    monkeypatch.setattr(nodes, "__path__", [*nodes.__path__, str(tmp_path)])
    yield importlib.import_module("focuspuller.nodes.dim.node").NODE
    for name in [name for name in sys.modules if name.startswith("focuspuller.nodes.dim")]:
        del sys.modules[name]
    del nodes.dim


def test_the_node_of_ten_minutes(dim):
    assert dim in nodes.declared_nodes()
    assert node_manifest(dim)["module"] == dim.module
    job = FakeJob(dim, {"Source": picture(np.full((4, 6, 4), 2.0))}, factor=0.25)
    assert not job.is_identity()
    np.testing.assert_array_equal(importlib.import_module(dim.module).render(job).pixels, 0.5)
    assert FakeJob(dim, job.clips, factor=1.0).is_identity()
