"""Real pictures of one scene at several apertures, as the paper's: aligned, brought to one exposure, cropped.

A folder holds one folder a scene; in each, the picture of the smallest aperture has `deep` in its name, the one or two
others `shallow`. Hands, focus breathing and the iris shift and scale them a little against each other: they are aligned
by their correlation (Evangelidis & Psarakis 2008), as in Zhang et al. 2019, section 4.1.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from .make import Example, Shallow

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
LONG_SIDE = 512  # px that pictures are brought to
ECC_STEPS, ECC_EPSILON = 200, 1e-6
ECC_BLUR = 5  # px: what defocus does not change
LEAST_CORRELATION = 0.6
GAIN_BLUR = 12.0  # px: exposures are compared at this blur, which defocus hardly changes


def read_pairs(folder: Path) -> Iterator[Example]:
    """The examples of a folder. ValueError where it has none, or a scene cannot be aligned."""
    scenes = sorted(path for path in folder.glob("*") if path.is_dir())
    if not scenes:
        raise ValueError(f"{folder}: holds no folders; give one that has a folder for each scene")
    for scene in scenes:
        files = sorted(f for f in scene.glob("*") if f.suffix.lower() in SUFFIXES)
        deep = [f for f in files if "deep" in f.stem.lower()]
        shallow = [f for f in files if "shallow" in f.stem.lower()]
        if len(deep) != 1 or not 1 <= len(shallow) <= 2:
            raise ValueError(
                f"{scene}: holds {len(deep)} deep and {len(shallow)} shallow pictures; it takes one whose name has "
                "'deep' and one or two with 'shallow' in it"
            )
        yield _example(_read(deep[0]), [(f, _read(f)) for f in shallow])


def _read(file: Path) -> np.ndarray:
    """uint8 [h, w, 3] RGB, long side LONG_SIDE at most."""
    picture = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"{file}: is no picture; take it out of the folder")
    scale = LONG_SIDE / max(picture.shape[:2])
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(picture[..., ::-1])


def _example(deep: np.ndarray, shallows) -> Example:
    height, width = deep.shape[:2]
    base = linear(deep)
    inside = np.ones((height, width), np.uint8)
    lights = []
    for file, picture in shallows:
        if picture.shape != deep.shape:
            picture = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
        move = alignment(deep, picture, file)
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        inside &= cv2.warpAffine(np.ones_like(inside), move, (width, height), flags=how)
        light = cv2.warpAffine(linear(picture), move, (width, height), flags=how)
        lights.append(np.clip(light * exposure(base, light, inside > 0), 0, 1))
    crop = _whole(inside)
    found = tuple(Shallow(light[crop].astype(np.float16), None, None) for light in lights)
    return Example(np.ascontiguousarray(deep[crop]), None, None, found)


def _whole(inside: np.ndarray) -> tuple[slice, slice]:
    """The part of a convex mask in which nothing is missing: the emptiest rim is taken off until nothing is."""
    top, left, (bottom, right) = 0, 0, inside.shape
    while not (part := inside[top:bottom, left:right]).all():
        rims = part[0].mean(), part[-1].mean(), part[:, 0].mean(), part[:, -1].mean()
        worst = int(np.argmin(rims))
        top, bottom, left, right = top + (worst == 0), bottom - (worst == 1), left + (worst == 2), right - (worst == 3)
    return slice(top, bottom), slice(left, right)


def alignment(deep: np.ndarray, shallow: np.ndarray, file: Path) -> np.ndarray:
    """[2, 3]: the affine map from deep's pixels to shallow's. uint8 [H, W, 3] both. ValueError where they differ."""
    a, b = (cv2.GaussianBlur(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), (0, 0), ECC_BLUR / 2) for p in (deep, shallow))
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, ECC_STEPS, ECC_EPSILON)
    try:
        correlation, move = cv2.findTransformECC(
            a, b, np.eye(2, 3, dtype=np.float32), cv2.MOTION_AFFINE, criteria, None, ECC_BLUR
        )
    except cv2.error:
        correlation, move = 0.0, None
    if move is None or correlation < LEAST_CORRELATION:
        raise ValueError(f"{file}: cannot be aligned with the deep picture; take its scene out of the folder")
    return move


def exposure(deep: np.ndarray, shallow: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """[3]: factors that bring shallow to deep's exposure, linear [H, W, 3] both; where neither clips nor is black."""
    a, b = (cv2.GaussianBlur(p, (0, 0), GAIN_BLUR) for p in (deep, shallow))
    good = inside & (cv2.GaussianBlur(deep.max(axis=2), (0, 0), GAIN_BLUR / 2) < 0.7) & (b.min(axis=2) > 0.005)
    if good.sum() < 100:
        good = inside & (b.min(axis=2) > 1e-4)
    return np.median(a[good] / np.maximum(b[good], 1e-4), axis=0).astype(np.float32)


def linear(picture: np.ndarray) -> np.ndarray:
    """uint8 sRGB → float32, linear."""
    coded = picture.astype(np.float32) / 255
    return np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4).astype(np.float32)
