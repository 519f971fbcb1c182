"""Photographs with true radiance as examples of lost highlights: crops of them, exposed so that some pixels clip."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

SUFFIXES = (".hdr", ".exr")
CLIPPED_SHARE = 0.003, 0.2  # of a crop's pixels, log-uniform
SCALES = 0.35, 2.5  # of the photograph's pixels, log-uniform
MOST = 6e4  # × white: the greatest radiance that is learned


def read_photographs(folder: Path, names: Sequence[str] | None = None) -> list[np.ndarray]:
    """The radiance pictures of a folder, float32 [H, W, 3] RGB, finite, ≥ 0, in order of name. names: only those, by
    stem. ValueError where there is none."""
    import OpenImageIO as oiio

    files = [f for f in sorted(folder.glob("*")) if f.suffix.lower() in SUFFIXES and (names is None or f.stem in names)]
    found = []
    for file in files:
        pixels = oiio.ImageBuf(str(file)).get_pixels(oiio.FLOAT)
        if pixels is None or pixels.ndim != 3 or pixels.shape[2] < 3:
            raise ValueError(f"{file}: is no RGB picture; take it out of the folder")
        found.append(np.clip(np.nan_to_num(pixels[..., :3], posinf=MOST, neginf=0), 0, None))
    if not found:
        raise ValueError(f"{folder}: holds no {' or '.join(SUFFIXES)} pictures; give a folder of radiance pictures")
    return found


def crop(photograph: np.ndarray, size: tuple[int, int], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """(light, radiance) float32 [h, w, 3] of a random part: linear, 1 = clipped; light as an 8-bit camera delivers it.

    size: (width, height). Mirrored, scaled, white-balanced and exposed at random; a share of CLIPPED_SHARE clips.
    """
    width, height = size
    rows, columns = photograph.shape[:2]
    scale = float(np.exp(rng.uniform(*np.log(SCALES))))
    scale = max(scale, width / columns, height / rows)
    across, down = (min(round(side / scale), whole) for side, whole in ((width, columns), (height, rows)))
    best = None
    for _ in range(4):  # rather a part with something bright in it
        x, y = int(rng.integers(columns - across + 1)), int(rng.integers(rows - down + 1))
        part = photograph[y : y + down, x : x + across]
        brightest = float(part.max())
        if best is None or brightest > best[0]:
            best = brightest, part
        if rng.random() < 0.4:
            break
    part = best[1]
    if part.shape[:2] != (height, width):
        method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        part = np.maximum(cv2.resize(part, (width, height), interpolation=method), 0)
    if rng.random() < 0.5:
        part = part[:, ::-1]
    part = part * np.exp(rng.normal(0, 0.1, 3)).astype(np.float32)
    share = float(np.exp(rng.uniform(*np.log(CLIPPED_SHARE))))
    white = float(np.quantile(part.max(axis=2), 1 - share))
    radiance = np.minimum(part / max(white, 1e-8), MOST).astype(np.float32)
    return photographed(radiance, rng), np.ascontiguousarray(radiance)


def photographed(radiance: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What is left of radiance in an 8-bit picture: clipped, noisy, sRGB-coded and decoded again."""
    noise = rng.normal(0, 1, radiance.shape).astype(np.float32)
    noise *= np.sqrt(1e-6 + float(rng.uniform(0, 2e-4)) * np.clip(radiance, 0, 1))
    light = np.clip(radiance + noise, 0, 1)
    coded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)
    coded = np.rint(coded * 255).astype(np.float32) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)
