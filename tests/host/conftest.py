"""The test plug-ins, built once a session, and hosts that fail the test on a breach of the standard."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from focuspuller.ofx_bridge.host import Host, Profile, profiles
from focuspuller.ofx_bridge.host.host import architecture

HERE = Path(__file__).parent
API = HERE.parents[1] / "ofx_bridge" / "api"


@pytest.fixture(scope="session")
def test_plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle with org.test.Gain, which keeps every rule, and org.test.Sinner, which breaks the one that SIN names."""
    compiler = os.environ.get("CXX") or shutil.which("c++") or shutil.which("g++") or shutil.which("clang++")
    if not compiler:
        pytest.skip("no C++ compiler")
    bundle = tmp_path_factory.mktemp("plugins") / "Test.ofx.bundle"
    folder = bundle / "Contents" / architecture()
    folder.mkdir(parents=True)
    sources = sorted((HERE / "plugins").glob("*.cpp"))
    objects = [folder.parent / (source.stem + ".o") for source in sources]
    base = [compiler, "-std=c++17", "-O1", "-fPIC", "-fvisibility=hidden", "-Wall", "-Werror", "-I", str(API)]
    jobs = [
        subprocess.Popen([*base, "-c", str(source), "-o", str(target)])
        for source, target in zip(sources, objects, strict=True)
    ]
    assert all(job.wait() == 0 for job in jobs)
    link = [*base, "-shared", *map(str, objects), "-o", str(folder / "Test.ofx"), "-pthread"]
    subprocess.run(link, check=True)
    return bundle


@pytest.fixture
def make_host(test_plugins: Path) -> Iterator[Callable[..., Host]]:
    """make_host(profile) -> a host with the test plug-ins; a breach of the standard fails the test."""
    hosts = []

    def make(profile: Profile = profiles.STRICT) -> Host:
        host = Host(profile)
        host.load(test_plugins)
        hosts.append(host)
        return host

    yield make
    for host in hosts:
        host.close()
        host.check()
