#!/usr/bin/env python3
"""Remakes the picture of docs/nodes/laaf-planner.md from a generated conversation.

python3 dev.py run python docs/nodes/images/make_laaf_planner.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from event_files import linear, write_wav
from fake_analyse_job import FakeAnalyseJob

from focuspuller.kernels.events.clips import make_clip
from focuspuller.nodes.laaf_planner.analyse import analyse
from focuspuller.nodes.laaf_planner.node import NODE

HERE = Path(__file__).parent


def main() -> None:
    clip = make_clip("conversation", 4, count=240)
    clips = {"Source": lambda n: linear(clip.frame(n)[0]), "Depth": lambda n: clip.frame(n)[1][..., None]}
    with tempfile.TemporaryDirectory() as folder:
        sound, report = write_wav(Path(folder) / "sound.wav", clip.sound), Path(folder) / "report.png"
        knobs = {"mode": "conversation", "audioFile": str(sound), "report": str(report), "reuse": False}
        print(analyse(FakeAnalyseJob(NODE, clips, (1, clip.count), fps=clip.fps, **knobs)).message)
        picture = cv2.imread(str(report))
    small = cv2.resize(picture, (1260, round(picture.shape[0] * 0.75)), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(HERE / "laaf-planner-report.jpg"), np.ascontiguousarray(small), [cv2.IMWRITE_JPEG_QUALITY, 90])


if __name__ == "__main__":
    main()
