"""From observations to holds: who has the focus from when to when (New Focus Targets, the paper's section 5.2).

Levels over time are smoothed by a 1-D bilateral filter, which keeps jumps. What stays within a jump's size of itself is
one thread; a thread takes the focus over when what is seen of it outweighs the cost of a switch, found for the whole
shot at once by dynamic programming. So focus does not chatter, and the moment of a switch is the moment the new subject
is first seen, not when enough of it has been seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from .observations import Observations

SNAP = 12  # frames
JUMP = 0.7  # levels: a larger step between frames is another subject
_SMOOTH_FRAMES, _SMOOTH_LEVELS = 3.0, 0.7
_RESTING_PATIENCE = 4.0  # times the patience, of what only rests there


@dataclass(frozen=True)
class Hold:
    """One subject has the focus.

    first, last: frames between which it is the one; target: frame at which it must be sharp (first of a shot: the cut).
    disparities: float64 [last - first + 1], 1 / m in each of these frames, not yet steadied. x, y: where it is when
    first seen, fractions. cut: it is the first of its shot. seen: in how many frames it was observed. label: what
    it is.
    """

    first: int
    last: int
    target: float
    disparities: np.ndarray
    x: float
    y: float
    cut: bool
    seen: int
    label: str = ""


def find_holds(seen: Observations, gain: float, patience: float = 10.0, rests_first: bool = True) -> list[Hold]:
    """The holds of a clip, in order, without gaps from its first to its last frame.

    gain: levels for each 1 / m (see levels.planning_gain). patience: frames of evidence that a new subject needs to
    take the focus over. rests_first: until the first subject of a shot is seen, focus is where the eye rests, not yet
    on it. ValueError where nothing was observed in any frame.
    """
    spots, resting = seen.spots, seen.resting
    starts = np.union1d([0], np.flatnonzero(seen.cuts))
    shots: list[list[_Run]] = []
    for start, stop in zip(starts, [*starts[1:], len(seen)], strict=True):
        runs = _runs(spots[start:stop], gain, patience, seen.first + start)
        before = (runs[0].start if runs else seen.first + stop) - seen.first - start
        lead = _runs(resting[start : start + before], gain, patience * _RESTING_PATIENCE, seen.first + start, floor=0.0)
        if runs and (before <= patience or not rests_first):
            lead = []
        shots.append(_joined([*lead, *runs]))
    if not any(shots):
        raise ValueError("nothing to focus on was found in any frame")
    return [hold for n in range(len(shots)) for hold in _holds_of_shot(seen, gain, starts, shots, n)]


def announced(holds: Sequence[Hold], first: int, likelihood: np.ndarray) -> list[Hold]:
    """The holds that a detector of new targets knows of, each with its target at the frame, SNAP frames around it at
    most, that the detector finds most likely. Where it stays below a half there is no new target: whoever had the focus
    keeps it, at the disparity last seen. likelihood: [n] 0 … 1, one a frame from `first`."""
    result: list[Hold] = []
    for hold in holds:
        low = max(hold.target - SNAP, result[-1].target + 1 if result else first)
        near = np.arange(int(np.ceil(low)), min(int(hold.target) + SNAP, hold.last) + 1)
        near = near[(near >= first) & (near < first + len(likelihood))]
        values = likelihood[near - first]
        if hold.cut or not result:
            result.append(hold)
        elif len(near) and values.max() >= 0.5:
            result.append(replace(hold, target=float(near[np.argmax(values)])))
        else:
            kept = result[-1]
            longer = np.pad(kept.disparities, (0, hold.last - kept.last), mode="edge")
            result[-1] = replace(kept, last=hold.last, disparities=longer)
    return result


def bilateral(levels: np.ndarray, weights: np.ndarray, frames: float, step: float) -> np.ndarray:
    """1-D bilateral filter: each level [n] becomes the mean of those near it in time (Gauss, `frames`) and in value
    (Gauss, `step` levels), by weight [n]; where the weight is 0 nothing is read, NaN stays."""
    reach = int(np.ceil(3 * frames))
    total, norm = np.zeros(len(levels)), np.zeros(len(levels))
    usable = (weights > 0) & np.isfinite(levels)
    own = np.where(usable, levels, 0.0)
    for shift in range(-reach, reach + 1):
        other, at = _shifted(own, shift), _shifted(usable * weights, shift)
        likeness = np.exp(-0.5 * ((other - own) / step) ** 2 - 0.5 * (shift / frames) ** 2) * at
        total += likeness * other
        norm += likeness
    return np.where(usable & (norm > 0), total / np.maximum(norm, 1e-300), np.nan)


@dataclass(frozen=True)
class _Run:
    """A thread has the focus: start, frames at which it was observed, and its levels, places then."""

    start: int
    frames: np.ndarray
    levels: np.ndarray
    places: np.ndarray


def _runs(spots: np.ndarray, gain: float, patience: float, first: int, floor: float = 0.5) -> list[_Run]:
    """The threads that win the focus, in order. spots [n, 6]; floor: what a barely visible spot counts."""
    weights = spots[:, 3]
    usable = (weights > 0) & np.isfinite(spots[:, 2])
    if not usable.any():
        return []
    levels = bilateral(spots[:, 2] * gain, weights, _SMOOTH_FRAMES, _SMOOTH_LEVELS)
    thread = _threads(levels, usable)
    evidence = np.where(usable, floor + (1 - floor) * np.minimum(weights / 0.5, 1), 0.0)
    chosen = _chosen(thread, evidence, patience)
    runs = []
    for start, stop in _stretches(chosen):
        mine = np.flatnonzero(usable[start:stop] & (thread[start:stop] == chosen[start])) + start
        if len(mine):
            runs.append(_Run(first + int(mine[0]), first + mine, levels[mine], spots[mine, :2]))
    return runs


def _threads(levels: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """int [n]: which thread each observation belongs to, -1 for none. An observation joins the nearest thread whose
    last level is less than a JUMP away."""
    thread = np.full(len(levels), -1)
    last: list[float] = []
    for n in np.flatnonzero(usable):
        gaps = np.abs(np.array(last) - levels[n]) if last else np.empty(0)
        if len(gaps) and gaps.min() < JUMP:
            own = int(np.argmin(gaps))
            last[own] = levels[n]
        else:
            own = len(last)
            last.append(float(levels[n]))
        thread[n] = own
    return thread


def _chosen(thread: np.ndarray, evidence: np.ndarray, patience: float) -> np.ndarray:
    """int [n]: the thread that has the focus in each frame: most evidence, less `patience` for each switch. Between
    equal ways the one that stays longer."""
    threads = [t for t in np.unique(thread) if t >= 0]
    total = np.array([evidence[thread == t].sum() for t in threads])
    names = np.array([t for t, e in zip(threads, total, strict=True) if e >= min(patience / 3, total.max())])
    score, came = np.zeros(len(names)), np.zeros((len(thread), len(names)), int)
    for n in range(len(thread)):
        best = int(np.argmax(score))
        switch = score[best] - patience > score + 1e-9 if n else np.zeros(len(names), bool)
        came[n] = np.where(switch, best, np.arange(len(names)))
        score = np.where(switch, score[best] - patience, score) + evidence[n] * (names == thread[n])
    path = np.empty(len(thread), int)
    now = int(np.argmax(score))
    for n in range(len(thread) - 1, -1, -1):
        path[n] = names[now]
        now = came[n, now]
    return path


def _stretches(labels: np.ndarray) -> list[tuple[int, int]]:
    """(start, stop) of equal neighbours."""
    edges = np.flatnonzero(np.diff(labels)) + 1
    return list(zip([0, *edges], [*edges, len(labels)], strict=True))


def _joined(runs: Sequence[_Run]) -> list[_Run]:
    """Runs at one depth, one after the other, are one: no pull is needed."""
    joined: list[_Run] = []
    for run in runs:
        before = joined[-1] if joined else None
        if before is not None and abs(np.median(before.levels[-5:]) - np.median(run.levels[:5])) < JUMP:
            joined[-1] = _Run(
                before.start,
                np.concatenate([before.frames, run.frames]),
                np.concatenate([before.levels, run.levels]),
                np.concatenate([before.places, run.places]),
            )
        else:
            joined.append(run)
    return joined


def _holds_of_shot(
    seen: Observations, gain: float, starts: np.ndarray, shots: Sequence[list[_Run]], n: int
) -> list[Hold]:
    first = seen.first + int(starts[n])
    stop = seen.first + (int(starts[n + 1]) if n + 1 < len(starts) else len(seen))
    runs = shots[n]
    if not runs:  # an empty shot keeps the focus there was, or takes that to come
        earlier = [run for shot in shots[:n] for run in shot]
        later = [run for shot in shots[n + 1 :] for run in shot]
        level = earlier[-1].levels[-1] if earlier else later[0].levels[0]
        return [Hold(first, stop - 1, float(first), np.full(stop - first, level / gain), np.nan, np.nan, True, 0)]
    holds = []
    for k, run in enumerate(runs):
        begin = first if k == 0 else run.start
        end = runs[k + 1].start if k + 1 < len(runs) else stop
        levels = np.interp(np.arange(begin, end), run.frames, run.levels)
        x, y = run.places[0]
        target = float(first if k == 0 else run.start)
        holds.append(Hold(begin, end - 1, target, levels / gain, float(x), float(y), k == 0, len(run.frames)))
    return holds


def _shifted(values: np.ndarray, by: int) -> np.ndarray:
    """values[n + by] at n, 0 beyond the ends."""
    result = np.zeros(len(values))
    if abs(by) >= len(values):
        return result
    if by >= 0:
        result[: len(values) - by] = values[by:]
    else:
        result[-by:] = values[:by]
    return result
