"""The thin lens: how large the circle of confusion of a surface is.

Derivation. A pinhole camera of focal length f maps a point at planar depth z and height h to f·h/z on its sensor, and
its plate shows that picture whatever the focus. Open the pinhole to an aperture of diameter f/N and let the lens keep
everything at depth s sharp. Seen from the aperture's edge, f/(2N) off the axis, a point at depth z appears against the
plane of focus shifted by f/(2N) · (s - z)/z in world lengths; the plate shows a world length at depth s magnified by
f/s. So its picture is a disc of radius

    f/s · f/(2N) · (z - s)/z  =  f²/(2N) · (1/s - 1/z)

on the sensor, and formatWidth/sensorWidth pixels fall on a unit of the sensor:

    r = (formatWidth / sensorWidth) · f² / (2·N·s) · (z - s)/z        [px, far positive]

It divides by s, not s - f as textbooks do for a lens whose sensor moves back to focus: such a lens breathes, a plate
does not. In inverse depth the radius is linear, r = gain · (1/s - 1/z), so infinity on either side is an ordinary
number; every model of blur here is such a gain.
"""

from __future__ import annotations

import numpy as np


def camera_gain(
    focal_length: float, f_stop: float, sensor_width: float, format_width: float, world_scale: float = 1.0
) -> float:
    """Radius in px for each unit of inverse depth (1 / world unit) away from the focus.

    focal_length, sensor_width: mm. format_width: px across the sensor. world_scale: metres in a world unit.
    ValueError for what is not positive.
    """
    arguments = {
        "focal length": focal_length,
        "f-stop": f_stop,
        "sensor width": sensor_width,
        "format width": format_width,
        "world scale": world_scale,
    }
    for name, value in arguments.items():
        if not value > 0:
            raise ValueError(f"a camera's {name} must be above 0, not {value:g}")
    world_unit = 1000 * world_scale  # mm
    return format_width / sensor_width * focal_length**2 / (2 * f_stop) / world_unit


def size_gain(size: float, inverse_focus: float) -> float:
    """The gain with which a surface infinitely far away gets a radius of `size` px: r = size · (z - s)/z.

    inverse_focus: 1 / s. Infinite for a focus at infinity: whatever is nearer has no bound.
    """
    return size / inverse_focus if inverse_focus > 0 else (np.inf if size > 0 else 0.0)


def circle_of_confusion(
    inverse_depth: np.ndarray, inverse_focus: float, gain: float, max_radius: float = np.inf
) -> np.ndarray:
    """Signed CoC radius in px, float32, far positive: gain · (1/s - 1/z), bounded by ± max_radius.

    inverse_depth: 1/z >= 0 of any shape, 0 at infinity; inverse_focus: 1/s >= 0, in the same unit. With an infinite
    gain, what lies in the plane of focus is 0 and everything else at the bound.
    """
    difference = np.float32(inverse_focus) - np.asarray(inverse_depth, np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        radius = np.where(difference == 0, np.float32(0), difference * np.float32(gain))
    return np.clip(radius, -np.float32(max_radius), np.float32(max_radius))


def circle_around_range(
    inverse_depth: np.ndarray,
    in_focus: tuple[float, float],
    gains: tuple[float, float],
    max_radius: float = np.inf,
) -> np.ndarray:
    """Signed CoC radius in px, float32, far positive, where a range of depth is in focus.

    in_focus: inverse depths of the range's near and far end, near ≥ far ≥ 0, near may be infinite. gains: radius for
    each unit of inverse depth in front of the near end and behind the far end, each from 0 to infinite. With both ends
    1/s and equal gains this is `circle_of_confusion`.
    """
    inverse_depth = np.asarray(inverse_depth, np.float32)
    near_end, far_end = np.float32(in_focus)
    near_gain, far_gain = np.float32(gains)
    before = np.maximum(inverse_depth - near_end, 0)
    behind = np.maximum(far_end - inverse_depth, 0)
    with np.errstate(invalid="ignore", over="ignore"):  # 0 · infinity: the plane of focus itself
        radius = np.where(behind > 0, behind * far_gain, 0) - np.where(before > 0, before * near_gain, 0)
    return np.clip(radius, -np.float32(max_radius), np.float32(max_radius))


def inverse_depth(values: np.ndarray, depth_math: str) -> np.ndarray:
    """1/z, float32, from a depth picture: `inverse` holds 1/z, `distance` holds z. What is no depth (NaN, infinite,
    zero, negative) is far: 0."""
    values = np.asarray(values, np.float32)
    usable = np.isfinite(values) & (values > 0)
    if depth_math == "inverse":
        return np.where(usable, values, np.float32(0))
    if depth_math != "distance":
        raise ValueError(f"depth math {depth_math!r} has no inverse depth; it is inverse or distance")
    largest = np.finfo(np.float32).max
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        return np.where(usable, np.minimum(np.float32(1) / values, largest), np.float32(0))


def direct_radius(values: np.ndarray, max_radius: float = np.inf) -> np.ndarray:
    """Signed CoC radius, float32, from a picture that holds it; NaN and infinite values are in focus: 0."""
    values = np.asarray(values, np.float32)
    values = np.where(np.isfinite(values), values, np.float32(0))
    return np.clip(values, -np.float32(max_radius), np.float32(max_radius))
