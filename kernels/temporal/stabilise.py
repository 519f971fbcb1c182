"""The door: a frame and its neighbours in, the steady frame out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import cv2
import numpy as np

from .. import flow as optical
from . import levels
from .alignment import Aligner, Alignment, View
from .fill import carried
from .fuse import fuse

THREADS = 2  # as many as give most: the work is bound by memory
STRIP_BYTES = 512 << 10  # of a picture: a strip stays in the cache of a core
CARRIED = 4.0  # usual deviations: larger corrections are not carried to pixels around
ROUNDING = 1e-5  # of a channel's usual value: below it, deviations are those of float32
FLOOR = 1.5  # of the usual deviation over the picture: smaller ones never make an outlier


@dataclass(frozen=True)
class Frame:
    """values: float32 [H, W, C], what is steadied, finite. guide: float32 [H, W] or [H, W, 1|3|4], scene-linear, of the
    same size: the picture that flow sees. present: bool [H, W] where values mean something, None = everywhere."""

    values: np.ndarray = field(repr=False)
    guide: np.ndarray = field(repr=False)
    present: np.ndarray | None = field(default=None, repr=False)

    def same_as(self, other: Frame) -> bool:
        """Whether a host has handed out one frame twice, as it does beyond a clip's ends."""
        return np.array_equal(self.values[::16, ::16], other.values[::16, ::16]) and np.array_equal(
            self.values, other.values
        )


@dataclass(frozen=True)
class Settings:
    """strength: of the outlier weight, 0 = none, 1 = usual. match: neighbours are fitted to the wanted frame's scale
    and offset, channel by channel. steady: channels in which the window's scale and offset take the place of the wanted
    frame's; nothing without match."""

    strength: float = 1.0
    match: bool = True
    steady: slice = field(default_factory=lambda: slice(None))


def stabilise(
    wanted: Frame,
    earlier: Sequence[Frame],
    later: Sequence[Frame],
    settings: Settings,
    aligner: Aligner,
    check_abort: Callable[[], None] = lambda: None,
) -> np.ndarray:
    """The wanted frame, steadied: float32 [H, W, C], fresh.

    earlier, later: its neighbours, the nearest first, without gaps, of the same size. Frames beyond a cut, and frames
    that are the one before once more, take no part. Where the wanted frame is not present, the neighbours that see the
    place speak alone; where there are none, its values stay.
    """
    aligned = [*_aligned(wanted, earlier, -1, aligner, check_abort), *_aligned(wanted, later, 1, aligner, check_abort)]
    if not aligned:
        return wanted.values.copy()
    height, width, channels = wanted.values.shape
    every = max(1, round((height * width / levels.SAMPLES) ** 0.5))
    grid = np.s_[::every, ::every]
    samples = wanted.values[grid]
    with ThreadPoolExecutor(THREADS) as pool:
        brought = list(pool.map(lambda pair: _brought(*pair, wanted, grid, settings, check_abort), aligned))
    neighbours, visible, fits = zip(*brought, strict=True)
    values = wanted.values if wanted.present is None else _healed(wanted, neighbours, visible)
    usual = _usual_deviation([n[grid] for n in neighbours], [v[grid] for v in visible], samples)
    steps = [a.step for _, a in aligned]
    out, share = fuse(values, neighbours, visible, steps, FLOOR * usual, settings.strength, check_abort)
    check_abort()
    out = carried(values, out, share, CARRIED * usual)
    if settings.match:
        trust = [float(v[grid].mean()) for v in visible]
        for c in range(channels)[settings.steady]:
            level = levels.steadied([f[c] for f in fits], steps, trust, samples[..., c])
            if level != levels.Level():
                out[..., c] *= np.float32(level.scale)
                out[..., c] += np.float32(level.offset)
    return out


def _brought(frame: Frame, alignment: Alignment, wanted: Frame, grid, settings: Settings, check_abort):
    """A neighbour on the wanted frame and on its level: (values [H, W, C], visible [H, W], [C] fits). grid: slices of
    the pixels that fits look at."""
    check_abort()
    height, width, channels = wanted.values.shape
    flow = optical.resized(alignment.flow, width, height)
    moved = _moved(frame.values, flow)
    seen = cv2.resize(alignment.visible, (width, height), interpolation=cv2.INTER_LINEAR)
    if frame.present is not None:
        seen *= optical.warp(frame.present.astype(np.float32), flow) > 0.999
    if not settings.match:
        return moved, seen, None
    weight = seen[grid] * levels.static(flow[grid])
    if wanted.present is not None:
        weight *= wanted.present[grid]
    samples = wanted.values[grid]
    fits = [levels.fit(moved[grid][..., c].ravel(), samples[..., c].ravel(), weight.ravel()) for c in range(channels)]
    moved *= np.array([f.scale for f in fits], np.float32)
    moved += np.array([f.offset for f in fits], np.float32)
    return moved, seen, fits


def _moved(values: np.ndarray, flow: np.ndarray) -> np.ndarray:
    """A neighbour on the wanted frame, [H, W, C]: cubic, as averages of linear samples would soften every edge, but
    within what is around, as lamps ring."""
    height, width, channels = (*flow.shape[:2], values.shape[2])
    at, around = optical.places(flow), np.ones((3, 3), np.uint8)
    out = np.empty((height, width, channels), np.float32)
    rows = max(STRIP_BYTES // (4 * width * channels), 8)
    for top in range(0, height, rows):
        end, first = min(top + rows, height), max(top - 1, 0)
        # With a row more at either side, which are around the strip's own.
        smooth = cv2.remap(values, at[first : end + 1], None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        low, high = (f(smooth, around)[top - first :][: end - top] for f in (cv2.erode, cv2.dilate))
        sharp = cv2.remap(values, at[top:end], None, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        cv2.max(sharp, low, dst=sharp)
        out[top:end] = cv2.min(sharp, high, dst=sharp).reshape(end - top, width, channels)
    return out


def _healed(wanted: Frame, neighbours, visible) -> np.ndarray:
    """The wanted values, where they are not present the mean of the neighbours that see the place."""
    values = wanted.values.copy()
    holes = ~wanted.present
    weights = [v[holes, None] for v in visible]
    total = sum(weights)
    mean = sum(n[holes] * w for n, w in zip(neighbours, weights, strict=True)) / np.maximum(total, 1e-6)
    values[holes] = np.where(total > 0.5, mean, values[holes])
    return values


def _aligned(wanted, neighbours, sign, aligner, check_abort) -> list[tuple[Frame, Alignment]]:
    """Neighbours of one side that show something new, with their alignment."""
    chain = [wanted, *neighbours]
    views = [View.of(f.guide) for f in chain]
    fresh = [
        not (a.key == b.key and f.same_as(g)) for a, b, f, g in zip(views[1:], views, chain[1:], chain, strict=False)
    ]
    return [
        (chain[a.step], Alignment(sign * a.step, a.flow, a.visible))
        for a in aligner.along(views, check_abort)
        if fresh[a.step - 1]
    ]


def _usual_deviation(neighbours, visible, samples) -> np.ndarray:
    """[C]: the robust spread of neighbours about the wanted frame over the picture."""
    found = []
    for c in range(samples.shape[2]):
        deviations = [np.abs(n[..., c] - samples[..., c])[v > 0.5] for n, v in zip(neighbours, visible, strict=True)]
        together = np.concatenate(deviations)
        spread = float(np.median(together)) * 1.4826 / 2**0.5 if together.size else 0.0
        found.append(max(spread, ROUNDING * float(np.median(np.abs(samples[..., c])))))
    return np.array(found, np.float32)
