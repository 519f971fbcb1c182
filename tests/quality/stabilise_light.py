#!/usr/bin/env python3
"""What TemporalStabilize does to light, by Channels: a table.

    python3 dev.py run python tests/quality/stabilise_light.py [--clips libby …] [--frames 4]

DAVIS clips through DepthHDR (network, defaults), stabilized with the plate as Guide:

- detail: energy of the Laplacian of display-coded light where nothing clips, in % of that of DepthHDR's frame;
- light, highlights: mean change along DIS flow in % of the mean light, where nothing clips and where something does;
- disparity: the same in % of its range.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_clip_job import ClipJob
from fake_job import picture

from focuspuller.kernels.depth.estimates import rgbd_hdr
from focuspuller.kernels.flow import consistency, flow, warp
from focuspuller.nodes.depth_hdr.node import NODE as DEPTH_HDR
from focuspuller.nodes.temporal_stabilize.node import ALL, ALPHA, NODE, RECOVERED
from focuspuller.nodes.temporal_stabilize.render import render

DAVIS = Path(__file__).parents[3] / "shared" / "data" / "davis" / "JPEGImages"
START = 6  # the first frame with a full window
CLIPPED = 0.98  # of white
GAIN = next(k.default for k in DEPTH_HDR.knobs if k.name == "hdrGain")


def measures(frames, plates, backs, seen) -> list[float]:
    """[detail energy, change of light, of highlights, of disparity] of RGBA frames; backs, seen: of each frame to the
    one before."""
    detail, change = [], {"light": [], "highlights": [], "disparity": []}
    for frame, plate in zip(frames, plates, strict=True):
        display = np.clip(frame[..., :3], 0, 1).mean(axis=2) ** (1 / 2.2)
        detail.append((cv2.Laplacian(display, cv2.CV_32F) ** 2)[unclipped(plate)].mean())
    for (before, now), plate, back, both in zip(itertools.pairwise(frames), plates[1:], backs, seen, strict=True):
        moved = np.abs(now - warp(before, back))
        where = {"light": both & unclipped(plate), "highlights": both & ~unclipped(plate, 1), "disparity": both}
        for kind, at in where.items():
            if at.any():
                part = np.s_[3:] if kind == "disparity" else np.s_[:3]
                level = np.ptp(np.percentile(now[..., 3], (5, 95))) if kind == "disparity" else now[at, :3].mean()
                change[kind].append(100 * moved[at][:, part].mean() / level)
    return [float(np.mean(detail)), *(float(np.mean(v)) if v else float("nan") for v in change.values())]


def unclipped(plate, around: int = 5):
    """Where nothing clips within `around` px, bool [H, W]."""
    clipped = np.uint8(plate.max(axis=2) >= CLIPPED)
    return cv2.dilate(clipped, np.ones((around, around), np.uint8)) == 0


def clip_table(name: str, count: int) -> None:
    files = sorted((DAVIS / name).glob("*.jpg"))[10 : 10 + START + count]
    plates = [(cv2.imread(str(f))[..., ::-1] / np.float32(255)) ** np.float32(2.2) for f in files]
    network = rgbd_hdr()
    found = [np.dstack([network.radiance(p, GAIN), network.disparity(p)]) for p in plates]
    shown = slice(START, START + count)
    pairs = list(itertools.pairwise(plates[shown]))
    backs = [flow(now, before) for before, now in pairs]
    seen = [consistency(b, flow(before, now)) < 1 for b, (before, now) in zip(backs, pairs, strict=True)]
    clips = {k: {t: picture(p) for t, p in enumerate(v)} for k, v in (("Source", found), ("Guide", plates))}
    rows = {"DepthHDR alone": found[shown]}
    for channels in (ALL, ALPHA, RECOVERED):
        jobs = (ClipJob(NODE, clips, t, channels=channels) for t in range(START, START + count))
        rows[channels] = [render(job).pixels for job in jobs]
    whole = measures(rows["DepthHDR alone"], plates[shown], backs, seen)[0]
    clipped = np.mean([p.max(axis=2) >= CLIPPED for p in plates[shown]])
    for channels, frames in rows.items():
        detail, *changes = measures(frames, plates[shown], backs, seen)
        cells = " | ".join(f"{c:.1f}" for c in changes)
        print(
            f"| {name}, {100 * clipped:.1f}% clipped | {channels} | {100 * detail / whole:.0f} | {cells} |", flush=True
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", nargs="+", default=["libby", "car-roundabout", "scooter-black"])
    parser.add_argument("--frames", type=int, default=4)
    arguments = parser.parse_args()
    print("| clip | channels | detail | light | highlights | disparity |\n|---|---|---:|---:|---:|---:|")
    for name in arguments.clips:
        clip_table(name, arguments.frames)


if __name__ == "__main__":
    main()
