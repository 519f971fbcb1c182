"""Generated clips with known events, by kind and seed.

Events: `enters` (someone enters in the background while a still life stands in front), `approach` (someone walks from
far to near), `throw` (a ball flies through the background), `conversation` (two people at different depths take
turns). Decoys, in which nothing deserves a new focus: `leaves` (foliage in the wind), `shake` (a hand-held camera),
`silent mouth` (a listener's mouth moves without a sound), `off screen` (a voice from beside the picture).

Everything follows from kind and seed. Frames count from 1. The truth's keys say what deserves the focus at each frame,
switching at the event's own frame; its targets are the events, the first of them at frame 1.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ..focus.detections import PICTURE_LONG_SIDE, SOUND_RATE, ClipFrame, ClipInfo, shrunk
from ..focus.focus_file import FocusFile, FocusTarget
from . import talks
from .figures import Foliage, Person, ball, flowers
from .stage import Cutout, Stage, Sway, hand_held

EVENTS = ("enters", "approach", "throw", "conversation")
DECOYS = ("leaves", "shake", "silent mouth", "off screen")
KINDS = EVENTS + DECOYS


@dataclass(frozen=True)
class Turn:
    """Someone speaks: frames (not whole) of the first and last sound, and who (0, 1; -1: off screen)."""

    first: float
    last: float
    speaker: int


@dataclass(frozen=True)
class EventClip:
    """A clip at work. frame(n) is deterministic and may be asked in any order.

    sound: float32 [samples] mono at SOUND_RATE, or None. subject(n): (x, y) fractions and z in m of what deserves the
    focus. turns: of conversations.
    """

    kind: str
    seed: int
    width: int
    height: int
    fps: float
    count: int
    truth: FocusFile
    subject: Callable[[int], tuple[float, float, float]]
    sound: np.ndarray | None
    turns: tuple[Turn, ...]
    _draw: Callable[[int], tuple[np.ndarray, np.ndarray]] = field(repr=False)
    depth_noise: float = 0.01

    def frame(self, number: int) -> tuple[np.ndarray, np.ndarray]:
        """(picture, disparity): uint8 [H, W, 3] RGB, sRGB-encoded, with a camera's noise; float32 [H, W] in 1 / m,
        wrong by smooth noise of `depth_noise` (a fraction, standard deviation)."""
        picture, disparity = self._draw(number)
        rng = np.random.default_rng((self.seed, number, zlib.crc32(self.kind.encode())))
        noisy = picture * 255 + rng.standard_normal(picture.shape, np.float32) * 1.5
        error = np.repeat(np.repeat(rng.standard_normal((9, 16)), -(-self.height // 9), 0), -(-self.width // 16), 1)
        error = error[: self.height, : self.width].astype(np.float32) + np.float32(rng.standard_normal())
        disparity = disparity * (1 + np.float32(self.depth_noise) * error / np.float32(np.sqrt(2)))
        return np.clip(noisy + 0.5, 0, 255).astype(np.uint8), disparity.astype(np.float32)

    def sound_of(self, number: int) -> np.ndarray:
        """float32 [n] mono at SOUND_RATE: the sound of one frame; empty without any."""
        if self.sound is None:
            return np.zeros(0, np.float32)
        first, last = (round(n / self.fps * SOUND_RATE) for n in (number - 1, number))
        return self.sound[first:last]

    def frames(self) -> Iterator[ClipFrame]:
        """The clip as detectors see it."""
        for number in range(1, self.count + 1):
            picture, disparity = self.frame(number)
            yield ClipFrame(number, shrunk(picture, PICTURE_LONG_SIDE), disparity, self.sound_of(number), number == 1)

    @property
    def info(self) -> ClipInfo:
        return ClipInfo(self.width, self.height, self.fps, self.sound is not None)


def make_clip(
    kind: str,
    seed: int,
    width: int = 640,
    height: int = 360,
    fps: float = 24.0,
    count: int | None = None,
    shake: float | None = None,
) -> EventClip:
    """A clip of one of KINDS. count: frames, default 10 s (conversations 14 s); shake: of the camera, 1 = about 1 % of
    the width, default none or, in one of three clips of `enters`, a little. ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"no kind of clip {kind!r}; kinds: {', '.join(KINDS)}")
    rng = np.random.default_rng((seed, zlib.crc32(kind.encode())))
    talk = kind in ("conversation", "silent mouth", "off screen")
    count = count or round(fps * (14 if talk else 10))
    stage = Stage(width, height, rng.uniform(11, 18), rng)
    if shake is None:
        shake = rng.uniform(0.8, 1.6) if kind == "shake" else (rng.random() < 1 / 3) * (kind == "enters") * 0.6
    sway = hand_held(shake, fps, rng)
    scene = (talks.talk if talk else _SCENES[kind])(stage, fps, count, rng, *([kind] if talk else []))

    def subject(n: int) -> tuple[float, float, float]:
        x, y, z = scene.subject(n)
        return *stage.project(x, y, z, sway(n)), z

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        return stage.render(scene.cutouts(n), sway(n))

    keys = [(float(n), subject(n)[2]) for n in range(1, count + 1)]
    targets = [FocusTarget(1.0, *subject(1), label="start", cut=True)]
    targets += [FocusTarget(float(f), *subject(int(np.ceil(f))), label=label) for f, label in scene.events]
    truth = FocusFile(tuple(keys), fps, 0.0, tuple(targets))
    turns = tuple(Turn(*turn) for turn in scene.turns)
    return EventClip(kind, seed, width, height, fps, count, truth, subject, scene.sound, turns, draw)


