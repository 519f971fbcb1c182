#!/usr/bin/env python3
"""How good disparity from one picture is, and what edge refinement does: tables.

    python3 dev.py run python tests/quality/depth.py [--scenes demo cards] [--rgbd DIR] [--model FILE.onnx] [--out DIR]

- Disparity: views of our ray-traced scenes, which no network has learned from, and with --rgbd of real pictures with
  depth: DIR/rgb/NAME.* with DIR/depth/NAME.png, 16 bit, 0 = unknown, --depth-unit metres a step (--disparity: the files
  hold disparity). Everyone's answer is fitted by a scale and a shift (depth_metrics.py).
- Edges (--edges): true disparity is spoiled as networks and sensors spoil it, and refined by ours and by others.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from quality import depth_metrics
from quality.cache import cached
from quality.cases import traced_name
from quality.metrics import display

from focuspuller.kernels.depth.network_file import open_depth_network
from focuspuller.kernels.depth.refine import refine
from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import scenes

SIZE, SAMPLES = (640, 360), 64
VIEWS = (0.0, 0.5, 1.0)  # of a scene's clip
Estimate = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class View:
    """light: float32 [H, W, 3], scene-linear. truth: disparity [H, W], of any scale. known: bool [H, W]."""

    name: str
    light: np.ndarray
    truth: np.ndarray
    known: np.ndarray


def traced(name: str) -> Iterator[View]:
    """Views of a scene, as a camera of eight bits sees them."""
    scene = scenes.scene(name)
    for frame in sorted({round(scene.frames[0] + v * (scene.frames[1] - scene.frames[0])) for v in VIEWS}):
        kept = f"{name}-{traced_name(scene, frame)}-{SIZE[0]}x{SIZE[1]}-{SAMPLES}"

        def both(frame=frame):
            picture, depth = trace.deep_focus(scene, frame, *SIZE, SAMPLES)
            return np.dstack([picture, 1 / depth])

        pixels = cached(f"{kept}-rgbd", both).astype(np.float32)
        truth = np.ascontiguousarray(pixels[..., 3])
        yield View(f"{name} {frame}", linear(np.rint(255 * display(pixels[..., :3])) / 255), truth, truth >= 0)


def rgbd(folder: Path, unit: float, is_disparity: bool) -> Iterator[View]:
    """Real pictures with depth. FileNotFoundError, naming what is missing."""
    pictures = sorted(p for p in (folder / "rgb").glob("*") if p.suffix.lower() in (".png", ".jpg", ".jpeg"))
    if not pictures:
        raise FileNotFoundError(f"{folder}: holds no pictures in rgb/")
    for path in pictures:
        file = folder / "depth" / f"{path.stem}.png"
        depth = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
        if depth is None or depth.ndim != 2:
            raise FileNotFoundError(f"{file}: is no depth picture of one channel")
        picture = cv2.imread(str(path))[..., ::-1]
        depth = cv2.resize(depth, picture.shape[1::-1], interpolation=cv2.INTER_NEAREST).astype(np.float32) * unit
        known = depth > 0
        truth = depth if is_disparity else np.divide(1, depth, out=np.zeros_like(depth), where=known)
        yield View(path.stem, linear(picture / 255), truth, known)


def linear(shown: np.ndarray) -> np.ndarray:
    """sRGB → scene-linear, float32 (IEC 61966-2-1)."""
    return np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4).astype(np.float32)


def estimates(model: Path | None, gives: str, weights: Path | None) -> dict[str, Estimate]:
    """Who answers: the naive ones, our network where its weights are there, with refined edges, and a model file."""
    by: dict[str, Estimate] = dict(depth_metrics.NAIVE)
    try:
        from focuspuller.kernels.rgbd_hdr.estimate import load

        network = load(weights)
        by["network"] = network.disparity
        by["network, refined"] = lambda light: refine(network.disparity(light), light)
    except ValueError as problem:  # WeightsError
        print(f"without our network: {problem}", file=sys.stderr)
    if model:
        other = open_depth_network(model, gives)
        by[model.name] = lambda light: other.disparity(display(light))
        by[f"{model.name}, refined"] = lambda light: refine(by[model.name](light), light)
    return by


def disparity_table(title: str, views: list[View], by: dict[str, Estimate], out: Path | None) -> None:
    print(f"\n{title}, {len(views)} views\n\n| disparity of | RMS % | AbsRel % | δ1 % | boundary F1 % | CPU s |")
    print("|---|---|---|---|---|---|")
    answers: dict[str, list[np.ndarray]] = {}
    for name, estimate in by.items():
        start = time.process_time()
        answers[name] = [estimate(v.light) for v in views]
        seconds = (time.process_time() - start) / len(views)
        pairs = zip(answers[name], views, strict=True)
        mean = depth_metrics.mean([depth_metrics.measure(a, v.truth, v.known) for a, v in pairs])
        print(f"| {name} | " + " | ".join(f"{x:.1f}" for x in astuple(mean)) + f" | {seconds:.2f} |", flush=True)
    if out:
        out.mkdir(parents=True, exist_ok=True)
        for n, view in enumerate(views):
            fitted = [depth_metrics.aligned(a[n], view.truth, view.known) for a in answers.values()]
            top = max(float(np.percentile(view.truth[view.known], 99)), 1e-9)
            maps = [np.uint8(np.clip(d / top, 0, 1) * 255) for d in (view.truth, *fitted)]
            row = [np.uint8(255 * display(view.light))[..., ::-1], *(cv2.applyColorMap(m, 11) for m in maps)]
            cv2.imwrite(str(out / f"{view.name.replace(' ', '-')}.jpg"), np.hstack(row))


def spoilt(truth: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """True disparity [H, W] as others would have it."""
    height, width = truth.shape
    for factor in (4, 8):
        small = cv2.resize(truth, (width // factor, height // factor), interpolation=cv2.INTER_AREA)
        yield f"1/{factor} size", cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    rng = np.random.default_rng(0)
    fields = [cv2.GaussianBlur(rng.standard_normal(truth.shape).astype(np.float32), (0, 0), 20) for _ in range(3)]
    fields = [f / f.std() for f in fields]
    y, x = np.mgrid[:height, :width].astype(np.float32)
    blurred = cv2.GaussianBlur(truth, (0, 0), 2)
    bent = cv2.remap(blurred, x + 1.5 * fields[0], y + 1.5 * fields[1], 1, borderMode=cv2.BORDER_REPLICATE)
    yield "as a network", bent * (1 + 0.03 * fields[2])
    yield "3 px off", np.roll(truth, 3, 1)
    yield "2 px wider", cv2.dilate(truth, np.ones((5, 5), np.uint8))
    yield "right", truth


def weighted_median(disparity: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Of the whole picture, twice (Zhang et al. 2014). It works on 256 values."""
    low, high = np.percentile(disparity, (0.2, 99.8))
    values = np.float32(np.clip((disparity - low) / (high - low), 0, 1) * 255)
    for _ in range(2):
        values = cv2.ximgproc.weightedMedianFilter(_shown(light), values, 10, 15, cv2.ximgproc.WMF_EXP)
    return values / 255 * (high - low) + low


