"""A monocular depth network of the user's: a picture in, disparity out.

By convention: one input [1, 3, h, w], RGB less ImageNet's mean by its deviation; one output [1, h, w], [1, 1, h, w] or
[h, w], larger = nearer, in a unit of its own (Depth Anything V2, MiDaS, Cattery's one-tensor models). A side that the
graph fixes is kept; free ones are chosen so that the long side is LONG_SIDE, in multiples of MULTIPLE.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from ..model_file import ModelError, open_model, picture_input

LONG_SIDE = 700  # px, of graphs whose size is free
MULTIPLE = 14  # of free sides: Depth Anything's patches
COARSE = 32  # tried next: convolutional networks that halve the picture five times
MEAN, DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
NEAREST = 1e-3  # of the median depth: no depth counts as less


class DepthNetwork:
    """model: of model_file. gives: `disparity` (larger = nearer) or `depth` (larger = farther)."""

    def __init__(self, model, gives: str = "disparity"):
        if gives not in ("disparity", "depth"):
            raise ValueError(f"a depth network gives disparity or depth, not {gives!r}")
        self.model, self.gives = model, gives
        inputs = picture_input(model)
        self.fixed = inputs[0].size(0) if inputs else (0, 0)  # 0: free

    def disparity(self, display: np.ndarray) -> np.ndarray:
        """float32 [H, W], in the network's unit, larger = nearer. display: float32 [H, W, 3], sRGB-coded, 0 … 1.

        ModelError where the network fails or its output is no picture.
        """
        display = np.clip(np.nan_to_num(display, nan=0.0), 0, 1).astype(np.float32)
        height, width = display.shape[:2]
        sizes = [_size(width, height, self.fixed, multiple) for multiple in (MULTIPLE, COARSE)]
        found = self._run(display, list(dict.fromkeys(sizes)))
        if self.gives == "depth":
            found = 1 / np.maximum(found, max(NEAREST * float(np.median(found)), 1e-9))
        return cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR)

    def _run(self, display: np.ndarray, sizes: list[tuple[int, int]]) -> np.ndarray:
        """The map that the network gives at the first (width, height) that it takes."""
        failed = None
        for size in sizes:
            shrinks = size[0] < display.shape[1]
            small = cv2.resize(display, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC)
            given = ((small - MEAN) / DEVIATION).transpose(2, 0, 1)[None]
            try:
                outputs = self.model(np.ascontiguousarray(given, np.float32))
            except ModelError as problem:
                failed = failed or problem
            else:
                return self._map(outputs)
        raise failed

    def _map(self, outputs: list[np.ndarray]) -> np.ndarray:
        found = outputs[0]
        if found.ndim < 2 or any(side != 1 for side in found.shape[:-2]) or min(found.shape[-2:]) < 2:
            shapes = [list(o.shape) for o in outputs]
            raise ModelError(f"{self.model.name}: gives {shapes}; its first output should be one map, [1, 1, h, w]")
        found = np.ascontiguousarray(found.reshape(found.shape[-2:]), np.float32)
        if not np.isfinite(found).all():
            raise ModelError(f"{self.model.name}: gives numbers that are not finite; export it in full precision")
        return found


def open_depth_network(path: str | Path, gives: str = "disparity") -> DepthNetwork:
    """Raises ModelError."""
    return DepthNetwork(open_model(path, "a depth network"), gives)


def _size(width: int, height: int, fixed: tuple[int, int], multiple: int) -> tuple[int, int]:
    scale = LONG_SIDE / max(width, height)
    return tuple(
        side or max(round(s * scale / multiple), 2) * multiple for side, s in zip(fixed, (width, height), strict=True)
    )
