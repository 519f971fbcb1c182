#!/usr/bin/env python3
"""How much flicker TemporalStabilize takes out, and what it costs: tables.

    python3 dev.py run python tests/quality/stabilise.py [--clips cards traced davis] [--look-ahead 6] [--out DIR]

Clips of known depth and motion get the errors of estimated depth (`stabilise_clips.Errors`) and are stabilized with the
picture as Guide. All errors are in % of the clip's range of disparity (5th to 95th percentile):

- flicker: mean |D(t) - D(t - 1) moved by the true motion| over pixels seen in both;
- error, bias: mean |D - truth|, and |mean of D - truth|;
- uncovered: the error of pixels that the frame before did not show;
- edge: px from 10% to 90% across the sides of the moving subject, median over rows.

DAVIS clips have no truth: a stand-in for depth (brightness and height) gets the same errors, and flicker is along DIS
flow between pixels that come back to where they started.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_clip_job import ClipJob
from fake_job import picture
from quality import stabilise_clips as made

from focuspuller.kernels.flow import consistency, flow, warp
from focuspuller.nodes.temporal_stabilize.node import NODE
from focuspuller.nodes.temporal_stabilize.render import render

DAVIS = Path(__file__).parents[3] / "shared" / "data" / "davis" / "JPEGImages"
START = 6  # the first frame with a full window


def stabilized(guide, values, **knobs) -> list[np.ndarray]:
    """[H, W] a frame from START on; before, the values as they are."""
    clips = {
        "Source": {t: picture(v) for t, v in enumerate(values)},
        "Guide": {t: picture(g) for t, g in enumerate(guide)},
    }
    return [
        values[t] if t < START else render(ClipJob(NODE, clips, t, held=True, **knobs)).pixels[..., 0]
        for t in range(len(values))
    ]


def flicker(frames, back, seen) -> float:
    """Mean change along the motion; back, seen: of each frame to the one before."""
    errors = [np.abs(frames[t] - warp(frames[t - 1], back[t]))[seen[t]] for t in range(START + 1, len(frames))]
    return float(np.mean([e.mean() for e in errors if e.size]))


def measures(clip: made.Clip, frames) -> dict[str, float]:
    """flicker, error, bias, uncovered in % of the range; edge in px."""
    spread = float(np.percentile(clip.truth[0], 95) - np.percentile(clip.truth[0], 5))
    off = [frames[t] - clip.truth[t] for t in range(START, len(clip))]
    hidden = [~clip.seen[t] for t in range(START, len(clip))]
    return {
        "flicker": 100 * flicker(frames, clip.back, clip.seen) / spread,
        "error": 100 * float(np.mean([np.abs(o).mean() for o in off])) / spread,
        "bias": 100 * abs(float(np.mean(off))) / spread,
        "uncovered": 100
        * float(np.abs(np.concatenate([o[h] for o, h in zip(off, hidden, strict=True)])).mean())
        / spread,
        "edge": edge_width(clip, frames),
    }


def edge_width(clip: made.Clip, frames, reach: int = 8) -> float:
    """px from 10% to 90%, median over the subject's left and right sides; nan where it has none that stand alone."""
    widths = []
    for t in range(START, len(clip)):
        level = 0.15 * np.ptp(clip.truth[t])
        for y in range(0, clip.subject[t].shape[0], 2):
            columns = np.flatnonzero(clip.subject[t][y])
            if len(columns) < 20 or np.ptp(columns) + 1 != len(columns):
                continue
            for x, step in ((columns[0], 1), (columns[-1], -1)):
                if x < reach or x + reach >= clip.subject[t].shape[1]:
                    continue
                across = np.s_[y, x - reach : x + reach + 1]
                true, found = clip.truth[t][across][::step], frames[t][across][::step]
                flat = max(np.ptp(true[:5]), np.ptp(true[-5:])) < 0.05
                if flat and true[-5:].mean() - true[:5].mean() > level:
                    widths.append(_rise(found))
    widths = [w for w in widths if np.isfinite(w)]
    return float(np.median(widths)) if len(widths) >= 20 else float("nan")


