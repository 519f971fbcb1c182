"""A dense map from a partly known one: moving subjects stand where they touch the ground, the rest flows in along
surfaces."""

from __future__ import annotations

import cv2
import numpy as np

from ...flow.dis import encoded, white_level
from ...lens.matting import filled

LEAST_SUBJECT = 0.001  # of the picture's pixels: smaller moving patches are filled like any gap
RIM = 9  # px around a subject from which its depth is taken
BODY = 7  # px of 640, half the width from which what moves on its own is a subject, whatever the sweep says of it
ODD = 0.2  # thinner things move on their own where at no depth they look more alike than this
SMOOTH = 400.0  # lambda of the smoother: how far values flow over an even surface
CONTRAST = 3.0  # of 255: a difference of colour that stops them


def dense(disparity: np.ndarray, confidence: np.ndarray, moving: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """float32 [h, w], ≥ 0. disparity, confidence, moving: float32 [h, w]. picture: float32 [h, w(, 3)], scene-linear.

    Weighted least squares with weights of the picture's edges (Min et al. 2014, fast global smoother): smoothed
    weight · disparity over smoothed weight. What is unknown starts from a push–pull fill and weighs next to nothing,
    so that no garbage stays where nothing known is in reach.
    """
    disparity, confidence = stand(disparity, confidence, moving)
    around = filled(disparity, confidence * confidence, (0, 0), int(max(disparity.shape)).bit_length() - 1)
    disparity = confidence * disparity + (1 - confidence) * around
    guide = cv2.convertScaleAbs(encoded(picture, white_level(picture)))
    weight = confidence + np.float32(1e-4)
    smoother = cv2.ximgproc.createFastGlobalSmootherFilter(guide, SMOOTH, CONTRAST)
    out = smoother.filter(weight * disparity) / np.maximum(smoother.filter(weight), 1e-12)
    return np.maximum(out, 0)


def moving_alone(moving: np.ndarray, unlike: np.ndarray) -> np.ndarray:
    """What moves on its own, float32 [h, w] 0 … 1, of what flow says does, and how unlike the neighbours are at the
    best depth: flow is wrong at thin things, which then have a depth that fits."""
    side = 2 * max(round(BODY * moving.shape[1] / 640), 1) + 1
    body = cv2.morphologyEx(np.uint8(moving > 0.5), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    return np.maximum(moving * (unlike > ODD), body.astype(np.float32))


def stand(disparity: np.ndarray, confidence: np.ndarray, moving: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Disparity and confidence with each moving subject upright where it touches what is below it.

    A subject is no farther than what it hides, and stands on the nearest of what is around it: its disparity is a high
    percentile of the known one just below its lower third, or around it where nothing is known there.
    """
    size = moving.size
    solid = cv2.morphologyEx(np.uint8(moving > 0.5), cv2.MORPH_OPEN, np.ones((5, 5), np.uint8))
    solid = cv2.morphologyEx(solid, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(solid)
    disparity, confidence = disparity.copy(), confidence * (1 - solid)
    kernel = np.ones((2 * RIM + 1, 2 * RIM + 1), np.uint8)
    for label in range(1, count):
        x, y, w, h, area = stats[label]
        if area < LEAST_SUBJECT * size:
            continue
        box = slice(max(y - RIM, 0), y + h + RIM), slice(max(x - RIM, 0), x + w + RIM)
        inside = labels[box] == label
        rim = (cv2.dilate(np.uint8(inside), kernel) > 0) & ~inside & (confidence[box] > 0.3)
        low = rim & (np.arange(box[0].start, box[0].start + inside.shape[0])[:, None] > y + 2 * h / 3)
        near = disparity[box][low if low.sum() >= 10 else rim]
        if near.size >= 10:
            disparity[box][inside] = np.percentile(near, 75)
            confidence[box][inside] = 0.2
    return disparity, confidence
