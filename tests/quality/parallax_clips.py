"""Ray-traced clips whose camera moves, and their true depth."""

from __future__ import annotations

import dataclasses

import numpy as np
from quality.cache import cached, digest

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.scene import Camera, Material, Scene
from focuspuller.kernels.raytrace.scenes import parts

WIDTH, HEIGHT, SAMPLES = 640, 360, 32
SPEED = 0.4  # of the scenes' own moves
SUBJECT = Material((0.12, 0.30, 0.52), (0.7, 0.5, 0.3), "noise", 0.03, 0.8)


def _turned(camera: Camera, pan: float, tilt: float, roll: float) -> Camera:
    """pan, tilt, roll: degrees."""
    forward = camera.rotation[2] + np.tan(np.deg2rad(pan)) * camera.rotation[0]
    forward = forward + np.tan(np.deg2rad(tilt)) * camera.rotation[1]
    target = camera.position + forward
    return Camera.look_at(camera.position, target, camera.focal_length_mm, camera.sensor_width_mm, np.deg2rad(roll))


def _push(start, end, target, focal=50.0):
    def camera_at(frame):
        u = (frame - 1) / 23
        return Camera.look_at(np.asarray(start) + (np.asarray(end) - start) * u, target, focal)

    return camera_at


def _handheld(move, sway=0.012, shake=0.5):
    """A move with the sway (m) and the shake (degrees) of a hand: sums of slow and fast sines."""

    def camera_at(frame):
        camera = move(frame)
        a = np.array([np.sin(0.31 * frame + p) + 0.5 * np.sin(0.83 * frame + 2 * p) for p in range(6)])
        moved = dataclasses.replace(camera, position=camera.position + sway * a[:3])
        return _turned(moved, *(shake * a[3:]))

    return camera_at


def _with(name: str, camera_at=None, subject=False) -> tuple[Scene, object]:
    base = scenes.scene(name)
    scene = dataclasses.replace(base, camera_at=camera_at or base.camera_at)
    if not subject:
        return scene, lambda frame: scene

    def at(frame):
        board = parts.wall((0.3 - 0.022 * frame, 0.30, 1.9), 0.22, 0.60, SUBJECT)
        return dataclasses.replace(scene, shapes=(*scene.shapes, board))

    return scene, at


def _scenes() -> dict:
    own = scenes.scene("cards").camera_at
    still = own(12)
    return {
        "truck, cards": _with("cards"),
        "truck, rails": _with("rails"),
        "dolly, corridor": _with("corridor", _push((0, 0.5, 0.0), (0.05, 0.55, 1.2), (0, 0.6, 8))),
        "dolly, cards": _with("cards", _push((0.02, 0.62, -0.9), (0.0, 0.62, -0.2), (0, 0.5, 3))),
        "crane, garden": _with("demo", _push((0.0, 0.95, -0.2), (0.05, 1.25, -0.1), (0, 0.9, 3), 65.0)),
        "handheld, cards": _with("cards", _handheld(own)),
        "walker, handheld": _with("cards", _handheld(own), subject=True),
        "pan": _with("cards", lambda frame: _turned(still, 0.25 * (frame - 12), 0.05 * frame, 0.0)),
        "static, walker": _with("cards", lambda frame: still, subject=True),
    }


NAMES = tuple(_scenes())


def frame(name: str, number: int) -> tuple[np.ndarray, float]:
    """(radiance [H, W, 3], focal length in px)."""
    scene, at, time = _at(name, number)
    camera = scene.camera(time)

    def make():
        return trace.deep_focus(at(time), time, WIDTH, HEIGHT, SAMPLES, seed=number)[0].astype(np.float32)

    focal = WIDTH * camera.focal_length_mm / camera.sensor_width_mm
    return cached(_key("picture", at(time), camera, number), make), focal


def truth(name: str, number: int) -> np.ndarray:
    """Disparity 1/z, [H, W]."""
    scene, at, time = _at(name, number)

    def make():
        return (1 / trace.antialiased_depth(at(time), time, WIDTH, HEIGHT, 32)).astype(np.float32)

    return cached(_key("disparity", at(time), scene.camera(time), number), make)


def _at(name: str, number: int):
    scene, at = _scenes()[name]
    return scene, at, 12 + SPEED * (number - 12)


def _key(what: str, scene: Scene, camera: Camera, number: int) -> str:
    things = (scene.shapes, scene.lamps, scene.lights, scene.sky)
    return digest("parallax", what, things, camera, WIDTH, HEIGHT, SAMPLES, number)
