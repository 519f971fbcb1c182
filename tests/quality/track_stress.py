"""Harder clips than the sequences themselves, made from them: for `track.py --stress`.

A case is (pictures, true masks, frame of the click, point of the click, the other subject's masks or None). Composites
are a sequence's subject, cut out by its true mask, over another sequence's pictures, on a path of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

SIZE = (640, 360)  # px: the tracker looks at 384, so that more would only take time
STARTS = (0.2, 0.5, 0.8, 1.0)  # of the sequence
QUALITY = [cv2.IMWRITE_JPEG_QUALITY, 15]
TINY = 25 * SIZE[1] / 480  # px


@dataclass
class Case:
    kind: str
    name: str
    pictures: list[np.ndarray]  # uint8 RGB [H, W, 3]
    truths: list[np.ndarray]  # bool [H, W]
    start: int = 0
    point: tuple[float, float] | None = None  # the centre of the first mask where None
    others: list[np.ndarray] = field(default_factory=list)  # masks of what is easily mistaken for the subject


Clip = tuple[list[np.ndarray], list[np.ndarray]]
Make = Callable[[np.random.Generator], dict]  # a case's pictures, truths and what else it has


def cases(
    load: Callable[[str], Clip], names: list[str], kinds: list[str] | None = None, frames: int = 36
) -> Iterator[Case]:
    """Every case, or those of some kinds, a sequence at a time.

    load: name → (pictures, truths). frames: how many of each sequence are taken.
    """
    clips = {name: _small(load(name), frames) for name in names}
    for n, name in enumerate(names):
        ground = clips[names[(n + 2) % len(names)]]
        for k, (kind, make) in enumerate({**_altered(clips[name]), **_composites(clips[name], ground)}.items()):
            if not kinds or kind in kinds:
                made = make(np.random.default_rng([n, k]))
                yield Case(kind, name, **made)


def _altered(clip: Clip) -> dict[str, Make]:
    """The sequence itself, clicked elsewhere or its pictures made worse."""
    pictures, truths = clip

    def started(share: float) -> Make:
        return lambda rng: _of(clip, start=round(share * (len(pictures) - 1)))

    def changed(change: Callable) -> Make:
        return lambda rng: _of(([change(p, rng) for p in pictures], truths))

    return {
        **{f"start at {share:.0%}": started(share) for share in STARTS},
        "off centre": lambda rng: _of(clip, point=_inside(truths[0], 0.5, rng)),
        "near the edge": lambda rng: _of(clip, point=_inside(truths[0], 0.15, rng)),
        "mirrored": lambda rng: _of(([p[:, ::-1].copy() for p in pictures], [t[:, ::-1] for t in truths])),
        "dark": changed(lambda p, rng: p // 4),
        "noise": changed(lambda p, rng: np.clip(p + rng.normal(0, 14, p.shape), 0, 255).astype(np.uint8)),
        "JPEG": changed(lambda p, rng: cv2.imdecode(cv2.imencode(".jpg", p, QUALITY)[1], cv2.IMREAD_COLOR)),
        "shake": lambda rng: _of(_shaken(pictures, truths, rng)),
        "stands still": lambda rng: _of(_zoomed([pictures[0]] * len(pictures), [truths[0]] * len(pictures), 1.25)),
        "fast zoom": lambda rng: _of(_zoomed(pictures, truths, 2.5)),
    }


def _composites(subject: Clip, around: Clip) -> dict[str, Make]:
    """The sequence's subject over other pictures: `around`'s, or one of them without its subject, panned."""
    ground = around[0]
    count = min(len(subject[0]), len(ground))
    empty = _panned(*(part[0] for part in around), count)
    width, height = SIZE
    t = np.arange(count) / (count - 1)
    across = np.stack([width * (0.25 + 0.5 * t), height * (0.55 + 0.05 * np.sin(9 * t))], axis=1)
    slow = np.stack([width * (0.45 + 0.04 * t), np.full(count, height * 0.55)], axis=1)
    away = np.stack([width * (0.45 - 0.65 * np.sin(np.pi * t)), np.full(count, height * 0.55)], axis=1)
    usual = 0.3 * height

    def placed(over: Callable[[], list[np.ndarray]], path: np.ndarray, size: float) -> Make:
        return lambda rng: _of(_placed(subject, over(), path, size))

    def twins(rng) -> dict:
        twin = [p[:, ::-1] for p in subject[0][::-1]], [m[:, ::-1] for m in subject[1][::-1]]
        pictures, others = _placed(twin, empty, across[::-1] + np.array([0, 0.06 * height]), usual)
        pictures, truths = _placed(subject, pictures, across, usual)
        return _of((pictures, truths), others=[o & ~m for o, m in zip(others, truths, strict=True)])

    return {
        "other ground": placed(lambda: ground, across, usual),
        "slow, still camera": placed(lambda: [ground[0]] * count, slow, usual),
        "half the frame": placed(lambda: ground, slow, 0.7 * height),
        "tiny": placed(lambda: empty, across, TINY),
        "leaves, returns": placed(lambda: empty, away, usual),
        "same colours": placed(lambda: [_coloured(p, subject) for p in ground], across, usual),
        "behind a bar": lambda rng: _of(_barred(*_placed(subject, empty, across, usual))),
        "crosses its twin": twins,
    }


def _of(clip: Clip, **more) -> dict:
    return {"pictures": clip[0], "truths": clip[1], **more}


def _small(clip: Clip, frames: int) -> Clip:
    pictures = [cv2.resize(p, SIZE, interpolation=cv2.INTER_AREA) for p in clip[0][:frames]]
    return pictures, [
        cv2.resize(m.astype(np.uint8), SIZE, interpolation=cv2.INTER_NEAREST) > 0 for m in clip[1][:frames]
    ]


def _inside(mask: np.ndarray, deep: float, rng) -> tuple[float, float]:
    """A point inside a mask, about so deep (of the deepest)."""
    depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
    share = depth / depth.max()
    ys, xs = np.nonzero((share > deep - 0.1) & (share < deep + 0.1) & mask)
    n = int(rng.integers(len(xs)))
    return float(xs[n]) + 0.5, float(ys[n]) + 0.5


def _shaken(pictures, truths, rng) -> Clip:
    """A hand-held camera: up to a fiftieth of the width from frame to frame."""
    offsets = rng.normal(0, SIZE[0] / 100, (len(pictures), 2)).clip(-SIZE[0] / 50, SIZE[0] / 50)
    offsets[0] = 0
    shaken = [], []
    for picture, truth, (x, y) in zip(pictures, truths, offsets, strict=True):
        matrix = np.array([[1, 0, x], [0, 1, y]])
        shaken[0].append(cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT))
        shaken[1].append(cv2.warpAffine(truth.astype(np.uint8), matrix, SIZE) > 0)
    return shaken


def _zoomed(pictures, truths, end: float) -> Clip:
    """A camera that zooms in evenly, to `end` times, on the middle of the first mask, and pans a little."""
    ys, xs = np.nonzero(truths[0])
    zoomed = [], []
    for n, (picture, truth) in enumerate(zip(pictures, truths, strict=True)):
        scale = end ** (n / (len(pictures) - 1))
        matrix = np.array([[scale, 0, (1 - scale) * xs.mean() - n], [0, scale, (1 - scale) * ys.mean() + 0.5 * n]])
        zoomed[0].append(cv2.warpAffine(picture, matrix, SIZE, borderMode=cv2.BORDER_REFLECT))
        zoomed[1].append(cv2.warpAffine(truth.astype(np.uint8), matrix, SIZE) > 0)
    return zoomed


def _placed(subject: Clip, ground, path: np.ndarray, size: float) -> Clip:
    """The subject over the ground: its mask's centre on a path, px, and the root of its first mask's area `size`."""
    scale = size / np.sqrt(max(float(subject[1][0].sum()), 1.0))
    pictures, truths = [], []
    for n, (x, y) in enumerate(path):
        ys, xs = np.nonzero(subject[1][n])
        middle = (xs.mean(), ys.mean()) if len(xs) else (0, 0)
        matrix = np.array([[scale, 0, x - scale * middle[0]], [0, scale, y - scale * middle[1]]])
        smoothly = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        mask = cv2.GaussianBlur(subject[1][n].astype(np.float32), (0, 0), 0.7 + 0.35 / scale)
        picture = cv2.GaussianBlur(subject[0][n], (0, 0), 0.35 / scale) if scale < 1 else subject[0][n]
        mask = cv2.warpAffine(mask, matrix, SIZE, flags=smoothly)
        picture = cv2.warpAffine(picture, matrix, SIZE, flags=smoothly)
        mixed = ground[n] + mask[..., None] * (picture.astype(np.float32) - ground[n])
        pictures.append(np.round(mixed).astype(np.uint8))
        truths.append(mask > 0.5)
    return pictures, truths


def _panned(picture: np.ndarray, mask: np.ndarray, count: int) -> list[np.ndarray]:
    """A picture whose subject its own mirror image covers, seen by a camera that pans."""
    cover = cv2.GaussianBlur(cv2.dilate(mask.astype(np.float32), np.ones((15, 15))), (0, 0), 3)[..., None]
    covered = picture + cover * (picture[:, ::-1].astype(np.float32) - picture)
    shift = [np.array([[1, 0, -1.5 * n], [0, 1, 0.5 * n]]) for n in range(count)]
    return [cv2.warpAffine(covered, m, SIZE, borderMode=cv2.BORDER_REFLECT).astype(np.uint8) for m in shift]


def _coloured(picture: np.ndarray, subject: Clip) -> np.ndarray:
    """A picture with the subject's mean and spread of colour (Reinhard et al. 2001)."""
    there = cv2.cvtColor(subject[0][0], cv2.COLOR_RGB2LAB)[subject[1][0]].astype(np.float32)
    here = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    flat = here.reshape(-1, 3)
    here = (here - flat.mean(axis=0)) / (flat.std(axis=0) + 1e-3) * there.std(axis=0) + there.mean(axis=0)
    return cv2.cvtColor(np.clip(here, 0, 255).astype(np.uint8), cv2.COLOR_LAB2RGB)


def _barred(pictures: list[np.ndarray], truths: list[np.ndarray]) -> Clip:
    """A grey post, as wide as the subject, that passes over it once."""
    out = [], []
    wide = int(1.1 * np.sqrt(float(truths[0].sum())))
    for n, (picture, truth) in enumerate(zip(pictures, truths, strict=True)):
        x0 = int(SIZE[0] * (1.0 - 1.0 * n / (len(pictures) - 1)) - wide / 2)
        columns = slice(max(x0, 0), max(x0 + wide, 0))
        picture, truth = picture.copy(), truth.copy()
        picture[:, columns] = 90 + (np.arange(SIZE[1]) // 6 % 2 * 12)[:, None, None]
        truth[:, columns] = False
        out[0].append(picture)
        out[1].append(truth)
    return out
