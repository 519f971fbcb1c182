"""How long TemporalStabilize takes: `python tests/bench/stabilise.py [--rounds N]` prints the table.

A frame of two megapixels, window 6, every flow in the cache but those of the newest pair, as when a clip is rendered in
order. Beside it, in the same rounds, one DIS flow of the same picture at the size that is used. Wall time, processor
time of all threads, and `alone`: of the thread that the others wait for, so that wall time on two idle cores is about
alone + (processor - alone) / 2 whatever else the machine does. Least of the rounds.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from focuspuller.kernels.flow import FlowCache, flow
from focuspuller.kernels.temporal.alignment import Aligner, View
from focuspuller.kernels.temporal.stabilise import Frame, Settings, stabilise

SIZE = (1920, 1080)
WINDOW = 6


def clip(frames: int, channels: int) -> list[Frame]:
    """A pan over a textured wall, with noise in its values."""
    rng = np.random.default_rng(0)
    wall = np.zeros((SIZE[1], SIZE[0] + 8 * frames, 3), np.float32)
    for sigma in (2, 5, 20):
        wall += cv2.GaussianBlur(rng.random(wall.shape, np.float32), (0, 0), sigma) * sigma
    wall /= wall.max()
    made = []
    for t in range(frames):
        guide = np.ascontiguousarray(wall[:, 8 * t : 8 * t + SIZE[0]])
        values = guide[..., :1] + 0.01 * rng.standard_normal((SIZE[1], SIZE[0], channels), np.float32)
        made.append(Frame(np.ascontiguousarray(values, np.float32), guide))
    return made


def timed(call) -> tuple[float, ...]:
    """s: wall, processor, processor of this thread alone."""
    clocks = time.perf_counter, time.process_time, time.thread_time
    before = [clock() for clock in clocks]
    call()
    return tuple(clock() - b for clock, b in zip(clocks, before, strict=True))


def measure(channels: int, rounds: int) -> list[tuple[float, ...]]:
    """The least of each time of `timed`, of: a stabilized frame, a DIS flow."""
    frames = clip(WINDOW + 1 + rounds, channels)
    aligner = Aligner(FlowCache(1 << 30), 3.0)
    views = [View.of(f.guide) for f in frames[:2]]

    def frame(t):
        stabilise(frames[t], frames[t - WINDOW : t][::-1], [], Settings(), aligner)

    frame(WINDOW)
    found = [
        (timed(lambda t=t: frame(t)), timed(lambda: flow(views[0].pixels, views[1].pixels)))
        for t in range(WINDOW + 1, WINDOW + 1 + rounds)
    ]
    return [tuple(min(r[k][i] for r in found) for i in range(3)) for k in range(2)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    cv2.setNumThreads(2)
    print(
        "| 1920 × 1080, window 6 | wall, s | processor, s | alone, s | one DIS flow: processor, s | ratio (processor) |"
    )
    print("|---|---:|---:|---:|---:|---:|")
    for channels in (1, 4):
        (wall, processor, alone), (_, flow_processor, _) = measure(channels, rounds)
        name = "disparity" if channels == 1 else "radiance and disparity"
        print(
            f"| {name} | {wall:.2f} | {processor:.2f} | {alone:.2f} | {flow_processor:.2f} | "
            f"{processor / flow_processor:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
