"""Planning while frames still come in: the focus of a frame is decided when what follows it for a bounded time is known
(the paper's section 5, "LAAF could happen during video capture")."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .holds import Hold
from .observations import Observations
from .observe import Spot
from .plan import holds_of
from .pulls import EASINGS, Curve, Style, pulled

HISTORY = 20.0  # s that are planned anew each time
EVERY = 6  # frames between plans
_SAME = 0.15  # levels


class LivePlanner:
    """Gives the focus of each frame `delay` frames after it was observed.

    The clip's last seconds are planned anew, as a whole, every few frames. Where a new plan departs from what was
    already given out, the difference is taken over as an offset that eases away within the length of a pull, so that
    the focus never jumps but at cuts. Memory is bounded by HISTORY.
    """

    def __init__(self, style: Style, fps: float, delay: int, patience: float = 10.0):
        self.style, self.fps, self.delay, self.patience = style, fps, delay, patience
        self.targets: list[Hold] = []
        self._curve: Curve | None = None
        self._offset, self._since = 0.0, 0
        self._given: float | None = None
        self._next: int | None = None

    def push(self, seen: Observations) -> Iterator[tuple[int, float]]:
        """Takes the observations with one frame more; yields (frame, disparity in 1 / m) of frames that are now
        decided. Forgets rows of `seen` that are no longer needed. Before anything was observed, nothing is given."""
        last = seen.first + len(seen) - 1
        if self._next is None:
            self._next = seen.first
        if last - self._next < self.delay:
            return
        yield from self._decide(seen, last - self.delay, last % EVERY == 0)
        history = round(HISTORY * self.fps)
        if self._curve is None:  # nothing was observed for long: these frames have no focus
            self._next = max(self._next, last - self.delay - history)
        seen.forget_before(self._next - history)

    def finish(self, seen: Observations) -> Iterator[tuple[int, float]]:
        """The clip has ended: the remaining frames."""
        if len(seen):
            self._next = seen.first if self._next is None else self._next
            yield from self._decide(seen, seen.first + len(seen) - 1, True)

    def _decide(self, seen: Observations, upto: int, anew: bool) -> Iterator[tuple[int, float]]:
        if self._curve is None or anew or upto >= self._curve.first + len(self._curve.disparities):
            self._plan(seen)
        if self._curve is None:
            return
        while self._next <= upto:
            at = self._next - self._curve.first
            if seen.cuts[self._next - seen.first] or self._given is None:
                self._offset = 0.0
            part = min((self._next - self._since) / max(self.style.frames, 1.0), 1.0)
            rest = self._offset * (1 - float(EASINGS["eased"](np.float64(part))))
            self._given = max(float(self._curve.disparities[at]) + rest, 0.0)
            yield self._next, self._given
            self._next += 1

    def _plan(self, seen: Observations) -> None:
        """A new curve; its difference to what was given last becomes the offset."""
        if self._given is not None and seen.first < self._next and not seen.spots[0, 3] > 0:
            self._remember(seen)
        try:
            holds, gain = holds_of(seen, self.patience)
        except ValueError:
            return
        curve = pulled(holds, self.style, self.fps, gain)
        if self._given is not None and self._next - 1 >= curve.first:
            difference = self._given - float(curve.disparities[self._next - 1 - curve.first])
            if abs(difference) * gain > _SAME or self._offset:
                self._offset, self._since = difference, self._next - 1
        self._curve = curve
        known = {round(hold.target) for hold in self.targets}
        for hold in holds:
            near = any(abs(hold.target - target) <= self.patience for target in known)
            if hold.first > seen.first and not near:
                self.targets.append(hold)
            elif not self.targets:
                self.targets.append(hold)

    def _remember(self, seen: Observations) -> None:
        """Puts the focus there was into the first row, when all that led to it has been forgotten."""
        if self._curve is not None and self._curve.first <= seen.first:
            level = float(self._curve.disparities[seen.first - self._curve.first])
            seen.replace_first(Spot(0.5, 0.5, level, 1.0))