@dataclass(frozen=True)
class Scene:
    """cutouts(n); subject(n): (x, y, z) in m; events: (frame, label) of new targets."""

    cutouts: Callable[[int], Sequence[Cutout]]
    subject: Callable[[int], tuple[float, float, float]]
    events: tuple[tuple[float, str], ...] = ()
    sound: np.ndarray | None = None
    turns: tuple[tuple[float, float, int], ...] = ()


def _still_life(rng: np.random.Generator, at: float | None = None) -> tuple[Cutout, tuple[float, float, float]]:
    z = rng.uniform(1.9, 2.8)
    x = (rng.uniform(-0.2, 0.2) if at is None else at) * z * 0.7
    raised = rng.uniform(0.2, 0.35)
    return replace(flowers(rng), x=x, y=raised, z=z), (x, 1.0 + raised, z)


def _edge(stage: Stage, z: float) -> float:
    """m from the axis to the picture's side at depth z."""
    return stage.width / 2 * z / stage.focal


def _enters(stage: Stage, fps: float, count: int, rng: np.random.Generator) -> Scene:
    still, place = _still_life(rng)
    person, z, side = Person(rng), rng.uniform(5.5, 9.0), rng.choice([-1, 1])
    speed, start = rng.uniform(0.8, 1.4), rng.uniform(0.35, 0.6) * count
    begin = side * (_edge(stage, z) + 0.22)  # the leading foot is at the picture's side
    stop = -side * rng.uniform(0.15, 0.8) * _edge(stage, z)

    def walker(n: int) -> tuple[float, bool]:
        x = begin - side * speed * (n - start) / fps
        return (x, True) if (x - stop) * side > 0 else (stop, False)

    def cutouts(n: int) -> list[Cutout]:
        if n < start - fps:
            return [still]
        x, walks = walker(n)
        return [still, *person.parts(x, z, step=2 * np.pi * speed / 1.3 * n / fps if walks else None)]

    def subject(n: int) -> tuple[float, float, float]:
        return (walker(n)[0], 1.1, z) if n >= start else place

    return Scene(cutouts, subject, ((start, "enters"),))


def _approach(stage: Stage, fps: float, count: int, rng: np.random.Generator) -> Scene:
    person, far, near = Person(rng), rng.uniform(7.5, 10), rng.uniform(2.2, 3.2)
    wait = rng.uniform(0.5, 1.5) * fps
    speed = rng.uniform(0.8, 1.0) * (far - near) / ((count - wait) / fps * 0.85)
    x0, x1 = rng.uniform(-0.5, 0.5) * _edge(stage, far), rng.uniform(-0.25, 0.25) * _edge(stage, near)

    def walk(n: int) -> tuple[float, float, bool]:
        z = min(max(far - speed * max(n - wait, 0) / fps, near), far)
        part = (far - z) / (far - near)
        return x0 + (x1 - x0) * part, z, near < z < far

    def cutouts(n: int) -> list[Cutout]:
        x, z, walks = walk(n)
        return person.parts(x, z, step=2 * np.pi * speed / 1.3 * n / fps if walks else None)

    def subject(n: int) -> tuple[float, float, float]:
        x, z, _ = walk(n)
        return x, 1.2, z

    return Scene(cutouts, subject)


def _throw(stage: Stage, fps: float, count: int, rng: np.random.Generator) -> Scene:
    still, place = _still_life(rng)
    z, side, radius = rng.uniform(4.5, 8), rng.choice([-1, 1]), rng.uniform(0.14, 0.22)
    draw, start = ball(rng, radius), rng.uniform(0.35, 0.65) * count
    begin, aside = side * (_edge(stage, z) + radius), place[0] / place[2] * z
    end = rng.uniform(-0.8, 0.8) * _edge(stage, z)
    if abs(end - aside) < 0.35 * _edge(stage, z):  # it comes to rest where nothing hides it
        end = aside - np.copysign(0.45 * _edge(stage, z), aside)
    flight = rng.uniform(0.9, 1.4)  # s
    high, deeper = rng.uniform(0.5, 1.2), rng.uniform(-0.8, 1.2)

    def flying(n: int) -> tuple[float, float, float]:
        part = min(max((n - start) / fps / flight, -1.0), 1.0)
        y = radius + high * 4 * part * (1 - part) + 1.0 * (1 - part)
        return begin + (end - begin) * part, y, z + deeper * max(part, 0)

    def cutouts(n: int) -> list[Cutout]:
        return [still, draw(*flying(n), spin=0.4 * min(n - start, flight * fps))] if n >= start - 2 else [still]

    return Scene(cutouts, lambda n: flying(n) if n >= start else place, ((start, "thrown"),))


def _leaves(stage: Stage, fps: float, count: int, rng: np.random.Generator) -> Scene:
    still, place = _still_life(rng)
    bushes = [
        (Foliage(rng), rng.uniform(-0.9, 0.9) * _edge(stage, z), rng.uniform(0.6, 1.8), z)
        for z in rng.uniform(4, 10, rng.integers(2, 5))
    ]
    return Scene(lambda n: [still, *(b.at(x, y, z, n / fps) for b, x, y, z in bushes)], lambda n: place)


def _shake(stage: Stage, fps: float, count: int, rng: np.random.Generator) -> Scene:
    still, place = _still_life(rng)
    z = rng.uniform(5, 9)
    bush = Foliage(rng).at(rng.uniform(-0.8, 0.8) * _edge(stage, z), rng.uniform(0.6, 1.8), z, 0.0)
    return Scene(lambda n: [still, bush], lambda n: place)


_SCENES = {"enters": _enters, "approach": _approach, "throw": _throw, "leaves": _leaves, "shake": _shake}

__all__ = ["DECOYS", "EVENTS", "KINDS", "EventClip", "Scene", "Sway", "Turn", "make_clip"]
