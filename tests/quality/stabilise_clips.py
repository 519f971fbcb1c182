"""Clips whose depth and motion are known, and the errors that depth from a network has.

Everything is made from seeds: textured cards that move over one another, and ray-traced scenes with a moving camera
and a moving subject.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

import cv2
import numpy as np

from focuspuller.kernels.raytrace import render as trace
from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.scenes import parts


@dataclass
class Clip:
    """guide: [H, W, 3] scene-linear; truth: [H, W] disparity; back: true flow to the frame before, [H, W, 2] px; seen:
    bool [H, W], whether the pixel was visible in the frame before; subject: bool [H, W]. One entry a frame; `back` and
    `seen` of the first are those of no motion."""

    name: str
    guide: list = field(default_factory=list)
    truth: list = field(default_factory=list)
    back: list = field(default_factory=list)
    seen: list = field(default_factory=list)
    subject: list = field(default_factory=list)

    def __len__(self):
        return len(self.truth)


def texture(rng, height: int, width: int, grain: float, colour) -> np.ndarray:
    """Noise of several octaves around a colour, [H, W, 3] scene-linear."""
    out = np.zeros((height, width), np.float32)
    for octave in range(4):
        sigma = grain * 2.0**octave
        noise = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), sigma)
        out += noise / noise.std() * 0.6**octave
    out = np.exp(0.45 * out / out.std())
    tint = cv2.GaussianBlur(rng.standard_normal((height, width, 3)).astype(np.float32), (0, 0), grain * 6)
    return out[..., None] * np.asarray(colour, np.float32) * np.exp(0.25 * tint / tint.std())


@dataclass
class Card:
    """A textured ellipse or rectangle. at(t): centre x, y in px; disparity(t); size(t): half width, half height."""

    pixels: np.ndarray
    at: object
    disparity: object
    size: object
    round: bool = True

    def coverage(self, t, x, y):
        """Antialiased alpha [H, W]."""
        (cx, cy), (rx, ry) = self.at(t), self.size(t)
        if self.round:
            distance = (np.hypot((x - cx) / rx, (y - cy) / ry) - 1) * min(rx, ry)
        else:
            distance = np.maximum(np.abs(x - cx) - rx, np.abs(y - cy) - ry)
        return np.clip(0.5 - distance, 0, 1).astype(np.float32)

    def sample(self, t, x, y):
        """The texture, which moves and grows with the card."""
        (cx, cy), (rx, ry) = self.at(t), self.size(t)
        r0 = self.size(0)
        height, width = self.pixels.shape[:2]
        u = (x - cx) * r0[0] / rx + width / 2
        v = (y - cy) * r0[1] / ry + height / 2
        flags = cv2.INTER_CUBIC
        return cv2.remap(self.pixels, u.astype(np.float32), v.astype(np.float32), flags, borderMode=cv2.BORDER_REFLECT)

    def moved(self, t, x, y):
        """Where points of the card at t were at t - 1."""
        (cx, cy), (rx, ry) = self.at(t), self.size(t)
        (px, py), (qx, qy) = self.at(t - 1), self.size(t - 1)
        return px + (x - cx) * qx / rx, py + (y - cy) * qy / ry


def layered(name: str, cards: list[Card], ramp, frames: int, width: int, height: int) -> Clip:
    """Cards over one another, the first of them the background, whose disparity is `ramp` [H, W]."""
    clip = Clip(name)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    x, y = x + 0.5, y + 0.5
    indices = []
    for t in range(frames):
        guide, depth, index = np.zeros((height, width, 3), np.float32), np.zeros_like(x), np.zeros(x.shape, int)
        for i, card in enumerate(cards):
            alpha = np.ones_like(x) if i == 0 else card.coverage(t, x, y)
            level = card_level(card, t, x, y, ramp if i == 0 else None)
            guide = guide * (1 - alpha[..., None]) + card.sample(t, x, y) * alpha[..., None]
            depth = depth * (1 - alpha) + level * alpha
            index[alpha >= 0.5] = i
        back, seen = np.zeros((height, width, 2), np.float32), np.ones((height, width), bool)
        if t:
            for i, card in enumerate(cards):
                px, py = card.moved(t, x, y)
                here = index == i
                back[here] = np.stack([px - x, py - y], -1)[here]
            qx, qy = x + back[..., 0], y + back[..., 1]
            inside = (qx >= 0) & (qy >= 0) & (qx < width) & (qy < height)
            ix = np.clip(qx.astype(int), 0, width - 1)
            iy = np.clip(qy.astype(int), 0, height - 1)
            seen = inside & (indices[-1][iy, ix] == index)
        indices.append(index)
        clip.guide.append(guide)
        clip.truth.append(depth)
        clip.back.append(back)
        clip.seen.append(seen)
        clip.subject.append(index == len(cards) - 1)
    return clip


def card_level(card: Card, t, x, y, ramp):
    if ramp is None:
        return np.full_like(x, card.disparity(t))
    (cx, cy) = card.at(t)
    px, py = (x - cx).astype(np.float32), (y - cy).astype(np.float32)
    return cv2.remap(ramp, px + ramp.shape[1] / 2, py + ramp.shape[0] / 2, cv2.INTER_LINEAR)


def moving_cards(frames=20, width=480, height=270, seed=0, speed=3.7) -> Clip:
    """A pan over a wall, a near ball that crosses fast and a middle one that crosses slowly the other way."""
    rng = np.random.default_rng(seed)
    wide = (height + 120, width + 240)
    ramp = np.repeat(np.linspace(0.08, 0.35, wide[0], dtype=np.float32)[:, None], wide[1], 1)
    ramp += 0.05 * cv2.GaussianBlur(rng.standard_normal(wide).astype(np.float32), (0, 0), 30) * 30
    back = Card(
        texture(rng, *wide, 1.6, (0.3, 0.28, 0.25)),
        lambda t: (width / 2 + 0.83 * t - 8, height / 2 - 0.31 * t),
        lambda t: 0.2,
        lambda t: (1.0, 1.0),
    )
    far = Card(
        texture(rng, 160, 160, 1.4, (0.15, 0.3, 0.2)),
        lambda t: (0.75 * width - 1.9 * t, 0.45 * height + 0.6 * t),
        lambda t: 0.55,
        lambda t: (46.0, 60.0),
        False,
    )
    near = Card(
        texture(rng, 200, 200, 1.4, (0.5, 0.3, 0.25)),
        lambda t: (0.15 * width + speed * t, 0.6 * height - 0.9 * t),
        lambda t: 0.9,
        lambda t: (52.0, 70.0),
    )
    return layered("moving cards", [back, far, near], ramp, frames, width, height)


def approaching(frames=20, width=480, height=270, seed=1) -> Clip:
    """A subject that comes nearer: its disparity and its size grow together, by half over the clip."""
    rng = np.random.default_rng(seed)
    wide = (height + 120, width + 240)
    ramp = np.repeat(np.linspace(0.1, 0.3, wide[0], dtype=np.float32)[:, None], wide[1], 1)
    back = Card(
        texture(rng, *wide, 1.6, (0.3, 0.3, 0.32)),
        lambda t: (width / 2 - 0.4 * t, height / 2),
        lambda t: 0.2,
        lambda t: (1.0, 1.0),
    )

    def grown(t):
        return 1 + 0.5 * t / (frames - 1)

    near = Card(
        texture(rng, 260, 260, 1.4, (0.5, 0.35, 0.25)),
        lambda t: (0.4 * width + 1.3 * t, 0.5 * height),
        lambda t: 0.6 * grown(t),
        lambda t: (45.0 * grown(t), 60.0 * grown(t)),
    )
    return layered("approaching", [back, near], ramp, frames, width, height)


def traced(name: str, frames=16, width=480, height=270, samples=32, walker=True, step=1.0) -> Clip:
    """A ray-traced scene with its own camera move; `walker`: a textured board that crosses at 1.8 m."""
    base = scenes.scene(name)
    material = dataclasses.replace(scenes.tables.SPHERES[2], texture="noise", scale=0.03, color2=(0.7, 0.5, 0.3))
    clip = Clip(f"traced {name}")
    first = base.frames[0]
    previous = None
    for t in range(frames):
        shift = 0.22 - 0.028 * t
        board = parts.wall((shift, 0.55, 1.8), 0.2, 0.34, material)
        scene = dataclasses.replace(base, shapes=(*base.shapes, board)) if walker else base
        frame = first + step * t
        guide, depth = trace.deep_focus(scene, frame, width, height, samples, seed=t)
        soft = 1 / trace.antialiased_depth(scene, frame, width, height)
        bare = trace.deep_focus(base, frame, width, height, 16)[1] if walker else depth
        subject = depth < bare - 1e-3
        camera = scene.camera(frame)
        back, seen = np.zeros((height, width, 2), np.float32), np.ones((height, width), bool)
        if previous is not None:
            old_camera, old_depth, old_shift = previous
            points = unprojected(camera, depth, width, height)
            points[subject] += (old_shift - shift, 0, 0)
            there = old_camera.project(points, width, height)
            y, x = np.mgrid[:height, :width] + 0.5
            back = np.nan_to_num(np.stack([there[..., 0] - x, there[..., 1] - y], -1)).astype(np.float32)
            ix, iy = np.floor(there[..., 0]).astype(int), np.floor(there[..., 1]).astype(int)
            inside = (ix >= 0) & (iy >= 0) & (ix < width) & (iy < height)
            found = old_depth[np.clip(iy, 0, height - 1), np.clip(ix, 0, width - 1)]
            seen = inside & (np.abs(1 / found - 1 / there[..., 2]) < 0.03 * (1 / there[..., 2] + 0.05))
        previous = camera, depth, shift
        clip.guide.append(guide)
        clip.truth.append(soft.astype(np.float32))
        clip.back.append(back)
        clip.seen.append(seen)
        clip.subject.append(subject)
    return clip


def unprojected(camera, depth, width, height) -> np.ndarray:
    """World points [H, W, 3] of pixel centres; infinite depth at 1e6 m."""
    y, x = np.mgrid[:height, :width] + 0.5
    z = np.where(np.isfinite(depth), depth, 1e6)
    k = width * camera.focal_length_mm / camera.sensor_width_mm
    local = np.stack([(x - width / 2) / k * z, (height / 2 - y) / k * z, z], -1)
    return local @ camera.rotation + camera.position


@dataclass(frozen=True)
class Errors:
    """Per-frame error of estimated depth, in shares of the clip's range of disparity, and px for the edges.

    wander: amplitude of a slow drift of scale and shift over the clip.
    """

    scale: float = 0.05
    shift: float = 0.03
    splotches: float = 0.04
    splotch_size: float = 20.0
    wobble: float = 1.2
    wobble_size: float = 7.0
    noise: float = 0.005
    wander: float = 0.0


def estimated(clip: Clip, errors: Errors = Errors(), seed: int = 5, sign: int = 1) -> list[np.ndarray]:
    """The clip's disparity as a network may give it, frame by frame, [H, W] each. sign: -1 turns every error round, so
    that over both signs they cancel and what remains is bias."""
    rng = np.random.default_rng(seed)
    spread = np.percentile(clip.truth[0], 95) - np.percentile(clip.truth[0], 5)
    out = []
    phase = rng.uniform(0, 6, 2)
    for t, truth in enumerate(clip.truth):
        height, width = truth.shape

        def field(size, height=height, width=width):
            f = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), size)
            return sign * f / f.std()

        y, x = np.mgrid[:height, :width].astype(np.float32)
        dx, dy = (errors.wobble * field(errors.wobble_size) for _ in range(2))
        d = cv2.remap(truth, x + dx, y + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        d = d + spread * errors.splotches * field(errors.splotch_size)
        d = d + sign * spread * errors.noise * rng.standard_normal(d.shape)
        scale = 1 + sign * (errors.scale * rng.standard_normal() + errors.wander * np.sin(phase[0] + t / 5))
        shift = sign * spread * (errors.shift * rng.standard_normal() + errors.wander * np.sin(phase[1] + t / 7))
        out.append((d * scale + shift).astype(np.float32))
    return out
