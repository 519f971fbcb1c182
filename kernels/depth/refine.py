"""Edges of disparity put onto the edges of the picture.

What networks, flow and sensors say is blurred or displaced across an outline for some pixels. There, each pixel takes
the disparity of one of its neighbours: the weighted median, where those weigh most that have its colour, lie near, and
lie on a surface rather than in the blur between two. So nothing is averaged across an edge. Slopes stay as they are,
and so do pixels whose own disparity their colour supports, and maps whose edges are the picture's already (edges.py).
"""

from __future__ import annotations

import cv2
import numpy as np

from . import edges

WORKING_PIXELS = 240_000  # larger pictures are looked at smaller; the outcome is carried to the full size
REACH = 12  # px there: how far neighbours are looked for
DENSE = 3  # px: all are used up to here, every other one beyond
NEARNESS = 7.0  # px, standard deviation
COLOUR = 0.05  # of the display's range, standard deviation
FLOOR = 0.03  # of the range of disparity: what is this far off the farthest differs by a factor of two
STEP = 0.06  # of the logarithm within 7 × 7 px: lesser steps are no edges
SLOPE = 25  # px: what is as steep for longer is no edge
STEEPNESS = 2.0  # how much steeper edges are
MARGIN = 4  # px around edges that are looked at too
IN_BLUR = 8.0  # how fast a neighbour's weight falls with its slope, as a share of the step
SAME = 0.05  # of the logarithm: one surface
SUPPORT = 0.4  # share of the weight that leaves a pixel as it is
CHUNK = 20_000  # pixels at once


def refine(disparity: np.ndarray, picture: np.ndarray, confidence: np.ndarray | None = None) -> np.ndarray:
    """float32 [H, W]. Scale and offset of disparity do not matter.

    disparity: float32 [H, W], finite. picture: float32 [H, W, 3], scene-linear, 1 = white. confidence: float32 [H, W],
    0 … 1, default 1 everywhere: neighbours weigh by it, and what has none gives way near edges.
    """
    guide = display(picture)
    disparity = np.array(disparity, np.float32)
    height, width = disparity.shape
    low, high = np.percentile(disparity, (1, 98))
    if not high > low:
        return disparity
    shape = _shape(disparity, low, high)
    if edges.fit(shape, guide):
        return disparity
    shrink = min((WORKING_PIXELS / (height * width)) ** 0.5, 1.0)
    if shrink == 1:
        return _moved(disparity, shape, guide, confidence)[0]
    size = (max(round(width * shrink), 1), max(round(height * shrink), 1))
    seen, small, sure = (
        None if v is None else cv2.resize(v, size, interpolation=cv2.INTER_AREA) for v in (guide, disparity, confidence)
    )
    found, changed = _moved(small, _shape(small, low, high), seen, sure)
    return _carried(disparity, guide, found, seen, changed, shape, _shape(found, low, high))


def display(picture: np.ndarray) -> np.ndarray:
    """float32 [H, W, 3], 0 … 1: a square root of what is below white, in place of a display's curve."""
    return np.sqrt(np.clip(np.nan_to_num(picture[..., :3], nan=0.0), 0, 1)).astype(np.float32)


def _shape(disparity, low, high) -> np.ndarray:
    """What steps are measured in: a logarithm, so that far edges count as well, whatever the scale and offset."""
    return np.log(np.maximum((disparity - low) / (high - low), 0) + FLOOR).astype(np.float32)


