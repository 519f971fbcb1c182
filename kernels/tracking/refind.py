"""Finding a lost subject again: where it may be, and whether what is there is really it."""

from __future__ import annotations

import cv2
import numpy as np

from .evidence import Evidence, telling
from .propagate import Subject, colour_odds, step

MOVES, STANDS = 0.6, 0.3  # own_motion from which a thing moves, up to which it stands
PLACES = 3  # looked at in a picture
SPREAD, SPREAD_A_FRAME = 0.06, 0.012  # of the diagonal: how far off the predicted place it may be
LEAST_LIKENESS = 0.72
LIKE_BEFORE = 0.85  # of the likeness it usually had
LEAST_DENSITY = 0.15  # of likely pixels in a square of its size
AREA_RANGE = (0.2, 3.0)  # of its usual area
GALLERY = 12  # pictures whose features are remembered
LEAST_MATCHES = 4
FAR_LIKENESS = 0.9
STRANGE = 0.4  # of a place that looked like the subject before, from which it is another
LEAST_FEATURES = 15  # in the gallery, for features to have a say
APART = 0.7  # of its size that a stranger is away at least
ALIKE = 45  # of 256 bits that two features of one thing differ in at most
FEATURE_SCALE = 2.0  # features are looked for in the subject's surroundings enlarged so much
UNRIVALLED = 1.25  # times the likeness of any other place's, to be believed far from the predicted one


def own_motion(evidence: Evidence, mask: np.ndarray) -> float:
    """How far motion tells what is in a mask [H, W] from the background, 0 … 1."""
    inside = (mask > 0.5) & (evidence.trusted > 0.3)
    return telling(float(np.median(evidence.speed[inside]))) if inside.sum() >= 12 else 0.0


class Gallery:
    """Features (ORB) of the subject as it was seen."""

    def __init__(self):
        self.kept: list[np.ndarray] = []

    def add(self, picture: np.ndarray, mask: np.ndarray) -> None:
        """picture: uint8 RGB [H, W, 3]. mask: float32 [H, W]."""
        found = _features(picture, mask)
        if found is not None and len(found) >= 4:
            if len(self.kept) >= GALLERY:
                del self.kept[1]  # the first, from the click, stays
            self.kept.append(found)

    def matches(self, picture: np.ndarray, mask: np.ndarray) -> int | None:
        """How many features of the subject are found in the mask; None where it never had enough of them."""
        if sum(map(len, self.kept)) < LEAST_FEATURES:
            return None
        found = _features(picture, mask)
        if found is None or len(found) < 2:
            return 0
        best = 0
        matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
        for known in self.kept:
            best = max(best, sum(m.distance <= ALIKE for m in matcher.match(known, found)))
        return best


def _features(picture: np.ndarray, mask: np.ndarray) -> np.ndarray | None:
    ys, xs = np.nonzero(mask > 0.5)
    if not len(xs):
        return None
    rows, columns = slice(max(ys.min() - 8, 0), ys.max() + 9), slice(max(xs.min() - 8, 0), xs.max() + 9)
    grey = cv2.cvtColor(np.ascontiguousarray(picture[rows, columns]), cv2.COLOR_RGB2GRAY)
    inside = (mask[rows, columns] > 0.5).astype(np.uint8) * 255
    grey, inside = (cv2.resize(p, None, fx=FEATURE_SCALE, fy=FEATURE_SCALE) for p in (grey, inside))
    return cv2.ORB_create(nfeatures=120, edgeThreshold=8, patchSize=21, fastThreshold=10).detectAndCompute(
        grey, inside
    )[1]


