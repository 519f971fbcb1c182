"""Things that several scenes are built from. Lengths in metres, y up; cameras look along +z, so +x is on the left."""

from __future__ import annotations

import itertools

import numpy as np

from ..scene import Camera, Lamp, Material, Shape, Vector, frame_along, normalised


def floor(height: float, material: Material, half_size: float = 60.0) -> Shape:
    """A horizontal square around the origin, its texture's x along world x."""
    frame = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
    return Shape("card", (0.0, height, 0.0), (half_size, half_size, 0.0), material, frame)


def wall(centre: Vector, width: float, height: float, material: Material, yaw: float = 0.0) -> Shape:
    """An upright rectangle; yaw 0 faces the camera (-z), degrees."""
    turn = np.deg2rad(yaw)
    frame = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [np.sin(turn), 0, -np.cos(turn)]])
    return Shape("card", tuple(centre), (width / 2, height / 2, 0.0), material, frame)


def block(centre: Vector, size: Vector, material: Material, yaw: float = 0.0) -> Shape:
    """A box of full size (x, y, z), turned around y by yaw degrees."""
    turn = np.deg2rad(yaw)
    frame = np.array([[np.cos(turn), 0, np.sin(turn)], [0, 1, 0], [-np.sin(turn), 0, np.cos(turn)]])
    return Shape("box", tuple(centre), tuple(np.array(size) / 2), material, frame)


def rod(start: Vector, end: Vector, radius: float, material: Material) -> Shape:
    """A round rod from end to end; its texture's z runs along it."""
    start, end = np.asarray(start, float), np.asarray(end, float)
    half = np.linalg.norm(end - start) / 2
    return Shape("cylinder", tuple((start + end) / 2), (radius, half, 0.0), material, frame_along(end - start))


def ball(centre: Vector, radius: float, material: Material, axis: Vector = (0.0, 0.0, 1.0)) -> Shape:
    """A sphere whose texture's z points along `axis`."""
    return Shape("sphere", tuple(centre), (radius, 0.0, 0.0), material, frame_along(axis))


def blade(
    root: Vector,
    length: float,
    width: float,
    lean: Vector,
    facing: Vector,
    colors: tuple[Vector, Vector],
    segments: int = 5,
    translucency: float = 0.35,
) -> list[Shape]:
    """A blade of grass: cards that bend from upright towards `lean` (its length says how much) and taper to a tip.

    facing: roughly where its flat side looks. colors: at the root and at the tip.
    """
    shapes, point = [], np.asarray(root, float)
    for i in range(segments):
        along = normalised(np.array([0.0, 1.0, 0.0]) + np.asarray(lean) * ((i + 0.5) / segments) ** 1.3 * 2)
        across = normalised(np.cross(along, facing))
        step = length / segments
        low, high = (np.sqrt(1 - (i + end) / segments) for end in (0, 1))
        color = np.asarray(colors[0]) + (np.asarray(colors[1]) - colors[0]) * (i + 0.5) / segments
        tones = (tuple(np.round(color * share, 4)) for share in (1, 0.55))
        material = Material(*tones, "noise", width * 0.4, 0.3, translucency=translucency)
        # A hair of overlap closes the wedge between segments that bend.
        size = (width / 2 * low, step / 2 * 1.06, 0.0)
        frame = np.stack([across, along, np.cross(across, along)])
        shapes.append(Shape("card", tuple(point + along * step / 2), size, material, frame, taper=1 - high / low))
        point = point + along * step
    return shapes


def string_of_lamps(
    start: Vector, end: Vector, sag: float, radius: float, radiances: list[Vector], wire: Material
) -> tuple[list[Lamp], list[Shape]]:
    """Lamps along a hanging wire (a parabola `sag` deep), and the wire itself as short rods."""
    start, end = np.asarray(start, float), np.asarray(end, float)

    def at(u: float) -> np.ndarray:
        return start + (end - start) * u - np.array([0.0, 4 * sag * u * (1 - u), 0.0])

    count, drop = len(radiances), np.array([0.0, 1.6 * radius, 0.0])
    lamps = [Lamp(tuple(at((i + 0.5) / count) - drop), radius, radiance) for i, radiance in enumerate(radiances)]
    ends = itertools.pairwise(np.linspace(0, 1, count + 1))
    return lamps, [rod(at(a), at(b), 0.004, wire) for a, b in ends]


def dolly(start: Vector, end: Vector, target_start: Vector, target_end: Vector, frames: tuple[int, int], **lens):
    """A camera move between two positions and targets, eased at both ends: frame → Camera."""

    def camera_at(frame: float) -> Camera:
        u = np.clip((frame - frames[0]) / max(frames[1] - frames[0], 1), 0, 1)
        u = u * u * (3 - 2 * u)
        position = np.asarray(start) + (np.asarray(end) - start) * u
        target = np.asarray(target_start) + (np.asarray(target_end) - target_start) * u
        return Camera.look_at(position, target, **lens)

    return camera_at
