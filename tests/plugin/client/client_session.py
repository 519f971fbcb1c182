"""What tests say to the client: short forms of requests to the test nodes."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import ModuleType

import numpy as np

TESTS = Path(__file__).parents[2]


def load_driver(path: str | Path) -> ModuleType:
    """The module that client_build made."""
    spec = importlib.util.spec_from_file_location("client_driver", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def make_bundle(folder: Path, **configuration: object) -> Path:
    """A bundle without a plug-in: enough for the client to start a worker that can import the test nodes."""
    bundle = folder / "FocusPuller.ofx.bundle"
    resources = bundle / "Contents" / "Resources"
    resources.mkdir(parents=True)
    worker = {"python": sys.executable, "arguments": [], "paths": [str(TESTS)]} | configuration
    (resources / "worker.json").write_text(json.dumps(worker), encoding="utf-8")
    return bundle


def picture(height: int, width: int, channels: int = 4, seed: int = 0) -> np.ndarray:
    """Random float32 [height, width, channels] in 0 … 1."""
    return np.random.default_rng(seed).random((height, width, channels), np.float32)


def frame(pixels: np.ndarray, clip: str = "Source", time: float = 1, x: int = 0, y: int = 0, **more: object) -> dict:
    """An input frame for the driver; (x, y) is its lower left corner. more: shared, identity, onFill, premultiplied."""
    entry = {"clip": clip, "time": time, "x": x, "y": y, "pixels": pixels, "premultiplied": True, "shared": False}
    return entry | more


def body(node: str, op: str = "render", format: Sequence[int] = (64, 48), **fields: object) -> dict:
    """The part of a message that the plug-in's other half writes."""
    return {
        "op": op,
        "node": f"org.focuspuller.Test{node.capitalize()}",
        "module": f"test_nodes.{node}.render",
        "time": 1.0,
        "scale": [1, 1],
        "format": list(format),
        "pixelAspect": 1,
        "fps": 24,
        "draft": False,
        "knobs": {},
        "regions": {},
    } | fields


class Session:
    """The client in this process, working for one bundle."""

    def __init__(self, driver: str | Path, bundle: Path):
        self.driver = load_driver(driver)
        self.driver.set_bundle_path(str(bundle))

    def render(
        self,
        node: str,
        frames: Sequence[dict],
        window: tuple[int, int, int, int] | None = None,
        channels: int = 4,
        fields: dict | None = None,
        callbacks: dict[str, Callable] | None = None,
        **knobs: object,
    ):
        """Renders a test node; the window defaults to the first frame's bounds. Gives the driver's Reply."""
        if window is None:
            height, width, channels = frames[0]["pixels"].shape
            x, y = frames[0]["x"], frames[0]["y"]
            window = (x, y, x + width, y + height)
        message = body(node, knobs=knobs) | (fields or {})
        return self.driver.run(json.dumps(message), list(frames), window, channels, callbacks or {})

    def analyse(self, button: str, first: int, last: int, fetch: Callable, **callbacks: Callable):
        """Presses a button of the test node that analyses. Source alone is connected."""
        place = {"knobs": {"keepOthers": False}, "regions": {"Source": [0, 0, 64, 48]}}
        message = body("analyse", "analyse", button=button, frames=[first, last], **place)
        return self.driver.run(json.dumps(message), [], (0, 0, 0, 0), 4, {"fetch": fetch, **callbacks})

    def stop(self) -> None:
        self.driver.stop_worker()
