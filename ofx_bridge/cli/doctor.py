"""Check this installation, and say what to do where something is broken.

Exits with 1 when something is broken. A word in brackets is for your information only.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np

from focuspuller import __version__
from focuspuller.kernels.opencl.device import DeviceError, choose, devices
from focuspuller.ofx_bridge.comp.bundle import find_bundle
from focuspuller.ofx_bridge.comp.errors import CompError

from .install import BUNDLE_NAME, standard_folder

PROBE = "org.focuspuller.LensDefocus"
Findings = Iterator[tuple[str, str]]


class Broken(Exception):
    """Something that keeps FocusPuller from working. The message says what and the cure."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> int:
    checks = (_python, _packages, _bundle, _opencl, _worker, _memory, _installed)
    broken = [check for check in checks if not _passes(check)]
    print("\nEverything works." if not broken else f"\n{len(broken)} of {len(checks)} checks failed; see above.")
    return 1 if broken else 0


def _passes(check: Callable[[], Findings]) -> bool:
    """Prints what a check finds, as it finds it."""
    try:
        for mark, text in check():
            print(f"{mark:>6}  {text}", flush=True)
    except Broken as problem:
        print(f"BROKEN  {problem}", flush=True)
        return False
    return True


def _python() -> Findings:
    yield "ok", f"FocusPuller {__version__}, Python {sys.version.split()[0]}, {sys.executable}"


def _packages() -> Findings:
    for name in ("numpy", "openimageio", "opencv-contrib-python-headless", "torch"):
        try:
            yield "ok", f"{name} {version(name)}"
        except PackageNotFoundError:
            raise Broken(f"{name} is not installed; run: {sys.executable} -m pip install {name}") from None


def _host() -> ModuleType:
    """The headless host. Raises Broken where its extension does not load."""
    try:
        return importlib.import_module("focuspuller.ofx_bridge.host")
    except ImportError as problem:
        raise Broken(f"the headless host does not load ({problem}); install the package again") from None


def _bundle() -> Findings:
    host = _host()
    try:
        path = find_bundle()
        with closing(host.Host()) as session:
            started = time.perf_counter()
            plugins = session.load(path).plugins
            took = 1000 * (time.perf_counter() - started)
    except (CompError, host.HostError) as problem:
        raise Broken(str(problem)) from None
    yield "ok", f"{path} loads in {took:.0f} ms: {', '.join(p.label for p in plugins)}"


def _opencl() -> Findings:
    try:
        found, chosen = devices(), choose()
    except DeviceError as problem:
        raise Broken(str(problem)) from None
    for device in found:
        memory = device.global_mem_size / 2**30
        mark = "ok" if device == chosen else "(also)"
        yield mark, f"OpenCL {device.platform.name.strip()}: {device.name.strip()}, {memory:.0f} GiB"


def _worker() -> Findings:
    os.environ.setdefault("FOCUSPULLER_PYTHON", sys.executable)
    light = np.zeros((32, 32, 4), np.float32)
    light[16, 16] = 1
    host = _host()
    try:
        with closing(host.Host()) as session:
            session.load(find_bundle())
            node = session.create(PROBE, format=(32, 32))
            node.connect("Source", host.ArrayClip(light))
            node.set("lensModel", "size")
            node.set("size", 4.0)
            times = [time.perf_counter()]
            for frame in (1, 2):
                node.render(frame)
                times.append(time.perf_counter())
    except (CompError, host.HostError, host.RenderError) as problem:
        raise Broken(f"the worker does not render: {problem}") from None
    first, second = (b - a for a, b in pairwise(times))
    yield "ok", f"the worker starts and renders its first picture in {first:.1f} s, the next in {1000 * second:.0f} ms"
    yield "(log)", f"{log_path()} (FOCUSPULLER_LOG puts it elsewhere)"


def log_path() -> Path:
    """Where the plug-in sends the worker's log (ofx_bridge/plugin/launch.cpp)."""
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(os.environ.get("FOCUSPULLER_LOG") or Path(state) / "focuspuller" / "worker.log")


def _memory() -> Findings:
    if hasattr(os, "sysconf"):
        physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20
        budget = float(os.environ.get("FOCUSPULLER_MEMORY", physical / 4))
        yield (
            "ok",
            f"{physical / 1024:.1f} GiB of memory; frames may take {budget / 1024:.1f} GiB (FOCUSPULLER_MEMORY, MB)",
        )


def _installed() -> Findings:
    named = [Path(folder) for folder in os.environ.get("OFX_PLUGIN_PATH", "").split(os.pathsep) if folder]
    found = [folder / BUNDLE_NAME for folder in (*named, standard_folder()) if (folder / BUNDLE_NAME).is_dir()]
    for target in found:
        yield "ok", f"installed for hosts in {target}"
    if not found:
        yield (
            "(note)",
            f"not installed for hosts: run focuspuller install (to {standard_folder()}) when you want it there",
        )
