"""The demo's clip: a ray-traced scene as deep-focus EXRs with depth, the comp that pulls its focus, and the truth."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import OpenImageIO as oiio

from focuspuller.kernels.raytrace import scenes
from focuspuller.kernels.raytrace.render import deep_focus, thin_lens
from focuspuller.kernels.raytrace.scene import Camera, Scene
from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.comp.document import CompNode
from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.node_types import READ
from focuspuller.ofx_bridge.comp.values import Constant

PLATE_SAMPLES = 48
TRUTH_SAMPLES = 192


@dataclass(frozen=True)
class DemoClip:
    """Frames 1 … count of the scene's whole action, at width × height, in a folder."""

    folder: Path
    width: int
    height: int
    count: int
    scene: Scene = field(default_factory=scenes.demo)

    plates = "input/plate.%04d.exr"
    results = "result/focus.%04d.exr"

    @property
    def comp(self) -> Path:
        return self.folder / "demo.json"

    @property
    def sheet(self) -> Path:
        return self.folder / "contact_sheet.png"

    @property
    def chain_sheet(self) -> Path:
        return self.folder / "chain_sheet.png"

    @property
    def window(self) -> Window:
        return Window(0, 0, self.width, self.height)

    def prepare(self) -> None:
        """Makes the folders, empty of an earlier demo's frames. Raises CompError."""
        self.prepare_folders(self.plates, self.results)

    def prepare_folders(self, *patterns: str) -> None:
        """Makes the folders of these files, empty of an earlier demo's. Raises CompError."""
        try:
            for pattern in patterns:
                folder = (self.folder / pattern).parent
                folder.mkdir(parents=True, exist_ok=True)
                for old in folder.glob(Path(pattern).name.replace("%04d", "*")):
                    old.unlink()
        except OSError as problem:
            raise CompError(
                f"{self.folder} cannot be written ({problem.strerror}); choose another with --out"
            ) from None

    def scene_time(self, frame: float) -> float:
        """The scene's frame that is shown at a frame of the clip."""
        first, last = self.scene.frames
        return first + (frame - 1) * (last - first) / max(self.count - 1, 1)

    def focus_keys(self) -> list[tuple[float, float]]:
        """The scene's focus pull: (frame of the clip, m)."""
        first, last = self.scene.frames
        keys = {
            1 + (t - first) * (self.count - 1) / max(last - first, 1): distance for t, distance in self.scene.focus_keys
        }
        return [(round(frame, 3), distance) for frame, distance in sorted(keys.items())]

    def write_plate(self, frame: int, progress: Callable[[float], None]) -> float:
        """Traces one frame into a two-part EXR, RGBA in half and Z in metres in float. Returns the least depth, m."""
        time = self.scene_time(frame)
        light, depth = deep_focus(
            self.scene, time, self.width, self.height, PLATE_SAMPLES, seed=frame, progress=progress
        )
        rgba = np.concatenate([light, np.ones_like(light[..., :1])], axis=-1)
        parts = [("rgba", "RGBA", oiio.HALF, rgba), ("depth", "Z", oiio.FLOAT, depth[..., None])]
        specs = tuple(self._spec(*part) for part in parts)
        path = self.folder / (self.plates % frame)
        file = oiio.ImageOutput.create("openexr")
        good = file.open(str(path), specs)
        for number, (_, _, _, pixels) in enumerate(parts):
            good = good and (number == 0 or file.open(str(path), specs[number], "AppendSubimage"))
            good = good and file.write_image(np.ascontiguousarray(pixels, np.float32))
        if not (good and file.close()):
            raise CompError(f"{path} cannot be written ({file.geterror()}); check rights and space")
        return float(depth.min())

    def truth(self, frame: int, focus: float, progress: Callable[[float], None]) -> np.ndarray:
        """[H, W, 3]: what a real lens, focused at `focus` m, sees of a frame."""
        size, f_stop = (self.width, self.height), self.scene.f_stop
        return thin_lens(self.scene, self.scene_time(frame), *size, focus, f_stop, TRUTH_SAMPLES, progress=progress)

    def write_comp(self, nearest: float) -> None:
        """Writes the comp that pulls focus with the scene's own camera. nearest: the clip's least depth, m."""
        lens = {"depthMath": "distance", **self.lens(nearest)}
        read = {"file": self.plates, "first": 1, "last": self.count}
        nodes = [
            {"id": "plate", "type": "Read", "params": read},
            {"id": "depth", "type": "Read", "params": {**read, "layer": "depth"}},
            {"id": "zd", "type": "LensDefocus", "inputs": {"Source": "plate", "Depth": "depth"}, "params": lens},
            {"id": "out", "type": "Write", "inputs": {"Source": "zd"}, "params": {"file": self.results}},
        ]
        self.write_nodes(self.comp, nodes)

    def lens(self, nearest: float) -> dict:
        """LensDefocus's knobs for the scene's own camera and focus pull. nearest: the clip's least depth, m."""
        camera = self.scene.camera(self.scene.frames[0])
        return {
            "focusDistance": {"keys": [list(key) for key in self.focus_keys()], "interp": "smooth"},
            "lensModel": "camera",
            "focalLength": camera.focal_length_mm,
            "sensorWidth": camera.sensor_width_mm,
            "fStop": self.scene.f_stop,
            "maxSize": self._largest_blur(camera, nearest),
        }

    @staticmethod
    def write_nodes(comp: Path, nodes: list[dict]) -> None:
        """Writes a comp file."""
        text = ",\n    ".join(json.dumps(node) for node in nodes)
        comp.write_text(f'{{\n  "version": 1,\n  "nodes": [\n    {text}\n  ]\n}}\n', encoding="utf-8")

    def read_node(self, pattern: str) -> CompNode:
        """A Read of files in the folder."""
        return CompNode("made", READ, {}, {"file": Constant(str(self.folder / pattern))})

    def _spec(self, name: str, channels: str, kind, pixels: np.ndarray) -> oiio.ImageSpec:
        spec = oiio.ImageSpec(self.width, self.height, pixels.shape[2], kind)
        spec.channelnames = tuple(channels)
        spec.attribute("oiio:subimagename", name)
        spec.attribute("compression", "zips")
        spec.attribute("framesPerSecond", oiio.TypeDesc("rational"), (round(self.scene.fps), 1))
        return spec

    def _largest_blur(self, camera: Camera, nearest: float) -> int:
        """px: the largest circle of confusion of the pull (the thin lens, at infinity and at what is nearest)."""
        focal = camera.focal_length_mm / 1000
        scale = self.width / (camera.sensor_width_mm / 1000) * focal**2 / (2 * self.scene.f_stop)
        radii = (scale / s * max(1.0, abs(nearest - s) / nearest) for _, s in self.focus_keys())
        return math.ceil(max(radii))
