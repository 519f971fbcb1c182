"""Renders LAAFPlanner: Source, with the plan drawn into it on demand."""

from __future__ import annotations

import numpy as np

from ...kernels.focus.focus_file import FocusFileError, read_focus_file
from ..vocabulary.jobs import ClipError, KnobError, Picture, RenderJob
from .analyse import analyse
from .overlay import draw_overlay

__all__ = ["analyse", "render"]


def render(job: RenderJob) -> Picture:
    """Source in job.window; with `overlay`, focus, targets and boxes over it."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the clip.")
    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    shared = job.window.intersected(source.window)
    if not shared.empty:
        out[shared.slices_in(job.window)] = source.pixels[shared.slices_in(source.window)][..., : job.channels]
    if job.knobs["overlay"]:
        path = str(job.knobs["focusFile"])
        try:
            focus = read_focus_file(path) if path else None
        except FocusFileError as problem:
            raise KnobError("focusFile", f"{problem}, or switch Overlay off.") from None
        if focus is None:
            job.warn("The overlay's targets come from the focus file: set Focus File and press Analyse.")
        draw_overlay(job, out, focus)
    return Picture(out, job.window, source.premultiplied)
