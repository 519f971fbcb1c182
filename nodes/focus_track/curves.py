"""From a track to the curves of Center, Focus and Confidence."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import numpy as np

from ...kernels.tracking.keys import simplified
from ...kernels.tracking.track_file import Seen, TrackFile
from ..vocabulary.jobs import AnalyseJob

LEAST_DISTANCE = 1e-6  # world units
CONFIDENCE_TOLERANCE = 0.02
STEADY = 3  # frames to either side


def curves(job: AnalyseJob, found: TrackFile) -> dict[str, list[tuple[float, object]]]:
    """Keys of `center`, `confidence` and, where there is depth, `focus`, over all frames that the file holds."""
    frames, switches = _in_focus(found)
    if not frames:
        return {}
    pull = int(job.knobs["pullFrames"])
    seen = [frames[f] for f in sorted(frames)]
    numbers = np.array(sorted(frames))
    sure = np.array([s.confidence for s in seen])
    chosen, values = simplified(numbers, sure[:, None], CONFIDENCE_TOLERANCE)
    keys = {"confidence": [(int(f), float(v[0])) for f, v in zip(chosen, values, strict=True)]}

    visible = sure > 0
    centers = np.array([s.center for s in seen], float)
    centers = _pulled(numbers, _filled(numbers, centers, visible), switches, pull)
    chosen, values = simplified(numbers, centers, float(job.knobs["centerTolerance"]))
    keys["center"] = [(int(f), (float(x), float(y))) for f, (x, y) in zip(chosen, values, strict=True)]

    known = np.array([s.distance is not None for s in seen])
    if known.any():
        scale = float(job.knobs["worldScale"])
        inverse = np.array([[scale / s.distance if s.distance else 0.0] for s in seen])  # 1 / world unit
        inverse = _steadied(numbers, _filled(numbers, inverse, known), switches)
        inverse = _pulled(numbers, inverse, switches, pull)
        distance = 1 / np.clip(inverse, 1e-7, 1 / LEAST_DISTANCE)
        tolerance = float(job.knobs["focusTolerance"]) / 100
        chosen, values = simplified(numbers, np.log(distance), tolerance)  # a share of the distance
        keys["focus"] = [(int(f), float(np.exp(v[0]))) for f, v in zip(chosen, values, strict=True)]
    return keys


def _in_focus(found: TrackFile) -> tuple[Mapping[int, Seen], list[int]]:
    """(the sample in focus by frame, the frames at which another subject takes over)."""
    frames, switches, before = {}, [], None
    for frame in sorted(set().union(*found.tracks)):
        track = found.subject_at(frame)
        if frame not in found.tracks[track]:
            continue
        frames[frame] = found.tracks[track][frame]
        subject = (track, frames[frame].subject)
        if before is not None and subject != before:
            switches.append(frame)
        before = subject
    return frames, switches


def _filled(numbers: np.ndarray, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Values [n, k] with the unknown ones between their known neighbours, or as those where there is one only."""
    if not known.any():
        return values
    return np.stack([np.interp(numbers, numbers[known], column[known]) for column in values.T], axis=1)


def _steadied(numbers: np.ndarray, values: np.ndarray, switches: list[int]) -> np.ndarray:
    """Medians over a few frames of one subject, against depth's noise; values [n, k]. What changes evenly stays."""
    out = values.copy()
    ends = [0, *np.searchsorted(numbers, switches), len(numbers)]
    for start, end in itertools.pairwise(ends):
        for n in range(start, end):
            reach = min(STEADY, n - start, end - 1 - n)
            out[n] = np.median(values[n - reach : n + reach + 1], axis=0)
    return out


def _pulled(numbers: np.ndarray, values: np.ndarray, switches: list[int], length: int) -> np.ndarray:
    """Values [n, k] that go over to the next subject's within `length` frames before each switch, eased."""
    if length <= 0:
        return values
    out = values.copy()
    for start, switch in itertools.pairwise([numbers[0], *switches]):
        at = np.searchsorted(numbers, switch)
        begin = max(switch - length, start)
        for n in range(at - 1, -1, -1):
            if numbers[n] <= begin:
                break
            part = (numbers[n] - begin) / (switch - begin)
            eased = part * part * (3 - 2 * part)
            out[n] = (1 - eased) * values[n] + eased * values[at]
    return out
