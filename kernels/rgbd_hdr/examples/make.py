"""One example: what a camera takes of a generated scene, and the truth about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from .lamps import lit
from .panoramas import Panorama
from .photographs import MOST, photographed
from .scenes import Scene, make_scene

SIZE = 320, 192
RAYS = 2  # a side of a pixel
LENS_RAYS = 64  # through the aperture
LAMP_RAYS = 32  # of lamps, for each of those: their discs show every gap
CLIPPED_SHARE = 0.002, 0.12  # of the pixels, log-uniform
SHIFT = 0.7548776662466927, 0.5698402909980532  # of the place in the pixel from ray to ray: R2, evenly spread
RADII = 4.0, 14.0  # px of the largest circle of confusion
WIDEST = 0.35  # m: the largest radius of an aperture; no wall is nearer to the camera


@dataclass(frozen=True)
class Shallow:
    """A picture through an aperture.

    light: float16 [H, W, 3], linear, in the exposure of the deep one, clipped at 1 as a camera's. gain: px of radius
    for each unit of disparity; focus: the disparity in focus: radius = gain · (focus - disparity). None where a lens is
    not known.
    """

    light: np.ndarray = field(repr=False)
    gain: float | None
    focus: float | None


@dataclass(frozen=True)
class Example:
    """picture: uint8 [H, W, 3], sRGB-coded, everything in focus. radiance: float16 [H, W, 3], linear, 1 = where the
    picture clips. disparity: float16 [H, W], 1 / m, 0 = infinitely far. The latter two are None where not known."""

    picture: np.ndarray = field(repr=False)
    radiance: np.ndarray | None = field(repr=False)
    disparity: np.ndarray | None = field(repr=False)
    shallow: tuple[Shallow, ...] = ()


def make_example(seed: int, panoramas: Sequence[Panorama], size: tuple[int, int] = SIZE, apertures: int = 0) -> Example:
    """The example of a seed. size: (width, height). apertures: pictures through one, 0 … 2: of two, either the aperture
    or the focus differs, the paper's aperture and focal triplets."""
    width, height = size
    scene = make_scene(seed, panoramas, height / width)
    rng = np.random.default_rng((seed, 2))
    fine, disparity = scene.picture(width * RAYS, height * RAYS)
    radiance = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
    share = float(np.exp(rng.uniform(*np.log(CLIPPED_SHARE))))
    brightest = radiance.max(axis=2)
    exposure = 1 / max(float(np.quantile(brightest, 1 - share)), 1e-6)
    exposure = max(exposure, float(rng.uniform(0.05, 0.25)) / max(float(np.median(brightest)), 1e-6))
    colour = np.exp(rng.normal(0, 0.06, 3)).astype(np.float32) * np.float32(exposure)
    radiance = np.minimum(radiance * colour, MOST)
    disparity = disparity[RAYS // 2 :: RAYS, RAYS // 2 :: RAYS]
    taken = photographed(_softened(radiance, rng), rng)
    picture = np.rint(255 * _curved(_coded(taken), rng)).astype(np.uint8)
    shallow = _shallows(scene, size, disparity, colour, apertures, rng)
    return Example(picture, radiance.astype(np.float16), disparity.astype(np.float16), shallow)


def _shallows(scene: Scene, size, disparity: np.ndarray, colour: np.ndarray, count: int, rng) -> tuple[Shallow, ...]:
    found = []
    near, far = (float(np.percentile(disparity, p)) for p in (97, 3))
    spread = max(near - far, 0.02)
    first = far + spread * float(rng.uniform(0, 1))
    gain = float(rng.uniform(*RADII)) / max(near - first, first - far, 0.3 * spread)
    gain = min(gain, WIDEST * size[0] / (2 * scene.camera.tangent))
    for n in range(count):
        focus = first
        if n and rng.random() < 0.5:
            focus = far + spread * float(rng.uniform(0, 1))
        elif n:
            gain /= float(rng.uniform(1.5, 3))
        focus = max(focus, 0.02)
        light = through_aperture(scene, size, gain, focus) * colour
        found.append(Shallow(np.clip(light, 0, 1).astype(np.float16), gain, focus))
    return tuple(found)


def through_aperture(
    scene: Scene, size: tuple[int, int], gain: float, focus: float, rays: int = LENS_RAYS
) -> np.ndarray:
    """float32 [H, W, 3]: the mean over pinholes all over the aperture, in focus at 1 / focus m.

    A pinhole that is u m off the axis moves a point by u · (focus - disparity) · width / (2 · tangent) px, so the
    aperture's radius is gain · 2 · tangent / width.
    """
    width, height = size
    aperture = gain * 2 * scene.camera.tangent / width
    offsets, fine = sunflower(aperture, rays), sunflower(aperture, rays * LAMP_RAYS)
    gap = 2 * aperture / np.sqrt(len(fine))  # leaves ripples of 2 % in the largest discs
    closest = np.hypot(*(fine[:, None] - offsets[None]).T).argmin(axis=0)  # hidden as from there
    total = np.zeros((height, width, 3), np.float64)
    for n, offset in enumerate(offsets):
        unlit = scene.unlit(width, height, offset, 1 / focus, within=(n * SHIFT[0] % 1, n * SHIFT[1] % 1))
        total += lit(scene.lamps, scene.camera, *unlit, fine[closest == n], 1 / focus, 1 / LAMP_RAYS, gap)[0]
    return (total / rays).astype(np.float32)


def sunflower(radius: float, count: int) -> np.ndarray:
    """[count, 2]: points evenly over a disc (Vogel 1979)."""
    number = np.arange(count)
    out, angle = radius * np.sqrt((number + 0.5) / count), number * np.pi * (3 - 5**0.5)
    return np.stack([out * np.cos(angle), out * np.sin(angle)], axis=1)


def _softened(radiance: np.ndarray, rng) -> np.ndarray:
    """A lens's and a sensor's slight blur."""
    return cv2.GaussianBlur(radiance, (0, 0), float(rng.uniform(0.3, 0.7)))


def _coded(light: np.ndarray) -> np.ndarray:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def _curved(coded: np.ndarray, rng) -> np.ndarray:
    """A mild tone curve that keeps black and white; now and then JPEG."""
    bend = float(rng.normal(0, 0.12))
    curved = np.clip(coded + bend * coded * (1 - coded), 0, 1).astype(np.float32)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(70, 96))]
        bytes_ = cv2.imencode(".jpg", np.rint(curved[..., ::-1] * 255).astype(np.uint8), quality)[1]
        curved = cv2.imdecode(bytes_, cv2.IMREAD_COLOR)[..., ::-1].astype(np.float32) / 255
    return curved
