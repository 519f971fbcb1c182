"""Examples in a folder, a file each: made once, read at random."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from zipfile import BadZipFile

import cv2
import numpy as np

from .make import Example, Shallow, make_example
from .panoramas import Panorama

CHUNK = 8  # examples that a process makes at once


class ExampleFolder(Sequence):
    """The examples of a folder in order of name; each is read when it is asked for."""

    def __init__(self, folder: Path):
        self.files = sorted(folder.glob("*.npz"))

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Example:
        return read_example(self.files[index])


def write_example(path: Path, example: Example) -> None:
    """Written under another name first. OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays = {"picture": example.picture, "radiance": example.radiance, "disparity": example.disparity}
    for n, shallow in enumerate(example.shallow):
        arrays[f"shallow{n}"] = shallow.light
        if shallow.gain is not None:
            arrays[f"lens{n}"] = np.array([shallow.gain, shallow.focus])
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    temporary.replace(path)


def read_example(path: Path) -> Example:
    """OSError; ValueError where the file is no example."""
    try:
        with np.load(path, allow_pickle=False) as file:
            shallows = []
            while f"shallow{len(shallows)}" in file:
                n = len(shallows)
                gain, focus = map(float, file[f"lens{n}"]) if f"lens{n}" in file else (None, None)
                shallows.append(Shallow(file[f"shallow{n}"], gain, focus))
            truth = (file[name] if name in file else None for name in ("radiance", "disparity"))
            return Example(file["picture"], *truth, tuple(shallows))
    except (ValueError, KeyError, EOFError, BadZipFile) as problem:
        raise ValueError(f"{path}: is no whole example; delete it and it is made again") from problem


def write_examples(
    folder: Path,
    seeds: Sequence[int],
    panoramas: Sequence[Panorama],
    apertures: int = 0,
    workers: int = 1,
    done: Callable[[], object] = lambda: None,
) -> ExampleFolder:
    """Makes the examples of these seeds that the folder does not have yet."""
    missing = [seed for seed in seeds if not _path(folder, seed).exists()]
    make = partial(_write, folder, panoramas, apertures)
    for _ in range(len(seeds) - len(missing)):
        done()
    if workers < 2:
        for seed in missing:
            make(seed)
            done()
    else:
        with ProcessPoolExecutor(workers, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
            for _ in pool.map(make, missing, chunksize=CHUNK):
                done()
    return ExampleFolder(folder)


def _write(folder: Path, panoramas: Sequence[Panorama], apertures: int, seed: int) -> None:
    write_example(_path(folder, seed), make_example(seed, panoramas, apertures=apertures))


def _path(folder: Path, seed: int) -> Path:
    return folder / f"{seed:07}.npz"
