"""A drawn head whose mouth moves. Shaded as a lit face is (dark eyes under bright brows, bright nose, cheeks), which is
what face detectors look for."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

HEIGHT, WIDTH = 300, 240  # px of the canvas; the face is about 150 px wide
FACE_WIDTH = 150  # px on the canvas
CENTRE = (120, 160)  # between nose and eyes, px
MOUTH = (120, 212)  # px


@dataclass(frozen=True)
class Look:
    """skin, hair: RGB 0 … 255. hair_length: 0 … 1. wide, long: proportions around 1."""

    skin: tuple[int, int, int]
    hair: tuple[int, int, int]
    hair_length: float
    wide: float
    long: float

    @classmethod
    def random(cls, rng: np.random.Generator) -> Look:
        tone = rng.uniform(0.0, 1.0)
        skin = (1 - tone) * np.array([236, 196, 170]) + tone * np.array([176, 122, 92]) + rng.uniform(-8, 8, 3)
        hairs = np.array([[40, 30, 25], [90, 60, 35], [20, 20, 22], [150, 115, 70], [110, 105, 100]])
        hair = hairs[rng.integers(len(hairs))] + rng.uniform(-10, 10, 3)
        return cls(
            tuple(int(v) for v in skin),
            tuple(int(max(v, 5)) for v in hair),
            float(rng.uniform(0, 1)),
            float(rng.uniform(0.93, 1.07)),
            float(rng.uniform(0.95, 1.06)),
        )


def head(look: Look, mouth: float = 0.0, blink: float = 0.0, gaze: float = 0.0) -> np.ndarray:
    """float32 [HEIGHT, WIDTH, 4] RGBA, 0 … 1, straight alpha. mouth: 0 closed … 1 wide open; blink: 0 … 1; gaze: -1
    … 1 to the right."""
    cx, cy = CENTRE
    rx, ry = 0.5 * FACE_WIDTH * look.wide, 98 * look.long
    colour = np.zeros((HEIGHT, WIDTH, 3), np.float32)
    alpha = np.zeros((HEIGHT, WIDTH), np.float32)
    skin, hair = np.array(look.skin, np.float32) / 255, np.array(look.hair, np.float32) / 255

    def blob(centre, axes, paint, strength=1.0, soft=0.0, angle=0.0, within=True):
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        sixteenth = 16
        cv2.ellipse(
            mask,
            (round(centre[0] * sixteenth), round(centre[1] * sixteenth)),
            (max(round(axes[0] * sixteenth), 1), max(round(axes[1] * sixteenth), 1)),
            angle,
            0,
            360,
            1.0,
            -1,
            cv2.LINE_8,
            4,
        )
        mask = cv2.GaussianBlur(mask, (0, 0), max(soft, 0.7)) * np.float32(strength)
        if within:
            mask = mask * alpha
        else:
            np.maximum(alpha, mask, out=alpha)
        colour[...] = colour * (1 - mask[..., None]) + np.asarray(paint, np.float32) * mask[..., None]

    fall = 45 + 75 * look.hair_length
    blob((cx, cy - 22), (rx * 1.17, ry * 1.04), hair, within=False)
    if look.hair_length > 0.35:
        blob((cx, cy + 10), (rx * 1.16, fall), hair, within=False)
    blob((cx, 285), (34, 60), 0.82 * skin, within=False)  # neck
    blob((cx, cy + 4), (rx, ry * 0.92), skin, within=False)
    # The light comes from above: forehead, nose and cheeks catch it, sockets and the sides lie in shadow.
    blob((cx, cy - 48), (rx * 0.62, 26), np.minimum(skin * 1.12, 1), 0.8, 10)
    for side in (-1, 1):
        blob((cx + side * rx * 0.93, cy + 20), (12, 62), skin * 0.72, 0.8, 9)
        blob((cx + side * 34, cy - 10), (27, 15), skin * 0.60, 0.9, 5)
        blob((cx + side * 40, cy + 28), (21, 15), np.minimum(skin * 1.12, 1), 0.8, 7)
    blob((cx, cy + 8), (8, 34), np.minimum(skin * 1.16, 1), 0.85, 4)
    blob((cx, cy + 33), (17, 6), skin * 0.66, 0.8, 3)
    for side in (-1, 1):
        blob((cx + side * 9, cy + 34), (4, 3), skin * 0.35, 0.9, 1)
        brow = (cx + side * 34, cy - 27)
        blob(brow, (23, 4.5), hair * 0.8, 0.9, 1.5, angle=side * 6)
        eye = (cx + side * 34, cy - 8)
        open_ = 7.5 * (1 - 0.9 * blink)
        blob(eye, (15, open_ + 1.5), skin * 0.3, 0.9, 1)
        blob(eye, (13, open_), (0.92, 0.92, 0.9), 1.0)
        if blink < 0.6:
            blob((eye[0] + 4 * gaze, eye[1]), (6.5, min(6.5, open_)), (0.16, 0.11, 0.08), 1.0)
            blob((eye[0] + 4 * gaze + 2, eye[1] - 2), (1.6, 1.6), (0.95, 0.95, 0.95), 0.9)
    x, y = MOUTH
    drop = 17 * mouth
    blob((x, cy + 92 + 0.4 * drop), (30, 12), skin * 0.8, 0.6, 7)  # under the chin
    lips = np.clip(skin * np.array([0.86, 0.55, 0.55], np.float32), 0, 1)
    width = 27 - 5 * mouth
    blob((x, y + 0.5 * drop), (width, 6.5 + 0.62 * drop), lips, 0.95, 1.2)
    blob((x, y + 0.5 * drop), (width - 3, 0.9 + 0.55 * drop), (0.10, 0.03, 0.04), 0.95, 1.0)
    if mouth > 0.25:
        blob((x, y + 1.5), (width - 9, 2.6), (0.88, 0.87, 0.83), 0.8, 1.0)
    return np.dstack([np.clip(colour, 0, 1), alpha])
