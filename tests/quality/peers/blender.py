"""Blender's compositor node Defocus (5.0, CPU): camera mode, depth in metres, blur_max at the largest radius.

FOCUSPULLER_BPY_PYTHON names a Python that has it: `python3.11 -m venv BPY; BPY/bin/pip install bpy==5.0.1`.

Blender's camera breathes: its circle of confusion divides by s - f where a plate's divides by s. The f-stop handed over
makes up for that exactly, so that its radii are ours. blur_max 0 switches the node off, and a very high one makes it
look at thousands of pixels around each, because it takes that for the largest radius that a camera can have. So it is
the largest |CoC| of the picture, which clips nothing and takes least time; twice that changes PSNR by under 0.1 dB.
"""

from __future__ import annotations

import json
import math
import os
import tempfile
from pathlib import Path

import numpy as np

from . import PeerError, Shot, read_exr, run, write_exr

ENVIRONMENT = "FOCUSPULLER_BPY_PYTHON"
INFINITELY_FAR = 1e9  # m


def missing() -> str | None:
    """What to do where it is not installed."""
    python = os.environ.get(ENVIRONMENT, "")
    if python and Path(python).is_file():
        return None
    return f"set {ENVIRONMENT} to a Python 3.11 with Blender's module (pip install bpy==5.0.1)"


def defocused(shot: Shot) -> np.ndarray:
    """float32 [H, W, 3]."""
    with tempfile.TemporaryDirectory() as folder:
        report(Path(folder), shot)
        return read_exr(Path(folder, "out.exr"))


def report(folder: Path, shot: Shot, timed: bool = False) -> dict:
    """Renders out.exr in the folder. version; with: seconds of the render; without: of one with the node muted, so
    that `with` - `without` is the node's own time (only where timed)."""
    usable = shot.inverse_depth > 1 / INFINITELY_FAR
    depth = np.where(usable, 1 / np.where(usable, shot.inverse_depth, 1), INFINITELY_FAR)
    write_exr(folder / "light.exr", shot.light[..., :3])
    write_exr(folder / "depth.exr", np.repeat(depth[..., None], 3, axis=2))
    focal_length = shot.focal_length / 1000
    job = {
        "light": str(folder / "light.exr"),
        "depth": str(folder / "depth.exr"),
        "out": str(folder),
        "width": shot.light.shape[1],
        "height": shot.light.shape[0],
        "focal_length": shot.focal_length,
        "sensor_width": shot.sensor_width,
        "f_stop": shot.f_stop * shot.focus_distance / (shot.focus_distance - focal_length),
        "focus_distance": shot.focus_distance,
        "blur_max": max(math.ceil(np.abs(shot.coc).max(initial=0)), 1),
        "timed": timed,
    }
    (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
    script = Path(__file__).with_name("blender_defocus.py")
    said = run([os.environ[ENVIRONMENT], str(script), str(folder / "job.json")])
    lines = [line for line in said.splitlines() if line.startswith('{"version"')]
    if not lines:
        raise PeerError(f"Blender said nothing of use: {said[-2000:]}")
    return json.loads(lines[-1])
