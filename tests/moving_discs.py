"""Generated clips with known masks: textured things over a textured ground."""

from __future__ import annotations

import cv2
import numpy as np


def texture(height: int, width: int, seed: int, colour=(1.0, 1.0, 1.0), grain: float = 2.0) -> np.ndarray:
    """uint8 RGB [H, W, 3]: smooth noise around a colour."""
    rng = np.random.default_rng(seed)
    noise = cv2.GaussianBlur(rng.standard_normal((height, width, 3)).astype(np.float32), (0, 0), grain)
    noise /= noise.std()
    return np.clip((0.45 + 0.12 * noise) * np.array(colour) * 255, 0, 255).astype(np.uint8)


class Clip:
    """A ground that the camera pans over, and discs on it. Frames are uint8 RGB [H, W, 3]; truth() is a disc's mask.

    discs: [{"path": n → (x, y), "radius": px, "colour": (r, g, b), "seed": n}], later ones in front. pan: px a frame.
    bars: [(x0, x1)] columns that stand in front of everything.
    """

    def __init__(self, frames: int, discs: list[dict], *, size=(192, 128), pan=0.0, bars=(), ground=(1.0, 1.0, 1.0)):
        self.count, self.discs, self.size, self.pan, self.bars = frames, discs, size, pan, bars
        self.ground = texture(size[1], size[0] + int(abs(pan) * frames) + 8, 1, ground)
        self.skins = [texture(128, 128, 10 + d.get("seed", n), d["colour"]) for n, d in enumerate(discs)]
        self.front = texture(size[1], size[0], 5, (0.25, 0.3, 0.25))

    def _disc(self, number: int, frame: int) -> tuple[np.ndarray, int, int]:
        width, height = self.size
        x, y = self.discs[number]["path"](frame)
        rows, columns = np.mgrid[:height, :width]
        inside = np.hypot(columns + 0.5 - x, rows + 0.5 - y) < self.discs[number]["radius"]
        return inside, round(x), round(y)

    def frame(self, n: int) -> np.ndarray:
        width = self.size[0]
        start = round(abs(self.pan) * n)
        picture = self.ground[:, start : start + width].copy()
        for number, skin in enumerate(self.skins):
            inside, x, y = self._disc(number, n)
            rows, columns = np.nonzero(inside)
            picture[rows, columns] = skin[(rows - y) % 128, (columns - x) % 128]
        for x0, x1 in self.bars:
            picture[:, x0:x1] = self.front[:, x0:x1]
        return picture

    def truth(self, number: int, n: int) -> np.ndarray:
        """What is seen of a disc, bool [H, W]."""
        mask, _, _ = self._disc(number, n)
        for later in range(number + 1, len(self.discs)):
            mask &= ~self._disc(later, n)[0]
        for x0, x1 in self.bars:
            mask[:, x0:x1] = False
        return mask


def overlap(matte: np.ndarray, truth: np.ndarray) -> float:
    """Intersection over union of a matte, uint8, and a mask."""
    mask = cv2.resize(matte, (truth.shape[1], truth.shape[0])) > 127
    union = (mask | truth).sum()
    return float((mask & truth).sum() / union) if union else 1.0


RED, BLUE, GREEN = (1.6, 0.5, 0.4), (0.4, 0.6, 1.7), (0.5, 1.5, 0.5)
