"""From the mask that tracking keeps to a matte for compositing: at the picture's size, along its edges, feathered."""

from __future__ import annotations

import cv2
import numpy as np

EDGE_SPAN = 0.75  # mask pixels over which the guided filter looks for the edge
EDGE_NOISE = 1e-3  # variance of the guide below which it has no edge


def refined(mask: np.ndarray, picture: np.ndarray, feather: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """The matte, float32 [H, W] 0 … 1.

    mask: uint8 [h, w], 255 inside. picture: uint8 RGB [H, W, 3] over the same area; the matte follows its edges (guided
    filter, He et al. 2013). feather: width (x, y) px of the soft edge that is added.
    """
    height, width = picture.shape[:2]
    matte = cv2.resize(mask, (width, height), interpolation=cv2.INTER_LINEAR).astype(np.float32) / 255
    if not mask.any():
        return matte
    radius = max(1, round(EDGE_SPAN * max(width / mask.shape[1], height / mask.shape[0]) * 2))
    box = _around(matte > 0.01, 4 * radius + 4)
    guide = np.ascontiguousarray(picture[box])
    filtered = cv2.ximgproc.guidedFilter(guide, matte[box], radius, EDGE_NOISE * 255 * 255)
    # The filter blurs where the guide is flat; the middle of its slope is the edge.
    matte[box] = np.clip((filtered - 0.5) * 2 + 0.5, 0, 1)
    if max(feather) > 0:
        sigma = (max(feather[0] / 2, 1e-3), max(feather[1] / 2, 1e-3))
        matte = cv2.GaussianBlur(matte, (0, 0), sigmaX=sigma[0], sigmaY=sigma[1])
    return matte


def _around(inside: np.ndarray, margin: int) -> tuple[slice, slice]:
    """(rows, columns) of the box around what is inside, grown."""
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return (
        slice(max(int(rows[0]) - margin, 0), int(rows[-1]) + margin + 1),
        slice(max(int(columns[0]) - margin, 0), int(columns[-1]) + margin + 1),
    )
