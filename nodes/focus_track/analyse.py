"""What FocusTrack's buttons do: walk the clip, keep the track in a file, write its curves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ...kernels.model_file import ModelError
from ...kernels.tracking.instances import load_model
from ...kernels.tracking.pictures import display_picture, exposure_of, resized, working_size
from ...kernels.tracking.track import ClickError, Track
from ...kernels.tracking.track_file import Seen, TrackFile, TrackFileError, read_track_file, write_track_file
from ...kernels.tracking.tracker import track
from ..vocabulary.jobs import AnalyseJob, Analysis, ClipError, KnobError, check_finite
from .curves import curves
from .depth import DepthReader
from .node import MODEL, TARGETS

BUTTONS = {"trackForward": "forward", "trackBackward": "backward", "trackAll": "both"}


def subject_in_focus(knobs: Mapping[str, object], count: int) -> int:
    """Index of the track that has the focus."""
    return min(max(int(knobs["focusSubject"]), 1), count) - 1 if count > 1 else 0


def analyse(job: AnalyseJob) -> Analysis:
    """Tracks from the click through the frames that the button names."""
    check_finite(job)
    first, last = job.frames
    now = min(max(round(job.time), first), last)
    clip = SourceClip(job, now)
    before = _file_so_far(job, clip)
    count = min(max(int(job.knobs["subjects"]), 1), len(TARGETS))
    span = {"trackForward": (now, last), "trackBackward": (first, now), "trackAll": (first, last)}[job.button]
    depths = DepthReader(job, clip)
    tracks, size = [], (1, 1)
    for n in range(count):
        clicks, masks = _anchors(job, n, now, span, before, clip)
        found = _track(job, TARGETS[n], clip, span, clicks, masks, (n / count, 0.8 / count))
        new = _with_depth(job, found, depths, ((n + 0.8) / count, 0.2 / count))
        old = before.tracks[n] if before and n < len(before.tracks) else {}
        old = {f: s for f, s in old.items() if f not in new}
        tracks.append(_numbered(old, new, now in masks))
        size = found.matte_size
    result = TrackFile(tuple(clip.window), size, tracks, job.fps, 0, _focus_switches(job, count))
    stamp = _keep(job, result)
    tracked = {f: s for f, s in tracks[0].items() if span[0] <= f <= span[1]}
    return Analysis(keys=curves(job, result), values={"stamp": stamp}, message=_message(job, result, tracked))


class SourceClip:
    """Source as the tracker wants it: uint8 RGB of one size, one exposure."""

    def __init__(self, job: AnalyseJob, reference: int):
        picture = job.clip("Source", reference)
        if picture is None or picture.window.empty:
            raise ClipError("Source", f"has no picture in frame {reference}; go to a frame that shows the subject.")
        self.job, self.window = job, picture.window
        self.exposure = exposure_of(picture.pixels)

    def frame(self, number: int) -> np.ndarray:
        """uint8 [H, W, 3] over the reference frame's window; black where the frame has nothing."""
        picture = self.job.clip("Source", number)
        if picture is None:
            raise ClipError("Source", f"has no picture in frame {number}.")
        if picture.window == self.window:
            return display_picture(picture.pixels, self.exposure)
        out = np.zeros((self.window.height, self.window.width, 3), np.uint8)
        shared = self.window.intersected(picture.window)
        if not shared.empty:
            pixels = picture.pixels[shared.slices_in(picture.window)]
            out[shared.slices_in(self.window)] = display_picture(pixels, self.exposure)
        return out

    def inside(self, point: tuple[float, float]) -> tuple[float, float]:
        """A point of the format in pixels of `frame`."""
        return point[0] - self.window.x0, point[1] - self.window.y0

    def outside(self, point: tuple[float, float]) -> tuple[float, float]:
        """The inverse of `inside`."""
        return point[0] + self.window.x0, point[1] + self.window.y0


def _file_so_far(job: AnalyseJob, clip: SourceClip) -> TrackFile | None:
    """The track that a partial one adds to. KnobError where there is a file that cannot be read or does not fit."""
    path = str(job.knobs["trackFile"]).strip()
    if not path or job.button == "trackAll" or not Path(path).exists():
        return None
    try:
        before = read_track_file(path)
    except TrackFileError as problem:
        raise KnobError("trackFile", f"{problem}.") from None
    if tuple(before.window) != tuple(clip.window) or abs(before.fps - job.fps) > 1e-3 or before.frame_offset:
        raise KnobError("trackFile", f"{path} belongs to another picture size or frame rate; press Track All.")
    return before


