#!/usr/bin/env python3
"""How much flicker TemporalStabilize takes out, and what it costs: tables.

    python3 dev.py run python tests/quality/stabilise.py [--clips cards traced davis] [--levels] [--out DIR]

Clips of known depth and motion get the errors of estimated depth (`stabilise_clips.Errors`) and are stabilized with the
picture as Guide. All errors are in % of the clip's range of disparity (5th to 95th percentile), means over four draws
of the errors, two and their opposites:

- flicker: mean |D(t) - D(t - 1) moved by the true motion| over pixels seen in both; of the true depth too, as it is not
  0 where thin things are sampled anew;
- error: mean |D - truth|; bias: mean over frames of |mean of D - truth|; lag: the mean of D - truth over all draws, in
  which the errors themselves cancel;
- uncovered: the error of pixels that the frame before did not show;
- edge: px from 10% to 90% across the sides of the moving subject, median over rows.

A row says what misses: flicker cut by 60%, bias and uncovered not above unfiltered, edges widened by 0.5 px at most.

DAVIS clips have no truth. A stand-in for depth (brightness and height) gets the same errors; beside it the disparity
that FocusPuller's network gives, frame by frame, as it is. Flicker is along DIS flow between pixels that come back to
where they started, in % of the range of disparity.

`--levels`: Analyse on the clips of known depth, with errors whose scale and offset also wander: how far the level of
what does not move strays over the clip (standard deviation of scale, and of offset in % of the range).
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from fake_clip_job import ClipAnalyseJob, ClipJob
from fake_job import picture
from quality import stabilise_clips as made

from focuspuller.kernels.depth.estimates import rgbd_hdr
from focuspuller.kernels.flow import consistency, flow, warp
from focuspuller.nodes.temporal_stabilize.node import ANALYSE, NODE
from focuspuller.nodes.temporal_stabilize.render import analyse, render

DAVIS = Path(__file__).parents[3] / "shared" / "data" / "davis" / "JPEGImages"
DRAWS = ((5, 1), (5, -1), (6, 1), (6, -1))  # seed and sign of the errors
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
    """flicker, error, bias, offset (signed), uncovered in % of the range; edge in px."""
    spread = float(np.percentile(clip.truth[0], 95) - np.percentile(clip.truth[0], 5))
    off = [frames[t] - clip.truth[t] for t in range(START, len(clip))]
    hidden = [~clip.seen[t] for t in range(START, len(clip))]
    return {
        "flicker": 100 * flicker(frames, clip.back, clip.seen) / spread,
        "error": 100 * float(np.mean([np.abs(o).mean() for o in off])) / spread,
        "bias": 100 * float(np.mean([abs(o.mean()) for o in off])) / spread,
        "offset": 100 * float(np.mean(off)) / spread,
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
    """(guides, {source of depth: disparity with flicker}, flows back, seen) of a DAVIS clip."""
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
    network = rgbd_hdr()
    return guides, {"stand-in": made.estimated(clip), "network": [network.disparity(g) for g in guides]}, backs, seens


def table(clips, options, out: Path | None) -> None:
    print("| clip | flicker (true) | cut | error | bias | lag | uncovered | edge, px (true) | misses |")
    print("|---|---|---:|---|---|---:|---|---|---|")
    for clip in clips:
        found = []
        for seed, sign in DRAWS:
            source = made.estimated(clip, seed=seed, sign=sign)
            frames = stabilized(clip.guide, source, **options)
            found.append((measures(clip, source), measures(clip, frames)))
        a, b = ({k: float(np.mean([draw[i][k] for draw in found])) for k in found[0][i]} for i in (0, 1))
        true = measures(clip, clip.truth)
        cells = {k: f"{a[k]:.1f} → {b[k]:.1f}" for k in ("flicker", "error", "bias", "uncovered")}
        cut = 1 - b["flicker"] / a["flicker"]
        edge = f"{a['edge']:.2f} → {b['edge']:.2f} ({true['edge']:.2f})" if np.isfinite(b["edge"]) else ""
        misses = {
            "flicker": cut < 0.6,
            "bias": b["bias"] > a["bias"],
            "uncovered": b["uncovered"] > a["uncovered"],
            "edge": b["edge"] > a["edge"] + 0.5,
        }
        print(
            f"| {clip.name} | {cells['flicker']} ({true['flicker']:.1f}) | {100 * cut:.0f}% | {cells['error']} | "
            f"{cells['bias']} | {b['offset']:+.1f} | {cells['uncovered']} | {edge} | "
            f"{', '.join(k for k, v in misses.items() if v) or 'none'} |",
            flush=True,
        )
        if out:
            save(out / f"{clip.name.replace(' ', '_')}.png", clip.guide[-1], source, frames)


def davis_table(options, out: Path | None) -> None:
    print("\n| DAVIS clip | depth | flicker, % | cut |\n|---|---|---|---:|")
    for name in sorted(p.name for p in DAVIS.iterdir()):
        guides, sources, backs, seens = davis(name)
        for kind, source in sources.items():
            frames = stabilized(guides, source, **options)
            spread = float(np.ptp(np.percentile(source, (5, 95))))
            a, b = (100 * flicker(d, backs, seens) / spread for d in (source, frames))
            print(f"| {name} | {kind} | {a:.1f} → {b:.1f} | {100 * (1 - b / a):.0f}% |", flush=True)
            if out:
                save(out / f"davis_{name}_{kind}.png", guides[-1], source, frames)


def levels_table(clips) -> None:
    """Scale and offset of each frame against the truth of what does not move, before and after Analyse."""
    print("\n| clip | scale | offset, % |\n|---|---|---|")
    errors = dataclasses.replace(made.Errors(), wander=0.1)
    for clip in clips:
        source = made.estimated(clip, errors)
        spread = float(np.ptp(np.percentile(clip.truth[0], (5, 95))))
        clips_of = {"Source": dict(enumerate(map(picture, source))), "Guide": dict(enumerate(map(picture, clip.guide)))}
        keys = analyse(ClipAnalyseJob(NODE, clips_of, ANALYSE)).keys
        curves = zip(source, *([v for _, v in keys[k]] for k in ("depthScale", "depthOffset")), strict=True)
        levelled = [d * np.float32(scale) + np.float32(offset) for d, scale, offset in curves]
        cells = []
        for frames in (source, levelled):
            still = [~s for s in clip.subject]
            fits = [np.polyfit(t[s], f[s], 1) for t, f, s in zip(clip.truth, frames, still, strict=True)]
            cells.append((np.std([f[0] for f in fits]), 100 * np.std([f[1] for f in fits]) / spread))
        (s0, o0), (s1, o1) = cells
        print(f"| {clip.name} | {s0:.3f} → {s1:.3f} | {o0:.1f} → {o1:.1f} |", flush=True)


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
    parser.add_argument("--levels", action="store_true", help="what Analyse does to clips of known depth, instead")
    parser.add_argument("--out", type=Path, help="folder for pictures")
    arguments = parser.parse_args()
    options = {"lookAhead": arguments.look_ahead}
    for which in arguments.clips:
        if which != "davis" and not arguments.levels:
            table(known(which), options, arguments.out)
    if arguments.levels:
        levels_table([clip for which in arguments.clips if which != "davis" for clip in known(which)])
    if "davis" in arguments.clips and DAVIS.is_dir():
        davis_table(options, arguments.out)


if __name__ == "__main__":
    main()
