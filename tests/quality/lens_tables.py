"""The tables of docs/lens-accuracy.md, as Markdown."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from quality.lens_accuracy import METRICS, Result, measure, table

from .cases import FOCUSES
from .depths import CLEAN, KINDS
from .methods import GEGL, NOTHING, OURS, REFERENCE, methods
from .metrics import psnr

SMALL = (160, 90)  # where the exact numpy reference takes seconds
SEEN, LITTLE = 0.0, 0.1  # bounds of the classes of pixels: shares of rays that end at something hidden


def accuracy(results: list[Result]) -> Iterator[tuple[str, str]]:
    """(metric, table) of every metric."""
    for metric, (_, _, form) in METRICS.items():
        scores = ((r.case.scene, r.case.focus, {b: r.score(b, metric) for b in r.pictures}) for r in results)
        yield metric, "\n".join(table(scores, form))


def hidden(results: list[Result]) -> str:
    """PSNR among pixels by how much of what they see the deep-focus picture hides, and how many those are."""
    names = [name for name in results[0].pictures if name != NOTHING]
    groups = ("nothing hidden", f"under {LITTLE:.0%}", f"over {LITTLE:.0%}")
    titles = ["pixels", *(f"{group}: {name}" for group in groups for name in names)]
    rows = [f"| scene | focus | {' | '.join(titles)} |", "|---|---" + "|---:" * len(titles) + "|"]
    for r in results:
        share = r.case.hidden
        classes = (share <= SEEN, (share > SEEN) & (share <= LITTLE), share > LITTLE)
        cells = [" / ".join(f"{100 * where.mean():.0f} %" for where in classes)]
        for where in classes:
            cells += [_decibels(psnr(r.pictures[name], r.case.truth, where=where)) for name in names]
        rows.append(f"| {r.case.scene} | {r.case.focus} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _decibels(value: float) -> str:
    return "–" if np.isnan(value) else f"{value:.1f}"


def faulty_depths(scenes) -> str:
    """What each fault of the depth costs LensDefocus, and how far ahead of gegl it stays; means over all focuses."""
    by = methods([GEGL])
    scores = {
        kind: {name: [[r.score(b) for b in by] for r in measure(name, depth=kind, by=by)] for name in scenes}
        for kind in KINDS
    }
    place = {name: i for i, name in enumerate(by)}
    faults = [kind for kind in KINDS if kind != CLEAN]
    titles = ["clean, dB", *faults, *((f"over gegl: {kind}" for kind in KINDS) if GEGL in by else ())]
    rows = [f"| scene | {' | '.join(titles)} |", "|---" + "|---:" * len(titles) + "|"]
    for kind in KINDS:
        scores[kind]["mean"] = [row for name in scenes for row in scores[kind][name]]
    for name in [*scenes, "mean"]:
        mean = {kind: np.mean(scores[kind][name], 0) for kind in KINDS}
        cells = [f"{mean[CLEAN][place[OURS]]:.1f}"]
        cells += [f"{mean[kind][place[OURS]] - mean[CLEAN][place[OURS]]:+.2f}" for kind in faults]
        if GEGL in by:
            cells += [f"{mean[kind][place[OURS]] - mean[kind][place[GEGL]]:+.1f}" for kind in KINDS]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def reference(scenes, focuses=FOCUSES) -> str:
    """LensDefocus beside the numpy reference, small, and how far their pictures are apart."""
    by = methods((), with_reference=True)
    titles = "nothing | reference | LensDefocus | LensDefocus to reference"
    rows = [f"| scene | focus | {titles} |", "|---|---" + "|---:" * 4 + "|"]
    for name in scenes:
        for r in measure(name, focuses, *SMALL, by=by):
            cells = [r.score(b) for b in (NOTHING, REFERENCE, OURS)]
            cells.append(psnr(r.pictures[OURS], r.pictures[REFERENCE]))
            rows.append(f"| {r.case.scene} | {r.case.focus} | {' | '.join(f'{cell:.1f}' for cell in cells)} |")
    return "\n".join(rows)
