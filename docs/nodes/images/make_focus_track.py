#!/usr/bin/env python3
"""Remakes the pictures of docs/nodes/focus-track.md from generated clips.

python3 dev.py run python docs/nodes/images/make_focus_track.py
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[3] / "tests"))

from event_files import linear
from fake_analyse_job import FakeAnalyseJob
from fake_job import FakeJob, picture

from focuspuller.kernels.events.clips import make_clip
from focuspuller.kernels.tracking.pictures import display_picture
from focuspuller.nodes.focus_track.analyse import analyse
from focuspuller.nodes.focus_track.node import NODE
from focuspuller.nodes.focus_track.render import render

HERE = Path(__file__).parent
CLICK = 60  # the frame in which the walker is clicked
SHOWN = (20, 60, 100, 140)
TILE = (400, 225)


def save(name: str, pixels: np.ndarray) -> None:
    path = HERE / f"focus-track-{name}.jpg"
    cv2.imwrite(str(path), np.ascontiguousarray(pixels[..., ::-1]), [cv2.IMWRITE_JPEG_QUALITY, 88])
    print(path.name, pixels.shape[1::-1], f"{path.stat().st_size // 1000} kB")


def curve(keys: list[tuple[float, float]], truth: list[float], width: int, height: int) -> np.ndarray:
    """The focus curve (orange) over the true distance (grey), frames to the right, metres upward."""
    board = np.full((height, width, 3), 250, np.uint8)
    top = 1.1 * max(truth)

    def place(frame, distance):
        x = 40 + (width - 60) * (frame - 1) / (len(truth) - 1)
        return round(x), round((height - 25) * (1 - distance / top) + 5)

    for metres in range(0, int(top) + 1, 2):
        x, y = place(1, metres)
        cv2.line(board, (x, y), (width - 20, y), (225, 225, 225), 1)
        cv2.putText(board, f"{metres} m", (4, y + 4), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (110, 110, 110), 1, cv2.LINE_AA)
    for frame in (1, *SHOWN, len(truth)):
        x, y = place(frame, 0)
        cv2.putText(board, str(frame), (x - 8, y + 16), cv2.FONT_HERSHEY_SIMPLEX, 0.35, (110, 110, 110), 1, cv2.LINE_AA)
    known = np.array([place(n, d) for n, d in enumerate(truth, 1)])
    cv2.polylines(board, [known], False, (150, 150, 150), 5, cv2.LINE_AA)
    cv2.polylines(board, [np.array([place(*key) for key in keys])], False, (225, 110, 20), 2, cv2.LINE_AA)
    for key in keys:
        cv2.circle(board, place(*key), 3, (225, 110, 20), -1, cv2.LINE_AA)
    return board


def main() -> None:
    clip = make_clip("approach", 5)
    x, y, _ = clip.subject(CLICK)
    clips = {"Source": lambda n: linear(clip.frame(n)[0]), "Depth": lambda n: clip.frame(n)[1][..., None]}
    with tempfile.TemporaryDirectory() as folder:
        knobs = {"trackFile": str(Path(folder) / "walker.fptrack"), "target": (x * clip.width, y * clip.height)}
        knobs |= {"focusTolerance": 2.0, "centerTolerance": 1.0, "button": "trackAll", "time": CLICK}
        done = analyse(FakeAnalyseJob(NODE, clips, (1, clip.count), fps=clip.fps, **knobs))
        print(done.message, {name: len(keys) for name, keys in done.keys.items()})
        tiles = []
        for n in SHOWN:
            source = {"Source": picture(linear(clip.frame(n)[0]))}
            options = {"trackFile": knobs["trackFile"], "stamp": done.values["stamp"]}
            overlay, matte = (
                render(FakeJob(NODE, source, time=float(n), output=output, **options)).pixels
                for output in ("overlay", "matte")
            )
            shown = display_picture(overlay)
            edges, _ = cv2.findContours((matte[..., 0] > 0.5).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
            cv2.drawContours(shown, edges, -1, (255, 255, 255), 2, cv2.LINE_AA)
            centers = done.keys["center"]
            at = [np.interp(n, [f for f, _ in centers], [c[k] for _, c in centers]) for k in range(2)]
            cv2.circle(shown, tuple(round(v) for v in at), 6, (255, 255, 90), -1, cv2.LINE_AA)
            tiles.append(cv2.resize(shown, TILE, interpolation=cv2.INTER_AREA))
            cv2.putText(
                tiles[-1], f"frame {n}", (10, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (255, 255, 255), 1, cv2.LINE_AA
            )
    strip = np.vstack([np.hstack(tiles[:2]), np.hstack(tiles[2:])])
    truth = [clip.subject(n)[2] for n in range(1, clip.count + 1)]
    save("walker", np.vstack([strip, curve(done.keys["focus"], truth, strip.shape[1], 190)]))


if __name__ == "__main__":
    main()
