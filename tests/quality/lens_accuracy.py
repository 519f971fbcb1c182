#!/usr/bin/env python3
"""How near LensDefocus and its peers come to a ray-traced lens: tables, and pictures to look at.

    python3 dev.py run python tests/quality/lens_accuracy.py [--scenes rails grass] [--focus near] [--out DIR]

Each scene is traced sharp, with the depth a renderer would write (antialiased 1/z, or as --depth says); each method
makes the lens's picture of that; the ray tracer makes the true one. Metrics: metrics.py. Peers: peers/.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from quality.cases import FOCUSES, SAMPLES, SIZE, Case, cases
from quality.depths import ANTIALIASED, KINDS
from quality.methods import BLENDER, GEGL, NOTHING, OURS, REFERENCE, methods
from quality.metrics import LOG_HDR, display, psnr, ssim

from focuspuller.kernels.raytrace import scenes

METRICS = {
    "psnr": ("PSNR in dB, display-referred", psnr, ".1f"),
    "psnr-log": ("PSNR in dB, log-HDR", partial(psnr, encoding=LOG_HDR), ".1f"),
    "ssim": ("SSIM, display-referred", ssim, ".3f"),
    "ssim-log": ("SSIM, log-HDR", partial(ssim, encoding=LOG_HDR), ".3f"),
}


@dataclass(frozen=True)
class Result:
    """A case and everyone's picture of it: method → float32 [H, W, 3]."""

    case: Case
    pictures: dict[str, np.ndarray]

    def score(self, method: str, metric: str = "psnr") -> float:
        return METRICS[metric][1](self.pictures[method], self.case.truth)

    @property
    def psnr(self) -> float:
        return self.score(OURS)

    @property
    def nothing(self) -> float:
        return self.score(NOTHING)


def measure(name: str, focuses=FOCUSES, width=SIZE[0], height=SIZE[1], samples=SAMPLES, depth=ANTIALIASED, by=None):
    """Results of a scene, one a focus. by: method → what renders a shot; default: nobody and LensDefocus."""
    by = methods(()) if by is None else by
    for case in cases(name, focuses, width, height, samples, depth):
        yield Result(case, {method: render(case.shot) for method, render in by.items()})


def table(scores: Iterable[tuple[str, str, dict[str, float]]], form: str, margin: bool = True) -> Iterator[str]:
    """Rows of Markdown: scene, focus, a column a method, LensDefocus's distance from the best of the others; means."""
    rows, names = [], []
    for scene, focus, score in scores:
        if not rows:
            names = list(score)
            titles = [*names, *(["over the best"] if margin else [])]
            yield f"| scene | focus | {' | '.join(titles)} |"
            yield "|---|---" + "|---:" * len(titles) + "|"
        rows.append([score[name] for name in names])
        yield _row(scene, focus, score, form, margin)
    if len(rows) > 1:
        yield _row("mean", "", dict(zip(names, np.mean(rows, axis=0), strict=True)), form, margin)


def _row(scene: str, focus: str, score: dict[str, float], form: str, margin: bool) -> str:
    cells = [f"{value:{form}}" for value in score.values()]
    if margin:
        best = max((value for name, value in score.items() if name not in (OURS, REFERENCE)), default=np.nan)
        cells.append(f"{score[OURS] - best:+{form}}")
    return f"| {scene} | {focus} | {' | '.join(cells)} |"


def save(path: Path, *pictures: np.ndarray) -> None:
    """Display-referred pictures side by side, as PNG."""
    import cv2

    side_by_side = np.concatenate([display(p) for p in pictures], axis=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.rint(side_by_side[..., ::-1] * 255).astype(np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scenes", nargs="+", default=scenes.NAMES, choices=scenes.NAMES)
    parser.add_argument("--focus", nargs="+", default=FOCUSES, choices=FOCUSES)
    parser.add_argument("--size", type=int, nargs=2, default=SIZE, metavar=("W", "H"))
    parser.add_argument("--samples", type=int, default=SAMPLES, help="rays a pixel of the ray tracer")
    parser.add_argument("--depth", default=ANTIALIASED, choices=KINDS, help="the depth that everyone gets")
    parser.add_argument("--peers", nargs="*", default=(GEGL, BLENDER), choices=(GEGL, BLENDER))
    parser.add_argument("--reference", action="store_true", help="the numpy reference as well: minutes a picture")
    parser.add_argument("--metrics", nargs="+", default=("psnr",), choices=METRICS)
    parser.add_argument("--out", type=Path, help="folder for pictures: sharp, peers', ours, truth side by side")
    options = parser.parse_args()
    by = methods(options.peers, options.reference)
    results = []
    for name in options.scenes:
        for r in measure(name, options.focus, *options.size, options.samples, options.depth, by):
            results.append(({m: {b: r.score(b, m) for b in by} for m in options.metrics}, r.case.scene, r.case.focus))
            print(f"{r.case.scene} {r.case.focus} {r.psnr:.1f}", file=sys.stderr, flush=True)
            if options.out:
                save(options.out / f"{r.case.scene}_{r.case.focus}.png", *r.pictures.values(), r.case.truth)
    for metric in options.metrics:
        title, _, form = METRICS[metric]
        print(f"\n{title}\n")
        print("\n".join(table(((scene, focus, scores[metric]) for scores, scene, focus in results), form)))


if __name__ == "__main__":
    main()
