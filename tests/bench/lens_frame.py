"""The frame that the lens is timed on: depth edges everywhere, as in a real one."""

from __future__ import annotations

import numpy as np

CARDS = 64
SEED = 3
HIGHLIGHTS = 400  # lamps of 50 times white in a megapixel


def frame(width: int, height: int, radius: float, cards: int = CARDS) -> tuple[np.ndarray, np.ndarray]:
    """(rgba float32 [H, W, 4], opaque; coc float32 [H, W], px): a ramp of circles of confusion from -radius to radius
    across the picture, broken by cards at random depths, each a rectangle of a twelfth to a quarter of the height and
    one CoC; nearer cards cover farther ones. Every surface has a noise of its own colour."""
    rng = np.random.default_rng(SEED)
    coc = np.repeat(np.linspace(-radius, radius, width, dtype=np.float32)[None], height, axis=0)
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = rng.random((height, width, 1), np.float32) * np.float32([0.5, 0.4, 0.3])
    for depth in np.sort(rng.uniform(-radius, radius, cards))[::-1].astype(np.float32):
        h, w = (rng.uniform(height / 12, height / 4, 2)).astype(int)
        y, x = int(rng.uniform(-h / 2, height - h / 2)), int(rng.uniform(-w / 2, width - w / 2))
        place = np.s_[max(y, 0) : max(y + h, 1), max(x, 0) : max(x + w, 1)]
        coc[place] = depth
        rgba[place][..., :3] *= 0.3
        rgba[place][..., :3] += rng.uniform(0.05, 0.7, 3).astype(np.float32)
    count = max(int(HIGHLIGHTS * width * height / 1e6), 1)
    rgba[rng.integers(0, height, count), rng.integers(0, width, count), :3] = 50.0
    return rgba, coc
