"""Builds the client's sources and driver.cpp into a Python module."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pybind11

HERE = Path(__file__).parent
PLUGIN = HERE.parents[2] / "ofx_bridge" / "plugin"
CLIENT = ["channel", "content_hash", "expression", "frame_memory", "json", "launch", "process", "segments", "worker"]
SOURCES = [HERE / "driver.cpp", PLUGIN / "worker_client.cpp", *(PLUGIN / f"{name}.cpp" for name in CLIENT)]
FLAGS = ["-std=c++17", "-O1", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra", "-pthread"]


def compiled(folder: Path) -> Path:
    """The module, built in `folder` unless it is there already for these sources."""
    compiler = [os.environ.get("CXX", "c++"), *FLAGS]
    includes = [PLUGIN, PLUGIN.parent / "api", pybind11.get_include(), sysconfig.get_path("include")]
    compiler += [f"-I{include}" for include in includes]
    headers = [header for name in [*CLIENT, "worker_client"] if (header := PLUGIN / f"{name}.h").exists()]
    digest = hashlib.sha256(" ".join(compiler).encode())
    for file in [*SOURCES, *headers]:
        digest.update(file.read_bytes())
    module = folder / digest.hexdigest()[:16] / f"client_driver{sysconfig.get_config_var('EXT_SUFFIX')}"
    if not module.exists():
        module.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=module.parent) as scratch:

            def compile_one(source: Path) -> str:
                target = str(Path(scratch, source.stem + ".o"))
                subprocess.run([*compiler, "-c", str(source), "-o", target], check=True)
                return target

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                objects = list(pool.map(compile_one, SOURCES))
            linked = Path(scratch, module.name)
            subprocess.run([*compiler, "-shared", *objects, "-o", str(linked)], check=True)
            linked.replace(module)
    return module


if __name__ == "__main__":
    print(compiled(Path(sys.argv[1])))
