"""From a deep-focus frame to stabilized disparity and radiance: `python tests/bench/refocus.py [--rounds N]`.

What Zhang et al. 2019, section 4.3, report as ten seconds a 2-megapixel frame on a Titan X: inference, flow in both
directions, temporal filtering. Here on the processor: 1920 × 1080, window 6, two threads, flows of older pairs kept as
when a clip is rendered in order. Wall time and processor time of all cores, medians.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.stabilise import SIZE, WINDOW, clip, timed

from focuspuller.kernels.flow import FlowCache
from focuspuller.kernels.rgbd_hdr.estimate import load
from focuspuller.kernels.temporal.alignment import Aligner
from focuspuller.kernels.temporal.stabilise import Frame, Settings, stabilise

CLIPPED = 0.97  # quantile of the picture that its white is set to: 3 % of the pixels are recovered


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    import torch

    cv2.setNumThreads(2)
    torch.set_num_threads(2)
    estimator = load()
    plates = [f.guide for f in clip(WINDOW + 1 + rounds, 1)]
    white = float(np.quantile(plates[0].max(axis=2), CLIPPED))
    plates = [np.clip(plate / white, 0, 1) for plate in plates]
    aligner, frames, found = Aligner(FlowCache(1 << 30), 1.5), [], []
    for number, plate in enumerate(plates):
        made = {}

        def disparity(plate=plate, made=made):
            made["disparity"] = estimator.disparity(plate)

        def radiance(plate=plate, made=made):
            made["radiance"] = estimator.radiance(plate)

        def filtered(made=made, number=number, plate=plate):
            values = np.concatenate([made["radiance"], made["disparity"][..., None]], axis=2)
            frames.append(Frame(values, plate))
            stabilise(frames[-1], frames[-1 - WINDOW : -1][::-1], [], Settings(), aligner)

        times = [timed(disparity), timed(radiance), timed(filtered)]
        if number > WINDOW:
            found.append(times)
    print(f"| {SIZE[0]} × {SIZE[1]}, 2 threads | wall, s | processor, s |")
    print("|---|---:|---:|")
    names = ("disparity by the network", "highlights", "two flows and the filter, RGBA", "together")
    for k, name in enumerate(names):
        sums = [[sum(t[i] for t in (r if k == 3 else r[k : k + 1])) for i in range(2)] for r in found]
        wall, processor = (statistics.median(s[i] for s in sums) for i in range(2))
        print(f"| {name} | {wall:.2f} | {processor:.2f} |")


if __name__ == "__main__":
    main()
