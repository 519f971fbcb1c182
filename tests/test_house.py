"""Rules of the house: which room may import which, and one copy of every module."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ["kernels", "nodes", "ofx_bridge", "host_scripts"]  # each may import itself and those before it
MODULES = sorted(f for room in ROOMS for f in (ROOT / room).rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Absolute names of all modules that a file imports, relative imports resolved to focuspuller.…"""
    package = ["focuspuller", *file.relative_to(ROOT).parent.parts]
    names = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            names.add(".".join([*base, *([node.module] if node.module else [])]))
    return names


@pytest.mark.parametrize("file", MODULES, ids=lambda f: str(f.relative_to(ROOT)))
def test_arrows_point_one_way(file):
    room = file.relative_to(ROOT).parts[0]
    allowed = ROOMS[: ROOMS.index(room) + 1]
    for name in imported(file):
        top, *rest = name.split(".")
        assert top not in ROOMS, f"{file}: import {name} would load a second copy; import focuspuller.{name}"
        if top == "focuspuller" and rest and rest[0] in ROOMS:
            assert rest[0] in allowed, f"{file}: {room} must not know {rest[0]}"


def test_declarations_need_only_the_standard_library():
    for file in [*(ROOT / "nodes").glob("*/node.py"), *(ROOT / "nodes/vocabulary").glob("*.py")]:
        if file.name == "jobs.py":
            continue
        heavy = {n.split(".")[0] for n in imported(file)} & {"numpy", "torch", "cv2", "pyopencl", "OpenImageIO"}
        assert not heavy, f"{file} imports {heavy}; the build makes the manifest without them"
