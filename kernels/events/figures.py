"""Figures of generated clips: people who walk and talk, a ball, flowers, foliage in the wind."""

from __future__ import annotations

import cv2
import numpy as np

from . import face
from .stage import Cutout

_PERSON = (560, 260)  # px of a person's canvas, 300 px to the metre
_PX = 300
_HEAD_SCALE = 0.165 / face.FACE_WIDTH  # m a px: a face is 16.5 cm wide


class Person:
    """One person: a look, clothes; drawn at any step of a walk and any opening of the mouth."""

    def __init__(self, rng: np.random.Generator):
        self.look = face.Look.random(rng)
        self.shirt = rng.uniform(0.1, 0.9, 3)
        self.trousers = rng.uniform(0.05, 0.45, 3)
        self.pattern = rng.uniform(-0.25, 0.25, (9, 5, 3)).astype(np.float32)
        self._heads: dict[tuple, np.ndarray] = {}

    def parts(
        self, x: float, z: float, y: float = 0.0, step: float | None = None, mouth: float = 0.0, blink: float = 0.0
    ) -> list[Cutout]:
        """Body and head standing at (x, z), feet `y` m above the floor. step: phase of the walk, None: stands."""
        body = Cutout(self._body(step), 1 / _PX, (_PERSON[1] / 2, _PERSON[0] - 15.0), x, y, z)
        key = (round(mouth * 12), round(blink * 3))
        if key not in self._heads:
            self._heads[key] = face.head(self.look, key[0] / 12, key[1] / 3)
        bob = 0.0 if step is None else 0.02 * abs(np.sin(step))
        head = Cutout(self._heads[key], _HEAD_SCALE, (face.CENTRE[0], 300.0), x, y + 1.42 + bob, z - 0.01)
        return [body, head]

    def face_height(self) -> float:
        """m of the face's centre above the feet."""
        return 1.42 + (300 - face.CENTRE[1]) * _HEAD_SCALE

    def _body(self, step: float | None) -> np.ndarray:
        h, w = _PERSON
        colour = np.zeros((h, w, 3), np.float32)
        alpha = np.zeros((h, w), np.float32)
        swing = 0.0 if step is None else np.sin(step)
        foot, hip = h - 15, h - 15 - int(0.82 * _PX)

        def limb(a, b, width, tone):
            for target, value in ((colour, [float(v) for v in tone]), (alpha, 1.0)):
                cv2.line(target, (int(a[0]), int(a[1])), (int(b[0]), int(b[1])), value, width, cv2.LINE_AA)

        skin = np.array(self.look.skin) / 255
        for side in (-1, 1):
            knee = (w / 2 + side * 14 + side * swing * 30, (hip + foot) / 2)
            ankle = (w / 2 + side * 14 + side * swing * 62, foot - 6 * max(side * swing, 0))
            limb((w / 2 + side * 16, hip), knee, 38, self.trousers * (0.85 if side < 0 else 1))
            limb(knee, ankle, 32, self.trousers * (0.85 if side < 0 else 1))
            limb(ankle, (ankle[0] + 14, ankle[1] + 4), 20, (0.1, 0.08, 0.07))
        shoulder = h - 15 - int(1.40 * _PX)
        torso = np.array(
            [[w / 2 - 58, shoulder + 22], [w / 2 - 36, shoulder], [w / 2 + 36, shoulder], [w / 2 + 58, shoulder + 22],
             [w / 2 + 44, hip + 12], [w / 2 - 44, hip + 12]], np.int32
        )  # fmt: skip
        mask = np.zeros((h, w), np.float32)
        cv2.fillPoly(mask, [torso], 1.0, cv2.LINE_AA)
        cloth = np.clip(self.shirt + cv2.resize(self.pattern, (w, h), interpolation=cv2.INTER_LINEAR), 0.03, 0.97)
        colour[...] = colour * (1 - mask[..., None]) + cloth * mask[..., None]
        np.maximum(alpha, mask, out=alpha)
        for side in (-1, 1):
            elbow = (w / 2 + side * 66 - side * swing * 14, shoulder + 110)
            wrist = (w / 2 + side * 66 - side * swing * 44, shoulder + 205)
            limb((w / 2 + side * 52, shoulder + 22), elbow, 28, np.clip(self.shirt * 0.9, 0, 1))
            limb(elbow, wrist, 24, np.clip(self.shirt * 0.8, 0, 1))
            limb(wrist, (wrist[0], wrist[1] + 14), 20, skin)
        return np.dstack([colour, np.clip(alpha, 0, 1)])


