"""Dense inverse search (Kroeger et al. 2016, OpenCV's DIS) between two pictures of any kind."""

from __future__ import annotations

import threading

import cv2
import numpy as np

LEAST_SIZE = 64  # px a side: smaller pictures are continued outward, DIS's pyramid needs a few patches
LUMA = np.array([[0.2126, 0.7152, 0.0722]], np.float32)  # ITU-R BT.709
WHITE_PERCENTILE = 98.0
HEADROOM = 0.8  # of the 8-bit range that this percentile gets; highlights have the rest

_local = threading.local()


def luma(picture: np.ndarray) -> np.ndarray:
    """One channel of a picture [H, W], [H, W, 1], [H, W, 3] or [H, W, 4] RGB(A): float32 [H, W], or uint8 as it is.

    Values that are not finite become 0.
    """
    if picture.ndim == 3 and picture.shape[2] == 1:
        picture = picture[..., 0]
    if picture.ndim == 2:
        single = picture
    elif picture.dtype == np.uint8:
        single = cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2GRAY)
    else:
        single = cv2.transform(np.ascontiguousarray(picture[..., :3], np.float32), LUMA)
    if single.dtype == np.uint8:
        return single
    single = np.asarray(single, np.float32)
    return single if np.isfinite(single).all() else np.nan_to_num(single, nan=0.0, posinf=0.0, neginf=0.0)


def white_level(single: np.ndarray) -> float:
    """A robust white level of a picture [H, W], ≥ 0; of every fourth pixel each way where there are many."""
    step = 4 if single.size > 1 << 16 else 1
    return max(float(np.percentile(single[::step, ::step], WHITE_PERCENTILE)), 0.0)


def encoded(single: np.ndarray, white: float) -> np.ndarray:
    """[H, W] as 0 … 255, float32: a square root in place of a display's gamma, `white` at 204. Negative is black."""
    scale = np.float32(1.0 / white) if white > 1e-30 else np.float32(0.0)
    out = cv2.sqrt(np.clip(single * scale, 0, (1 / HEADROOM) ** 2))
    out *= 255.0 * HEADROOM
    return out


def as_bytes(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two float32 [H, W] pictures as uint8.

    Both with one gain, which depends on the pair alone: disparities of any unit and radiance of any exposure fill the
    range, and a brightness that both share stays shared.
    """
    white = max(white_level(a), white_level(b))
    return tuple(cv2.convertScaleAbs(encoded(p, white)) for p in (a, b))


def flow(a: np.ndarray, b: np.ndarray, guess: np.ndarray | None = None) -> np.ndarray:
    """Where each pixel of `a` lies in `b`: float32 [H, W, 2], px.

    a, b: the same size, [H, W] or [H, W, 1|3|4] RGB(A), uint8 display-referred or float32 scene-linear of any range;
    alpha plays no part. guess: a flow to start from. ValueError when the sizes differ.
    """
    if a.shape[:2] != b.shape[:2]:
        raise ValueError(f"flow needs two pictures of one size, not {a.shape[:2]} and {b.shape[:2]}")
    a, b = luma(a), luma(b)
    if a.dtype != np.uint8 or b.dtype != np.uint8:
        a, b = as_bytes(a.astype(np.float32, copy=False), b.astype(np.float32, copy=False))
    height, width = a.shape
    down, across = max(LEAST_SIZE - height, 0), max(LEAST_SIZE - width, 0)
    if down or across:
        a, b = (cv2.copyMakeBorder(p, 0, down, 0, across, cv2.BORDER_REPLICATE) for p in (a, b))
        if guess is not None:
            guess = cv2.copyMakeBorder(guess, 0, down, 0, across, cv2.BORDER_REPLICATE)
    start = None if guess is None else np.array(guess, np.float32)  # DIS writes into what it is given
    found = _engine().calc(np.ascontiguousarray(a), np.ascontiguousarray(b), start)
    return np.ascontiguousarray(found[:height, :width])


def _engine():
    """This thread's DIS; one object must not be used by two threads."""
    if not hasattr(_local, "engine"):
        engine = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
        engine.setFinestScale(0)
        _local.engine = engine
    return _local.engine
