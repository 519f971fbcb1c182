"""From a frame and its neighbours to its disparity."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ... import flow as optical
from ...temporal.alignment import Aligner, View
from . import camera_motion, fill, inverse_depth
from .sweep import Seen, sweep

CONSISTENCY = 1.0  # px by which a pixel may miss its start after going to a neighbour and back


@dataclass(frozen=True)
class Parallax:
    """disparity: float32 [H, W], ≥ 0, far = 0, the nearest surfaces about 1. confidence: float32 [H, W], 0 … 1: 0 where
    disparity is a guess from its surroundings. moved: whether the camera's motion shows depth. reason: why it does not,
    else empty; disparity is a ramp from far at the top to near at the bottom then, and confidence 0."""

    disparity: np.ndarray
    confidence: np.ndarray
    moved: bool
    reason: str = ""


def parallax(
    frames: Sequence[np.ndarray],
    offsets: Sequence[int],
    focal: float | None = None,
    flows: optical.FlowCache | None = None,
    check_abort: Callable[[], None] = lambda: None,
) -> Parallax:
    """Disparity of the frame whose offset is 0, from its neighbours.

    frames: float32 [H, W, 3], scene-linear, all of one size; NaN and infinities count as black. offsets: frame numbers
    less the wanted's, 0 among them. Flow goes from each frame to the next, so adjacent ones are best: four each way.
    focal: focal length in px of the frames (width · mm / sensor width); None: estimated, about a normal lens where the
    motion does not tell. flows: where flows are kept for the next frame. check_abort may raise.

    The unit is the frame's own (see `scale_of`): the camera's speed is unknown, so is the unit. ValueError where frames
    differ in size, or no offset is 0.
    """
    if len(frames) != len(offsets) or 0 not in offsets:
        raise ValueError(f"parallax needs an offset for each frame and 0 among them, not {list(offsets)}")
    wanted = frames[list(offsets).index(0)]
    if any(f.shape[:2] != wanted.shape[:2] for f in frames):
        raise ValueError(f"parallax needs frames of one size, not {sorted({f.shape[:2] for f in frames})}")
    height, width = wanted.shape[:2]
    flows = optical.FlowCache(0) if flows is None else flows
    there, trust, seen = _aligned(frames, offsets, flows, check_abort)
    if not there:
        return _none(height, width, "there is no neighbouring frame")
    here = View.of(_finite(wanted))
    check_abort()
    tensor = inverse_depth.texture(here.pixels)
    textured = inverse_depth.told(tensor[..., 0] + tensor[..., 2])
    work = None if focal is None else focal * here.pixels.shape[1] / width
    motion = camera_motion.find(there, trust, textured, work)
    if motion.reason:
        return _none(height, width, motion.reason)
    check_abort()
    disparity, confidence, moving = inverse_depth.solve(there, trust, motion, tensor, check_abort)
    scale = scale_of(disparity, confidence)
    if not scale > 0:
        return _none(height, width, "nothing in the picture shows depth reliably")
    check_abort()
    cameras = zip(motion.used, motion.rotations, motion.translations, strict=True)
    neighbours = [Seen(seen[k][0].colours, seen[k][1], rotation, travel) for k, rotation, travel in cameras]
    disparity, confidence, unlike = sweep(
        here.colours, neighbours, motion.focal, disparity, confidence, scale, check_abort
    )
    moving = fill.moving_alone(moving, unlike)
    confidence *= 1 - moving
    filled = fill.dense(disparity / scale, confidence, moving, here.colours)
    disparity = confidence * disparity / scale + (1 - confidence) * filled
    if here.pixels.shape != (height, width):
        disparity = cv2.resize(disparity, (width, height), interpolation=cv2.INTER_LINEAR)
        confidence = cv2.resize(confidence, (width, height), interpolation=cv2.INTER_LINEAR)
    return Parallax(disparity, confidence, True)


def scale_of(disparity: np.ndarray, confidence: np.ndarray) -> float:
    """What becomes 1: the 95th percentile of what is known, [h, w] both. 0 where next to nothing is known."""
    known = disparity[confidence > 0.5]
    return float(np.percentile(known, 95)) if known.size > 0.01 * disparity.size else 0.0


def _aligned(frames, offsets, flows, check_abort) -> tuple[list[np.ndarray], list[np.ndarray], list[tuple[View, int]]]:
    """(flow [h, w, 2], trust [h, w] 0 … 1, (view, side)) of each neighbour, as far as the shot goes. Flow goes
    from frame to frame: steps are short, and each is worked out once for a clip. Frames that a host repeats at a clip's
    ends count once."""
    ordered = sorted(zip(offsets, frames, strict=True), key=lambda pair: abs(pair[0]))
    aligner = Aligner(flows, CONSISTENCY)
    there, trust, seen = [], [], []
    for side in (-1, 1):
        views = []
        for view in (View.of(_finite(f)) for offset, f in ordered if offset * side >= 0):
            if not views or view.key != views[-1].key:
                views.append(view)
        for alignment in aligner.along(views, check_abort):
            there.append(alignment.flow)
            trust.append(alignment.visible)
            seen.append((views[alignment.step], side))
    return there, trust, seen


def _finite(picture: np.ndarray) -> np.ndarray:
    picture = np.asarray(picture, np.float32)
    return picture if np.isfinite(picture).all() else np.nan_to_num(picture, nan=0.0, posinf=0.0, neginf=0.0)


def _none(height: int, width: int, reason: str) -> Parallax:
    ramp = np.repeat(((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None], width, axis=1)
    return Parallax(ramp, np.zeros((height, width), np.float32), False, reason)
