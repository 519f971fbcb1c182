"""Where every pixel of a frame lies in its neighbours, and where it can be seen there.

Flows of adjacent frames are joined (Zhang et al. 2019, section 4.2), so each pair is worked out once for a clip.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from .. import flow as optical
from ..flow.dis import encoded, white_level

LARGEST_WORK = 1_200_000  # pixels: larger guides are halved until they have no more
MOTION_TOLERANCE = 0.2  # px of inconsistency allowed for each px of motion: what flow is good for
DIFFERENCE = 3  # px of the box over which pictures are compared
GRAIN = 1.5  # of 255: differences that any camera makes
FLICKER = 12.0  # of 255: a change of all the light up to which pixels still count as the same
FLAT = 1.0  # of 255: standard deviation of a picture that shows nothing
RETURN = 1.5  # px by which pixels of one shot may miss where they started, and MOTION_TOLERANCE / 2 of their motion
AGREEMENT = 0.25  # share of a pair's pixels that must agree, or there is a cut between them


@dataclass(frozen=True)
class View:
    """A guide as flow sees it. colours: float32 [h, w] or [h, w, 3]; pixels: their luma, [h, w]; key stands for the
    content; size: (width, height) of the guide."""

    colours: np.ndarray
    pixels: np.ndarray
    key: bytes
    size: tuple[int, int]

    @property
    def scale(self) -> float:
        """px of the view in one of the guide."""
        return self.pixels.shape[1] / self.size[0]

    @classmethod
    def of(cls, guide: np.ndarray) -> View:
        """guide: float32 [H, W] or [H, W, 1|3|4], scene-linear."""
        height, width = guide.shape[:2]
        colours = np.ascontiguousarray(_shrunk(guide)[..., :3]) if guide.ndim == 3 and guide.shape[2] >= 3 else None
        pixels = optical.luma(_shrunk(guide) if colours is None else colours)
        return cls(pixels if colours is None else colours, pixels, optical.content_key(pixels), (width, height))


@dataclass(frozen=True)
class Alignment:
    """One neighbour. step: frames from the wanted one. flow: float32 [h, w, 2] from the wanted frame to it, in px of
    the view. visible: float32 [h, w], 1 where the pixel is seen there, 0 where not."""

    step: int
    flow: np.ndarray = field(repr=False)
    visible: np.ndarray = field(repr=False)


class Aligner:
    """Aligns neighbours; keeps flows in `cache`. threshold: px of the guide by which a pixel may miss its start after
    going to the neighbour and back (delta of Eq. 7). flow: (a, b) → flow of two views' colours, and `name`, which tells
    the cache one kind of flow from another."""

    def __init__(
        self,
        cache: optical.FlowCache,
        threshold: float,
        flow: Callable[[np.ndarray, np.ndarray], np.ndarray] = optical.flow,
        name: str = "dis",
    ):
        self.cache, self.threshold, self.name = cache, threshold, name
        self._flow = flow

    def along(self, views: Sequence[View], check_abort: Callable[[], None] = lambda: None) -> Iterator[Alignment]:
        """Neighbours in one direction. views: the wanted frame first, then adjacent frames away from it (earlier ones,
        then all steps count down; the caller signs them). Ends at a cut."""
        total = visible = None
        wanted = views[0]
        for step, (near, far) in enumerate(itertools.pairwise(views), 1):
            check_abort()
            there, back = self._cached(near, far), self._cached(far, near)
            error, motion = optical.consistency(there, back), cv2.magnitude(there[..., 0], there[..., 1])
            trusted = _within(error, MOTION_TOLERANCE * motion + self.threshold * near.scale)
            if total is None:
                total, visible = there, trusted
            else:
                visible = visible * optical.warp(trusted, total)
                total = optical.concatenate(total, there)
            same = agreement(wanted.colours, optical.warp(far.colours, total), white_level(wanted.pixels))
            # Whether there is a cut does not depend on the threshold, so it is kept with the flows.
            make = functools.partial(_pair_agreement, near, far, there, error, motion)
            if self.cache.get((self.name, near.key, far.key, "agreement"), make) < AGREEMENT:
                return
            yield Alignment(step, total, visible * same)

    def _cached(self, a: View, b: View) -> np.ndarray:
        return self.cache.get((self.name, a.key, b.key), lambda: self._flow(a.colours, b.colours))


def _pair_agreement(near: View, far: View, there: np.ndarray, error: np.ndarray, motion: np.ndarray) -> np.ndarray:
    """[1]: the share of pixels of two adjacent frames that agree, less where pictures agree only because they have
    little contrast."""
    moved = optical.warp(far.colours, there)
    white = white_level(near.pixels)
    trusted = _within(error, MOTION_TOLERANCE / 2 * motion + RETURN * near.scale)
    share = float((trusted * agreement(near.colours, moved, white)).mean())
    a, b = (encoded(optical.luma(p), white)[::2, ::2].ravel() for p in (near.colours, moved))
    a, b = a - a.mean(), b - b.mean()
    aa, bb = float(a @ a), float(b @ b)
    if max(aa, bb) > a.size * FLAT**2:
        share *= max(float(a @ b), 0.0) / max((aa * bb) ** 0.5, 1e-12)
    return np.array([share], np.float32)


def agreement(wanted: np.ndarray, warped: np.ndarray, white: float) -> np.ndarray:
    """How alike two aligned pictures [h, w(, 3)] are around each pixel: float32 [h, w], 1 = the same, 0 = another
    thing. white: their white level.

    A difference counts against the pair's usual one and against how fast the picture itself changes there, as flow is
    good to a fraction of a pixel. Of the colours the one that differs most counts.
    """
    a, b = encoded(wanted, white), encoded(warped, white)
    size = (DIFFERENCE, DIFFERENCE)
    difference = cv2.blur(cv2.absdiff(a, b), size)
    across, down = (cv2.Sobel(a, cv2.CV_32F, x, y, scale=1 / 8) for x, y in ((1, 0), (0, 1)))
    tolerance = cv2.blur(cv2.sqrt(across * across + down * down), size)
    usual = min(float(np.median(difference[::2, ::2])), FLICKER)
    tolerance += 2 * GRAIN + 3 * usual
    np.divide(difference, tolerance, out=difference)
    if difference.ndim == 3:
        difference = cv2.max(cv2.max(difference[..., 0], difference[..., 1]), difference[..., 2])
    return _flat_top(difference)


def _within(error: np.ndarray, allowed: np.ndarray) -> np.ndarray:
    """How far pixels with these errors, px, are to be believed: [h, w] 0 … 1."""
    with np.errstate(over="ignore"):
        return _flat_top(error / allowed)


def _flat_top(ratio: np.ndarray) -> np.ndarray:
    """exp(-ratio⁴): 1 for what is well within, 0.37 at the bound."""
    ratio = np.minimum(ratio, 4)
    ratio *= ratio
    ratio *= ratio
    return cv2.exp(-ratio)


def _shrunk(guide: np.ndarray) -> np.ndarray:
    """The guide at the size that flow works at."""
    height, width = guide.shape[:2]
    halvings = 0
    while (height >> halvings) * (width >> halvings) > LARGEST_WORK:
        halvings += 1
    if not halvings:
        return guide
    size = (max(width >> halvings, 1), max(height >> halvings, 1))
    return cv2.resize(guide, size, interpolation=cv2.INTER_AREA)
