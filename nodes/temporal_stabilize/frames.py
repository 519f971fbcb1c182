"""The frames of a clip as the kernels want them: selected channels over one window, finite, with a guide."""

from __future__ import annotations

import numpy as np

from ...kernels.temporal.stabilise import Frame
from ..vocabulary.jobs import ClipError, Job, KnobError, Picture, Window
from .node import ALL, ALPHA, RECOVERED, RGB

LARGEST = 1e15  # beyond it squares leave float32
SAME, SAME_SHARE = 1e-3, 0.01  # light brighter than Guide by less is the plate's, encoded and decoded
RAISED, RAISED_SHARE = 1e-2, 0.25  # what is brighter by that much more counts as recovered


def selected(channels: int, wanted: str) -> slice:
    """Which channels of a picture with 1 (Alpha), 3 (RGB) or 4 (RGBA) are stabilized. KnobError: there are none."""
    if wanted in (ALL, RECOVERED):
        return slice(0, channels)
    if wanted == ALPHA and channels != 3:
        return slice(channels - 1, channels)
    if wanted == RGB and channels != 1:
        return slice(0, 3)
    there = "RGB without alpha" if channels == 3 else "alpha alone"
    raise KnobError("channels", f"asks for {wanted}, but Source is {there}; set it to all.")


def depth_channels(channels: int, wanted: str) -> slice:
    """Those of the selected channels, counted among them, that Depth Scale and Offset are for."""
    chosen = selected(channels, wanted)
    return slice(3, 4) if chosen == slice(0, 4) else slice(0, chosen.stop - chosen.start)


def frame_at(job: Job, time: float, window: Window, channels: slice) -> Frame | None:
    """Source and Guide at a time over `window`, None where either has no picture there.

    ClipError where the host cannot deliver, Aborted where it has given up.
    """
    source, guide = job.clip("Source", time), job.clip("Guide", time)
    if source is None or source.window.intersected(window).empty:
        return None
    values, present = over(source, window)
    values = np.ascontiguousarray(values[..., channels])
    finite = np.isfinite(values).all(axis=-1)
    if not finite.all():
        present = finite if present is None else present & finite
        values = np.nan_to_num(values, copy=True, nan=0.0, posinf=0.0, neginf=0.0)
    values = np.clip(values, -LARGEST, LARGEST)
    if guide is None:
        own = over(source, window)[0]  # motion shows in RGB, where Source has it
        return Frame(values, _finite(own[..., :3] if own.shape[2] >= 3 else own), present)
    if guide.window.intersected(window).empty:
        return None
    seen, shown = over(guide, window)
    if shown is not None:
        present = shown if present is None else present & shown
    return Frame(values, _finite(seen[..., :3]), present)


def recovered(light: np.ndarray, guide: np.ndarray) -> np.ndarray:
    """float32 [H, W, 1], 0 … 1: how far light is not the plate's but DepthHDR's. light: Source's RGB [H, W, 3]. guide:
    [H, W, 3], or [H, W, 1], which does not tell. Both scene-linear. What is no number counts as 1, since neighbours
    know better."""
    share = np.zeros((*light.shape[:2], 1), np.float32)
    finite = np.isfinite(light).all(axis=-1, keepdims=True)
    if guide.shape[2] == 3:
        base = np.maximum(guide, 0)
        more = np.where(finite, light, 0) - base - (SAME + SAME_SHARE * base)
        share = np.clip(more / (RAISED + RAISED_SHARE * base), 0, 1).max(axis=-1, keepdims=True)
    return np.where(finite, share, 1).astype(np.float32)


def _finite(pixels: np.ndarray) -> np.ndarray:
    return np.nan_to_num(pixels, nan=0.0, posinf=0.0, neginf=0.0)


def neighbours(job: Job, times: list[float], window: Window, channels: slice) -> list[Frame]:
    """Frames at `times`, nearest first, as far as the clips have them without a gap."""
    found = []
    for time in times:
        try:
            frame = frame_at(job, time, window, channels)
        except ClipError:  # beyond an end of the clip, or a missing file: fewer neighbours
            frame = None
        if frame is None:
            break
        found.append(frame)
    return found


def over(picture: Picture, window: Window) -> tuple[np.ndarray, np.ndarray | None]:
    """(pixels [H, W, C] over `window`, bool [H, W] where the picture has them or None = everywhere).

    Outside, the picture goes on from its last pixel, so that flow sees no border. The picture must not be empty.
    """
    if picture.window == window:
        return picture.pixels, None
    own = picture.window
    rows = np.clip(np.arange(window.y0, window.y1), own.y0, own.y1 - 1) - own.y0
    columns = np.clip(np.arange(window.x0, window.x1), own.x0, own.x1 - 1) - own.x0
    pixels = picture.pixels[rows[:, None], columns[None, :]]
    present = np.zeros(pixels.shape[:2], bool)
    present[own.intersected(window).slices_in(window)] = True
    return pixels, None if present.all() else present
