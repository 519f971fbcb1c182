"""Traced pictures and peers' pictures are kept on disk, since both take long and change seldom.

In FOCUSPULLER_QUALITY_CACHE, default a folder in the temporary one. Nothing is ever removed; delete it as you like.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

ENVIRONMENT = "FOCUSPULLER_QUALITY_CACHE"


def folder() -> Path:
    """Where they are kept."""
    default = Path(tempfile.gettempdir(), f"focuspuller-quality-{os.getuid()}")
    return Path(os.environ.get(ENVIRONMENT) or default)


def digest(*parts: object) -> str:
    """A name for what these make: arrays by their values, paths by the file's contents, all else by repr."""
    sha = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            data = repr((part.shape, part.dtype)).encode() + np.ascontiguousarray(part).tobytes()
        elif isinstance(part, Path):
            data = part.read_bytes()
        else:
            data = repr(part).encode()
        sha.update(len(data).to_bytes(8, "little") + data)
    return sha.hexdigest()[:32]


def cached(name: str, make: Callable[[], np.ndarray]) -> np.ndarray:
    """The array kept under this name, else what `make` makes. A file that cannot be read is made anew."""
    path = folder() / f"{name}.npy"
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError):
        pass
    array = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.tmp")
    with partial.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    partial.replace(path)
    return array