def _moved(disparity, shape, guide, confidence) -> tuple[np.ndarray, np.ndarray]:
    """(refined disparity, uint8 where it was looked at), [h, w] both."""
    inner, whole = _range(shape, 1), _range(shape, REACH)
    # Planes are linear in disparity, not in its logarithm; opening leaves slopes that go on, up to their very ends.
    slope = _range(disparity, 1)
    usual = cv2.morphologyEx(slope, cv2.MORPH_OPEN, np.ones((SLOPE, SLOPE), np.uint8))
    steep = cv2.dilate((slope > STEEPNESS * usual).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    near = cv2.dilate(((_range(shape, 3) > STEP) & steep).astype(np.uint8), np.ones((2 * MARGIN + 1,) * 2, np.uint8))
    weight = np.maximum(np.exp(-IN_BLUR * inner / np.maximum(whole, 1e-3)), 1e-3).astype(np.float32)
    if confidence is not None:
        weight *= np.maximum(confidence, 1e-3)
    rows, columns = _neighbours()
    share = np.exp(-(rows**2 + columns**2) / (2 * NEARNESS**2)).astype(np.float32)
    share[rows**2 + columns**2 > DENSE**2] *= 4  # each stands for four
    padded = [_reflected(v, REACH) for v in (shape, weight, *cv2.split(guide), disparity)]
    pitch = disparity.shape[1] + 2 * REACH
    y, x = np.nonzero(near)
    out = disparity.copy()
    shapes, weights, *colours, values = padded
    for part in (slice(i, i + CHUNK) for i in range(0, len(y), CHUNK)):
        here = (y[part] + REACH) * pitch + x[part] + REACH
        there = here[:, None] + (rows * pitch + columns)[None]
        weighed = _alike(colours, here, colours, there) * share * weights[there] + np.float32(1e-12)
        same = np.abs(shapes[there] - shapes[here][:, None]) < SAME
        own = (weighed * same).sum(axis=1) / weighed.sum(axis=1)
        best = _median(shapes[there], weighed)
        taken = there[np.arange(len(here)), best]
        stays = (own > SUPPORT) | (np.abs(shapes[taken] - shapes[here]) < SAME)
        out[y[part], x[part]] = np.where(stays, values[here], values[taken])
    return out, near


def _carried(disparity, guide, found, seen, changed, shape, found_shape) -> np.ndarray:
    """Disparity [H, W] that is, where it was `changed` in the small picture, that of the small pixel around that has
    most of its colour and is nearest."""
    height, width = disparity.shape
    scale_y, scale_x = found.shape[0] / height, found.shape[1] / width
    near = cv2.resize(changed, (width, height), interpolation=cv2.INTER_NEAREST)
    small = [_reflected(v, 2) for v in (found_shape, *cv2.split(seen), found)]
    shapes, *colours, values = small
    pitch = found.shape[1] + 4
    full = [np.ascontiguousarray(c).ravel() for c in cv2.split(guide)]
    y, x = np.nonzero(near)
    rows, columns = (a.ravel() for a in np.mgrid[-1:2, -1:2])
    out = disparity.copy()
    for part in (slice(i, i + 4 * CHUNK) for i in range(0, len(y), 4 * CHUNK)):
        at_y, at_x = (y[part] + 0.5) * scale_y - 0.5, (x[part] + 0.5) * scale_x - 0.5
        middle_y, middle_x = np.rint(at_y).astype(np.intp), np.rint(at_x).astype(np.intp)
        there = ((middle_y + 2) * pitch + middle_x + 2)[:, None] + (rows * pitch + columns)[None]
        apart = (middle_y - at_y)[:, None] + rows, (middle_x - at_x)[:, None] + columns
        share = np.exp(-(apart[0] ** 2 + apart[1] ** 2) / 2).astype(np.float32)
        here = y[part] * width + x[part]
        weighed = _alike(full, here, colours, there) * share + np.float32(1e-9) * share
        taken = there[np.arange(len(here)), _median(shapes[there], weighed)]
        own = shape[y[part], x[part]]
        out[y[part], x[part]] = np.where(np.abs(shapes[taken] - own) < SAME, disparity[y[part], x[part]], values[taken])
    return out


def _alike(colours, here, others, there) -> np.ndarray:
    """float32 [n, k]: 1 … 0, how alike colours at `here` [n] and of others at `there` [n, k] are."""
    apart = sum((o[there] - c[here][:, None]) ** 2 for c, o in zip(colours, others, strict=True))
    return np.exp(apart * np.float32(-0.5 / COLOUR**2))


def _median(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """int [n]: which of values [n, k] is the median by weights [n, k]."""
    order = np.argsort(values, axis=1)
    total = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1)
    middle = (total >= 0.5 * total[:, -1:]).argmax(axis=1)
    return np.take_along_axis(order, middle[:, None], axis=1)[:, 0]


def _neighbours() -> tuple[np.ndarray, np.ndarray]:
    rows, columns = (a.ravel() for a in np.mgrid[-REACH : REACH + 1, -REACH : REACH + 1])
    far = rows**2 + columns**2
    used = (far <= DENSE**2) | ((far <= REACH**2) & (rows % 2 == 0) & (columns % 2 == 0))
    return rows[used], columns[used]


def _range(values: np.ndarray, reach: int) -> np.ndarray:
    window = np.ones((2 * reach + 1,) * 2, np.uint8)
    return cv2.dilate(values, window) - cv2.erode(values, window)


def _reflected(values: np.ndarray, border: int) -> np.ndarray:
    """Flat, with a border."""
    return cv2.copyMakeBorder(np.ascontiguousarray(values), *(border,) * 4, cv2.BORDER_REFLECT).ravel()
