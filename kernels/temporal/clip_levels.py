"""One scale and one offset for the relative depth of a whole clip.

Every frame is fitted to a few earlier ones, near and far; the corrections of all frames are then the least-squares
answer to all the fits at once, so that no error adds up from frame to frame as in a chain.
"""

from __future__ import annotations

import cv2
import numpy as np

from .. import flow as optical
from . import levels
from .alignment import Aligner, View
from .stabilise import Frame

DISTANCES = (1, 2, 5, 12)  # frames between the frames of a fit
LARGEST = 250_000  # pixels a fit looks at
LEAST_TRUST = 0.15  # share of the picture that both frames must see


class ClipLevels:
    """Takes frames in order, then says what brings each to the common level."""

    def __init__(self, aligner: Aligner):
        self._aligner = aligner
        self._recent: list[tuple[int, View, np.ndarray]] = []
        self._count = 0
        self._fits: list[tuple[int, int, levels.Level, float]] = []

    def add(self, number: int, frame: Frame, check_abort=lambda: None) -> None:
        """The next frame. number: its time, increasing. frame: one channel of values."""
        view, values = View.of(_smaller(frame.guide)), _smaller(frame.values)[..., 0]
        for index, (earlier, other, past) in enumerate(self._recent):
            if number - earlier in DISTANCES and past.shape == values.shape:
                check_abort()
                fit = self._fit(view, values, other, past)
                if fit:
                    self._fits.append((self._count, self._count - len(self._recent) + index, *fit))
        self._recent = [r for r in self._recent if number - r[0] < max(DISTANCES)] + [(number, view, values)]
        self._count += 1

    def _fit(self, view, values, other, past):
        for aligned in self._aligner.along([view, other]):
            flow = aligned.flow
            moved = optical.warp(past, flow)
            weight = (
                aligned.visible
                * levels.static(flow[::4, ::4]).repeat(4, 0).repeat(4, 1)[: flow.shape[0], : flow.shape[1]]
            )
            trust = float(aligned.visible.mean())
            if trust >= LEAST_TRUST:
                return levels.fit(moved.ravel(), values.ravel(), weight.ravel()), trust
        return None

    def solved(self) -> tuple[list[float], list[float], int]:
        """(scale, offset) of every frame, so that value · scale + offset is on the common level, and how many shots
        there are that no fit joins. The mean correction of a shot is none."""
        pairs = np.array([(i, j) for i, j, _, _ in self._fits], int).reshape(-1, 2)
        trust = np.array([t for *_, t in self._fits])
        fits = [level for _, _, level, _ in self._fits]
        shots = _shots(pairs, self._count)
        # value_i ≈ a value_j + b and s_i value_i + o_i = s_j value_j + o_j, so
        # log s_j - log s_i = log a and o_j - o_i = s_i b.
        scales = np.exp(_potential(pairs, np.log([f.scale for f in fits]), trust, shots))
        offsets = _potential(pairs, [f.offset * scales[i] for f, (i, _) in zip(fits, pairs, strict=True)], trust, shots)
        return scales.tolist(), offsets.tolist(), int(shots.max(initial=-1)) + 1


def _potential(pairs, differences, trust, shots) -> np.ndarray:
    """x with x_j - x_i ≈ difference for every pair (i, j), its mean over each shot 0: conjugate gradients."""
    count = len(shots)
    x = np.zeros(count)
    if not len(pairs):
        return x
    i, j = pairs.T

    def gathered(flow):
        return np.bincount(j, flow, count) - np.bincount(i, flow, count)

    left = gathered(trust * np.asarray(differences, float))
    step, size = left.copy(), left @ left
    enough = 1e-20 * size
    for _ in range(4 * count):
        if size <= enough:
            break
        bent = gathered(trust * (step[j] - step[i]))
        share = size / (step @ bent)
        x += share * step
        left -= share * bent
        step, size = left + step * ((left @ left) / size), left @ left
    mean = np.bincount(shots, x) / np.bincount(shots)
    return x - mean[shots]


def _shots(pairs, count) -> np.ndarray:
    """[count]: the number of the shot of each frame; frames that fits join are of one shot."""
    parent = list(range(count))

    def root(k):
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    for i, j in pairs:
        parent[max(root(i), root(j))] = min(root(i), root(j))
    return np.unique([root(k) for k in range(count)], return_inverse=True)[1] if count else np.zeros(0, int)


def _smaller(picture: np.ndarray) -> np.ndarray:
    """[H, W, C] halved until it has at most LARGEST pixels."""
    height, width, channels = picture.shape
    halvings = 0
    while (height >> halvings) * (width >> halvings) > LARGEST:
        halvings += 1
    if halvings:
        size = (max(width >> halvings, 1), max(height >> halvings, 1))
        picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return picture.reshape(*picture.shape[:2], channels)
