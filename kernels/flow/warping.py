"""Moving pictures along flows, joining flows, and checking a flow against its opposite."""

from __future__ import annotations

import functools

import cv2
import numpy as np

INTERPOLATIONS = {"linear": cv2.INTER_LINEAR, "cubic": cv2.INTER_CUBIC, "nearest": cv2.INTER_NEAREST}


def places(flow: np.ndarray) -> np.ndarray:
    """Where each pixel is taken from: flow + its own coordinates, float32 [H, W, 2]."""
    return cv2.add(flow, _coordinates(*flow.shape[:2]))


@functools.lru_cache(2)
def _coordinates(height: int, width: int) -> np.ndarray:
    """(x, y) of every pixel, float32 [height, width, 2]."""
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return np.stack([x, y], axis=-1)


def warp(picture: np.ndarray, flow: np.ndarray, interpolation: str = "linear") -> np.ndarray:
    """`picture` (of b) seen from a, along the flow a → b: out(p) = picture(p + flow(p)).

    picture: float32 or uint8 [H', W'] or [H', W', C], C ≤ 4. flow: float32 [H, W, 2]. Returns [H, W(, C)]. Beyond its
    borders the picture goes on from its last pixel. interpolation: linear, cubic (sharper, overshoots) or nearest.
    """
    method = INTERPOLATIONS[interpolation]
    out = cv2.remap(picture, places(flow), None, method, borderMode=cv2.BORDER_REPLICATE)
    return out[..., None] if picture.ndim == 3 and out.ndim == 2 else out


def concatenate(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The flow a → c of the flows a → b and b → c, float32 [H, W, 2]."""
    return first + warp(second, first)


def consistency(forward: np.ndarray, backward: np.ndarray) -> np.ndarray:
    """How far from where it started each pixel of a comes back: float32 [H, W], px; infinite where it leaves b.

    forward: a → b, backward: b → a. This is the left side of Zhang et al. 2019, Eq. 7, at q = p + forward(p), where its
    second term is 0.
    """
    at = places(forward)
    height, width = backward.shape[:2]
    back = cv2.remap(backward, at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    back += forward
    error = cv2.magnitude(back[..., 0], back[..., 1])
    x, y = at[..., 0], at[..., 1]
    error[(x < -0.5) | (y < -0.5) | (x > width - 0.5) | (y > height - 0.5)] = np.inf
    return error


def resized(flow: np.ndarray, width: int, height: int) -> np.ndarray:
    """The flow of the same pictures at another size: float32 [height, width, 2], in px of that size."""
    if flow.shape[:2] == (height, width):
        return flow
    scale = (width / flow.shape[1], height / flow.shape[0])
    out = cv2.resize(flow, (width, height), interpolation=cv2.INTER_LINEAR)
    out *= np.array(scale, np.float32)
    return out
