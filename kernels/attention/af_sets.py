"""Training sets of AF-Net: generated clips, drawn once and kept, and the user's folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from .af_examples import Example, generated_plan, make_generated, read_dhf1k, read_targets

HELD_PART = 10  # one of so many examples is held out to measure on


def gather(
    work: Path,
    clips: int,
    seed: int,
    dhf1k: Sequence[Path] = (),
    targets: Sequence[Path] = (),
    done: Callable[[], object] = lambda: None,
) -> tuple[list[Example], list[Example]]:
    """(examples, held-out examples); of fewer than HELD_PART none is held out. Generated clips are
    kept in work/clips. Raises ExampleError, FocusFileError."""
    found = []
    for kind, number in generated_plan(clips, seed):
        found.append(_kept(work / "clips" / f"{kind.replace(' ', '_')}_{number}.npz", kind, number))
        done()
    for folder in dhf1k:
        from .video import read_video

        found += read_dhf1k(folder, read_video)
    found += [read_targets(folder) for folder in targets]
    if len(found) < HELD_PART:
        return found, []
    return [e for i, e in enumerate(found) if i % HELD_PART], found[::HELD_PART]


def _kept(path: Path, kind: str, seed: int) -> Example:
    if path.exists():
        with np.load(path, allow_pickle=False) as file:
            return Example(path.stem, file["pictures"], file["region"], file["new"])
    example = make_generated(kind, seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.stem + ".new.npz")
    np.savez_compressed(temporary, pictures=example.pictures, region=example.region, new=example.new)
    temporary.replace(path)
    return example
