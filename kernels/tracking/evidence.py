"""What one picture shows before anything is known of a subject: colours, edges, and what moves by itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import cv2
import numpy as np

from ..flow import concatenate, consistency, warp
from .appearance import bins_of, lab
from .cut import edge_weights
from .motion import camera_motion, homography_flow

SMOOTHNESS = 2.0
DRIFT_LIMIT = 4.0  # in units of noise: more of it makes no sharper edge
DRIFT_EDGE = 4.0  # of Lab's units that one unit of noise in drift counts as an edge
LEAST_NOISE = 0.35  # px
DRIFT_BINS, DRIFT_SPAN = 6, 2.0  # bins to either side of rest, and how many of the subject's speeds they span
PATCH = 7  # px: the side of the squares in which pictures are compared
SAME = 3.0  # sum of three 8-bit differences above the usual up to which patches are the same
OTHER = 9.0  # from which they are not
STILL = 0.7  # px beside the camera's motion that are none
POINT_RADIUS = 0.012  # of the diagonal: what counts as at a point
Background = np.ndarray | None
FlowPair = tuple[np.ndarray, np.ndarray]  # a → b and b → a, float32 [H, W, 2]
Step = tuple[FlowPair, np.ndarray]  # the flows to and from the next picture of a chain, and that picture

_SUM = np.ones((1, 3), np.float32)
_local = threading.local()


def flow_pair(a: np.ndarray, b: np.ndarray) -> FlowPair:
    """The flows between two uint8 RGB pictures, by DIS at its fast setting but to the finest scale: as good for
    telling what moves as `flow.flow`, in less time."""
    a, b = (cv2.cvtColor(p, cv2.COLOR_RGB2GRAY) for p in (a, b))
    engine = _engine()
    return engine.calc(a, b, None), engine.calc(b, a, None)


def _engine():
    """This thread's DIS."""
    if not hasattr(_local, "engine"):
        engine = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
        engine.setFinestScale(0)
        engine.setVariationalRefinementIterations(2)
        _local.engine = engine
    return _local.engine


class Evidence:
    """A picture, uint8 RGB [H, W, 3] of the working size, and its motion against neighbouring pictures.

    bins: colour bins int32 [H, W]. drift: float32 [H, W, 2], how each pixel moves by itself, px a frame in units of
    the background's noise; speed: its length. trusted: 0 … 1, low where a pixel is hidden in the neighbours or lies in
    a flat area, so that its motion is a guess. across, down: edge weights for the cut.
    """

    def __init__(
        self,
        picture: np.ndarray,
        later: Sequence[Step] = (),
        earlier: Sequence[Step] = (),
        background: Background = None,
    ):
        """later, earlier: chains of neighbours that start at the picture. background: weights [H, W]."""
        self.picture = picture
        colours = lab(picture)
        self.bins = bins_of(colours)
        self.size = (picture.shape[1], picture.shape[0])
        self.drift, self.trusted = independent_motion(picture, later, earlier, background)
        self.speed = cv2.magnitude(self.drift[..., 0], self.drift[..., 1])
        smooth = cv2.bilateralFilter(colours, 5, 20, 3).astype(np.float32)
        drift = np.clip(self.drift, -DRIFT_LIMIT, DRIFT_LIMIT) * (DRIFT_EDGE * self.trusted[..., None])
        self.across, self.down = edge_weights(np.dstack([smooth, drift]), SMOOTHNESS)

    def at(self, point: tuple[float, float]) -> tuple[float, np.ndarray, float]:
        """(speed, drift (x, y), how far motion tells apart what moves so) around a point. ValueError outside."""
        width, height = self.size
        x, y = np.arange(width, dtype=np.float32) + 0.5, np.arange(height, dtype=np.float32) + 0.5
        away = np.hypot(x[None, :] - np.float32(point[0]), y[:, None] - np.float32(point[1]))
        disc = away <= max(2.0, POINT_RADIUS * float(np.hypot(width, height)))
        if not disc.any():
            raise ValueError(f"the click at {point[0]:.0f}, {point[1]:.0f} lies outside the picture")
        own = float(np.median(self.speed[disc]))
        return own, np.median(self.drift[disc], axis=0), telling(own)

    def moves(self, own: float, mean: np.ndarray) -> tuple[np.ndarray, float]:
        """(how far each pixel moves as a subject of this drift does, 0 … 1; how far motion tells them apart, 0 … 1).

        own: the subject's speed. mean: its drift (x, y). What moves against it counts half: a limb or another thing.
        """
        weight = telling(own)
        low = max(1.0, 0.15 * own)
        moves = np.clip((self.speed - low) / (1.5 * low), 0, 1)
        length = float(np.hypot(*mean))
        if weight > 0 and length > 1e-6:
            along = (self.drift @ np.asarray(mean, np.float32)) / (self.speed * length + 1e-6)
            moves *= np.where(along < -0.3, 0.5, 1.0)
        return (moves * self.trusted + 0.5 * (1 - self.trusted)).astype(np.float32), weight


