"""The lens's character: what the iris, field and glass knobs, a preset or the Kernel input make of a point."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ...kernels.lens.defocus import defocus, margin
from ...kernels.lens.dust import dusty
from ...kernels.lens.field import Field
from ...kernels.lens.glass import Glass
from ...kernels.lens.iris import Iris
from ...kernels.lens.kernel_picture import KernelPicture, iris_picture
from ...kernels.lens.picture_defocus import defocus_with_picture, picture_margin
from ...kernels.lens.profile import Profile, gaussian_profile, lens_profiles
from ..vocabulary.jobs import ClipError, KnobError, RenderJob
from .knobs.iris import BY_CLIP, BY_PRESET, GAUSSIAN
from .presets import PRESETS

COPIES = {"draft": 4, "normal": 8, "high": 16}  # nested copies of the iris that make a profile
HIGHLIGHT_COPIES = 64  # the same for lone highlights, whose discs would show fewer as rings
LARGEST_KERNEL = 4096  # pixels across; more shows nothing that a blur could
NO_FIELD = "Cat-Eye, Swirl and Barn Doors have no effect on a Kernel input, nor with Dust."


@dataclass(frozen=True)
class Character:
    """pictures: what the iris looks like behind and in front of the focus, where a picture takes its place."""

    iris: Iris
    glass: Glass
    pictures: tuple[KernelPicture, KernelPicture] | None
    quality: str

    @property
    def reach(self) -> float:
        """How far light goes, in radii of the circle of confusion (across: of it squeezed)."""
        return 1.0 if self.pictures else self.glass.reach

    def margin(self, max_radius: float, stretch: float) -> int:
        """Pixels around an output pixel on which it depends. max_radius: rows; stretch: columns per row."""
        across = stretch / self.iris.squeeze
        if self.pictures:
            return picture_margin(max_radius, across)
        return margin(max_radius, self.quality, across, self.glass)

    def through_lens(self, light: np.ndarray, coc: np.ndarray, stretch: float, **how) -> np.ndarray:
        """The light spread, float32 [H, W, 4]; arguments as `focuspuller.kernels.lens.defocus.defocus` has them."""
        how["quality"] = self.quality
        if self.pictures:
            return defocus_with_picture(light, coc, self.pictures, stretch=stretch / self.iris.squeeze, **how)
        return defocus(light, coc, self.iris, glass=self.glass, stretch=stretch, **how)


def character_of(job: RenderJob) -> Character:
    """What the knobs say. KnobError and ClipError where they make no sense."""
    quality = str(job.knobs["quality"])
    if job.knobs["filter"] == GAUSSIAN:
        profile, fine = gaussian_profile(COPIES[quality]), gaussian_profile(HIGHLIGHT_COPIES)
        glass = Glass(profiles=(profile, profile), highlights=(fine, fine))
        return Character(Iris(squeeze=_squeeze(job.knobs)), glass, None, quality)
    dust = _limited(job.knobs, "dust", 0, 1)
    if job.knobs["kernelSource"] == BY_CLIP:
        picture = _kernel_clip(job)
        if dust > 0:
            picture = dusty(picture, dust, int(job.knobs["dustSeed"]))
        kernel = _kernel(picture, str(job.knobs["kernelColour"]))
        return Character(Iris(squeeze=_squeeze(job.knobs)), Glass(), (kernel, kernel), quality)
    values = dict(job.knobs)
    if values["kernelSource"] == BY_PRESET:
        values |= PRESETS[str(values["preset"])].values()
    iris, field = _iris(values), _field(values)
    aberrations = (
        _limited(values, "sphericalAberration", -1, 1),
        int(_limited(values, "rings", 0, 8)),
        _limited(values, "ringStrength", 0, 1),
        _limited(values, "centralObstruction", 0, 0.95),
    )
    if dust > 0:
        if not field.even:
            job.warn(NO_FIELD)
        pictures = _dusty_iris(iris, aberrations, dust, int(values["dustSeed"]))
        return Character(iris, Glass(), pictures, quality)
    width, height = job.format
    profiles, fine = (_profiles(aberrations, copies) for copies in (COPIES[quality], HIGHLIGHT_COPIES - 16))
    return Character(iris, Glass(field, profiles, (max(width, 1), max(height, 1)), fine), None, quality)


def _iris(values: Mapping) -> Iris:
    blades = int(values["blades"])
    if blades != 0 and not 3 <= blades <= 16:
        raise KnobError("blades", f"is {blades}; an iris has 3 to 16 blades, or 0 for a circle.")
    return Iris(blades, _limited(values, "roundness", 0, 1), float(values["irisRotation"]), _squeeze(values))


def _squeeze(values: Mapping) -> float:
    squeeze = float(values["squeeze"])
    if not squeeze > 0:
        raise KnobError("squeeze", f"is {squeeze:g}; it must be above 0, 1 for a spherical lens.")
    return squeeze


def _field(values: Mapping) -> Field:
    doors = _limited(values, "barnDoors", 0, 1)
    sides = tuple(doors * _limited(values, f"barn{side}", 0, 1) for side in ("Left", "Right", "Top", "Bottom"))
    return Field(_limited(values, "catEye", 0, 1.5), sides, _limited(values, "swirl", 0, 1))


def _limited(values: Mapping, name: str, low: float, high: float) -> float:
    return min(max(float(values[name]), low), high)


def _profiles(aberrations: tuple[float, int, float, float], copies: int) -> tuple[Profile, Profile]:
    aberration, rings, strength, obstruction = aberrations
    needed = copies + 2 * rings  # a ring is a step up and a step down
    return lens_profiles(aberration, rings=rings, ring_strength=strength, obstruction=obstruction, copies=needed)


@lru_cache(maxsize=4)
def _dusty_iris(iris: Iris, aberrations, dust: float, seed: int) -> tuple[KernelPicture, KernelPicture]:
    """Pictures of an iris behind and in front of the focus; dust lies where it lies on both sides."""
    profiles = _profiles(aberrations, 32)
    return tuple(KernelPicture.of(dusty(iris_picture(iris, p), dust, seed)) for p in profiles)


def _kernel_clip(job: RenderJob) -> np.ndarray:
    """The Kernel input's light, [H, W, 1 or 3]."""
    picture = job.clip("Kernel")
    if picture is None:
        raise ClipError("Kernel", "is not connected; connect a picture of the blur, or set Kernel Source to iris.")
    height, width = picture.pixels.shape[:2]
    if max(height, width) > LARGEST_KERNEL:
        raise ClipError("Kernel", f"is {width} × {height} pixels; make it {LARGEST_KERNEL} or fewer across.")
    pixels = picture.pixels[..., :3]
    if picture.pixels.shape[2] == 4 and not picture.premultiplied:
        pixels = pixels * picture.pixels[..., 3:]
    return pixels


def _kernel(picture: np.ndarray, colour: str) -> KernelPicture:
    try:
        return KernelPicture.of(picture, colour)
    except ValueError as error:
        raise ClipError("Kernel", f"{error}; it needs pixels above 0, white on black for a plain shape.") from error
