"""The client, compiled for the tests, and processes of its own to ill-treat."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from client_build import compiled  # noqa: E402
from client_session import Session, make_bundle  # noqa: E402


@pytest.fixture(scope="session")
def driver(request: pytest.FixtureRequest) -> Path:
    """The driver module; compiled again when a source has changed."""
    return compiled(request.config.cache.mkdir("client_driver"))


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the test's workers write."""
    path = tmp_path / "worker.log"
    monkeypatch.setenv("FOCUSPULLER_LOG", str(path))
    monkeypatch.delenv("FOCUSPULLER_PYTHON", raising=False)
    return path


@pytest.fixture
def bundle(tmp_path: Path, log: Path) -> Path:
    return make_bundle(tmp_path)


@pytest.fixture
def session(driver: Path, bundle: Path):
    """The client in this process, with a worker of the test's own."""
    session = Session(driver, bundle)
    session.stop()
    yield session
    session.stop()


@pytest.fixture
def host(driver: Path, bundle: Path) -> Callable[..., subprocess.Popen]:
    """host(script, **environment) -> a process that runs the script as a host would, with `session` at hand.

    prefix: the command that starts it.
    """
    started = []

    def start(script: str, prefix: tuple[str, ...] = (), **environment: str) -> subprocess.Popen:
        prelude = (
            f"import os, signal, sys, time, threading\nimport numpy as np\nfrom pathlib import Path\n"
            f"sys.path.insert(0, {str(HERE)!r})\nfrom client_session import *\n"
            f"session = Session({str(driver)!r}, Path({str(bundle)!r}))\n"
        )
        process = subprocess.Popen(
            [*prefix, sys.executable, "-c", prelude + textwrap.dedent(script)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()