def _shown(light: np.ndarray) -> np.ndarray:
    return np.uint8(np.sqrt(np.clip(light, 0, 1)) * 255)


EDGES = {
    "nothing": lambda d, light: d,
    "guided filter": lambda d, light: cv2.ximgproc.guidedFilter(_shown(light), d, 8, 65.0),
    "fast global smoother": lambda d, light: cv2.ximgproc.fastGlobalSmootherFilter(_shown(light), d, 50, 8),
    "joint bilateral": lambda d, light: cv2.ximgproc.jointBilateralFilter(
        np.sqrt(np.clip(light, 0, 1)), d, 15, 0.06, 5
    ),
    "domain transform": lambda d, light: cv2.ximgproc.dtFilter(_shown(light), d, 8, 20, mode=cv2.ximgproc.DTF_NC),
    "weighted median": weighted_median,
    "refine": refine,
}


def edge_table(views: list[View]) -> None:
    print("\nBoundary F1 % / mean error in % of the range of true disparity that is spoiled, then refined\n")
    kinds = [kind for kind, _ in spoilt(views[0].truth)]
    print("| | " + " | ".join(kinds) + " | CPU s |\n" + "|---" * (len(kinds) + 2) + "|")
    for name, by in EDGES.items():
        scores: dict[str, list] = {kind: [] for kind in kinds}
        start = time.process_time()
        for view in views:
            span = float(np.percentile(view.truth, 98))
            for kind, given in spoilt(view.truth):
                found = by(np.ascontiguousarray(given, np.float32), view.light)
                error = 100 * float(np.abs(found - view.truth).mean()) / span
                scores[kind].append((100 * depth_metrics.boundary_f1(found, view.truth), error))
        seconds = (time.process_time() - start) / (len(views) * len(kinds))
        cells = [np.nanmean(scores[kind], axis=0) for kind in kinds]
        print(f"| {name} | " + " | ".join(f"{f:.0f} / {e:.1f}" for f, e in cells) + f" | {seconds:.2f} |", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scenes", nargs="*", choices=scenes.NAMES, default=scenes.NAMES)
    parser.add_argument("--rgbd", type=Path, metavar="DIR", help="real pictures with depth")
    parser.add_argument("--depth-unit", type=float, default=0.001, metavar="M", help="of a step, default 0.001")
    parser.add_argument("--disparity", action="store_true", help="their files hold disparity")
    parser.add_argument("--model", type=Path, metavar="FILE", help="a depth network (.onnx or TorchScript)")
    parser.add_argument("--model-gives", choices=("disparity", "depth"), default="disparity")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="of our network, default those that ship")
    parser.add_argument("--edges", action="store_true", help="what refinement does to spoiled depth, too")
    parser.add_argument("--out", type=Path, metavar="DIR", help="pictures: the view, the truth, everyone's answer")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    by = estimates(options.model, options.model_gives, options.weights)
    views = [view for name in options.scenes for view in traced(name)]
    if views:
        disparity_table("Traced scenes", views, by, options.out)
    if options.rgbd:
        real = list(rgbd(options.rgbd, options.depth_unit, options.disparity))
        disparity_table(options.rgbd.name, real, by, options.out)
    if options.edges and views:
        edge_table(views[:: len(VIEWS)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
