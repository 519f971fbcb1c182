"""What the bridge costs: `python tests/bench/bridge.py [--rounds N]` prints the table.

A UHD RGBA float frame goes from the headless host through FocusPuller.ofx into the worker, whose node hands it back,
and returns to the host; beside it, in the same rounds, a plain memcpy of the same bytes both ways. The host's own cost
(its result is fresh memory) counts as the bridge's.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bundle import copy_bundle, installed_bundle
from test_nodes import declared_nodes

from focuspuller.ofx_bridge.host import ArrayClip, Host

UHD = (3840, 2160)
LIMIT_RATIO = 3.0
LIMIT_START = 2.0  # s
LIMIT_SCAN = 0.05  # s


@dataclass(frozen=True)
class Measured:
    """Seconds, medians of all rounds but those that touch memory for the first time."""

    scan: float
    start: float
    memcpy: float
    identity: float

    @property
    def ratio(self) -> float:
        return self.identity / self.memcpy


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def measure_scan() -> float:
    """Loading the installed bundle and describing every node."""
    with Host() as host:
        return seconds(lambda: host.load(installed_bundle()))


def measure(rounds: int) -> Measured:
    width, height = UHD
    pixels = np.random.default_rng(0).random((height, width, 4), np.float32)
    there, back = np.empty_like(pixels), np.empty_like(pixels)

    def memcpy() -> None:
        np.copyto(there, pixels)
        np.copyto(back, there)

    with tempfile.TemporaryDirectory() as folder, Host() as host:
        host.load(copy_bundle(Path(folder), declared_nodes()))
        node = host.create("org.focuspuller.TestIdentity", format=UHD)
        node.connect("Source", ArrayClip(np.zeros((1, 1, 4), np.float32)))
        start = seconds(lambda: node.render(1))
        node.connect("Source", ArrayClip(pixels))
        times = [(seconds(memcpy), seconds(lambda: node.render(1))) for _ in range(rounds + 2)][2:]
        assert np.array_equal(node.render(1), pixels)
    return Measured(measure_scan(), start, *map(statistics.median, zip(*times, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    measured = measure(parser.parse_args().rounds)
    rows = [
        ("load the bundle, describe every node", measured.scan, f"< {LIMIT_SCAN * 1000:.0f} ms"),
        ("start the worker, first frame (1 × 1)", measured.start, f"< {LIMIT_START * 1000:.0f} ms"),
        ("memcpy of a UHD RGBA float frame, both ways", measured.memcpy, ""),
        ("the same frame through the worker", measured.identity, f"≤ {LIMIT_RATIO:g} × memcpy"),
    ]
    for what, taken, limit in rows:
        print(f"{what:45} {taken * 1000:8.1f} ms   {limit}")
    print(f"{'worker / memcpy':45} {measured.ratio:8.2f} ×")


if __name__ == "__main__":
    main()
