"""The binary as hosts find it: what it exports, what it needs, and what it does with a broken bundle."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from bundle import binary, copy_bundle, installed_bundle

EXPORTS = {"OfxGetNumberOfPlugins", "OfxGetPlugin", "OfxSetHost"}

# glibc 2.34 merged libpthread and libdl into libc: these have been there for ever, under an older version.
MOVED = re.compile(r"(__)?pthread_(create|detach|join|once|key_create|key_delete|getspecific|setspecific)|dladdr|dlsym")
# Put in by a newer static libstdc++ or libgcc or by newer headers; the release toolchain, which aims at 2.17, does not.
TOOLCHAIN = {
    "_dl_find_object",
    "__libc_single_threaded",
    "arc4random",
    "fstat64",
    "getentropy",
    "pthread_cond_clockwait",
    "stat",
}

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="ELF")


def dynamic_symbols() -> list[tuple[str, str, str]]:
    """(section, version, name) of every symbol the dynamic linker sees."""
    listing = subprocess.run(
        ["objdump", "-T", binary(installed_bundle())], capture_output=True, text=True, check=True
    ).stdout
    pattern = re.compile(r"^[0-9a-f]{16} .{7} (\S+)\s+[0-9a-f]{16}\s+(?:\(?([\w.]+)\)?\s+)?(\S+)$", re.MULTILINE)
    return pattern.findall(listing)


def test_exports_exactly_the_three_functions_of_openfx():
    assert {name for section, _, name in dynamic_symbols() if section == ".text"} == EXPORTS


def test_needs_no_glibc_newer_than_2_17_of_its_own_accord():
    def newer(version: str) -> bool:
        return tuple(map(int, version.removeprefix("GLIBC_").split("."))) > (2, 17)

    needed = [(version, name) for section, version, name in dynamic_symbols() if section == "*UND*"]
    assert needed
    modern = {name for version, name in needed if version.startswith("GLIBC_") and newer(version)}
    assert {name for name in modern if not MOVED.fullmatch(name)} <= TOOLCHAIN


def test_needs_no_library_but_the_c_library():
    listing = subprocess.run(["objdump", "-p", binary(installed_bundle())], capture_output=True, text=True, check=True)
    needed = set(re.findall(r"NEEDED\s+(\S+)", listing.stdout))
    assert {name.split(".so")[0] for name in needed} <= {"libc", "libm", "libdl", "libpthread", "ld-linux-x86-64"}


def count_plugins(bundle: Path) -> subprocess.CompletedProcess[str]:
    """Loads the binary as a host does and prints how many plug-ins it offers."""
    script = "import ctypes, sys; print(ctypes.CDLL(sys.argv[1]).OfxGetNumberOfPlugins())"
    return subprocess.run(
        [sys.executable, "-c", script, binary(bundle)], capture_output=True, text=True, timeout=60, check=True
    )


def test_offers_every_declared_node(make_bundle):
    from test_nodes import declared_nodes

    found = count_plugins(make_bundle())
    assert int(found.stdout) == len(declared_nodes())
    assert found.stderr == ""


@pytest.mark.parametrize(
    ("manifest", "complaint"),
    [
        (None, "cannot be read"),
        ("", "line 1"),
        ('{"manifest": 1, "nodes": [', "line 1"),
        ('{"manifest": 99, "version": "9.0.0", "nodes": []}', "version 99"),
        ('{"manifest": 1, "version": "0.1.0", "nodes": [{"id": "org.focuspuller.X"}]}', "org.focuspuller.X"),
        ("\x00\xff" * 50, "line 1"),
    ],
    ids=["missing", "empty", "cut off", "of another version", "without what a node needs", "binary"],
)
def test_damaged_manifest_is_no_plugin_and_a_clear_word(tmp_path, manifest, complaint):
    bundle = copy_bundle(tmp_path, [])
    file = bundle / "Contents" / "Resources" / "nodes.json"
    file.unlink() if manifest is None else file.write_text(manifest, encoding="latin-1")
    found = count_plugins(bundle)
    assert int(found.stdout) == 0
    assert str(file) in found.stderr
    assert complaint in found.stderr
    assert "install FocusPuller again" in found.stderr
