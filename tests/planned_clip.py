"""A clip of two patches at different depths, and detectors that know where to look."""

import numpy as np

from focuspuller.kernels.focus.detections import Detection, Reach

WIDTH, HEIGHT = 96, 54
NEAR, FAR = 2.0, 8.0  # m; the left half is near
SWITCH = 61  # the frame from which the right half is what matters
LAST = 120


def plate(frame):
    rng = np.random.default_rng(7)
    light = rng.uniform(0.1, 0.6, (HEIGHT, WIDTH, 4)).astype(np.float32)
    light[..., 3] = 1
    light[10:20, 20:30, :3] += 0.3
    return light


def depth(frame):
    inverse = np.full((HEIGHT, WIDTH, 1), 1 / FAR, np.float32)
    inverse[:, : WIDTH // 2] = 1 / NEAR
    return inverse * np.float32(1 + 0.005 * np.sin(frame * 1.7))


class Knowing:
    """Says left before SWITCH, right from then on."""

    version = "1"
    reach = Reach(0, 3)
    looked = 0

    def __init__(self, name):
        self.name, self.waiting = name, []

    def push(self, frame):
        Knowing.looked += 1
        self.waiting.append(frame)
        return [self.answer()] if len(self.waiting) > 3 else []

    def finish(self):
        return [self.answer() for _ in range(len(self.waiting))]

    def answer(self):
        frame = self.waiting.pop(0)
        heat = np.zeros((9, 16), np.float32)
        heat[3:6, (2 if frame.number < SWITCH else 12) : (5 if frame.number < SWITCH else 15)] = 0.9
        return Detection(frame.number, heat, 0.9)