def ball(rng: np.random.Generator, radius: float):
    """A function (x, y, z, spin) → Cutout of a bright ball, radius in m."""
    size = 96
    tone = np.array([(0.95, 0.25, 0.1), (0.98, 0.85, 0.1), (0.2, 0.5, 0.95), (0.95, 0.95, 0.95)])[rng.integers(4)]
    y, x = (np.mgrid[:size, :size] + 0.5 - size / 2) / (size / 2 - 2)
    distance = np.hypot(x, y)
    alpha = np.clip((1 - distance) * (size / 2 - 2) + 0.5, 0, 1)
    height = np.sqrt(np.clip(1 - distance**2, 0, 1))
    shade = 0.35 + 0.65 * np.clip((-0.4 * x - 0.7 * y + 0.6 * height), 0, 1)

    def at(px: float, py: float, pz: float, spin: float = 0.0) -> Cutout:
        stripes = 0.75 + 0.25 * np.sign(np.sin(5 * (x * np.cos(spin) + y * np.sin(spin))))
        colour = tone * (shade * stripes)[..., None]
        picture = np.dstack([np.clip(colour, 0, 1), alpha]).astype(np.float32)
        return Cutout(picture, 2 * radius / (size - 4), (size / 2, size / 2), px, py, pz)

    return at


def flowers(rng: np.random.Generator) -> Cutout:
    """Bright flowers in a vase on a stand, at the origin; move it with dataclasses.replace. 1.35 m high."""
    h, w = 420, 170
    colour, alpha = np.zeros((h, w, 3), np.float32), np.zeros((h, w), np.float32)

    def paint(draw):
        mask = np.zeros((h, w), np.float32)
        tone = draw(mask)
        colour[...] = colour * (1 - mask[..., None]) + np.asarray(tone, np.float32) * mask[..., None]
        np.maximum(alpha, mask, out=alpha)

    def stand(mask):
        cv2.rectangle(mask, (62, 270), (108, h - 2), 1.0, -1)
        return (0.32, 0.22, 0.15)

    def vase(mask):
        cv2.ellipse(mask, (85, 225), (32, 52), 0, 0, 360, 1.0, -1, cv2.LINE_AA)
        return vase_tone

    vase_tone = rng.uniform(0.2, 0.9, 3)
    paint(stand)
    paint(vase)
    petal = np.array([(0.95, 0.2, 0.25), (0.98, 0.75, 0.1), (0.85, 0.3, 0.8), (1.0, 0.5, 0.15)])[rng.integers(4)]
    for _ in range(46):
        x, y = rng.normal(85, 28), rng.normal(110, 34)
        green = rng.random() < 0.3
        tone = (0.15, 0.45, 0.15) if green else np.clip(petal * rng.uniform(0.75, 1.1), 0, 1)

        def bloom(mask, x=x, y=y, tone=tone):
            axes = (int(rng.uniform(8, 17)), int(rng.uniform(6, 12)))
            cv2.ellipse(mask, (int(x), int(y)), axes, rng.uniform(0, 180), 0, 360, 1.0, -1, cv2.LINE_AA)
            return tone

        paint(bloom)
    return Cutout(np.dstack([colour, alpha]), 1 / 310, (85.0, h - 2.0), 0.0, 0.0, 1.0)


class Foliage:
    """A bush whose leaves tremble in the wind."""

    def __init__(self, rng: np.random.Generator, leaves: int = 130):
        self.size = (300, 300)
        self.places = np.column_stack([rng.normal(150, 55, leaves), rng.normal(140, 50, leaves)])
        self.axes = np.column_stack([rng.uniform(9, 17, leaves), rng.uniform(4, 8, leaves)])
        self.angles = rng.uniform(0, 180, leaves)
        self.tones = (
            np.array([0.14, 0.4, 0.1]) + rng.uniform(-0.1, 0.16, (leaves, 1)) + rng.uniform(-0.03, 0.03, (leaves, 3))
        )
        self.rates, self.phases = rng.uniform(0.8, 2.6, leaves), rng.uniform(0, 2 * np.pi, leaves)
        self.reach = rng.uniform(2, 6.5, (leaves, 2)) * rng.choice([-1, 1], (leaves, 2))
        self.gusts = rng.uniform(0.15, 0.4), rng.uniform(0, 6)

    def at(self, x: float, y: float, z: float, seconds: float) -> Cutout:
        """A bush about 1 m across whose middle is at (x, y, z)."""
        h, w = self.size
        colour, alpha = np.zeros((h, w, 3), np.float32), np.zeros((h, w), np.float32)
        gust = 0.65 + 0.35 * np.sin(2 * np.pi * self.gusts[0] * seconds + self.gusts[1])
        wave = np.sin(2 * np.pi * self.rates * seconds + self.phases) * gust
        for n, (place, axes) in enumerate(zip(self.places, self.axes, strict=True)):
            centre = tuple(int(v * 16) for v in place + self.reach[n] * wave[n])
            size = tuple(int(v * 16) for v in axes)
            tone = [float(v) for v in np.clip(self.tones[n], 0, 1)]
            turned = self.angles[n] + 12 * wave[n]
            cv2.ellipse(colour, centre, size, turned, 0, 360, tone, -1, cv2.LINE_AA, 4)
            cv2.ellipse(alpha, centre, size, turned, 0, 360, 1.0, -1, cv2.LINE_AA, 4)
        alpha = np.clip(alpha, 0, 1)
        return Cutout(np.dstack([colour, alpha]), 1 / 220, (150.0, 140.0), x, y, z)
