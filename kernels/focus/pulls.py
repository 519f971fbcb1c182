"""Focus pulls: from hold to hold, arriving before the moment that matters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .holds import Hold
from .levels import LEAST, LEVELS

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

    frames: length of a pull. lead: frames before the target by which it has arrived. speed: 1 / m a second, which makes
    the length of a pull follow from its way; 0: `frames`. easing: of EASINGS, in disparity.
    """

    frames: float = 10.0
    lead: float = 12.0
    speed: float = 0.0
    easing: str = "linear"

    def length(self, way: float, fps: float) -> float:
        """Frames of a pull over `way` levels."""
        if self.speed > 0:
            return max(abs(way) / LEVELS / self.speed * fps, 1.0)
        return max(self.frames, 1.0)


@dataclass(frozen=True)
class Pull:
    """Focus moves between the frames start and end; at `end` it has arrived."""

    start: float
    end: float


@dataclass(frozen=True)
class Curve:
    """The plan: levels float64 [n], one a frame from `first`; its holds and the pulls that lead to them (None: a
    cut)."""

    first: int
    levels: np.ndarray
    holds: tuple[Hold, ...]
    pulls: tuple[Pull | None, ...]

    @property
    def distances(self) -> np.ndarray:
        """float64 [n] m; what is farther than the hyperfocal distance is at it."""
        return 1 / np.maximum(self.levels / LEVELS, LEAST)


def pulled(holds: Sequence[Hold], style: Style, fps: float) -> Curve:
    """The focus of every frame: each hold steadied, and pulls between them that arrive in time and never collide."""
    holds = [replace(hold, levels=steadied(hold.levels)) for hold in holds]
    pulls = place_pulls(holds, style, fps)
    first, last = holds[0].first, holds[-1].last
    frames = np.arange(first, last + 1)
    levels = np.interp(frames, *_reach(holds[0], first, last))
    ease = EASINGS[style.easing]
    for hold, pull in zip(holds[1:], pulls[1:], strict=True):
        own = np.interp(frames, *_reach(hold, first, last))
        if pull is None:
            part = (frames >= hold.first).astype(float)
        else:
            part = ease(np.clip((frames - pull.start) / (pull.end - pull.start), 0.0, 1.0))
        levels = (1 - part) * levels + part * own
    return Curve(first, levels, tuple(holds), tuple(pulls))


def place_pulls(holds: Sequence[Hold], style: Style, fps: float) -> list[Pull | None]:
    """When each hold's pull runs; None for the first of a shot. Where time is short, first the lead shrinks, then the
    pull; it always ends by the target, begins after the one before, and stays within its shot."""
    pulls: list[Pull | None] = []
    for n, hold in enumerate(holds):
        if hold.cut or n == 0:
            pulls.append(None)
            continue
        before, earlier = holds[n - 1], pulls[-1]
        length = style.length(hold.levels[0] - before.levels[-1], fps)
        free = before.target if earlier is None else max(earlier.end + SETTLE, before.target)
        end = hold.target - style.lead
        start = max(end - length, free)
        end = min(max(end, start + length), hold.target)
        if end - start < SHORTEST:
            start = max(hold.target - SHORTEST, before.first if earlier is None else earlier.end)
            end = max(hold.target, start + 1.0)
        pulls.append(Pull(float(start), float(end)))
    return pulls


def steadied(levels: np.ndarray, tolerance: float = TOLERANCE) -> np.ndarray:
    """A hold's levels [n] as a hand would keep them: noise is smoothed away, and focus moves only as far as the subject
    leaves a band of ± tolerance."""
    if len(levels) < 3:
        return np.full(len(levels), np.median(levels))
    middle = (np.percentile(levels, 2) + np.percentile(levels, 98)) / 2
    if np.percentile(np.abs(levels - middle), 98) <= tolerance:
        return np.full(len(levels), np.median(levels))
    return _taut(_smooth(_median(levels, 5), 4.0), tolerance)


def _reach(hold: Hold, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """A hold's levels as points for interpolation; constant beyond its ends."""
    return np.arange(hold.first, hold.last + 1), hold.levels


def _median(values: np.ndarray, size: int) -> np.ndarray:
    padded = np.pad(values, size // 2, mode="edge")
    return np.median(np.lib.stride_tricks.sliding_window_view(padded, size), axis=1)


def _smooth(values: np.ndarray, sigma: float) -> np.ndarray:
    """Gaussian, the ends extended by their own reflection through the end point, so that a slope stays."""
    reach = int(np.ceil(3 * sigma))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    padded = np.pad(values, reach, mode="reflect", reflect_type="odd") if len(values) > reach else None
    if padded is None:
        return (
            np.full(len(values), values.mean())
            if len(values) < 3
            else np.poly1d(np.polyfit(np.arange(len(values)), values, 1))(np.arange(len(values)))
        )
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
