#!/usr/bin/env python3
"""The developer's one command: sets everything up in .venv, then does what is asked.

    python3 dev.py demo [options]     the focus pull, from nothing to pictures    (options: focuspuller demo --help)
    python3 dev.py test [options]     the test suite                              (options go to pytest)
    python3 dev.py lint [--fix]       ruff, clang-format
    python3 dev.py run COMMAND …      any command of the environment, e.g. run focuspuller nodes

Needs Python 3.11 or newer, a C++17 compiler and the package index. Nothing is written outside this folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
BUILD_REQUIREMENTS = ["scikit-build-core", "pybind11", "cmake", "ninja"]
PACKAGES = ["focuspuller", "ofx_bridge", "nodes", "kernels", "host_scripts"]
CPP_SUFFIXES = {".h", ".cpp"}


def fail(problem: str, cure: str) -> None:
    raise SystemExit(f"dev.py: {problem}\n  {cure}")


def run(*command: object) -> None:
    """Runs a command in the checkout; its failure is ours."""
    result = subprocess.run([str(c) for c in command], cwd=ROOT)
    if result.returncode:
        raise SystemExit(result.returncode)


def check_machine() -> None:
    """What no wheel can bring."""
    if sys.version_info < (3, 11):  # noqa: UP036  an older Python gets this far
        fail(f"Python {sys.version.split()[0]} is too old.", "Run it with Python 3.11 or newer.")
    if os.name != "nt" and not (os.environ.get("CXX") or any(map(shutil.which, ("c++", "g++", "clang++")))):
        fail("no C++ compiler found.", "Debian, Ubuntu: apt-get install g++    macOS: xcode-select --install")
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail("this Python has no venv module.", "Debian, Ubuntu: apt-get install python3-venv")


def pip(*arguments: object) -> None:
    run(PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "-c", "constraints.txt", *arguments)


def digest(files: list[Path]) -> str:
    """Fingerprint of these files' names and contents."""
    h = hashlib.sha256()
    for file in sorted(files):
        h.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return h.hexdigest()


def up_to_date(stamp: Path, fingerprint: str) -> bool:
    return stamp.is_file() and stamp.read_text() == fingerprint


def set_up() -> None:
    """Environment, dependencies, build: each only when what it is made from has changed."""
    check_machine()
    if not PYTHON.is_file():
        print("dev.py: making .venv", flush=True)
        run(sys.executable, "-m", "venv", VENV)

    requirements = digest([ROOT / "pyproject.toml", ROOT / "constraints.txt"])
    installed = VENV / "installed.stamp"
    if not up_to_date(installed, requirements):
        print("dev.py: installing dependencies (once; some hundred MB)", flush=True)
        pip(*BUILD_REQUIREMENTS)

    sources = [f for f in (ROOT / "ofx_bridge").rglob("*") if f.suffix in CPP_SUFFIXES or f.name == "CMakeLists.txt"]
    packages = [f for folder in PACKAGES for f in modules(folder)]
    declarations = [*(ROOT / "nodes").glob("*/node.py"), *(ROOT / "nodes" / "vocabulary").glob("*.py")]
    names = hashlib.sha256("\n".join(str(p) for p in sorted(packages)).encode()).hexdigest()
    build = requirements + names + digest([*sources, *declarations, ROOT / "CMakeLists.txt"])
    built = VENV / "built.stamp"
    if not up_to_date(built, build):
        print("dev.py: building", flush=True)
        pip("--no-build-isolation", "-e", ".[dev]")
        installed.write_text(requirements)
        built.write_text(build)


def modules(folder: str) -> list[Path]:
    """Every Python module of a folder: the editable install knows them by name."""
    return [f for f in (ROOT / folder).rglob("*.py") if "__pycache__" not in f.parts]


def lint(arguments: list[str]) -> None:
    """ruff and clang-format; --fix rewrites instead of complaining, and fills the docs' knob tables."""
    fix = "--fix" in arguments
    run(BIN / "ruff", "check", *(["--fix"] if fix else []), ".")
    run(BIN / "ruff", "format", *([] if fix else ["--check"]), ".")
    cpp = [f for folder in ("ofx_bridge", "tests") for f in (ROOT / folder).rglob("*") if f.suffix in CPP_SUFFIXES]
    run(BIN / "clang-format", *(["-i"] if fix else ["--dry-run", "--Werror"]), *cpp)
    if fix:
        run(PYTHON, "-m", "focuspuller.ofx_bridge.cli.knob_tables", *(ROOT / "docs" / "nodes").glob("*.md"))


def main() -> None:
    command, *arguments = sys.argv[1:] or ["--help"]
    if command == "demo":
        set_up()
        run(PYTHON, "-m", "focuspuller", "demo", *arguments)
    elif command == "test":
        set_up()
        run(PYTHON, "-m", "pytest", *arguments)
    elif command == "lint":
        set_up()
        lint(arguments)
    elif command == "run" and arguments:
        set_up()
        run(BIN / arguments[0] if (BIN / arguments[0]).exists() else arguments[0], *arguments[1:])
    elif command in ("-h", "--help"):
        print(__doc__.strip())
    else:
        fail(f"no command {' '.join(sys.argv[1:])!r}.", "Commands: demo, test, lint, run; python3 dev.py --help")


if __name__ == "__main__":
    main()
