"""The door to the network: disparity and recovered radiance of a picture of any size, on the processor."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn import functional

from ..weights_file import load_weights
from .network import CLIPPED, K, RgbdHdr, encoded, recovered
from .slicing import luma, slice_grid

SHIPPED = Path(__file__).parent / "weights" / "depth_hdr.safetensors"
KIND = "depth-hdr"
WORKING_PIXELS = 320 * 192  # of the picture that disparity is estimated from: what the network learned at
TILE = 2048  # px a side that highlights are recovered in, besides the overlap: a full HD frame is one
STRIP = 256  # rows that are sliced at once


def load(path: Path | None = None) -> Estimator:
    """The estimator with the weights of a safetensors file, None = those that come with FocusPuller. WeightsError."""
    network = RgbdHdr()
    load_weights(path or SHIPPED, network, KIND)
    return Estimator(network)


class Estimator:
    """What an RgbdHdr network says of pictures. Safe from several threads."""

    def __init__(self, network: RgbdHdr):
        self.network = network.eval()

    @torch.inference_mode()
    def disparity(self, light: np.ndarray, clip_level: float = 1.0) -> np.ndarray:
        """float32 [H, W], relative: 0 = infinitely far, about 1 = the nearest there is; at most a little outside.

        light: float32 [H, W, 3], scene-linear, clip_level = white. What is not finite counts as black.
        """
        light = finite(light, clip_level)
        height, width = light.shape[:2]
        shrink = min(math.sqrt(WORKING_PIXELS / (height * width)), 1.0)
        unit = self.network.disparity.unet.multiple  # whole ones: a picture that is continued has a strange rim
        size = tuple(max(unit * round(side * shrink / unit), unit) for side in (width, height))
        method = cv2.INTER_AREA if shrink < 1 else cv2.INTER_LINEAR
        display = encoded(_tensor(cv2.resize(light, size, interpolation=method)))
        grid = self.network.disparity.grid(display)
        out = np.empty((height, width), np.float32)
        for top in range(0, height, STRIP):
            rows = slice(top, min(top + STRIP, height))
            fine = _rows(grid, rows, height, width)
            out[rows] = slice_grid(fine, luma(encoded(_tensor(light[rows]))))[0, 0].numpy()
        return out

    @torch.inference_mode()
    def radiance(
        self,
        light: np.ndarray,
        gain: float = K,
        clip_level: float = 1.0,
        check_abort: Callable[[], None] = lambda: None,
    ) -> np.ndarray:
        """float32 [H, W, 3]: Eq. 4, light with what was clipped away put back.

        light: float32 [H, W, 3], scene-linear, clip_level = the value at which it clips. gain: k of Eq. 4, 50 as it was
        learned, 0 = light as it is. Channels that are not clipped keep their values exactly, values above clip_level
        count as clipped no lower than they are. Worked out in tiles whose overlap leaves no seam.
        """
        out = np.array(light, np.float32)
        if gain == 0:
            return out
        given = finite(light, clip_level)
        height, width = given.shape[:2]
        reach = self.network.radiance.reach
        for top in range(0, height, TILE):
            for left in range(0, width, TILE):
                core = np.s_[top : min(top + TILE, height), left : min(left + TILE, width)]
                if given[core].max(initial=0) < CLIPPED:
                    continue
                check_abort()
                y0, x0 = max(top - reach, 0), max(left - reach, 0)
                around = np.s_[y0 : min(top + TILE + reach, height), x0 : min(left + TILE + reach, width)]
                part = _tensor(given[around])
                raised = recovered(part, self.network.radiance(part), gain)[0].permute(1, 2, 0).numpy()
                raised = raised[top - y0 :, left - x0 :][: core[0].stop - top, : core[1].stop - left] * clip_level
                clipped = given[core] >= CLIPPED
                out[core] = np.where(clipped, np.maximum(out[core], raised), out[core])
        return out


def finite(light: np.ndarray, clip_level: float) -> np.ndarray:
    """light / clip_level in 0 … 1, float32 [H, W, 3]."""
    if not clip_level > 0:
        raise ValueError(f"the clip level must be above 0, not {clip_level:g}")
    return np.clip(np.nan_to_num(np.asarray(light, np.float32) / np.float32(clip_level), nan=0.0), 0, 1)


def _tensor(picture: np.ndarray) -> torch.Tensor:
    """[h, w, 3] → [1, 3, h, w]."""
    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]


def _rows(grid: torch.Tensor, rows: slice, height: int, width: int) -> torch.Tensor:
    """The rows of a grid that has been enlarged to [height, width], without enlarging all of it."""
    count = grid.shape[2]
    at = ((torch.arange(rows.start, rows.stop) + 0.5) * count / height - 0.5).clamp(0, count - 1)
    first = at.long().clamp(max=max(count - 2, 0))
    share = (at - first).view(1, 1, -1, 1)
    tall = grid[:, :, first] * (1 - share) + grid[:, :, (first + 1).clamp(max=count - 1)] * share
    return functional.interpolate(tall, (tall.shape[2], width), mode="bilinear", align_corners=False)