def drift_odds(evidence: Evidence, inside: np.ndarray, outside: np.ndarray, own: float) -> np.ndarray:
    """log(P(drift | inside) / P(drift | outside)) of each pixel, [H, W]: what moves otherwise than the subject's parts.

    inside, outside: weights [H, W]. own: the subject's speed, which sets the size of the histogram's bins.
    """
    scale = DRIFT_BINS / (DRIFT_SPAN * max(own, 2.0))
    place = np.clip(evidence.drift * np.float32(scale) + DRIFT_BINS, 0, 2 * DRIFT_BINS).astype(np.int32)
    side = 2 * DRIFT_BINS + 1
    bins = place[..., 1] * side + place[..., 0]
    shares = []
    for weights in (inside, outside):
        counts = np.bincount(bins.ravel(), (weights * evidence.trusted).ravel(), side * side).reshape(side, side)
        counts = cv2.GaussianBlur(counts, (0, 0), 1.0, borderType=cv2.BORDER_REPLICATE)
        shares.append(counts / max(float(counts.sum()), 1e-6) + 0.1 / (side * side))
    return np.log(shares[0] / shares[1]).astype(np.float32).ravel()[bins]


def telling(speed: float) -> float:
    """How far motion of this speed, in units of noise, tells a thing from its surroundings: 0 … 1."""
    return min(max((speed - 1.5) / 2, 0.0), 1.0)


def independent_motion(picture: np.ndarray, later: Sequence[Step], earlier: Sequence[Step], background: Background):
    """(drift [H, W, 2], trusted [H, W]) as Evidence has them.

    Flows are chained along each run, so that slow subjects stand out in time. Where the flow back does not return, the
    pixel is hidden there.
    """
    height, width = picture.shape[:2]
    drift, total = np.zeros((height, width, 2), np.float32), np.full((height, width), 1e-3, np.float32)
    told = np.zeros((height, width), np.float32)
    for run, sign in ((later, 1), (earlier, -1)):
        onward, back = None, None
        for n, ((step, reverse), other) in enumerate(run):
            onward = step if onward is None else concatenate(onward, step)
            back = reverse if back is None else concatenate(reverse, back)
            camera, noise = camera_flow(onward, background)
            error = consistency(onward, back)
            allowed = 0.5 + 0.15 * cv2.magnitude(onward[..., 0], onward[..., 1])
            weight = np.exp(-np.square(np.minimum(error / allowed, 10))) / (1 + n)  # far neighbours hide more
            told += weight * told_by_pictures(picture, other, onward, camera)
            drift += (onward - camera) * (sign * weight / noise)[..., None]
            total += weight
    return drift / total[..., None], np.minimum(total, 1) * told / total


def told_by_pictures(picture: np.ndarray, other: np.ndarray, onward: np.ndarray, camera: np.ndarray) -> np.ndarray:
    """How far the pictures themselves say that a pixel moves as its flow does, 0 … 1, float32 [H, W].

    Flow is smooth: it drags flat ground along behind a subject. Where moving with the camera explains the other picture
    no worse than flow usually does, either may be true. onward, camera: the flow from `picture` to `other` and the
    camera's part of it, px [H, W, 2].
    """
    by_flow, by_camera = (
        cv2.boxFilter(cv2.transform(cv2.absdiff(picture, warp(other, f)), _SUM), cv2.CV_32F, (PATCH, PATCH))
        for f in (onward, camera)
    )
    unlike = by_camera - np.float32(np.median(by_flow[1::3, 1::3]))
    drift = onward - camera
    still = np.exp(-np.square(cv2.magnitude(drift[..., 0], drift[..., 1]) / STILL))
    return np.maximum(np.clip((unlike - SAME) / (OTHER - SAME), 0, 1), still)


def camera_flow(flow_ab: np.ndarray, background: Background) -> tuple[np.ndarray, float]:
    """(the camera's part of a flow [H, W, 2] px, the noise that background has beside it, px)."""
    height, width = flow_ab.shape[:2]
    camera = homography_flow(camera_motion(flow_ab, background), width, height)
    sample = flow_ab[2::4, 2::4] - camera[2::4, 2::4]
    speed = np.hypot(sample[..., 0], sample[..., 1])
    if background is not None and (background[2::4, 2::4] > 0.5).sum() > 50:
        speed = speed[background[2::4, 2::4] > 0.5]
    return camera, max(LEAST_NOISE, 1.5 * float(np.median(speed))) if speed.size else LEAST_NOISE
