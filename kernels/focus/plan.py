"""From observations to the plan of a clip's focus: holds, pulls, curve, targets and keys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .focus_file import FocusFile, FocusTarget
from .holds import find_holds
from .keys import sparse_keys
from .observations import Observations
from .pulls import Curve, Style, pulled

KEY_TOLERANCE = 0.25  # levels


@dataclass(frozen=True)
class Plan:
    """curve: the focus of every frame. targets: the New Focus Targets. keys: (frame, distance in m), sparse."""

    curve: Curve
    targets: tuple[FocusTarget, ...]
    keys: tuple[tuple[int, float], ...]

    def focus_file(self, fps: float) -> FocusFile:
        return FocusFile(self.keys, fps, 0.0, self.targets)


def plan_focus(
    seen: Observations, style: Style, fps: float, patience: float = 10.0, tolerance: float = KEY_TOLERANCE
) -> Plan:
    """The plan for a clip. tolerance: levels by which interpolated keys may be off. ValueError: nothing was seen."""
    return plan_of(pulled(find_holds(seen, patience), style, fps), tolerance)


def plan_of(curve: Curve, tolerance: float = KEY_TOLERANCE) -> Plan:
    """The targets and keys of a curve."""
    cuts = [hold.first for hold in curve.holds[1:] if hold.cut]
    corners = [frame for pull in curve.pulls if pull for frame in (pull.start, pull.end)]
    distances = curve.distances
    targets = tuple(
        FocusTarget(
            hold.target,
            None if np.isnan(hold.x) else hold.x,
            None if np.isnan(hold.y) else hold.y,
            float(distances[min(int(np.ceil(hold.target)) - curve.first, len(distances) - 1)]),
            hold.label,
            hold.cut,
        )
        for hold in curve.holds
    )
    return Plan(curve, targets, tuple(sparse_keys(distances, curve.first, tolerance, corners, cuts)))
