"""What one picture shows before anything is known of a subject: colours, edges, and what moves by itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import cv2
import numpy as np

from ..flow import concatenate, consistency
from .appearance import bins_of, lab
from .cut import edge_weights
from .motion import camera_motion, homography_flow

SMOOTHNESS = 2.0
DRIFT_LIMIT = 4.0  # in units of noise: more of it makes no sharper edge
DRIFT_EDGE = 4.0  # of Lab's units that one unit of noise in drift counts as an edge
LEAST_NOISE = 0.35  # px
DRIFT_BINS, DRIFT_SPAN = 6, 2.0  # bins to either side of rest, and how many of the subject's speeds they span
POINT_RADIUS = 0.012  # of the diagonal: what counts as at a point
Background = np.ndarray | None
FlowPair = tuple[np.ndarray, np.ndarray]  # a → b and b → a, float32 [H, W, 2]

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
    the background's noise; speed: its length. trusted: 0 … 1, low where a pixel is hidden in the neighbours, so that
    its motion is a guess. across, down: edge weights for the cut.
    """

    def __init__(
        self,
        picture: np.ndarray,
        later: Sequence[FlowPair] = (),
        earlier: Sequence[FlowPair] = (),
        background: Background = None,
    ):
        """later, earlier: chains of flow pairs that start at the picture. background: weights [H, W]."""
        self.picture = picture
        colours = lab(picture)
        self.bins = bins_of(colours)
        self.size = (picture.shape[1], picture.shape[0])
        self.drift, self.trusted = independent_motion(self.size, later, earlier, background)
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


def independent_motion(size, later: Sequence[FlowPair], earlier: Sequence[FlowPair], background: Background):
    """(drift [H, W, 2], trusted [H, W]) as Evidence has them.

    Flows are chained along each run, so that slow subjects stand out in time. Where the flow back does not return, the
    pixel is hidden there.
    """
    width, height = size
    drift, total_trust = np.zeros((height, width, 2), np.float32), np.full((height, width), 1e-3, np.float32)
    for run, sign in ((later, 1), (earlier, -1)):
        onward, back = None, None
        for n, (step, reverse) in enumerate(run):
            onward = step if onward is None else concatenate(onward, step)
            back = reverse if back is None else concatenate(reverse, back)
            residual, noise = without_camera(onward, background)
            error = consistency(onward, back)
            allowed = 0.5 + 0.15 * cv2.magnitude(onward[..., 0], onward[..., 1])
            weight = np.exp(-np.square(np.minimum(error / allowed, 10))) / (1 + n)  # far neighbours hide more
            drift += residual * (sign * weight / noise)[..., None]
            total_trust += weight
    drift /= total_trust[..., None]
    return drift, np.minimum(total_trust, 1)


def without_camera(flow_ab: np.ndarray, background: Background) -> tuple[np.ndarray, float]:
    """(the flow less the camera's [H, W, 2] px, the noise that background still has in it, px)."""
    height, width = flow_ab.shape[:2]
    residual = flow_ab - homography_flow(camera_motion(flow_ab, background), width, height)
    sample = residual[2::4, 2::4]
    speed = np.hypot(sample[..., 0], sample[..., 1])
    if background is not None and (background[2::4, 2::4] > 0.5).sum() > 50:
        speed = speed[background[2::4, 2::4] > 0.5]
    return residual, max(LEAST_NOISE, 1.5 * float(np.median(speed))) if speed.size else LEAST_NOISE
