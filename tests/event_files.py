"""Generated clips as files: EXR frames with depth, a WAV, and a comp with a LAAFPlanner."""

from __future__ import annotations

import json
import wave
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
from picture_files import spec, write

from focuspuller.kernels.events.clips import EventClip
from focuspuller.kernels.focus.detections import SOUND_RATE


def linear(picture: np.ndarray) -> np.ndarray:
    """float32 scene-linear of uint8 sRGB."""
    encoded = picture.astype(np.float32) / 255
    return np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4).astype(np.float32)


def write_wav(path: Path, sound: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, SOUND_RATE, 0, "NONE", ""))
        file.writeframes((np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def write_clip(folder: Path, clip: EventClip, **knobs) -> Path:
    """The clip's files and a comp whose node `laaf` plans it; returns the comp."""
    for n in range(1, clip.count + 1):
        picture, disparity = clip.frame(n)
        light, depth = linear(picture), disparity[..., None]
        write(folder / f"plate.{n:04d}.exr", (spec(light, "RGB"), light))
        write(folder / f"depth.{n:04d}.exr", (spec(depth, ("Z",), oiio.FLOAT), depth))
    if clip.sound is not None:
        knobs.setdefault("audioFile", write_wav(folder / "sound.wav", clip.sound).name)
    comp = {
        "fps": clip.fps,
        "nodes": [
            {"id": "plate", "type": "Read", "params": {"file": "plate.%04d.exr"}},
            {"id": "z", "type": "Read", "params": {"file": "depth.%04d.exr"}},
            {"id": "laaf", "type": "LAAFPlanner", "inputs": {"Source": "plate", "Depth": "z"}, "params": knobs},
        ],
    }
    path = folder / "shot.json"
    path.write_text(json.dumps(comp), encoding="utf-8")
    return path
