"""Sample tables: where on the pixel, the iris, the lights and the sky each ray of a pixel goes.

A table holds several independently scrambled sets; each pixel takes one by a hash of its coordinates, so neighbours'
errors are independent. Within a set every pair of dimensions is a randomly scrambled (0, 2)-sequence (van der Corput
and Sobol: Kollig and Keller, "Efficient multidimensional sampling", 2002), and the pairs are joined by random
permutations.
"""

from __future__ import annotations

import numpy as np

from ..lens.iris import Iris

PACKET = 16  # samples are a multiple of this, so that every vector width sees the same ones
SETS = 64


def is_circle(iris: Iris) -> bool:
    """Whether the unsqueezed iris is round."""
    return iris.blades == 0 or iris.roundness == 1


def iris_area(iris: Iris) -> float:
    """Area of the iris in units of its squared vertical radius."""
    angle = (np.arange(65536) + 0.5) * (2 * np.pi / 65536)
    return float(np.pi * np.mean(iris.edge(angle) ** 2) / iris.squeeze)


def iris_points(iris: Iris, square: np.ndarray) -> np.ndarray:
    """Uniform points of the unit square [..., 2] → uniform points of the iris [..., 2], x right, y up."""
    if is_circle(iris):
        disc = concentric_disc(square)
    else:
        # Equal parts of the square's first axis get equal areas of the iris.
        angle = np.linspace(0, 2 * np.pi, 8193)
        cumulative = np.concatenate([[0.0], np.cumsum(iris.edge((angle[1:] + angle[:-1]) / 2) ** 2)])
        theta = np.interp(square[..., 0] * cumulative[-1], cumulative, angle)
        radius = np.sqrt(square[..., 1]) * iris.edge(theta)
        disc = np.stack([radius * np.cos(theta), radius * np.sin(theta)], axis=-1)
    return disc / np.array([iris.squeeze, 1.0])


def concentric_disc(square: np.ndarray) -> np.ndarray:
    """Uniform unit square → uniform unit disc with little distortion (Shirley and Chiu, 1997). [..., 2] → [..., 2]."""
    a, b = 2 * square[..., 0] - 1, 2 * square[..., 1] - 1
    wide = np.abs(a) > np.abs(b)
    radius = np.where(wide, a, b)
    ratio = np.where(wide, b, a) / np.where(radius == 0, 1, radius)
    angle = np.where(wide, np.pi / 4 * ratio, np.pi / 2 - np.pi / 4 * ratio)
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)


def unit_sphere(square: np.ndarray) -> np.ndarray:
    """Uniform unit square [..., 2] → uniform points on the unit sphere [..., 3]."""
    z = 1 - 2 * square[..., 0]
    ring = np.sqrt(np.maximum(0, 1 - z * z))
    angle = 2 * np.pi * square[..., 1]
    return np.stack([ring * np.cos(angle), ring * np.sin(angle), z], axis=-1)


def _reversed_bits(n: np.ndarray) -> np.ndarray:
    """uint32 [N] with the order of the 32 bits reversed."""
    n = n.astype(np.uint32)
    for shift, mask in ((16, 0x0000FFFF), (8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        n = ((n & np.uint32(mask)) << np.uint32(shift)) | ((n >> np.uint32(shift)) & np.uint32(mask))
    return n


def _sobol_second(n: np.ndarray) -> np.ndarray:
    """uint32 [N]: the second Sobol dimension of index n."""
    result = np.zeros(n.shape, np.uint32)
    direction, rest = np.uint32(1 << 31), n.astype(np.uint32)
    while rest.any():
        result ^= np.where(rest & np.uint32(1), direction, np.uint32(0))
        rest = rest >> np.uint32(1)
        direction ^= direction >> np.uint32(1)
    return result


def squares(sets: int, samples: int, rng: np.random.Generator, shuffle: bool) -> np.ndarray:
    """float64 [sets, samples, 2] in [0, 1): scrambled (0, 2)-sequences, in their own or in a random order."""
    index = np.arange(samples, dtype=np.uint32)
    bits = np.stack([_reversed_bits(index), _sobol_second(index)], axis=-1)
    points = (bits[None] ^ rng.integers(0, 2**32, (sets, 1, 2), dtype=np.uint32)) * 2.0**-32
    if not shuffle:
        return points
    order = np.argsort(rng.random((sets, samples)), axis=1)
    return np.take_along_axis(points, order[..., None], axis=1)


def _along_z_curve(points: np.ndarray) -> np.ndarray:
    """Order [sets, samples] that visits points of the unit square along a Z curve, so that a packet's rays stay
    together."""
    cell = (points * 256).astype(np.int64)
    key = np.zeros(cell.shape[:2], np.int64)
    for bit in range(8):
        key |= ((cell[..., 0] >> bit) & 1) << (2 * bit) | ((cell[..., 1] >> bit) & 1) << (2 * bit + 1)
    return np.argsort(key, axis=1, kind="stable")


def camera_table(samples: int, iris: Iris, seed: int) -> np.ndarray:
    """float32 [SETS, 10, samples]: iris x, y (up, vertical radius 1); pixel x, y in [0, 1), y down; a unit vector (3)
    for the lights; one (3) for the sky. Neighbouring samples are near each other on the iris."""
    rng = np.random.default_rng((seed, samples, 1))
    on_iris = squares(SETS, samples, rng, shuffle=False)
    on_iris = np.take_along_axis(on_iris, _along_z_curve(on_iris)[..., None], axis=1)
    pixel, light, sky = (squares(SETS, samples, rng, shuffle=True) for _ in range(3))
    columns = [iris_points(iris, on_iris), pixel, unit_sphere(light), unit_sphere(sky)]
    return np.ascontiguousarray(np.concatenate(columns, axis=-1).swapaxes(1, 2), np.float32)


def lamp_table(samples: int, iris: Iris, seed: int) -> np.ndarray:
    """float32 [SETS, 6, samples]: pixel x, y in [0, 1); iris x, y; unit disc x, y. For the rays aimed at lamps."""
    rng = np.random.default_rng((seed, samples, 2))
    pixel, on_iris, disc = (squares(SETS, samples, rng, shuffle=i > 0) for i in range(3))
    columns = [pixel, iris_points(iris, on_iris), concentric_disc(disc)]
    return np.ascontiguousarray(np.concatenate(columns, axis=-1).swapaxes(1, 2), np.float32)


def centre_table() -> np.ndarray:
    """A camera table whose samples all go through the middle of the iris and of the pixel. float32 [1, 10, PACKET]."""
    table = np.zeros((1, 10, PACKET), np.float32)
    table[:, 2:4] = 0.5
    return table


def set_of_pixel(x: np.ndarray, y: np.ndarray, sets: int, seed: int) -> np.ndarray:
    """Which set a pixel takes: integer hash of its column and row, the same as in camera.cl. → int [...]."""
    mask = np.uint64(0xFFFFFFFF)
    h = (np.asarray(x, np.uint64) * np.uint64(0x8DA6B343) + np.asarray(y, np.uint64) * np.uint64(0xD8163841)) & mask
    h = (h + np.uint64(seed & 0xFFFFFFFF) * np.uint64(0xCB1AB31F)) & mask
    h ^= h >> np.uint64(13)
    h = (h * np.uint64(0x5BD1E995)) & mask
    h ^= h >> np.uint64(15)
    return (h % np.uint64(sets)).astype(np.int64)
