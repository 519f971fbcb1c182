"""Progress bars: only for what takes more than a second, only where somebody sees them."""

from __future__ import annotations

import sys

from tqdm import tqdm


def bar(total: int, title: str, unit: str) -> tqdm:
    """A bar on standard error; silent where that is no terminal."""
    return tqdm(
        total=total,
        desc=title,
        unit=unit,
        delay=1,
        disable=not sys.stderr.isatty(),
        dynamic_ncols=True,
        bar_format="{desc}: {percentage:3.0f}%|{bar}| {n:g}/{total_fmt} {unit}s  {elapsed} elapsed, {remaining} left",
    )


def advance(progress: tqdm, done: float) -> None:
    """Moves a bar to a total of `done`."""
    progress.update(done - progress.n)
