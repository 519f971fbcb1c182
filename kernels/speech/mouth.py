"""The mouths of followed faces, cut out upright and at one size."""

from __future__ import annotations

import cv2
import numpy as np

from ..attention.face_tracks import Face

PATCH = 24, 20  # px, width and height
REACH = 0.56, 0.46  # of the face's size that a patch covers
EYES = (0.0, -0.12)  # centre of the eyes from the box's centre, in sizes


def mouth_patch(grey: np.ndarray, face: Face, scale: float) -> np.ndarray:
    """float32 [20, 24] 0 … 255 of a picture uint8 [h, w]; scale: its px for a px of the face's coordinates."""
    return _patch(grey, face, face.mouth_centre(), scale)


def eyes_patch(grey: np.ndarray, face: Face, scale: float) -> np.ndarray:
    """As mouth_patch, around the eyes: what moves there too is the head."""
    c, s = np.cos(face.angle), np.sin(face.angle)
    dx, dy = EYES[0] * face.size, EYES[1] * face.size
    return _patch(grey, face, (face.x + c * dx - s * dy, face.y + s * dx + c * dy), scale)


def _patch(grey: np.ndarray, face: Face, centre: tuple[float, float], scale: float) -> np.ndarray:
    width, height = PATCH
    step = REACH[0] * face.size * scale / width
    if step > 1.5:  # averages over what a px of the patch covers
        near = max(int(REACH[0] * face.size * scale), 4)
        x0, y0 = (max(int(v * scale - near), 0) for v in centre)
        window = grey[y0 : y0 + 2 * near + 2, x0 : x0 + 2 * near + 2]
        if window.size:
            window = cv2.GaussianBlur(window, (0, 0), 0.4 * step)
    else:
        x0 = y0 = 0
        window = grey
    c, s = np.cos(face.angle) * step, np.sin(face.angle) * step
    x, y = (centre[0] + 0.5) * scale - 0.5 - x0, (centre[1] + 0.5) * scale - 0.5 - y0
    mx, my = (width - 1) / 2, (height - 1) / 2
    matrix = np.array([[c, -s, x - c * mx + s * my], [s, c, y - s * mx - c * my]])
    if not window.size:
        return np.zeros((height, width), np.float32)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    patch = cv2.warpAffine(window, matrix, PATCH, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return patch.astype(np.float32)


def halved(patch: np.ndarray) -> np.ndarray:
    """A patch at half its size, as one row."""
    height, width = patch.shape
    return patch.reshape(height // 2, 2, width // 2, 2).mean(axis=(1, 3)).reshape(-1)


def darkness(patches: np.ndarray) -> np.ndarray:
    """float32 [n]: of halved mouth patches [n, p], how dark the darkest place amid the mouth is. An open mouth is."""
    width, height = PATCH[0] // 2, PATCH[1] // 2
    amid = patches.reshape(-1, height, width)[:, 3 : height - 2, width // 4 : width - width // 4]
    return -amid.min(axis=(1, 2))
