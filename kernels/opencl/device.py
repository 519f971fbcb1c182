"""The one OpenCL context of a process: which device, its queue for each thread, its compiled programs.

FOCUSPULLER_DEVICE chooses: `gpu`, `cpu`, or part of a device's or platform's name. Without it the GPU with the most
compute units is taken, else the CPU (PoCL).
"""

from __future__ import annotations

import functools
import os
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from .pocl_cpu import name_processor

ENVIRONMENT = "FOCUSPULLER_DEVICE"

_lock = threading.Lock()
_threads = threading.local()


class DeviceError(RuntimeError):
    """No usable OpenCL device; the message says the cure."""


def _writable_cache() -> None:
    """Compiled kernels are kept in the user's cache folder; where that cannot be written, in the temporary one."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=cache):
            pass
    except OSError:
        os.environ["XDG_CACHE_HOME"] = str(Path(tempfile.gettempdir()) / f"focuspuller-cache-{os.getuid()}")
        Path(os.environ["XDG_CACHE_HOME"]).mkdir(mode=0o700, exist_ok=True)


def devices() -> list:
    """Every OpenCL device, GPUs first, larger ones first. DeviceError when OpenCL itself is missing."""
    _writable_cache()
    try:
        import pyopencl as cl

        found = [device for platform in cl.get_platforms() for device in platform.get_devices()]
    except Exception as error:
        raise DeviceError(
            f"no OpenCL on this machine ({error}). Install the GPU's driver, or PoCL for the CPU: "
            "pip install 'pyopencl[pocl]', on Debian apt-get install pocl-opencl-icd"
        ) from error
    return sorted(found, key=lambda d: (not d.type & cl.device_type.GPU, -d.max_compute_units))


def choose(wanted: str | None = None):
    """The device for `wanted` (default: the environment's FOCUSPULLER_DEVICE, else the first)."""
    import pyopencl as cl

    found = devices()
    wanted = (wanted or os.environ.get(ENVIRONMENT, "")).strip().lower()
    kinds = {"gpu": cl.device_type.GPU, "cpu": cl.device_type.CPU}
    names = [f"{d.platform.name} {d.name}".strip() for d in found]
    for device, name in zip(found, names, strict=True):
        if not wanted or (device.type & kinds[wanted] if wanted in kinds else wanted in name.lower()):
            return device
    raise DeviceError(f"{ENVIRONMENT}={wanted} matches no OpenCL device; there are: {'; '.join(names) or 'none'}")


class Device:
    """A context on one device. Safe from several threads: each has its own queue and its own kernel objects."""

    def __init__(self, wanted: str | None = None):
        import pyopencl as cl

        self.device = choose(wanted)
        name_processor(self.device)
        self.name = f"{self.device.platform.name} {self.device.name}".strip()
        self.context = cl.Context([self.device])
        self.is_cpu = bool(self.device.type & cl.device_type.CPU)
        self.units = int(self.device.max_compute_units)
        self._programs: dict = {}

    @property
    def queue(self):
        """This thread's in-order command queue."""
        import pyopencl as cl

        queues = _threads.__dict__.setdefault("queues", {})
        if self not in queues:
            queues[self] = cl.CommandQueue(self.context, self.device)
        return queues[self]

    def kernel(self, sources: Path | tuple[Path, ...], name: str, defines: Mapping[str, object] | None = None):
        """A kernel object of its own for the caller. sources: .cl files, compiled as one; defines: -D macros."""
        import pyopencl as cl

        sources = sources if isinstance(sources, tuple) else (sources,)
        options = tuple(f"-D{key}={value}" for key, value in sorted((defines or {}).items()))
        with _lock:
            if (sources, options) not in self._programs:
                program = cl.Program(self.context, "\n".join(file.read_text(encoding="utf-8") for file in sources))
                self._programs[sources, options] = program.build(options=list(options))
            return cl.Kernel(self._programs[sources, options], name)


def default_device() -> Device:
    """The process's device, made on first use."""
    with _lock:
        return _default_device()


@functools.cache
def _default_device() -> Device:
    return Device()
