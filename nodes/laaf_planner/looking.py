"""What detectors saw of a clip, remembered: a second analysis of an unchanged clip does not look again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np

from ...kernels.focus.focus_file import FocusFileError, write_bytes
from ...kernels.focus.look import Recipe, look, recipe
from ...kernels.focus.observations import Observations
from ...kernels.model_file import ModelError
from ..vocabulary.jobs import AnalyseJob, KnobError
from .clip import ClipReader

SAMPLED = 8  # frames whose content tells whether a clip has changed
KEPT = 200  # files
FORMAT = 1


def observed(job: AnalyseJob, reader: ClipReader, kind: str) -> Observations:
    """The observations of the frames to analyse, for one of look.RECIPES."""
    first, last = job.frames
    how = _recipe(job, reader, kind)
    path = cache_folder() / f"{_key(job, reader, how)}.npz" if job.knobs["reuse"] else None
    if path is not None:
        with contextlib.suppress(OSError, ValueError):
            known = Observations.from_bytes(path.read_bytes())
            if known.first == first and len(known) == last - first + 1:
                os.utime(path)
                return known
    seen = Observations(first)
    try:
        for now in look(reader.frames(range(first, last + 1)), how):
            job.check_abort()
            seen = now
    except ModelError as problem:
        raise KnobError("speakerModel", f"{problem}") from None
    if path is not None:
        with contextlib.suppress(FocusFileError):
            write_bytes(path, seen.to_bytes())
            _forget_old(path.parent)
    return seen


def cache_folder() -> Path:
    """Where observations are kept: the user's cache."""
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local"
    elif sys.platform == "darwin":
        base = Path.home() / "Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "focuspuller" / "observations"


def _recipe(job: AnalyseJob, reader: ClipReader, kind: str) -> Recipe:
    try:
        return recipe(kind, reader.info, str(job.knobs["modelFile"]), str(job.knobs["speakerModel"]))
    except ModelError as problem:
        raise KnobError("speakerModel", f"{problem}") from None
    except (ValueError, OSError) as problem:
        raise KnobError("modelFile", f"{problem}") from None


def _key(job: AnalyseJob, reader: ClipReader, how: Recipe) -> str:
    """The content that the observations follow from: frames here and there, the sound, the depth's meaning, the
    detectors."""
    first, last = job.frames
    knobs = ("depthSource", "depthChannel", "depthMath", "worldScale", "audioStart")
    facts = [FORMAT, how.version, first, last, job.fps, job.format, [job.knobs[k] for k in knobs]]
    content = hashlib.sha256(json.dumps(facts).encode())
    if reader.sound is not None:
        content.update(reader.sound.tobytes())
    for number in sorted({round(n) for n in np.linspace(first, last, SAMPLED)}):
        source = reader.source(number)
        content.update(np.ascontiguousarray(source.pixels[::3, ::3]).tobytes())
        content.update(reader.disparity(number, source).tobytes())
    return content.hexdigest()[:40]


def _forget_old(folder: Path) -> None:
    """Keeps the KEPT files used last."""
    with contextlib.suppress(OSError):
        files = sorted(folder.glob("*.npz"), key=lambda f: f.stat().st_mtime, reverse=True)
        for file in files[KEPT:]:
            file.unlink()
