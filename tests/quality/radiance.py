#!/usr/bin/env python3
"""How much of clipped highlights DepthHDR's network gives back: tables.

    python3 dev.py run python tests/quality/radiance.py [--weights FILE.safetensors] [--gain K] [--each] [--out DIR]

Views of the panoramas that training never sees (HELD_OUT), exposed so that a share of the pixels clips, 8 bit, with
noise. `log error`: mean squared error of the log of clipped channels, mean of the views, as a share of the clipped
picture's. `disc`: all out of focus with R = 20, the luma at the middle of a highlight's disc against the same of the
true radiance; median (quartiles) of all highlights that have lost at least a stop. `constant`: every clipped channel
times one number, the best for the panoramas that training does see.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from focuspuller.kernels.lens.defocus import defocus
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.rgbd_hdr.estimate import load
from focuspuller.kernels.rgbd_hdr.examples.layouts import HELD_OUT
from focuspuller.kernels.rgbd_hdr.examples.photographs import MOST, photographed, read_photographs
from focuspuller.kernels.rgbd_hdr.network import CLIPPED, K
from focuspuller.kernels.rgbd_hdr.slicing import LUMA

DATA = Path(__file__).parents[3] / "shared" / "data" / "hdri"
SHARES = 0.01, 0.03, 0.1  # of a view's pixels that clip
SIZE, ACROSS = (384, 256), 90.0  # px; degrees: a little finer than the panoramas
VIEWS = ((0, 10), (90, 0), (180, 10), (270, 0))  # degrees: azimuth, up
RADIUS = 20  # px
LEAST_AREA, LEAST_LOSS = 4, 2.0  # px, × white: of a highlight that counts
METHODS = CLIPPED_PICTURE, CONSTANT, NETWORK = "clipped", "constant", "network"


@dataclass(frozen=True)
class Taken:
    """light: what the camera delivers; radiance: the truth; both float32 [H, W, 3], linear, 1 = clipped."""

    name: str
    light: np.ndarray
    radiance: np.ndarray

    @property
    def mask(self) -> np.ndarray:
        return self.light >= CLIPPED


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--panoramas", type=Path, default=DATA, help="the folder of radiance panoramas")
    parser.add_argument("--weights", type=Path, help="default: those that come with FocusPuller")
    parser.add_argument("--gain", type=float, default=K, help="k of Eq. 4, DepthHDR's HDR Gain (default %(default)s)")
    parser.add_argument("--each", action="store_true", help="also a row for each panorama")
    parser.add_argument(
        "--out", type=Path, help="a folder for pictures: as taken; through the lens: clipped, ours, true"
    )
    arguments = parser.parse_args()
    stems = sorted(f.stem for f in arguments.panoramas.glob("*.hdr"))
    learned = [stem for stem in stems if stem not in HELD_OUT]
    network = partial(load(arguments.weights).radiance, gain=arguments.gain)
    titles = [f"log error: {name}" for name in METHODS[1:]] + [f"disc: {name}" for name in METHODS]
    print(f"| clipped | views | highlights | {' | '.join(titles)} |")
    print("|---|---:|---:" + "|---:" * len(titles) + "|")
    for share in SHARES:
        factor = best_constant(arguments.panoramas, learned, share)
        rows = [
            measured(taken, network, factor, share, arguments.out)
            for taken in views(arguments.panoramas, HELD_OUT, share)
        ]
        print(table_row(f"**{share:.0%}**", rows), flush=True)
        for name in HELD_OUT if arguments.each else ():
            print(table_row(name, [row for row in rows if row.name == name]), flush=True)


def views(folder: Path, stems, share: float) -> Iterator[Taken]:
    for number, stem in enumerate(stems):
        (panorama,) = read_photographs(folder, [stem])
        for azimuth, up in VIEWS:
            radiance = view(panorama, azimuth, up)
            white = float(np.quantile(radiance.max(axis=2), 1 - share))
            radiance = np.minimum(radiance / max(white, 1e-8), MOST)
            yield Taken(stem, photographed(radiance, np.random.default_rng((number, azimuth))), radiance)


def view(panorama: np.ndarray, azimuth: float, up: float) -> np.ndarray:
    """float32 [H, W, 3]: through a pinhole in the middle of an equirectangular picture."""
    width, height = SIZE
    half = np.tan(np.deg2rad(ACROSS / 2))
    x = ((np.arange(width) + 0.5) / width * 2 - 1) * half
    y = (1 - (np.arange(height) + 0.5) / height * 2) * half * height / width
    x, y = np.meshgrid(x, y)
    sine, cosine = np.sin(np.deg2rad(up)), np.cos(np.deg2rad(up))
    y, z = y * cosine + sine, cosine - y * sine
    rows, columns = panorama.shape[:2]
    u = np.mod(np.arctan2(x, z) / (2 * np.pi) + azimuth / 360, 1) * columns - 0.5
    v = (0.5 - np.arctan2(y, np.hypot(x, z)) / np.pi) * rows - 0.5
    return cv2.remap(panorama, u.astype(np.float32), v.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)


def best_constant(folder: Path, stems, share: float) -> float:
    """The factor for clipped channels with the least mean squared log error."""
    lost = [np.log(t.radiance[t.mask] / t.light[t.mask]).mean() for t in views(folder, stems, share)]
    return float(np.exp(np.mean(lost)))


@dataclass(frozen=True)
class Row:
    """errors: mean squared log error, by method. discs: relative to the truth's, a number for each highlight."""

    name: str
    errors: dict[str, float]
    discs: dict[str, np.ndarray]


