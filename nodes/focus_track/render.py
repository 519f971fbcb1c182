"""Renders FocusTrack: the subject's matte in alpha. What its buttons do is in `analyse`."""

from __future__ import annotations

import threading
from collections import OrderedDict
from pathlib import Path

import cv2
import numpy as np

from ...kernels.tracking.evidence import Evidence
from ...kernels.tracking.first_mask import first_mask
from ...kernels.tracking.matte import refined
from ...kernels.tracking.pictures import display_picture, resized, working_size
from ...kernels.tracking.track_file import TrackFile, TrackFileError, read_track_file
from ..vocabulary.jobs import ClipError, KnobError, Picture, RenderJob, Window
from .analyse import analyse, subject_in_focus
from .node import ALL, CUT_OUT, MATTE, OVERLAY, TARGETS

__all__ = ["analyse", "release", "render"]

TINT = np.array([1.0, 0.25, 0.05], np.float32)
FILES_KEPT = 4

_files: OrderedDict[tuple, TrackFile] = OrderedDict()
_lock = threading.Lock()


def render(job: RenderJob) -> Picture:
    """One frame; job.window of it, which is the whole frame."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the picture.")
    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    shared = job.window.intersected(source.window)
    if shared.empty:
        return Picture(out, job.window, source.premultiplied)
    matte = _matte(job, source)[shared.slices_in(source.window)]
    pixels = source.pixels[shared.slices_in(source.window)]
    out[shared.slices_in(job.window)] = _composed(job, pixels, matte)
    return Picture(out, job.window, source.premultiplied)


def release() -> None:
    """Forgets the track files that are kept open."""
    with _lock:
        _files.clear()


def _composed(job: RenderJob, pixels: np.ndarray, matte: np.ndarray) -> np.ndarray:
    """Source's pixels [H, W, C] with the matte [H, W] as Output says, job.channels channels."""
    output, channels = job.knobs["output"], job.channels
    matte = matte[..., None]
    if channels == 1 or output == MATTE:
        return np.repeat(matte, channels, axis=2)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, channels, axis=2)
    if output == OVERLAY:
        shown = np.array(pixels[..., :channels])
        shown[..., :3] = pixels[..., :3] * (1 - 0.5 * matte) + TINT * (0.5 * matte)
        return shown
    if channels == 3 and output != CUT_OUT:
        job.warn("Source has no alpha, so the matte has no place; set Output to matte, cut out or overlay.")
        return pixels[..., :3]
    colour = pixels[..., :3]
    if output == CUT_OUT:
        colour = np.where(matte > 0, colour, 0) * matte
    return colour if channels == 3 else np.concatenate([colour, matte], axis=2)


def _matte(job: RenderJob, source: Picture) -> np.ndarray:
    """float32 [H, W] over Source's window."""
    picture = display_picture(source.pixels)
    path = str(job.knobs["trackFile"]).strip()
    if path and (job.knobs["stamp"] or Path(path).exists()):
        tracks = track_file(path)
        mask, window = _tracked(job, tracks), _scaled(job, tracks.window)
        placed = _placed(mask, window, source.window)
    else:
        placed = _preview(job, picture, source.window)
    return refined(placed, picture, job.pixels("feather"))


def track_file(path: str) -> TrackFile:
    """The track file, read once until it changes. KnobError where it cannot be."""
    try:
        facts = Path(path).stat()
        key = (path, facts.st_mtime_ns, facts.st_size)
        with _lock:
            if key not in _files:
                _files[key] = read_track_file(path)
                while len(_files) > FILES_KEPT:
                    _files.popitem(last=False)
            return _files[key]
    except OSError as problem:
        raise KnobError("trackFile", f"{path}: {problem.strerror}; track again, or set the right file.") from None
    except TrackFileError as problem:
        raise KnobError("trackFile", f"{problem}.") from None


def _tracked(job: RenderJob, tracks: TrackFile) -> np.ndarray:
    """The mask of the subjects asked for, uint8 [h, w]. KnobError where the frame was not tracked."""
    frame = tracks.frame_at(job.time, job.fps)
    everyone = range(len(tracks.tracks))
    wanted = everyone if job.knobs["matteOf"] == ALL else [tracks.subject_at(frame)]
    width, height = tracks.matte_size
    mask, known = np.zeros((height, width), np.uint8), False
    for n in wanted:
        if frame not in tracks.tracks[n]:
            continue
        known = True
        try:
            np.maximum(mask, tracks.matte(n, frame), out=mask)
        except ValueError as problem:
            raise KnobError("trackFile", f"{job.knobs['trackFile']}, frame {frame}: {problem}; track again.") from None
    if not known:
        held = [t for t in (tracks.tracks[n] for n in wanted) if t]
        span = f"holds frames {min(map(min, held))} to {max(map(max, held))}" if held else "holds no frames"
        raise KnobError("trackFile", f"{span} of this subject, not frame {frame}; track that frame too.")
    return mask


def _scaled(job: RenderJob, window: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """A window of the full resolution in rendered pixels."""
    x, y = job.scale
    return window[0] * x, window[1] * y, window[2] * x, window[3] * y


def _placed(mask: np.ndarray, covers: tuple[float, float, float, float], window: Window) -> np.ndarray:
    """A mask that covers one rectangle, seen in another window: uint8 of working size or larger."""
    if all(abs(a - b) < 1.5 for a, b in zip(covers, window, strict=True)):
        return mask
    x0, y0, x1, y1 = covers
    across, down = (x1 - x0) / mask.shape[1], (y1 - y0) / mask.shape[0]
    width, height = working_size(window.width, window.height, 2048)
    step = window.width / width, window.height / height
    matrix = np.array(
        [
            [step[0] / across, 0, (window.x0 + step[0] / 2 - x0) / across - 0.5],
            [0, step[1] / down, (window.y0 + step[1] / 2 - y0) / down - 0.5],
        ]
    )
    return cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)


def _preview(job: RenderJob, picture: np.ndarray, window: Window) -> np.ndarray:
    """What a click at the targets would take in this frame, from colour and edges alone: uint8 of the working size."""
    size = working_size(window.width, window.height)
    evidence = Evidence(resized(picture, size))
    mask = np.zeros((size[1], size[0]), np.uint8)
    count = min(max(int(job.knobs["subjects"]), 1), len(TARGETS))
    chosen = range(count) if job.knobs["matteOf"] == ALL else [subject_in_focus(job.knobs, count)]
    for n in chosen:
        x, y = job.knobs[TARGETS[n]]
        point = ((x - window.x0) * size[0] / window.width, (y - window.y0) * size[1] / window.height)
        if 0 <= point[0] < size[0] and 0 <= point[1] < size[1]:
            found = first_mask(evidence, point, job.check_abort)
            np.maximum(mask, np.round(255 * found).astype(np.uint8), out=mask)
    return mask
