"""Cuts between shots, found while frames stream by."""

from __future__ import annotations

from collections import deque

import cv2
import numpy as np

_SIZE = (32, 18)  # px of the thumbnails compared
_DIFFERENT = 0.4  # 1 - correlation above which two frames may belong to different shots
_SUDDEN = 4.0  # times the usual change
_MEMORY = 10  # frames


class CutFinder:
    """Says of each frame whether it begins a new shot.

    Compares the structure of small pictures (zero mean, unit variance: flashes and fades of light keep it) with the
    last frames. A change counts when it is large and sudden beside those before; frames that look like one of the last
    few are the same shot again, after a flash.
    """

    def __init__(self) -> None:
        self._last: deque[np.ndarray] = deque(maxlen=4)
        self._changes: deque[float] = deque(maxlen=_MEMORY)

    def push(self, picture: np.ndarray) -> bool:
        """picture: uint8 [h, w, 3]. True also for the first frame of all."""
        small = cv2.resize(picture, _SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
        small -= small.mean()
        spread = float(np.sqrt(np.mean(small**2)))
        small = small / max(spread, 4.0)
        if not self._last:
            self._last.append(small)
            return True
        changes = [self._distance(small, other) for other in self._last]
        change, least = changes[-1], min(changes)
        usual = float(np.median(self._changes)) if self._changes else 0.0
        cut = least > _DIFFERENT and change > _SUDDEN * usual
        self._changes.append(change)
        if cut:
            self._last.clear()
            self._changes.clear()
        self._last.append(small)
        return cut

    @staticmethod
    def _distance(a: np.ndarray, b: np.ndarray) -> float:
        """1 - the correlation of two thumbnails; 0 for two that are flat."""
        norm = float(np.sqrt(np.mean(a * a) * np.mean(b * b)))
        return 0.5 * float(np.mean((a - b) ** 2)) if norm < 0.2 else 1 - float(np.mean(a * b)) / norm