def _rise(profile) -> float:
    low, high = np.median(profile[:4]), np.median(profile[-4:])
    share = (profile - low) / (high - low)

    def crossings(level):
        at = np.flatnonzero((share[:-1] < level) & (share[1:] >= level))
        return at + (level - share[at]) / (share[at + 1] - share[at])

    middles = crossings(0.5)
    if not middles.size:
        return np.nan
    middle = middles[np.abs(middles - len(profile) / 2).argmin()]
    starts, ends = crossings(0.1), crossings(0.9)
    starts, ends = starts[starts <= middle], ends[ends >= middle]
    return ends[0] - starts[-1] if starts.size and ends.size else np.nan


def known(which: str):
    """Clips of known depth."""
    if which == "cards":
        return [made.moving_cards(14), made.approaching(14)]
    fast = made.traced("cards", 14, 384, 216, 16)
    fast.name += ", fast"
    return [*(made.traced(name, 14, 384, 216, 16, step=0.3) for name in ("cards", "rails")), fast]


def davis(name: str, frames: int = 14):
    """(guides, stand-ins for depth with errors, flows back, seen) of a DAVIS clip."""
    files = sorted((DAVIS / name).glob("*.jpg"))[10 : 10 + frames]
    guides = [(cv2.imread(str(f))[..., ::-1] / np.float32(255)) ** np.float32(2.2) for f in files]
    clip = made.Clip(name, guide=guides)
    for guide in guides:
        height = np.linspace(0.2, 0.8, guide.shape[0], dtype=np.float32)[:, None]
        bright = cv2.bilateralFilter(np.sqrt(guide.mean(axis=2)), 9, 0.1, 4)
        clip.truth.append(0.5 * height + 0.5 * bright)
    backs, seens = [None], [None]
    for before, now in itertools.pairwise(guides):
        back = flow(now, before)
        backs.append(back)
        seens.append(consistency(back, flow(before, now)) < 1)
    return guides, made.estimated(clip), backs, seens


def table(clips, options, out: Path | None) -> None:
    print("| clip | flicker, % | cut | error, % | bias, % | uncovered, % | edge, px (true) |")
    print("|---|---|---:|---|---|---|---|")
    for clip in clips:
        source = made.estimated(clip)
        frames = stabilized(clip.guide, source, **options)
        a, b = measures(clip, source), measures(clip, frames)
        cells = [f"{a[k]:.1f} → {b[k]:.1f}" for k in ("flicker", "error", "bias", "uncovered")]
        cut = f"{100 * (1 - b['flicker'] / a['flicker']):.0f}%"
        edge = f"{a['edge']:.2f} → {b['edge']:.2f} ({edge_width(clip, clip.truth):.2f})"
        print(f"| {clip.name} | {cells[0]} | {cut} | {' | '.join(cells[1:])} | {edge} |", flush=True)
        if out:
            save(out / f"{clip.name.replace(' ', '_')}.png", clip.guide[-1], source, frames)


def save(path: Path, guide, source, frames) -> None:
    """The last frame: picture, Source, result; below, their change from the frame before, five times."""
    top, scale = float(np.percentile(source[-1], 99.5)), 255

    def grey(d):
        return np.repeat(np.clip(d / top, 0, 1)[..., None] * scale, 3, axis=2)

    row = [np.clip(guide[..., ::-1], 0, 1) ** (1 / 2.2) * scale, grey(source[-1]), grey(frames[-1])]
    change = [np.zeros_like(row[0]), *(grey(5 * np.abs(f[-1] - f[-2])) for f in (source, frames))]
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.rint(np.vstack([np.hstack(row), np.hstack(change)])).astype(np.uint8))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--clips", nargs="+", default=["cards", "traced", "davis"], choices=["cards", "traced", "davis"]
    )
    parser.add_argument("--look-ahead", type=int, default=0)
    parser.add_argument("--out", type=Path, help="folder for pictures")
    arguments = parser.parse_args()
    options = {"lookAhead": arguments.look_ahead}
    for which in arguments.clips:
        if which != "davis":
            table(known(which), options, arguments.out)
    if "davis" in arguments.clips and DAVIS.is_dir():
        print("\n| DAVIS clip | flicker | cut |\n|---|---|---:|")
        for name in sorted(p.name for p in DAVIS.iterdir()):
            guides, source, backs, seens = davis(name)
            frames = stabilized(guides, source, **options)
            a, b = flicker(source, backs, seens), flicker(frames, backs, seens)
            print(f"| {name} | {a:.4f} → {b:.4f} | {100 * (1 - b / a):.0f}% |", flush=True)
            if arguments.out:
                save(arguments.out / f"davis_{name}.png", guides[-1], source, frames)


if __name__ == "__main__":
    main()
