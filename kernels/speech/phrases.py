"""Where somebody speaks: runs of voice, and the phrases that are judged as a whole."""

from __future__ import annotations

import numpy as np

PAUSE = 0.25  # s without a voice that end a run of speech
SHORTEST = 0.12  # s of voice that are no click
PHRASE = 2.5  # s of speech that are looked at together
WORD, NEAR = 0.8, 0.4  # s of speech that say too little alone; of a pause over which two such are joined


def words_joined(turns: list[tuple[int, int]], fps: float) -> list[tuple[int, int]]:
    """(first, stop) of runs of speech, where a few words close to a few others are one."""
    joined: list[tuple[int, int]] = []
    for first, stop in turns:
        short = bool(joined) and max(stop - first, joined[-1][1] - joined[-1][0]) < WORD * fps
        if short and first - joined[-1][1] < NEAR * fps:
            joined[-1] = joined[-1][0], stop
        else:
            joined.append((first, stop))
    return joined


def phrases(levels: np.ndarray, first: int, stop: int, fps: float) -> list[tuple[int, int]]:
    """(first, stop) of the phrases of a run of speech: a long one is parted where it is quietest near its middle."""
    if stop - first <= PHRASE * fps:
        return [(first, stop)]
    third = (stop - first) // 3
    part = first + third + int(np.argmin(levels[first + third : stop - third]))
    return [*phrases(levels, first, part, fps), *phrases(levels, part, stop, fps)]


def runs(voice: np.ndarray, fps: float) -> np.ndarray:
    """bool [n]: voice without its short pauses, and without what is too short to be a voice."""
    filled = voice.copy()
    for first, last in stretches(~voice):
        if first > 0 and last < len(voice) and last - first < PAUSE * fps:
            filled[first:last] = True
    for first, last in stretches(filled):
        if last - first < SHORTEST * fps and first > 0 and last < len(voice):
            filled[first:last] = False
    return filled


def stretches(mask: np.ndarray) -> list[tuple[int, int]]:
    """(first, end) of each stretch of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
