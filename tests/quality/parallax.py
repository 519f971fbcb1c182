#!/usr/bin/env python3
"""How good depth from motion is: tables.

    python3 dev.py run python tests/quality/parallax.py [--clips "truck, cards" …] [--out DIR]

Ray-traced clips, true stereo pairs taken as two frames of a moving camera, and the measures of depth_metrics beside the
naive maps. `known` is the focal length given, `unknown` not. DAVIS clips have no truth: pictures only, with --out.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from quality import depth_metrics, parallax_clips

from focuspuller.kernels.depth.parallax import parallax
from focuspuller.kernels.flow import FlowCache

DATA = Path(__file__).parents[3] / "shared" / "data"
OFFSETS = (-4, -3, -2, -1, 0, 1, 2, 3, 4)
WANTED = (12,)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", nargs="*", default=parallax_clips.NAMES)
    parser.add_argument("--out", type=Path, help="a folder for pictures: frame, truth, disparity, confidence")
    arguments = parser.parse_args()
    print("| clip | focal | RMS | AbsRel | δ1 | boundary F1 | best naive RMS, AbsRel, F1 | confident | its RMS | s |")
    print("|---|---|---:|---:|---:|---:|---|---:|---:|---:|")
    for name in arguments.clips:
        traced(name, arguments.out)
    if DATA.exists():
        for name in ("cones", "teddy"):
            stereo(name, arguments.out)
        if arguments.out:
            for folder in sorted((DATA / "davis" / "JPEGImages").iterdir()):
                davis(folder, arguments.out)


def traced(name: str, out: Path | None) -> None:
    for known in (True, False):
        cache, rows, naive, scales = FlowCache(1 << 28), [], [], []
        for wanted in WANTED:
            frames = [parallax_clips.frame(name, wanted + o) for o in OFFSETS]
            (picture, focal), truth = frames[OFFSETS.index(0)], parallax_clips.truth(name, wanted)
            start = time.process_time()
            found = parallax([f[0] for f in frames], OFFSETS, focal if known else None, cache)
            seconds = time.process_time() - start
            rows.append(row(found, truth, seconds))
            naive.append(best_naive(picture, truth))
            scales.append(level(found.disparity, truth))
            if out and wanted == WANTED[0] and known:
                save(out / f"{name}.png", picture, truth, found)
        reasons = "" if found.moved else found.reason
        report(name, "known" if known else "unknown", rows, naive, reasons)
        print(f"<!-- scale over frames: {np.std(scales) / np.mean(scales):.3f} -->")


def stereo(name: str, out: Path | None) -> None:
    left, right, truth = pair(name)
    start = time.process_time()
    found = parallax([left, right], [0, 1], None, FlowCache(1 << 28))
    report(name, "unknown", [row(found, truth, time.process_time() - start)], [best_naive(left, truth)], found.reason)
    if out:
        save(out / f"{name}.png", left, np.nan_to_num(truth), found)


def pair(name: str):
    """Middlebury: (left, right: scene-linear, disparity, NaN where it is unknown)."""
    folder = DATA / "stereo"
    left, right, truth = (
        ("cones_left.png", "cones_right.png", "cones_gt.png")
        if name == "cones"
        else ("teddy_im2.png", "teddy_im6.png", "teddy_disp2.png")
    )
    left, right = (linear(folder / f) for f in (left, right))
    truth = cv2.imread(str(folder / truth), cv2.IMREAD_UNCHANGED).astype(np.float32)
    truth = truth if truth.ndim == 2 else truth[..., 0]
    return left, right, np.where(truth > 0, truth, np.nan)


def davis(folder: Path, out: Path) -> None:
    files = sorted(folder.glob("*.jpg"))
    middle = len(files) // 2
    frames = [linear(files[middle + o]) for o in OFFSETS]
    found = parallax(frames, OFFSETS, None, FlowCache(1 << 28))
    print(f"<!-- {folder.name}: {found.reason or 'moved'} -->")
    save(out / f"{folder.name}.png", frames[OFFSETS.index(0)], None, found)


def linear(file: Path) -> np.ndarray:
    return (cv2.imread(str(file))[..., ::-1].astype(np.float32) / 255) ** np.float32(2.2)


def row(found, truth, seconds) -> tuple:
    known = np.isfinite(truth)
    sure = known & (found.confidence > 0.5)
    fitted = depth_metrics.aligned(found.disparity, truth, known)
    spread = truth[known].std()
    inner = 100 * depth_metrics.rms(fitted, truth, sure) / spread if sure.any() else np.nan
    return depth_metrics.measure(found.disparity, truth, known), 100 * sure[known].mean(), inner, seconds


def best_naive(picture, truth):
    """The best of each measure over the naive maps."""
    of = [depth_metrics.measure(make(picture), truth) for make in depth_metrics.NAIVE.values()]
    return depth_metrics.Measures(
        min(m.rms for m in of), min(m.abs_rel for m in of), max(m.delta1 for m in of), max(m.boundary_f1 for m in of)
    )


def report(name, focal, rows, naive, reason) -> None:
    m, n = depth_metrics.mean([r[0] for r in rows]), depth_metrics.mean(naive)
    sure, inner, seconds = (np.nanmean([r[i] for r in rows]) if rows else 0 for i in (1, 2, 3))
    print(
        f"| {name} | {focal} | {m.rms:.0f} | {m.abs_rel:.0f} | {m.delta1:.0f} | {m.boundary_f1:.0f} | {n.rms:.0f}, "
        f"{n.abs_rel:.0f}, {n.boundary_f1:.0f} | {sure:.0f} | {inner:.0f} | {seconds:.1f} | {reason}",
        flush=True,
    )


def level(found, truth) -> float:
    """The scale that takes the disparity to the truth."""
    x, y = found.astype(np.float64).ravel(), truth.astype(np.float64).ravel()
    return float(np.cov(x, y)[0, 1] / x.var())


def save(file: Path, picture, truth, found) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    shown = [np.uint8(255 * np.clip(picture, 0, 1) ** (1 / 2.2))[..., ::-1]]
    for disparity in (truth, found.disparity):
        if disparity is not None:
            top = np.percentile(disparity, 98)
            shown.append(cv2.applyColorMap(np.uint8(255 * np.clip(disparity / top, 0, 1)), cv2.COLORMAP_TURBO))
    shown.append(cv2.cvtColor(np.uint8(255 * found.confidence), cv2.COLOR_GRAY2BGR))
    cv2.imwrite(str(file), np.hstack(shown))


if __name__ == "__main__":
    main()
