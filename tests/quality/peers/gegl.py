"""`gegl:lens-blur` of Debian's `gegl` (C, discs by prefix sums, no occlusion).

It takes a radius and, as its second input, a mask that scales the radius at each pixel: |CoC| over the largest one,
near and far alike. It adds half a pixel to every radius; HALF takes that off again, which also raises its mean PSNR.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import numpy as np

from . import Shot, read_exr, run, write_exr

HALF = 0.5  # px that the operation adds to every radius


def missing() -> str | None:
    """What to do where it is not installed."""
    return None if shutil.which("gegl") else "gegl is not installed (Debian: apt-get install gegl)"


def defocused(shot: Shot) -> np.ndarray:
    """float32 [H, W, 3]."""
    with tempfile.TemporaryDirectory() as folder:
        graph = prepared(Path(folder), shot.light, shot.coc)
        run(command(Path(folder), graph))
        return read_exr(Path(folder, "out.exr"))


def prepared(folder: Path, light: np.ndarray, coc: np.ndarray, blurs: bool = True) -> str:
    """The graph that blurs light [H, W, 3 or 4] by |coc| [H, W], after its files were written into the folder; the
    result will be `out.exr`. blurs: False hands the picture through, with all the reading and writing."""
    radius = np.maximum(np.abs(coc) - HALF, 0)
    largest = float(radius.max(initial=0)) if blurs else 0.4  # below 0.5 the operation passes its input on
    if light.shape[2] == 3:
        light = np.concatenate([light, np.ones_like(light[..., :1])], axis=2)
    mask = radius / max(largest, 1e-6) if blurs else np.minimum(radius, 1)
    write_exr(folder / "light.exr", light)
    write_exr(folder / "mask.exr", np.repeat(mask[..., None], 3, axis=2))
    return graph(folder, largest)


def graph(folder: Path, radius: float) -> str:
    """gegl's XML for light.exr, mask.exr → out.exr in the folder."""
    return (
        f"<?xml version='1.0'?><gegl>"
        f"<node operation='gegl:lens-blur'><params><param name='radius'>{radius:.6f}</param>"
        f"<param name='linear-mask'>true</param></params>"
        f"<node operation='gegl:exr-load'><params><param name='path'>{folder}/mask.exr</param></params></node></node>"
        f"<node operation='gegl:exr-load'><params><param name='path'>{folder}/light.exr</param></params></node></gegl>"
    )


def command(folder: Path, graph: str) -> list[str]:
    """The command line that makes out.exr."""
    return ["gegl", "-x", graph, "-o", f"{folder}/out.exr"]
