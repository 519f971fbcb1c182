"""LAAFPlanner's buttons: walks the clip, plans, writes keys, focus file and report."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...kernels.focus.focus_file import FocusFile, FocusFileError, read_focus_file, write_bytes, write_focus_file
from ...kernels.focus.holds import Hold
from ...kernels.focus.plan import Plan, plan_holds
from ..vocabulary.jobs import AnalyseJob, Analysis, KnobError, check_finite
from . import report, settings
from .clip import ClipReader
from .modes import Found, find
from .suggest import listed, suggestions
from .training import export

Key = tuple[float, float]


def analyse(job: AnalyseJob) -> Analysis:
    """A button press. Nothing is written before everything is known, so that cancel keeps what there was."""
    check_finite(job)
    first, last = job.frames
    if last < first:
        raise KnobError("lastFrame", f"is {last}, before First Frame, {first}; swap them.")
    reader = ClipReader(job)
    if job.button == "suggest":
        return _suggest(job, reader)
    if job.button == "exportTargets":
        return export(job, reader)
    found = find(job, reader)
    style, precision = settings.style(job), settings.precision(job)
    if job.knobs["mode"] == "rack":
        style = replace(style, lead=-style.length(_way(found), job.fps))
    kept = _kept(job)
    holds = _joined_to(kept, found.holds, job, reader.world_scale)
    plan = plan_holds(holds, style, job.fps, found.gain, precision)
    keys = [(float(n), d / reader.world_scale) for n, d in plan.keys if first <= n <= last]
    job.check_abort()
    _write_files(job, reader, found, plan, kept)
    return Analysis(
        keys={"focus": sorted([*kept.guards, *keys])},
        values={"stamp": _stamp([*kept.before, *keys, *kept.after])},
        message=_message(plan, first, last, len(keys)),
        within=(float(first), float(last)) if kept.before or kept.after else None,
    )


class Kept:
    """The user's keys outside the analysed frames: before and after. guards: new ones at the borders, where the curve
    there went on into the analysed part; before and after hold them too."""

    def __init__(self, keys: list[Key], first: int, last: int):
        self.before = [key for key in keys if key[0] < first]
        self.after = [key for key in keys if key[0] > last]
        self.guards: list[Key] = []
        self.level_before = self.level_after = None
        frames, values = np.array([k[0] for k in keys]), np.array([k[1] for k in keys])
        if self.before:
            self.level_before = float(np.interp(first - 1, frames, values))
            if self.before[-1][0] < first - 1:
                self.guards.append((float(first - 1), self.level_before))
                self.before.append(self.guards[-1])
        if self.after:
            self.level_after = float(np.interp(last + 1, frames, values))
            if self.after[0][0] > last + 1:
                self.guards.append((float(last + 1), self.level_after))
                self.after.insert(0, self.guards[-1])


def _kept(job: AnalyseJob) -> Kept:
    curve = [(float(frame), float(value)) for frame, value in job.curves.get("focus", [])]
    return Kept([(n, v) for n, v in curve if v > 0], *job.frames)


def _joined_to(kept: Kept, holds: list[Hold], job: AnalyseJob, world_scale: float) -> list[Hold]:
    """The holds with the focus that the user's own keys leave from before the first and return to after the last."""
    first, last = job.frames
    joined = list(holds)
    if kept.level_before is not None and job.knobs["mode"] != "rack":
        own = np.array([1 / (kept.level_before * world_scale)])
        begin = joined[0]
        reached = min(begin.first + max(float(job.knobs["pullFrames"]), 1.0), float(begin.last))
        joined[0] = replace(begin, target=reached, cut=False)
        joined.insert(0, Hold(first - 1, first - 1, first - 1.0, own, np.nan, np.nan, True, 0))
    if kept.level_after is not None:
        own = np.array([1 / (kept.level_after * world_scale)])
        joined.append(Hold(last + 1, last + 1, last + 1.0, own, np.nan, np.nan, False, 0))
    return joined


def _write_files(job: AnalyseJob, reader: ClipReader, found: Found, plan: Plan, kept: Kept) -> None:
    """Report and focus file, where their knobs name them. KnobError where they cannot be written; the focus file comes
    last, so that it stays what it was like the keys."""
    first, last = job.frames
    path = str(job.knobs["report"])
    if path:
        _write_report(path, report.draw(job, found, plan, reader.world_scale))
    path = str(job.knobs["focusFile"])
    if path:
        mine = [t for t in plan.targets if first <= t.frame <= last]
        focus = FocusFile(
            tuple(
                [(n, d * reader.world_scale) for n, d in kept.before]
                + [(float(n), d) for n, d in plan.keys if first <= n <= last]
                + [(n, d * reader.world_scale) for n, d in kept.after]
            ),
            job.fps,
            0.0,
            tuple(mine),
            tuple((float(n), *box) for n, box in sorted(found.boxes.items())),
        )
        try:
            write_focus_file(path, _merged(path, focus, first, last) if kept.before or kept.after else focus)
        except FocusFileError as problem:
            raise KnobError("focusFile", f"{problem}.") from None


def _write_report(path: str, picture: np.ndarray) -> None:
    try:
        write_bytes(Path(path), report.png(picture))
    except FocusFileError as problem:
        raise KnobError("report", f"{problem}.") from None


def _merged(path: str, new: FocusFile, first: int, last: int) -> FocusFile:
    """The new file with the old one's targets and boxes of other frames."""
    try:
        old = read_focus_file(path)
    except FocusFileError:
        return new
    if old.fps != new.fps or old.frame_offset != 0:
        return new
    targets = [t for t in old.targets if not first <= t.frame <= last]
    boxes = [b for b in old.boxes if not first <= b[0] <= last]
    return replace(
        new,
        targets=tuple(sorted([*targets, *new.targets], key=lambda t: t.frame)),
        boxes=tuple(sorted([*boxes, *new.boxes])),
    )


def _suggest(job: AnalyseJob, reader: ClipReader) -> Analysis:
    found = suggestions(job, reader)
    path = str(job.knobs["report"])
    if path:
        _write_report(path, report.draw_suggestions(job, found, reader.world_scale))
    count = f"{len(found)} subject{'s' if len(found) != 1 else ''}"
    return Analysis(
        values={"suggestions": listed(job, found, reader.world_scale)},
        message=f"Found {count}. Write the numbers of those that shall be targets into Accepted.",
    )


def _way(found: Found) -> float:
    return float(found.holds[1].disparities[0] - found.holds[0].disparities[-1])


def _stamp(keys: list[Key]) -> str:
    return hashlib.sha256(repr(keys).encode()).hexdigest()[:16]


def _message(plan: Plan, first: int, last: int, keys: int) -> str:
    pulls = sum(pull is not None for pull in plan.curve.pulls)
    return f"Frames {first} to {last}: {pulls} focus pull{'s' * (pulls != 1)}, {keys} key{'s' * (keys != 1)}."
