#!/usr/bin/env python3
"""Rewrites depth-from-motion.jpg: python3 dev.py run python docs/images/make_parallax.py"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

from quality import parallax

CLIPS = ("truck, cards", "walker, handheld", "crane, garden")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in CLIPS:
            parallax.traced(name, Path(folder))
        rows = [cv2.imread(str(Path(folder, f"{name}.png"))) for name in CLIPS]
    picture = cv2.resize(np.vstack(rows), None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(Path(__file__).with_name("depth-from-motion.jpg")), picture, [cv2.IMWRITE_JPEG_QUALITY, 82])


if __name__ == "__main__":
    main()
