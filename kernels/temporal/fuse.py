"""The weighted mean over aligned frames: Zhang et al. 2019, Eq. 8, with what it needs against lag. Fast twin of
`reference.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

STRIP_BYTES = 256 << 10  # of one frame: all frames' strips lie in the cache of a core
SEEN = 0.5  # a neighbour's value votes in the median where it is visible by at least this
TREND = 12.0  # squared ratio of a trend to its standard error below which it counts as noise
TINY = np.float32(1e-30)
SPREADS = 3.0  # deviations from the median, in the pixel's own, at which outliers lose most weight


def fuse(
    wanted: np.ndarray,
    neighbours: Sequence[np.ndarray],
    visible: Sequence[np.ndarray],
    steps: Sequence[int],
    floor: np.ndarray,
    strength: float = 1.0,
    check_abort: Callable[[], None] = lambda: None,
    threads: int = 2,
) -> tuple[np.ndarray, np.ndarray]:
    """(mean float32 [H, W, C], share float32 [H, W, C] of the weight that neighbours had, 0 … 1).

    wanted, neighbours: float32 [H, W, C], aligned, finite. visible: float32 [H, W], 0 … 1. steps: frames from the
    wanted one. floor: [C], the least deviation that counts, in units of the channel. strength: 0 takes every visible
    value as it is.
    """
    height, width, channels = wanted.shape
    mean, share = np.empty_like(wanted), np.empty_like(wanted)
    rows = max(1, STRIP_BYTES // (4 * width * channels))
    starts = range(0, height, rows)

    def strip(start: int) -> None:
        check_abort()
        at = slice(start, start + rows)
        mean[at], share[at] = _strip(
            wanted[at], [n[at] for n in neighbours], [v[at, :, None] for v in visible], steps, floor, strength
        )

    if threads > 1 and len(starts) > 1:
        with ThreadPoolExecutor(threads) as pool:
            for _ in pool.map(strip, starts):
                pass
    else:
        for start in starts:
            strip(start)
    return mean, share


def _strip(wanted, neighbours, visible, steps, floor, strength):
    values = [wanted, *neighbours]
    seen = [None, *visible]
    middle = median([wanted, *(np.where(v >= SEEN, n, wanted) for n, v in zip(neighbours, visible, strict=True))])
    offsets = [v - middle for v in values]
    squares = [o * o for o in offsets]
    weights = [None] * len(values)
    if strength > 0:
        deviations = [
            squares[0],
            *(np.where(v >= SEEN, s, squares[0]) for s, v in zip(squares[1:], visible, strict=True)),
        ]
        spread = median(deviations)
        spread *= np.float32(1.4826**2)
        spread += np.maximum(np.square(floor, dtype=np.float32), TINY)
        np.divide(np.float32(-strength / SPREADS**2), spread, out=spread)
    for i, square in enumerate(squares):
        if strength > 0:
            weight = square * spread
            np.exp(weight, out=weight)
            if seen[i] is not None:
                weight *= seen[i]
        else:
            weight = np.broadcast_to(np.float32(1) if seen[i] is None else seen[i], square.shape)
        weights[i] = weight
    s0 = sum(weights[1:], weights[0])
    own = weights[0] / np.maximum(s0, 1e-20)
    sy = sum(w * o for w, o in zip(weights, offsets, strict=True))
    s0 = np.maximum(s0, 1e-6)
    centre = sy / s0
    if len(values) >= 5:
        s1 = sum(w * np.float32(t) for w, t in zip(weights[1:], steps, strict=True))
        s2 = sum(w * np.float32(t * t) for w, t in zip(weights[1:], steps, strict=True))
        sty = sum(w * o * np.float32(t) for w, o, t in zip(weights[1:], offsets[1:], steps, strict=True))
        syy = sum(w * s for w, s in zip(weights, squares, strict=True))
        s1 /= s0
        lever = np.maximum(s2 - s1 * s1 * s0, 1e-6)
        slope = (sty - s1 * sy) / lever
        left = np.maximum(syy - sy * centre - slope * slope * lever, 0)
        error = left / np.maximum(s0 - 2, 1) / lever
        kept = np.maximum(1 - TREND * error / np.maximum(slope * slope, 1e-30), 0)
        shift = -kept * slope * s1
        ahead = offsets[0] - centre
        centre += np.clip(shift, np.minimum(ahead, 0), np.maximum(ahead, 0))
    centre += middle
    return centre, 1 - own


def median(values: list[np.ndarray]) -> np.ndarray:
    """The median of each element over arrays of one shape; of an even number, with the first counted twice.

    Forgetful selection (Paeth 1990): of the first half and one more, the least and the greatest cannot be the median.
    """
    values = [*values, values[0]] if len(values) % 2 == 0 else list(values)
    if len(values) == 1:
        return values[0].copy()
    held, waiting = values[: len(values) // 2 + 2], values[len(values) // 2 + 2 :]
    while len(held) > 1:
        for i in range(1, len(held)):  # the least to the front
            held[0], held[i] = np.minimum(held[0], held[i]), np.maximum(held[0], held[i])
        for i in range(1, len(held) - 1):  # the greatest to the back
            held[-1], held[i] = np.maximum(held[-1], held[i]), np.minimum(held[-1], held[i])
        held = held[1:-1]
        if waiting:
            held.append(waiting.pop())
    return held[0]