def measured(taken: Taken, network, factor: float, share: float, out: Path | None) -> Row:
    found = {
        CLIPPED_PICTURE: taken.light,
        CONSTANT: np.where(taken.mask, taken.light * np.float32(factor), taken.light),
        NETWORK: network(taken.light),
    }
    true = np.log(np.maximum(taken.radiance[taken.mask], 1e-4))
    errors = {name: float(np.mean((np.log(p[taken.mask]) - true) ** 2)) for name, p in found.items()}
    lens = {name: through_lens(picture) for name, picture in found.items()}
    truth = through_lens(taken.radiance)
    where = highlights(taken)
    discs = {name: (picture[where] @ LUMA) / (truth[where] @ LUMA) for name, picture in lens.items()}
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        shown = np.concatenate([taken.light, lens[CLIPPED_PICTURE], lens[NETWORK], truth], axis=1)
        coded = 255 * np.clip(shown / (1 + 0.25 * shown), 0, 1) ** (1 / 2.2)
        number = len(list(out.glob(f"{taken.name}_{share}_*.jpg")))
        cv2.imwrite(str(out / f"{taken.name}_{share}_{number}.jpg"), np.rint(coded[..., ::-1]).astype(np.uint8))
    return Row(taken.name, errors, discs)


def highlights(taken: Taken) -> tuple[np.ndarray, np.ndarray]:
    """(rows, columns) of the middles of clipped spots that have lost LEAST_LOSS; none whose disc leaves the picture."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(taken.mask.any(axis=2).astype(np.uint8))
    luma = taken.radiance @ np.array(LUMA, np.float32)
    weight = np.bincount(labels.ravel(), luma.ravel(), count)
    middles = [
        np.bincount(labels.ravel(), (luma * at).ravel(), count) / np.maximum(weight, 1e-9)
        for at in np.mgrid[: luma.shape[0], : luma.shape[1]]
    ]
    good = (stats[:, cv2.CC_STAT_AREA] >= LEAST_AREA) & (weight / stats[:, cv2.CC_STAT_AREA] >= LEAST_LOSS)
    good[0] = False  # what is not clipped
    for middle, side in zip(middles, luma.shape, strict=True):
        good &= (middle > RADIUS + 1) & (middle < side - RADIUS - 2)
    return tuple(np.rint(middle[good]).astype(int) for middle in middles)


def through_lens(light: np.ndarray) -> np.ndarray:
    """All of it RADIUS px out of focus."""
    rgba = np.concatenate([light, np.ones_like(light[..., :1])], axis=2).astype(np.float32)
    return defocus(rgba, np.full(light.shape[:2], RADIUS, np.float32), Iris(), quality="exact")[..., :3]


def table_row(name: str, rows: list[Row]) -> str:
    clipped = np.mean([row.errors[CLIPPED_PICTURE] for row in rows])
    cells = [f"{np.mean([row.errors[method] for row in rows]) / clipped:.2f}" for method in METHODS[1:]]
    for method in METHODS:
        ratios = np.concatenate([row.discs[method] for row in rows])
        middle = "–" if not len(ratios) else "{1:.2f} ({0:.2f} … {2:.2f})".format(*np.percentile(ratios, (25, 50, 75)))
        cells.append(middle)
    count = sum(len(row.discs[CLIPPED_PICTURE]) for row in rows)
    return f"| {name} | {len(rows)} | {count} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
