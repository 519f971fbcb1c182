"""Focus pulls: from hold to hold, arriving before the moment that matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .holds import Hold
from .levels import LEVELS

SETTLE = 2  # frames that focus rests between two pulls
SHORTEST = 3  # frames of a pull where there is room
TOLERANCE = 0.3  # levels that a held focus may be off rather than move


def _human(u: np.ndarray) -> np.ndarray:
    """Quick to start, slow to settle: the minimum jerk of a reaching hand (Flash & Hogan 1985), bent forward."""
    v = 1 - (1 - u) ** 1.35
    return v**3 * (10 - 15 * v + 6 * v**2)


EASINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "linear": lambda u: u,
    "eased": lambda u: u * u * (3 - 2 * u),
    "human": _human,
}


@dataclass(frozen=True)
class Style:
    """How focus is pulled.

    frames: length of a pull. lead: frames before the target by which it has arrived, or, negative, after it. speed:
    1 / m a second, which makes the length of a pull follow from its way; 0: `frames`. easing: of EASINGS, in disparity.
    """

    frames: float = 10.0
    lead: float = 12.0
    speed: float = 0.0
    easing: str = "linear"

    def length(self, way: float, fps: float) -> float:
        """Frames of a pull over `way`, 1 / m."""
        if self.speed > 0:
            return max(abs(way) / self.speed * fps, 1.0)
        return max(self.frames, 1.0)


@dataclass(frozen=True)
class Pull:
    """Focus moves between the frames start and end; at `end` it has arrived."""

    start: float
    end: float


@dataclass(frozen=True)
class Curve:
    """The plan: disparities of the plane of focus, float64 [n] 1 / m, one a frame from `first`; its holds, and the
    pulls that lead to them (None: a cut)."""

    first: int
    disparities: np.ndarray
    holds: tuple[Hold, ...]
    pulls: tuple[Pull | None, ...]

    def distances(self, farthest: float) -> np.ndarray:
        """float64 [n] m, none above `farthest`, the hyperfocal distance."""
        return 1 / np.maximum(self.disparities, 1 / farthest)


def pulled(holds: Sequence[Hold], style: Style, fps: float, gain: float = LEVELS) -> Curve:
    """The focus of every frame: each hold steadied, and pulls between them that arrive in time and never collide."""
    holds = [replace(hold, disparities=steadied(hold.disparities, TOLERANCE / gain)) for hold in holds]
    pulls = place_pulls(holds, style, fps)
    first, last = holds[0].first, holds[-1].last
    frames = np.arange(first, last + 1)
    disparities = np.interp(frames, *_points(holds[0]))
    ease = EASINGS[style.easing]
    for hold, pull in zip(holds[1:], pulls[1:], strict=True):
        own = np.interp(frames, *_points(hold))
        if pull is None:
            part = (frames >= hold.first).astype(float)
        else:
            part = ease(np.clip((frames - pull.start) / (pull.end - pull.start), 0.0, 1.0))
        disparities = (1 - part) * disparities + part * own
    return Curve(first, disparities, tuple(holds), tuple(pulls))


def place_pulls(holds: Sequence[Hold], style: Style, fps: float) -> list[Pull | None]:
    """When each hold's pull runs; None for the first of a shot. Where time is short, first the lead shrinks, then the
    pull; it always ends by the target, begins after the one before, and stays within its shot."""
    pulls: list[Pull | None] = []
    for n, hold in enumerate(holds):
        if hold.cut or n == 0:
            pulls.append(None)
            continue
        before, earlier = holds[n - 1], pulls[-1]
        length = style.length(hold.disparities[0] - before.disparities[-1], fps)
        free = before.target if earlier is None else max(earlier.end + SETTLE, before.target)
        latest = hold.target - min(style.lead, 0.0)
        end = hold.target - style.lead
        start = max(end - length, free)
        end = min(max(end, start + length), latest)
        if end - start < SHORTEST:
            start = max(latest - SHORTEST, before.first if earlier is None else earlier.end)
            end = max(latest, start + 1.0)
        pulls.append(Pull(float(start), float(end)))
    return pulls


def steadied(values: np.ndarray, tolerance: float) -> np.ndarray:
    """A hold's disparities [n] as a hand would keep them: noise is smoothed away, and focus moves only as far as the
    subject leaves a band of ± tolerance."""
    middle = (np.percentile(values, 2) + np.percentile(values, 98)) / 2
    if len(values) < 3 or np.percentile(np.abs(values - middle), 98) <= tolerance:
        return np.full(len(values), np.median(values))
    return _taut(_smooth(_median(values, 5), 4.0), tolerance)


def _points(hold: Hold) -> tuple[np.ndarray, np.ndarray]:
    """A hold's disparities as points for interpolation, which is constant beyond its ends."""
    return np.arange(hold.first, hold.last + 1), hold.disparities


def _median(values: np.ndarray, size: int) -> np.ndarray:
    padded = np.pad(values, size // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, size), axis=1)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian, the ends extended by their own reflection through the end point, so that a slope stays."""
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    if len(values) <= reach:
        return np.polyval(np.polyfit(np.arange(len(values)), values, 1), np.arange(len(values)))
    padded = np.pad(values, reach, mode="reflect", reflect_type="odd")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def _taut(values: np.ndarray, tolerance: float) -> np.ndarray:
    """Straight pieces, each as long as the values stay within ± tolerance of it, from point to point of the values."""
    knots, start, count = [0], 0, len(values)
    while start < count - 1:
        stop = start + 1
        low, high = -np.inf, np.inf
        for n in range(start + 1, count):
            steps = n - start
            low = max(low, (values[n] - tolerance - values[start]) / steps)
            high = min(high, (values[n] + tolerance - values[start]) / steps)
            slope = (values[n] - values[start]) / steps
            if low > high:
                break
            if low <= slope <= high:
                stop = n
        knots.append(stop)
        start = stop
    return np.interp(np.arange(count), knots, values[knots])
