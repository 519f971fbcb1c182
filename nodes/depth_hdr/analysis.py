"""Analyse: the range of an estimator's own numbers over a clip."""

from __future__ import annotations

import numpy as np

from ..vocabulary.jobs import AnalyseJob, Analysis, ClipError, KnobError
from .estimators import depth_of
from .node import DEPTH_CLIP

FRAMES = 24  # looked at, all over the clip
PIXELS = 4000  # of each
FARTHEST, NEAREST = 1.0, 99.0  # percentiles: a few pixels of nonsense do not set the scale
FLAT = 1e-3  # of the values: a smaller range is none


def analyse(job: AnalyseJob) -> Analysis:
    """Raw Near and Raw Far that hold for the whole clip."""
    if job.knobs["estimator"] == DEPTH_CLIP:
        raise KnobError("estimator", "is depth clip, whose distances are right as they are; nothing to analyse.")
    first, last = job.frames
    count = min(FRAMES, max(last - first + 1, 1))
    frames = sorted({round(frame) for frame in np.linspace(first, last, count)})
    values = []
    for done, frame in enumerate(frames):
        job.progress(done / len(frames), f"frame {frame}")
        source = job.clip("Source", frame)
        if source is None:
            raise ClipError("Source", "is not connected; connect the picture.")
        if not source.window.empty:
            depth = depth_of(job, source, frame)
            known = depth.values if depth.confidence is None else depth.values[depth.confidence > 0.5]
            if known.size:
                values.append(known.flat[:: max(known.size // PIXELS, 1)])
    far, near = np.percentile(np.concatenate(values), (FARTHEST, NEAREST)) if values else (0.0, 0.0)
    if not near - far > FLAT * max(abs(near), abs(far)):
        raise KnobError(
            "estimator", f"{job.knobs['estimator']} finds no depth in frames {first} to {last}; try another one."
        )
    return Analysis(
        values={"rawFar": float(far), "rawNear": float(near)},
        message=f"Raw values reach from {far:.4g} to {near:.4g} over {len(values)} frames.",
    )
