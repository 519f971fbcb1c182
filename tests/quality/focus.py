"""Focus planned on generated clips with known events, scored as in the paper's Tables 1 and 2.

    python tests/quality/focus.py [--seeds 1000-1009] [--kinds enters,throw] [--out DIR]

Seeds from 1000 on are for scoring alone: nothing may be tuned on them. Each clip is scored twice: against a truth that
switches at the event's own frame, as its files have it, and against an ideal puller who knows the events and pulls as
the planner's defaults do; the second has no share for arriving early on purpose.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

from focuspuller.kernels.events.clips import DECOYS, EVENTS, KINDS, EventClip, make_clip
from focuspuller.kernels.focus.evaluate import Score, evaluate, mean_score, table
from focuspuller.kernels.focus.focus_file import FocusFile, write_focus_file
from focuspuller.kernels.focus.holds import Hold
from focuspuller.kernels.focus.look import look, recipe
from focuspuller.kernels.focus.observations import Observations
from focuspuller.kernels.focus.plan import Plan, plan_focus
from focuspuller.kernels.focus.pulls import Style, pulled

MODE = dict.fromkeys(KINDS, "action") | dict.fromkeys(("conversation", "silent mouth", "off screen"), "conversation")
GOALS = "goals: |Δd| ≤ 1.0, |Δt| ≤ 5 frames, false targets on decoys ≤ 1 a minute, turns settled before ≥ 95 %"


def observe(clip: EventClip, mode: str | None = None, model_file: str = "") -> Observations:
    """What the detectors of a mode see of a clip."""
    seen = Observations(1)
    for now in look(clip.frames(), recipe(mode or MODE[clip.kind], clip.info, model_file)):
        seen = now
    return seen


def planned(seen: Observations, clip: EventClip) -> Plan:
    return plan_focus(seen, Style(), clip.fps)


def ideal(clip: EventClip) -> FocusFile:
    """The truth's curve as an ideal puller sets it: the planner's own pulls, from the true subjects and moments."""
    moments = [1, *(int(np.ceil(t.frame)) for t in clip.truth.targets[1:]), clip.count + 1]
    holds = []
    for n, (first, stop) in enumerate(pairwise(moments)):
        disparities = np.array([1 / clip.truth.focus_at(f) for f in range(first, stop)])
        holds.append(Hold(first, stop - 1, float(first), disparities, 0.5, 0.5, n == 0, stop - first))
    curve = pulled(holds, Style(), clip.fps)
    frames = range(1, clip.count + 1)
    return replace(clip.truth, keys=tuple((float(f), 1 / d) for f, d in zip(frames, curve.disparities, strict=True)))


def score(kind: str, seed: int, mode: str | None = None, model_file: str = "") -> tuple[Score, Score, Plan, float]:
    """(score, score against the ideal puller, plan, seconds of looking) of one clip."""
    clip = make_clip(kind, seed)
    started = time.perf_counter()
    seen = observe(clip, mode, model_file)
    spent = time.perf_counter() - started
    plan = planned(seen, clip)
    file = plan.focus_file(clip.fps)
    return evaluate(file, clip.truth), evaluate(file, ideal(clip)), plan, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="1000-1004", help="first-last, default %(default)s")
    parser.add_argument("--kinds", default=",".join(KINDS), help="default: all")
    parser.add_argument("--mode", help="default: conversation where there is sound, else action")
    parser.add_argument("--model", default="", help="model file of the mode")
    parser.add_argument("--out", type=Path, help="writes the focus files and truths here")
    options = parser.parse_args()
    cv2.setNumThreads(2)
    first, _, last = options.seeds.partition("-")
    by_kind: dict[str, list[tuple[Score, Score]]] = {}
    rows = []
    for kind in options.kinds.split(","):
        for seed in range(int(first), int(last or first) + 1):
            hard, soft, plan, spent = score(kind, seed, options.mode, options.model)
            rows.append((f"{kind} {seed}", hard))
            by_kind.setdefault(kind, []).append((hard, soft))
            print(
                table(rows[-1:]).splitlines()[1],
                f" {soft.delta_d:6.2f}  {len(plan.keys):3} keys  {spent:5.1f} s",
                flush=True,
            )
            if options.out:
                clip = make_clip(kind, seed)
                write_focus_file(options.out / f"{kind} {seed}.json", plan.focus_file(clip.fps))
                write_focus_file(options.out / f"{kind} {seed} truth.json", clip.truth)
    groups = {
        **{kind: [kind] for kind in by_kind},
        "all events": [k for k in EVENTS if k in by_kind],
        "all decoys": [k for k in DECOYS if k in by_kind],
    }
    for n, title in enumerate(("against the truth's own steps", "against an ideal puller")):
        print(f"\n{title}")
        summary = [
            (name, mean_score([s[n] for k in kinds for s in by_kind[k]])) for name, kinds in groups.items() if kinds
        ]
        print(table(summary))
    print(GOALS)


if __name__ == "__main__":
    main()
