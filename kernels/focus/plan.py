"""From observations to the plan of a clip's focus: holds, pulls, curve, targets and keys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .focus_file import FocusFile, FocusTarget
from .holds import Hold, announced, find_holds
from .keys import sparse_keys
from .levels import LEVELS, hyperfocal, planning_gain
from .observations import Observations
from .pulls import Curve, Style, pulled

AF_NET, SPEAKER = "af-net", "speaker"  # detectors; AF-Net's strength is the probability of a new target


@dataclass(frozen=True)
class Precision:
    """How exact keys are. gain: px of blur for each 1 / m, of the lens that the clip is rendered through; tolerance: px
    of blur that the focus may be off."""

    gain: float = LEVELS
    tolerance: float = 0.25

    @property
    def farthest(self) -> float:
        """m: the hyperfocal distance, which stands for everything beyond."""
        return hyperfocal(self.gain, self.tolerance)


REFERENCE = Precision()


@dataclass(frozen=True)
class Plan:
    """curve: the focus of every frame. distances: the same in m, float64 [n]. targets: the New Focus Targets. keys:
    (frame, distance in m), sparse."""

    curve: Curve
    distances: np.ndarray
    targets: tuple[FocusTarget, ...]
    keys: tuple[tuple[int, float], ...]

    def focus_file(self, fps: float) -> FocusFile:
        return FocusFile(self.keys, fps, 0.0, self.targets)


def plan_focus(
    seen: Observations, style: Style, fps: float, patience: float = 10.0, precision: Precision = REFERENCE
) -> Plan:
    """The plan for a clip that was looked at. ValueError where nothing was seen."""
    holds, gain = holds_of(seen, patience)
    return plan_holds(holds, style, fps, gain, precision)


def holds_of(seen: Observations, patience: float) -> tuple[list[Hold], float]:
    """(holds, gain): who has the focus when, and the levels for each 1 / m in which that was decided. Where AF-Net
    looked, it says whether and when. ValueError where nothing was seen."""
    gain = planning_gain(np.concatenate([seen.spots[:, 2], seen.resting[:, 2]]))
    # Whoever speaks first in a shot is there before he speaks; who enters is not.
    holds = find_holds(seen, gain, patience, rests_first=SPEAKER not in seen.names)
    if seen.names == (AF_NET,):
        holds = announced(holds, seen.first, seen.strengths[:, 0])
    return holds, gain


def plan_holds(
    holds: list[Hold], style: Style, fps: float, gain: float = LEVELS, precision: Precision = REFERENCE
) -> Plan:
    """The plan for given holds. gain: levels for each 1 / m in which steadiness is measured."""
    curve = pulled(holds, style, fps, gain)
    distances = curve.distances(precision.farthest)
    cuts = [hold.first for hold in curve.holds[1:] if hold.cut]
    corners = [frame for pull in curve.pulls if pull for frame in (pull.start, pull.end)]
    targets = tuple(_target(hold, curve, distances) for hold in curve.holds)
    keys = sparse_keys(distances, curve.first, precision.tolerance / precision.gain, corners, cuts)
    return Plan(curve, distances, targets, tuple(keys))


def _target(hold: Hold, curve: Curve, distances: np.ndarray) -> FocusTarget:
    at = min(int(np.ceil(hold.target)) - curve.first, len(distances) - 1)
    x, y = (None if np.isnan(v) else v for v in (hold.x, hold.y))
    return FocusTarget(hold.target, x, y, float(distances[at]), hold.label, hold.cut)
