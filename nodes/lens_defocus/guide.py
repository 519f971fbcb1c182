"""The Guide input: what is known to be behind the foreground."""

from __future__ import annotations

import numpy as np

from ..vocabulary.jobs import RenderJob, Window


def guide_of(job: RenderJob, window: Window) -> np.ndarray | None:
    """Premultiplied RGBA, float32 [H, W, 4], of Guide in `window`, alpha 0 where it has nothing; None without Guide.

    RGB is opaque; an Alpha picture comes as four equal channels. Pixels that are not finite are unknown.
    """
    picture = job.clip("Guide")
    if picture is None or not job.knobs["fillForeground"]:
        return None
    known = np.zeros((window.height, window.width, 4), np.float32)
    shared = window.intersected(picture.window)
    if shared.empty:
        return known
    pixels = picture.pixels[shared.slices_in(picture.window)]
    here = known[shared.slices_in(window)]
    here[..., 3] = 1
    here[..., : pixels.shape[2] if pixels.shape[2] > 1 else 4] = pixels
    if pixels.shape[2] == 4 and not picture.premultiplied:
        here[..., :3] *= here[..., 3:]
    here[~np.isfinite(here).all(axis=-1)] = 0
    return known
