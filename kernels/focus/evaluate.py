"""How good a focus curve is beside the truth, in the measures of the paper's section 5.2 and Tables 1 and 2.

|Δd|: mean over all frames of how far the focus is off, in levels (px of blur radius, see `levels`). |Δt|: mean over the
truth's new targets of how many frames the nearest found target is off; a missed one counts MISSED.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .focus_file import FocusFile, FocusTarget
from .levels import LEVELS

MISSED = 30.0  # frames: a target farther off is missed (the paper's "> 30")
SETTLED = 0.5  # levels


@dataclass(frozen=True)
class Score:
    """delta_d: mean |Δd|, levels. delta_t: |Δt| in frames of each of the truth's targets, MISSED where missed. false:
    found targets that are none. settled: of the truth's targets, those in focus by the last frame before them. seconds:
    of the clip."""

    delta_d: float
    delta_t: tuple[float, ...]
    false: int
    settled: int
    seconds: float

    @property
    def mean_delta_t(self) -> float:
        """NaN where the truth has no new target."""
        return float(np.mean(self.delta_t)) if self.delta_t else float("nan")

    @property
    def false_per_minute(self) -> float:
        return 60 * self.false / self.seconds


def evaluate(found: FocusFile, truth: FocusFile) -> Score:
    """The score of a focus file against the truth, over the truth's frames. Frames are the comp's."""
    first, last = truth.frames
    frames = np.arange(np.ceil(first), np.floor(last) + 1)
    off = [abs(_level(found.focus_at(f, truth.fps)) - _level(truth.focus_at(f))) for f in frames]
    real = [_moved(t, truth, truth.fps) for t in truth.targets if not t.cut]
    guesses = [_moved(t, found, truth.fps) for t in found.targets if not t.cut]
    guesses = [t for t in guesses if first <= t.frame <= last]
    pairs = _pairs([t.frame for t in real], [t.frame for t in guesses])
    delta_t = tuple(pairs.get(n, MISSED) for n in range(len(real)))
    settled = 0
    for target in real:
        before = max(np.ceil(target.frame) - 1, first)
        distance = target.distance or truth.focus_at(np.ceil(target.frame))
        settled += abs(_level(found.focus_at(before, truth.fps)) - _level(distance)) <= SETTLED
    return Score(float(np.mean(off)), delta_t, len(guesses) - len(pairs), int(settled), len(frames) / truth.fps)


def mean_score(scores: Sequence[Score]) -> Score:
    """Several clips as one: |Δd| averaged over clips, all targets together."""
    return Score(
        float(np.mean([s.delta_d for s in scores])),
        tuple(t for s in scores for t in s.delta_t),
        sum(s.false for s in scores),
        sum(s.settled for s in scores),
        sum(s.seconds for s in scores),
    )


def table(rows: Sequence[tuple[str, Score]]) -> str:
    """Text: a row for each score."""
    width = max([len("clip"), *(len(name) for name, _ in rows)])
    lines = [f"{'clip':{width}}  |Δd| px  |Δt| frames  missed  false/min  settled before"]
    for name, score in rows:
        count, missed = len(score.delta_t), sum(t >= MISSED for t in score.delta_t)
        times = f"{score.mean_delta_t:11.1f}  {missed:3}/{count:<3}" if count else f"{'–':>11}  {'–':>4}   "
        share = f"{100 * score.settled / count:10.0f} %" if count else f"{'–':>12}"
        lines.append(f"{name:{width}}  {score.delta_d:7.2f}  {times} {score.false_per_minute:9.2f}  {share}")
    return "\n".join(lines)


def _level(distance: float) -> float:
    return LEVELS / distance


def _moved(target: FocusTarget, file: FocusFile, fps: float) -> FocusTarget:
    """The target with its frame counted in the comp's frames at `fps`."""
    frame = target.frame * fps / file.fps + file.frame_offset
    return FocusTarget(frame, target.x, target.y, target.distance, target.label, target.cut)


def _pairs(real: Sequence[float], guesses: Sequence[float]) -> dict[int, float]:
    """Index of a real moment → how far its guess is off; nearest pairs first, each guess used once, within MISSED."""
    near = sorted((abs(a - b), n, m) for n, a in enumerate(real) for m, b in enumerate(guesses) if abs(a - b) < MISSED)
    pairs: dict[int, float] = {}
    used: set[int] = set()
    for gap, n, m in near:
        if n not in pairs and m not in used:
            pairs[n] = gap
            used.add(m)
    return pairs
