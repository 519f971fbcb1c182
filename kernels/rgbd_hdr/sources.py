"""Gathers what training learns from: generated scenes, made once and kept, photographs, real pictures at apertures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

from .examples.folder import write_examples
from .examples.layouts import HELD_OUT
from .examples.pairs import read_pairs
from .examples.panoramas import read_panoramas
from .examples.photographs import read_photographs
from .training import Sources

HELD_SCENES = 48  # at most; of fewer than ten times as many scenes, a tenth
HELD_SEED = 900_000  # seeds from here on are never learned from
LENS_SEED = 500_000  # seeds of scenes that are also seen through apertures


def gather(
    work: Path,
    scenes: tuple[int, int],
    seed: int,
    panoramas: Path | None = None,
    photographs: Path | None = None,
    pairs: Sequence[Path] = (),
    workers: int = 1,
    done: Callable[[], object] = lambda: None,
) -> Sources:
    """scenes: how many without and with pictures through apertures; kept in `work`. Panoramas named in HELD_OUT are
    only measured on. ValueError for folders that are not what they should be."""
    known = read_panoramas(panoramas, HELD_OUT)
    held = read_panoramas(panoramas, HELD_OUT, only=True)
    plain, through = scenes
    if max(plain, through) > LENS_SEED // 10:
        raise ValueError(f"more than {LENS_SEED // 10} scenes of a kind; take fewer")
    first = seed * (LENS_SEED // 10)
    if first + plain >= LENS_SEED:
        raise ValueError(f"seed {seed} is too large; take one below 10")
    truth = write_examples(work / "scenes", range(first, first + plain), known, 0, workers, done)
    lens = range(LENS_SEED + first // 10, LENS_SEED + first // 10 + through)
    lens_scenes = write_examples(work / "lens", lens, known, 2, workers, done)
    held_seeds = range(HELD_SEED, HELD_SEED + min(HELD_SCENES, plain // 10))
    held_scenes = write_examples(work / "held", held_seeds, held, 0, workers)
    pictures = [p.radiance for p in known]
    pictures += read_photographs(photographs) if photographs else []
    real = list(chain.from_iterable(read_pairs(folder) for folder in pairs))
    return Sources(truth, [*lens_scenes, *real], pictures, held_scenes, [p.radiance for p in held])
