"""Optical flow by a network of the user's, RAFT's shape: two pictures in, the flow from the first to the second out.

By convention: two inputs [1, 3, h, w], RGB, and outputs [1, 2, h, w] in px, the last of them the best, as RAFT refines
(Teed and Deng 2020, and its kin). A size that the graph fixes is used; where it is free both sides are multiples of 8.
Whether pictures are wanted as 0 … 255, 0 … 1 or -1 … 1 no file says, so it is tried on a shift that is known.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

import cv2
import numpy as np

from ..model_file import ModelError, open_model, picture_input, stamp
from .dis import encoded, luma, white_level
from .warping import resized

RANGES = ((0.0, 255.0), (0.0, 1.0), (-1.0, 1.0))
MULTIPLE, LEAST_SIDE = 8, 128  # px: of free sizes; RAFT's pyramid of correlations needs as much
MOST_PIXELS = 400_000  # of free sizes: RAFT's correlations take (pixels / 64)² floats
SHIFT = (5, 3)  # px: of the trial
WRONG = 2.0  # px of error on it from which on a network is not believed to find motion


class FlowNetwork:
    """A model of model_file as `flow` of dis. name: stands for the file's content. Raises ModelError."""

    def __init__(self, model, name: str):
        self.model, self.name, self.fixed = model, name, None
        inputs = picture_input(model, 2)
        if inputs:
            width, height = inputs[0].size(0)
            self.fixed = (width, height) if width and height else None
        self._range = self._found_range()

    def __call__(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Where each pixel of `a` lies in `b`: float32 [H, W, 2], px. a, b: float32 [H, W(, 1|3)], scene-linear."""
        white = max(white_level(luma(p)) for p in (a, b))
        return self._flow(*(_colours(encoded(np.nan_to_num(p), white)) for p in (a, b)), self._range)

    def _flow(self, a, b, limits: tuple[float, float]) -> np.ndarray:
        """a, b: [H, W, 3], 0 … 255."""
        height, width = a.shape[:2]
        size = self.fixed or _bounded(width, height)
        low, high = limits
        given = []
        for picture in (a, b):
            fitted = picture if size == (width, height) else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            if not self.fixed:
                down, across = (max(LEAST_SIDE, -(-s // MULTIPLE) * MULTIPLE) - s for s in fitted.shape[:2])
                fitted = cv2.copyMakeBorder(fitted, 0, down, 0, across, cv2.BORDER_REPLICATE)
            scaled = fitted * np.float32((high - low) / 255) + np.float32(low)
            given.append(np.ascontiguousarray(scaled.transpose(2, 0, 1)[None]))
        outputs = self.model(*given)
        flows = [o for o in outputs if o.shape == (1, 2, *given[0].shape[2:])]
        if not flows:
            shapes = [list(o.shape) for o in outputs]
            wanted = [1, 2, *given[0].shape[2:]]
            raise ModelError(f"{self.model.name}: gives {shapes}; a flow network's last output is {wanted}")
        found = flows[-1][0].transpose(1, 2, 0)[: size[1], : size[0]]
        if not np.isfinite(found).all():
            raise ModelError(f"{self.model.name}: gives numbers that are not finite; export it in full precision")
        return resized(np.ascontiguousarray(found, np.float32), width, height)

    def _found_range(self) -> tuple[float, float]:
        """The range of pictures with which the network finds a known shift best."""
        width, height = self.fixed or (2 * LEAST_SIDE, LEAST_SIDE)
        dx, dy = SHIFT
        noise = np.random.default_rng(0).random((height + dy, width + dx, 3), np.float32)
        wall = sum(cv2.GaussianBlur(noise, (0, 0), s) * s for s in (2, 5, 12))
        wall = cv2.normalize(wall, None, 0, 255, cv2.NORM_MINMAX)
        a, b = np.ascontiguousarray(wall[dy:, dx:]), np.ascontiguousarray(wall[:height, :width])
        errors = [float(np.median(np.hypot(*(self._flow(a, b, r) - SHIFT).transpose(2, 0, 1)))) for r in RANGES]
        if not min(errors) < WRONG:
            raise ModelError(
                f"{self.model.name}: does not see that a picture has moved by {SHIFT} px (off by {min(errors):.1f} "
                "px at best); choose a network for optical flow, exported with its weights"
            )
        return RANGES[int(np.argmin(errors))]


def open_flow_network(path: str | Path) -> FlowNetwork:
    """The network of a file; the last one stays open. Raises ModelError."""
    return _opened(*stamp(path))


@functools.lru_cache(1)
def _opened(path: str, changed: int = 0, size: int = 0) -> FlowNetwork:
    model = open_model(path, "an optical flow network")
    with Path(path).open("rb") as file:
        name = hashlib.file_digest(file, "blake2b").hexdigest()[:32]
    return FlowNetwork(model, name)


def release() -> None:
    """Gives the network's memory back."""
    _opened.cache_clear()


def _colours(picture: np.ndarray) -> np.ndarray:
    return (
        picture if picture.ndim == 3 and picture.shape[2] == 3 else cv2.merge([picture.reshape(picture.shape[:2])] * 3)
    )


def _bounded(width: int, height: int) -> tuple[int, int]:
    shrink = min((MOST_PIXELS / (width * height)) ** 0.5, 1.0)
    return max(round(width * shrink), 1), max(round(height * shrink), 1)
