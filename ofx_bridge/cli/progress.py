"""Progress bars: only for what takes more than a second, only where somebody sees them."""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Iterator

from tqdm import tqdm


@contextlib.contextmanager
def bar(total: int, title: str, unit: str) -> Iterator[tqdm]:
    """A bar on standard error, whose clock ticks also while nothing is finished; silent where that is no terminal."""
    progress = tqdm(
        total=total,
        desc=title,
        unit=unit,
        delay=1,
        disable=not sys.stderr.isatty(),
        dynamic_ncols=True,
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:.3g}/{total_fmt} {unit}s  {elapsed} elapsed, {remaining} left",
    )
    finished = threading.Event()

    def tick() -> None:
        while not finished.wait(1):
            progress.refresh()

    clock = threading.Thread(target=tick, daemon=True)
    if not progress.disable:
        clock.start()
    try:
        with progress:
            yield progress
    finally:
        finished.set()
        if clock.ident:
            clock.join()


def advance(progress: tqdm, done: float) -> None:
    """Moves a bar to a total of `done`."""
    progress.update(done - progress.n)
