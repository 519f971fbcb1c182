#!/usr/bin/env python3
"""Makes the picture of docs/nodes/temporal-stabilize.md: python docs/nodes/images/make_temporal_stabilize.py"""

import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from quality import stabilise_clips as made
from quality.stabilise import stabilized

HERE = Path(__file__).parent
FRAMES = 9
SHOWN = 1.3  # disparity that is white


def grey(disparity: np.ndarray, gain: float = 1.0) -> np.ndarray:
    return np.repeat(np.clip(disparity * gain / SHOWN, 0, 1)[..., None] * 255, 3, axis=2)


def main() -> None:
    clip = made.traced("cards", FRAMES, 480, 270, 64, step=0.4)
    source = made.estimated(clip)
    steady = stabilized(clip.guide, source)
    guide = np.clip(clip.guide[-1][..., ::-1], 0, 1) ** (1 / 2.2) * 255
    top = [guide, grey(source[-1]), grey(steady[-1])]
    changes = [grey(np.abs(f[-1] - f[-2]), 6) for f in (clip.truth, source, steady)]
    sheet = np.vstack([np.hstack(top), np.hstack(changes)])
    cv2.imwrite(
        str(HERE / "temporal-stabilize-result.jpg"), np.rint(sheet).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 88]
    )


if __name__ == "__main__":
    main()
