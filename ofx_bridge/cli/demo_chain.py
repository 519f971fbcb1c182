"""The demo's second part: the same pull from an 8-bit picture alone.

The plate is clipped to 8 bit and its depth taken away. DepthHDR recovers both, depth from the camera's motion,
TemporalStabilize steadies them, and LensDefocus pulls the focus as before: DepthHDR → TemporalStabilize → LensDefocus
in one comp file.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.read import Reader
from focuspuller.ofx_bridge.comp.transfer import encode

from . import pictures
from .demo_clip import DemoClip

CLIPPED = "input/clipped.%04d.png"
DEPTHS = "chain/depth.%04d.exr"
RESULTS = "chain/focus.%04d.exr"


def comp_of(clip: DemoClip) -> Path:
    return clip.folder / "chain.json"


def write_chain(clip: DemoClip, plate: Reader, nearest: float) -> Path:
    """Writes the 8-bit plate and the comp. plate: the clip's. nearest: its least depth, m. Raises CompError."""
    clip.prepare_folders(CLIPPED, DEPTHS, RESULTS)
    for frame in range(1, clip.count + 1):
        light = np.clip(plate.pixels(frame).filled(clip.window)[..., :3], 0, 1)
        coded = np.rint(255 * encode(np.ascontiguousarray(light), "sRGB")).astype(np.uint8)
        path = clip.folder / (CLIPPED % frame)
        if not cv2.imwrite(str(path), coded[..., ::-1]):
            raise CompError(f"{path} cannot be written; check rights and space")
    clip.write_nodes(
        comp_of(clip),
        [
            {"id": "plate", "type": "Read", "params": {"file": CLIPPED, "first": 1, "last": clip.count}},
            {
                "id": "depth",
                "type": "DepthHDR",
                "inputs": {"Source": "plate"},
                "params": {"estimator": "motion parallax", "near": round(nearest, 3)},
            },
            {"id": "steady", "type": "TemporalStabilize", "inputs": {"Source": "depth", "Guide": "plate"}},
            {
                "id": "zd",
                "type": "LensDefocus",
                "inputs": {"Source": "steady"},
                "params": {**clip.lens(nearest), "depthSource": "source alpha", "depthMath": "inverse"},
            },
            {"id": "depths", "type": "Write", "inputs": {"Source": "steady"}, "params": {"file": DEPTHS}},
            {"id": "out", "type": "Write", "inputs": {"Source": "zd"}, "params": {"file": RESULTS}},
        ],
    )
    return comp_of(clip)


def chain_sheet(clip: DemoClip, truths: dict[int, np.ndarray], focus: dict[int, float]) -> dict[int, float]:
    """Writes the sheet: frames as 8-bit input, estimated depth, result and truth. Returns their PSNR in dB."""
    plate, steady, result = (Reader(clip.read_node(file)) for file in (CLIPPED, DEPTHS, RESULTS))
    rows, scores = [], {}
    for frame, truth in truths.items():
        pulled = result.pixels(frame).filled(clip.window)
        scores[frame] = pictures.psnr(pulled, truth)
        with np.errstate(divide="ignore"):
            distances = 1 / np.maximum(steady.pixels(frame).filled(clip.window)[..., 3], 0)
        cells = [
            pictures.displayed(plate.pixels(frame).filled(clip.window)),
            pictures.depth_colours(distances, min(focus.values())),
            pictures.displayed(pulled),
            pictures.displayed(truth),
        ]
        rows.append((f"frame {frame}    focus at {focus[frame]:.2f} m    {scores[frame]:.1f} dB", cells))
    titles = ("input of 8 bit, clipped", "depth, estimated", "FocusPuller", "truth: a ray-traced lens")
    pictures.write_png(clip.chain_sheet, pictures.contact_sheet(titles, rows))
    return scores