def refind(
    subject: Subject,
    gallery: Gallery,
    evidence: Evidence,
    place: tuple[float, float],
    area: float,
    lost_for: int,
    strange: np.ndarray,
    motion: float,
) -> tuple[np.ndarray, float] | None:
    """(mask, likeness) of the subject where it is seen again, else None.

    place: px, where it would be had it gone on. area: px² that it usually has. lost_for: frames. strange: [H, W] 0 … 1,
    what looked like it while it was seen elsewhere. motion: own_motion that it usually has.

    It is believed when it looks like itself and has about its size, is nobody seen beside it before, and either carries
    its features or, near the place, has no rival: better lost than another one.
    """
    width, height = evidence.size
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)
    away = np.hypot(x[None, :] - np.float32(place[0]), y[:, None] - np.float32(place[1]))
    spread = np.float32(float(np.hypot(width, height)) * (SPREAD + SPREAD_A_FRAME * lost_for) + np.sqrt(area))
    prior = 0.35 + 0.65 * np.exp(-0.5 * np.square(away / spread))
    if motion > MOVES:
        prior = prior * (0.4 + 0.6 * np.clip((evidence.speed - 1.5) / 2, 0, 1) * evidence.trusted)
    seen = []
    for candidate in _candidates(subject, evidence, area, prior):
        ys, xs = np.nonzero(candidate > 0.5)
        near = float(np.hypot(xs.mean() - place[0], ys.mean() - place[1])) < spread
        seen.append((subject.likeness(evidence.bins, candidate), near, candidate))
    seen.sort(key=lambda one: (one[1], one[0]), reverse=True)
    for likeness, near, candidate in seen:
        if likeness < max(LEAST_LIKENESS, LIKE_BEFORE * subject.usual):
            continue
        if float((strange * candidate).sum()) > STRANGE * float(candidate.sum()):
            continue
        matches = gallery.matches(evidence.picture, candidate)
        featured = matches is not None and matches >= LEAST_MATCHES
        if motion > MOVES and own_motion(evidence, candidate) < STANDS and not featured:
            continue
        others = [o[0] for o in seen if _overlap(o[2], candidate) < 0.3]
        unrivalled = all(likeness > UNRIVALLED * other for other in others)
        if featured or (near and unrivalled) or (matches is None and unrivalled and likeness > FAR_LIKENESS):
            return candidate, likeness
    return None


def strangers(subject: Subject, evidence: Evidence, mask: np.ndarray, area: float) -> np.ndarray:
    """What else looks like the subject, float32 [H, W] 0 … 1, in a picture in which it is seen in `mask`.

    Not what is close to the mask: that may be its other half, on the far side of a pole.
    """
    reach = 2 * round(APART * float(np.sqrt(area))) + 1
    beside = (cv2.dilate(mask, np.ones((reach, reach), np.uint8)) < 0.2).astype(np.float32)
    found = np.zeros_like(mask)
    for candidate in _candidates(subject, evidence, area, beside):
        if (candidate * beside).sum() > 0.9 * candidate.sum():
            np.maximum(found, candidate, out=found)
    return found


def _candidates(subject: Subject, evidence: Evidence, area: float, prior: np.ndarray) -> list[np.ndarray]:
    """Masks, of about the subject's area, where colours are like its own, weighted by `prior` [H, W]."""
    side = max(np.sqrt(area), 3.0)
    likely = prior / (1 + np.exp(-colour_odds(subject, evidence.bins)))
    density = cv2.boxFilter(likely, -1, (max(3, round(side)),) * 2, borderType=cv2.BORDER_CONSTANT)
    found = []
    for _ in range(PLACES):
        _, peak, _, point = cv2.minMaxLoc(density)
        if peak < LEAST_DENSITY:
            break
        cv2.circle(density, point, round(side), 0.0, -1)
        mask = np.zeros(evidence.bins.shape, np.float32)
        cv2.circle(mask, point, max(2, round(0.5 * side)), 1.0, -1)
        for _ in range(2):
            mask = step(subject, evidence, mask)
        size = float(mask.sum())
        if (mask > 0.5).any() and max(4.0, AREA_RANGE[0] * area) <= size <= AREA_RANGE[1] * area:
            found.append(mask)
    return found


def _overlap(a: np.ndarray, b: np.ndarray) -> float:
    union = float(np.maximum(a, b).sum())
    return float(np.minimum(a, b).sum()) / union if union else 0.0
