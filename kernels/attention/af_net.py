"""AF-Net at work on a clip: the focus region of each frame, and whether it is a New Focus Target (see af_network)."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..focus.detections import ClipFrame, ClipInfo, Detection, Reach
from .af_examples import sample_step, sampled

SHIPPED = Path(__file__).parent / "weights" / "af_net.safetensors"
KIND = "af-net"


class AfNetDetector:
    """map: where the focus belongs, its peak 1 in every frame; strength: how likely a new target begins right here.

    model_file: weights that `focuspuller train af-net` wrote, "" for the shipped ones; WeightsError where they cannot
    be used. Samples the clip about 12 times a second and interpolates between; looks 1.5 s ahead.
    """

    name = "af-net"

    def __init__(self, clip: ClipInfo, model_file: str = ""):
        import torch

        from ..weights_file import content_hash, load_weights
        from .af_network import CONTEXT, UNIT, UNITS, AfNet

        path = Path(model_file) if model_file else SHIPPED
        self.version = f"1 {content_hash(path)}"
        self._network = AfNet().eval()
        load_weights(path, self._network, KIND)
        self._torch, self._context, self._unit = torch, CONTEXT, UNIT
        self._features_needed = UNIT * (UNITS - 1) + 1
        self._step = sample_step(clip.fps)
        reach = (CONTEXT + 1) * self._step
        self.reach = Reach(back=reach, ahead=reach)
        self._begin()

    def push(self, frame: ClipFrame) -> list[Detection]:
        done = self.finish() if frame.cut else []
        place, self._count = self._count, self._count + 1
        self._numbers[place] = frame.number
        if place % self._step == 0:
            picture = sampled(frame.picture)
            if not self._pictures:  # before the shot its first sample goes on
                self._pictures = [picture] * self._context
            self._add(picture)
        return done + self._answers()

    def finish(self) -> list[Detection]:
        if self._count:
            for _ in range(self._context):  # after the shot its last sample goes on
                self._add(self._pictures[-1])
        done = self._answers(last=True)
        self._begin()
        return done

    def _begin(self) -> None:
        self._pictures: list[np.ndarray] = []  # of the last unit
        self._features: list = []  # CNN-1's of the last units
        self._regions: dict[int, np.ndarray] = {}  # by sample
        self._scores: dict[int, float] = {}
        self._numbers: dict[int, int] = {}  # of frames without an answer, by place in the shot
        self._units = -(self._context - self._unit // 2)  # the sample that the next unit is about
        self._count = self._next = 0

    def _add(self, picture: np.ndarray) -> None:
        """One more sample; runs CNN-1, and CNN-2 once there is enough."""
        self._pictures.append(picture)
        while len(self._pictures) >= self._unit:
            self._run_unit(self._pictures[: self._unit])
            self._pictures.pop(0)

    def _run_unit(self, pictures: list[np.ndarray]) -> None:
        torch = self._torch
        with torch.inference_mode():
            unit = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 255
            region, features = self._network.near(unit.reshape(1, -1, *unit.shape[2:]))
            self._features.append(features)
            about, self._units = self._units, self._units + 1
            if about >= 0:
                logits = region[0].numpy()
                self._regions[about] = np.exp(logits - logits.max())
            if len(self._features) == self._features_needed:
                middle = about - self._features_needed // 2
                answer = self._network.wide(torch.stack(self._features, 1))
                self._scores[middle] = float(answer.sigmoid()[0, 0])
                self._features.pop(0)

    def _answers(self, last: bool = False) -> list[Detection]:
        done = []
        while self._next < self._count:
            before, part = divmod(self._next, self._step)
            after = before + 1 if part else before
            if last and after not in self._scores:
                after = before
            if after not in self._scores:
                break
            share = part / self._step if after != before else 0.0
            heat = (1 - share) * self._regions[before] + share * self._regions[after]
            strength = (1 - share) * self._scores[before] + share * self._scores[after]
            done.append(Detection(self._numbers.pop(self._next), heat.astype(np.float32), strength))
            self._next += 1
            for kept in (self._regions, self._scores):
                kept.pop(before - 1, None)
        return done
