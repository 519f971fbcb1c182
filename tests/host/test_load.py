"""Loading: what the bundle says, what is wrong with a path, two hosts at once, no process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from focuspuller.ofx_bridge.host import Host, HostError, profiles


def children() -> set[str]:
    found: set[str] = set()
    for task in Path("/proc/self/task").iterdir():
        found |= set((task / "children").read_text().split())
    return found


def test_plugins_are_described(make_host):
    gain = make_host().plugins[0]
    assert (gain.id, gain.version, gain.label, gain.grouping) == ("org.test.Gain", (1, 2), "Gain", "Tests")
    assert gain.contexts == ("Filter", "General") and gain.has_overlay


def test_only_contexts_that_both_sides_have(make_host):
    host = make_host(profiles.MLT)
    assert host.plugins[0].contexts == ("Filter",)
    with pytest.raises(HostError, match="no context General here; it has Filter"):
        host.create("org.test.Gain", "General")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts processes in /proc")
def test_loading_starts_no_process(make_host):
    before = children()
    make_host()
    assert children() == before


def test_a_missing_bundle_says_so(tmp_path):
    with pytest.raises(HostError, match="there is no bundle at"):
        Host().load(tmp_path / "No.ofx.bundle")


def test_a_bundle_for_other_machines_says_so(tmp_path):
    (tmp_path / "Other.ofx.bundle" / "Contents" / "IRIX64").mkdir(parents=True)
    with pytest.raises(HostError, match="its Contents has IRIX64"):
        Host().load(tmp_path / "Other.ofx.bundle")


def test_a_file_that_is_no_plug_in_says_so(tmp_path):
    (tmp_path / "text.ofx").write_text("not a library")
    with pytest.raises(HostError, match="does not load"):
        Host().load(tmp_path / "text.ofx")


def test_an_unknown_plug_in_names_those_there_are(make_host):
    with pytest.raises(HostError, match=r"org\.test\.Gain"):
        make_host().create("org.test.Pony")


def test_two_hosts_at_once_do_not_share_the_plug_in(make_host):
    first, second = make_host(), make_host(profiles.TILED)
    nodes = [host.create("org.test.Gain", format=(8, 8)) for host in (first, second)]
    assert [node.get("gain") for node in nodes] == [1.0, 1.0]
    nodes[0].set("gain", 5)
    assert [node.get("gain") for node in nodes] == [5.0, 1.0]


def test_closing_twice_is_fine(test_plugins):
    host = Host()
    host.load(test_plugins)
    host.create("org.test.Gain")
    host.close()
    host.close()
    assert host.violations == []
