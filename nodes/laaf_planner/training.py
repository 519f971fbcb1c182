"""Targets as training data: what the artist accepted or corrected, as the paper's authors made their set."""

from __future__ import annotations

from pathlib import Path

from ...kernels.focus.focus_file import FocusFile, FocusFileError, FocusTarget, read_focus_file
from ...kernels.focus.observe import read_disparity
from ..vocabulary.jobs import AnalyseJob, Analysis, KnobError
from .clip import ClipReader
from .suggest import accepted_clicks


def export(job: AnalyseJob, reader: ClipReader) -> Analysis:
    """Writes the clip's pictures and targets into Training Folder. KnobError where there are none, or no folder."""
    from ...kernels.attention.af_examples import ExampleError, export_targets

    folder = str(job.knobs["trainingFolder"])
    if not folder:
        raise KnobError("trainingFolder", "is empty; choose a folder for this clip.")
    first, last = job.frames
    targets = corrected_targets(job, reader)
    if not targets:
        raise KnobError("target", "has no keys and Focus File no targets; key Target, or analyse with a Focus File.")
    curve = [(float(n), float(d) * reader.world_scale) for n, d in job.curves.get("focus", []) if d > 0]
    keys = curve or [(t.frame, t.distance) for t in targets]
    focus = FocusFile(tuple(keys), job.fps, 0.0, tuple(targets))
    try:
        count = export_targets(Path(folder), reader.frames(range(first, last + 1)), reader.info, focus)
    except (ExampleError, FocusFileError) as problem:
        raise KnobError("trainingFolder", f"{problem}.") from None
    return Analysis(message=f"Exported {count} pictures and {len(targets)} targets to {folder}.")


def corrected_targets(job: AnalyseJob, reader: ClipReader) -> list[FocusTarget]:
    """The artist's own targets, by frame: Target's keys and the accepted suggestions; else those of the focus file."""
    first, last = job.frames
    clicks = {round(frame): value for frame, value in job.curves.get("target", [])} | accepted_clicks(job)
    targets = []
    for frame, (x, y) in sorted(clicks.items()):
        if first <= frame <= last:
            place = (x / job.format[0], y / job.format[1])
            distance = 1 / max(read_disparity(reader.disparity(frame), *place), 1e-4)
            targets.append(FocusTarget(float(frame), *place, distance, "target", not targets))
    path = str(job.knobs["focusFile"])
    if targets or not path:
        return targets
    try:
        file = read_focus_file(path)
    except FocusFileError as problem:
        raise KnobError("focusFile", f"{problem}.") from None
    return [t for t in file.targets if first <= t.frame + file.frame_offset <= last and t.distance]