def _anchors(job: AnalyseJob, n: int, now: int, span: tuple[int, int], before: TrackFile | None, clip: SourceClip):
    """(clicks, masks) by frame, px of the clip's frames: where the artist says that target n is."""
    name = TARGETS[n]
    clicks = {round(f): clip.inside(p) for f, p in job.curves.get(name, []) if span[0] <= round(f) <= span[1]}
    masks = {}
    region = _region(job, now, clip) if n == 0 else None
    if region is not None:
        masks[now] = region
        clicks.pop(now, None)
    elif now not in clicks and (job.button != "trackAll" or not clicks):
        kept = before.tracks[n].get(now) if before and n < len(before.tracks) else None
        if kept is not None and kept.matte:
            masks[now] = before.matte(n, now).astype(np.float32) / 255
        else:
            clicks[now] = clip.inside(job.knobs[name])
    for frame, (x, y) in clicks.items():
        if not (0 <= x < clip.window.width and 0 <= y < clip.window.height):
            raise KnobError(name, f"lies outside the picture in frame {frame}; put it on the subject.")
    return clicks, masks


def _region(job: AnalyseJob, frame: int, clip: SourceClip) -> np.ndarray | None:
    """Region in that frame over the clip's window, float32 [H, W] 0 … 1; None where it is not connected."""
    picture = job.clip("Region", frame)
    if picture is None:
        return None
    out = np.zeros((clip.window.height, clip.window.width), np.float32)
    shared = clip.window.intersected(picture.window)
    if not shared.empty:
        channel = picture.pixels[shared.slices_in(picture.window)][..., 3 if picture.pixels.shape[2] == 4 else 0]
        out[shared.slices_in(clip.window)] = np.clip(np.nan_to_num(channel, nan=0.0), 0, 1)
    if not (resized(out, working_size(clip.window.width, clip.window.height)) > 0.5).any():
        raise ClipError("Region", f"is empty in frame {frame}; draw it around the subject there, or disconnect it.")
    return out


def _track(job: AnalyseJob, target: str, clip: SourceClip, span, clicks, masks, part: tuple[float, float]) -> Track:
    """One target, the name of its knob, through the span. part: (start, share) of the progress bar."""
    method, instances = str(job.knobs["method"]), None
    if method == MODEL:
        path = str(job.knobs["modelFile"]).strip()
        if not path:
            raise KnobError("modelFile", "is empty; give an instance segmentation network, or take another Method.")
        try:
            instances = load_model(path)
        except ModelError as problem:
            raise KnobError("modelFile", f"{problem}.") from None
    try:
        return track(
            clip.frame,
            *span,
            clicks,
            masks=masks,
            direction=BUTTONS[job.button],
            method=method,
            instances=instances,
            check_abort=job.check_abort,
            progress=lambda done, text: job.progress(part[0] + part[1] * done, text),
        )
    except ModelError as problem:
        raise KnobError("modelFile", f"{problem}.") from None
    except ClickError as problem:
        raise KnobError(target, f"{problem}.") from None


def _with_depth(job: AnalyseJob, found: Track, depths: DepthReader, part: tuple[float, float]) -> dict[int, Seen]:
    """The samples of a track, with the subject's distance in m where there is depth."""
    seen = {}
    for n, (frame, sample) in enumerate(sorted(found.samples.items())):
        job.progress(part[0] + part[1] * n / len(found.samples), f"depth of frame {frame}")
        distance = depths.distance(frame, found.matte(frame), sample.box) if sample.confidence > 0 else None
        seen[frame] = Seen(
            depths.clip.outside(sample.center),
            (*depths.clip.outside(sample.box[:2]), *depths.clip.outside(sample.box[2:])),
            sample.confidence,
            sample.subject,
            distance,
            sample.matte if sample.confidence > 0 else b"",
        )
    return seen


def _numbered(old: dict[int, Seen], new: dict[int, Seen], joins: bool) -> dict[int, Seen]:
    """Old and new samples together. The new ones' subjects go on counting, unless the track goes on from the old."""
    shift = 0 if joins or not old else 1 + max(s.subject for s in old.values()) - min(s.subject for s in new.values())
    return dict(sorted((old | {f: replace(s, subject=s.subject + shift) for f, s in new.items()}).items()))


def _focus_switches(job: AnalyseJob, count: int) -> list[tuple[int, int]]:
    """[(frame, track)]: from which frame on which track has the focus."""
    keys = job.curves.get("focusSubject", []) if count > 1 else []
    switches = [(round(frame), min(max(int(value), 1), count) - 1) for frame, value in keys]
    return switches or [(job.frames[0], subject_in_focus(job.knobs, count))]


def _keep(job: AnalyseJob, result: TrackFile) -> str:
    """Writes the track file where one is wanted. The stamp: what the matte depends on, in short."""
    path = str(job.knobs["trackFile"]).strip()
    if not path:
        return ""
    try:
        write_track_file(path, result)
    except TrackFileError as problem:
        raise KnobError("trackFile", f"{problem}.") from None
    return hashlib.blake2b(Path(path).read_bytes(), digest_size=8).hexdigest()


def _message(job: AnalyseJob, result: TrackFile, tracked: dict[int, Seen]) -> str:
    lost = sum(s.confidence == 0 for s in tracked.values())
    text = f"Tracked frames {min(tracked)} to {max(tracked)}"
    text += f"; the subject is lost or hidden in {lost} of them." if lost else "."
    if all(s.distance is None for s in tracked.values()):
        text += " Focus was not written: there is no depth."
    if not str(job.knobs["trackFile"]).strip():
        text += " Set Track File to keep the matte."
    return text
