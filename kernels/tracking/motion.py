"""The camera's own motion, found in a flow."""

from __future__ import annotations

import cv2
import numpy as np

GRID = 8  # px between the flow vectors from which the camera's motion is found
RANSAC_ERROR = 1.0  # px


def camera_motion(flow_ab: np.ndarray, background: np.ndarray | None = None) -> np.ndarray:
    """The homography [3, 3] that most of the background's flow agrees with."""
    height, width = flow_ab.shape[:2]
    y, x = np.mgrid[GRID // 2 : height : GRID, GRID // 2 : width : GRID]
    x, y = x.ravel(), y.ravel()
    if background is not None:
        keep = background[y, x] > 0.5
        if keep.sum() >= 24:
            x, y = x[keep], y[keep]
    if len(x) < 8:
        return np.eye(3)
    start = np.stack([x, y], axis=1).astype(np.float32)
    end = start + flow_ab[y, x]
    cv2.setRNGSeed(1)
    found, _ = cv2.findHomography(start, end, cv2.RANSAC, RANSAC_ERROR, maxIters=300)
    return np.eye(3) if found is None or not np.isfinite(found).all() else found


def homography_flow(matrix: np.ndarray, width: int, height: int) -> np.ndarray:
    """The flow of a homography, float32 [H, W, 2]."""
    x = np.arange(width, dtype=np.float32)[None, :]
    y = np.arange(height, dtype=np.float32)[:, None]
    m = matrix.astype(np.float32)
    depth = m[2, 0] * x + m[2, 1] * y + m[2, 2]
    out = np.empty((height, width, 2), np.float32)
    out[..., 0] = (m[0, 0] * x + m[0, 1] * y + m[0, 2]) / depth - x
    out[..., 1] = (m[1, 0] * x + m[1, 1] * y + m[1, 2]) / depth - y
    return out
