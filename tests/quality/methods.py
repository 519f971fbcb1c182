"""Who renders the lens: nobody, the peers, the exact reference, LensDefocus."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fake_job import FakeJob, picture

from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.reference import defocus_reference
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render

from . import peers
from .cache import cached, digest
from .peers import Shot, blender, gegl

NOTHING, GEGL, BLENDER, REFERENCE, OURS = "nothing", "gegl", "Blender", "reference", "LensDefocus"
PEERS = {GEGL: gegl, BLENDER: blender}


def nothing(shot: Shot) -> np.ndarray:
    return shot.light


def ours(shot: Shot, **knobs) -> np.ndarray:
    """LensDefocus's picture, float32 [H, W, 3]."""
    return defocused(shot.light, shot.inverse_depth, **camera_knobs(shot) | knobs)


def defocused(light: np.ndarray, depth: np.ndarray, **knobs) -> np.ndarray:
    """LensDefocus on a picture [H, W, 3] and a depth [H, W], 1/z unless knobs say otherwise."""
    job = FakeJob(NODE, {"Source": picture(light), "Depth": picture(depth)}, **knobs)
    return render(job).pixels


def camera_knobs(shot: Shot) -> dict:
    return {
        "focusDistance": shot.focus_distance,
        "focalLength": shot.focal_length,
        "sensorWidth": shot.sensor_width,
        "fStop": shot.f_stop,
        "worldScale": 1.0,
    }


def reference(shot: Shot) -> np.ndarray:
    """The numpy reference; it knows nothing beyond the picture's borders."""
    rgba = np.concatenate([shot.light, np.ones_like(shot.light[..., :1])], axis=2)
    return defocus_reference(rgba, shot.coc, Iris())[..., :3]


def methods(wanted=(GEGL, BLENDER), with_reference: bool = False) -> dict[str, Callable[[Shot], np.ndarray]]:
    """name → what renders a shot. Peers that are not installed are left out with a word on stderr."""
    found: dict[str, Callable[[Shot], np.ndarray]] = {NOTHING: nothing}
    for name in wanted:
        word = PEERS[name].missing()
        if word is None:
            found[name] = kept(PEERS[name])
        else:
            print(f"{name} is left out: {word}", file=sys.stderr)
    if with_reference:
        found[REFERENCE] = reference
    return found | {OURS: ours}


def kept(peer) -> Callable[[Shot], np.ndarray]:
    """The peer's pictures, from the cache where they are there."""
    adapter = sorted(Path(peers.__file__).parent.glob("*.py"))

    def defocused(shot: Shot) -> np.ndarray:
        lens = shot.focal_length, shot.sensor_width, shot.f_stop, shot.focus_distance
        name = digest(*adapter, peer.__name__, shot.light, shot.inverse_depth, lens)
        return cached(f"peer-{name}", lambda: peer.defocused(shot))

    return defocused
