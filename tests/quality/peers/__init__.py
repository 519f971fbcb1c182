"""Other programs' depth of field, run as subprocesses on the picture and depth that LensDefocus gets.

Each module has `missing()`, a word on what to install or None, and `defocused(shot)`, the peer's picture.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from focuspuller.kernels.lens import optics

SECONDS = 1800  # no peer may hang


@dataclass(frozen=True)
class Shot:
    """A deep-focus picture and the lens it shall be seen through.

    light: float32 [H, W, 3], scene-linear. inverse_depth: float32 [H, W], 1 / m, 0 = infinity. focal_length,
    sensor_width: mm. focus_distance: m.
    """

    light: np.ndarray
    inverse_depth: np.ndarray
    focal_length: float
    sensor_width: float
    f_stop: float
    focus_distance: float

    @property
    def coc(self) -> np.ndarray:
        """Signed radius of the circle of confusion in px, float32 [H, W]."""
        gain = optics.camera_gain(self.focal_length, self.f_stop, self.sensor_width, self.light.shape[1])
        return optics.circle_of_confusion(
            optics.inverse_depth(self.inverse_depth, "inverse"), 1 / self.focus_distance, gain
        )


class PeerError(RuntimeError):
    """A peer failed; the message ends with what it said."""


def run(command: list[str], seconds: float = SECONDS, **environment: str) -> str:
    """What the command prints. PeerError: it failed, or took too long."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            env=os.environ | environment,
        )
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"{command[0]} took longer than {seconds:g} s") from error
    if done.returncode:
        raise PeerError(f"{command[0]} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}")
    return done.stdout


def write_exr(path: Path, pixels: np.ndarray) -> None:
    """float32 [H, W] (as channel Y) or [H, W, C] as an uncompressed float OpenEXR file."""
    pixels = np.ascontiguousarray(pixels[..., None] if pixels.ndim == 2 else pixels, np.float32)
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], "float")
    spec.channelnames = {1: ("Y",), 3: ("R", "G", "B"), 4: ("R", "G", "B", "A")}[pixels.shape[2]]
    spec.attribute("compression", "none")
    output = oiio.ImageOutput.create(str(path))
    if not (output.open(str(path), spec) and output.write_image(pixels) and output.close()):
        raise OSError(f"{path}: {output.geterror()}")


def read_exr(path: Path) -> np.ndarray:
    """float32 [H, W, 3]: the first three channels. PeerError: there is no such picture."""
    file = oiio.ImageInput.open(str(path))
    if file is None:
        raise PeerError(f"{path} was not written: {oiio.geterror()}")
    pixels = file.read_image("float")
    file.close()
    return np.ascontiguousarray(pixels[..., :3])
