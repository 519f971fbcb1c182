"""Training of the RGBD-HDR network: on known truth first, then through the lens as in the paper.

Stage one learns disparity and lost radiance of generated examples and of photographs with true radiance. Stage two is
the paper's: pictures rendered from the estimates through the differentiable lens against pictures through a real or
traced aperture, pairs and triplets (section 4.1, Eq. 1 to 6). Either may be left out.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from pickle import UnpicklingError

import numpy as np
import torch
from torch import Tensor, nn

from ..weights_file import load_weights
from .aperture import Calibrations, aperture_loss
from .batches import SIZES, SMALL_SIZES, highlight_batch, linear, tensor, truth_batch
from .estimate import KIND
from .features import features
from .losses import disparity_loss, radiance_loss, smoothness
from .measure import measure
from .network import K, RgbdHdr, clipped, encoded
from .slicing import luma

CURVE = ("step", "stage", "rate", "disparity", "radiance", "aperture", "held_rms", "held_ramp_rms", "held_log_mse")


@dataclass(frozen=True)
class Sources:
    """What is learned from. examples: with true disparity; pairs: with pictures through apertures (examples of both
    kinds may be in both); photographs: float32 [H, W, 3] radiance; the held ones are only measured."""

    examples: Sequence
    pairs: Sequence
    photographs: Sequence[np.ndarray]
    held_examples: Sequence = ()
    held_photographs: Sequence[np.ndarray] = ()


@dataclass(frozen=True)
class Schedule:
    """truth_steps, aperture_steps: of the two stages. small_steps: so many first ones of stage one take twice as many
    pictures, of half the size. batch: pictures a step of stage one; highlights: crops a step.
    rate: of Adam at stage one's highest; it falls as a cosine. aperture_rate: of stage two, constant, the paper's.
    smooth: w1 of Eq. 6, for disparities of 0 … 1. keep: weight of stage one's losses in stage two. every: steps between
    measurements."""

    truth_steps: int = 4000
    aperture_steps: int = 400
    small_steps: int = 0
    batch: int = 8
    highlights: int = 4
    rate: float = 1.5e-3
    aperture_rate: float = 1e-4
    smooth: float = 1.0
    keep: float = 1.0
    seed: int = 1
    every: int = 200

    @property
    def steps(self) -> int:
        return self.truth_steps + self.aperture_steps


def train(
    sources: Sources,
    schedule: Schedule,
    folder: Path,
    device: str = "cpu",
    resume: bool = False,
    vgg19: Path | None = None,
    start: Path | None = None,
    progress: Callable[[int, str], None] = lambda step, text: None,
) -> RgbdHdr:
    """Trains and returns the network; folder gets state.pt (to resume from) and curve.csv.

    start: weights to begin with instead of random ones. The same sources, schedule and device give the same network,
    also when it was stopped and resumed. ValueError where the state in the folder is of another schedule, or a stage
    has nothing to learn from.
    """
    if schedule.truth_steps and not (len(sources.examples) or len(sources.photographs)):
        raise ValueError("there are no examples and no photographs to learn from; give some, or no truth steps")
    if schedule.aperture_steps and not len(sources.pairs):
        raise ValueError("there are no pictures through apertures to learn from; give pairs, or no aperture steps")
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(schedule.seed)
    network = RgbdHdr().to(device, memory_format=torch.channels_last)
    if start is not None:
        load_weights(start, network, KIND)
    calibrations = Calibrations(len(sources.pairs)).to(device)
    learner = Learner(network, calibrations, features(vgg19).to(device), sources, schedule, device)
    optimiser = torch.optim.AdamW([*network.parameters(), *calibrations.parameters()], lr=schedule.rate)
    state_file, first = folder / "state.pt", 0
    if resume and state_file.exists():
        first = _load_state(state_file, schedule, network, calibrations, optimiser, device)
    for step in range(first, schedule.steps):
        rate = _rate(step, schedule)
        for group in optimiser.param_groups:
            group["lr"] = rate
        network.train()
        found = learner.losses(step)
        optimiser.zero_grad()
        sum(found.values()).backward()
        for half in (network.disparity, network.radiance):  # one's outliers do not slow the other down
            nn.utils.clip_grad_norm_(half.parameters(), 1.0)
        optimiser.step()
        progress(step + 1, ", ".join(f"{name} {loss.item():.3f}" for name, loss in found.items()))
        if (step + 1) % schedule.every == 0 or step + 1 == schedule.steps:
            held = measure(network, sources.held_examples, sources.held_photographs, device)
            stage = "truth" if step < schedule.truth_steps else "aperture"
            values = [found[name].item() if name in found else float("nan") for name in CURVE[3:6]]
            _append(folder / "curve.csv", [step + 1, stage, rate, *values, *held], fresh=step + 1 <= schedule.every)
            _save_state(state_file, step + 1, schedule, network, calibrations, optimiser)
    return network.eval()


@dataclass
class Learner:
    """The losses of a step."""

    network: RgbdHdr
    calibrations: Calibrations
    features: nn.Module
    sources: Sources
    schedule: Schedule
    device: str

    def losses(self, step: int) -> dict[str, Tensor]:
        """By name; their sum is minimised."""
        rng = np.random.default_rng((self.schedule.seed, step))  # by step, so that resuming changes nothing
        batch, highlights = self.schedule.batch, self.schedule.highlights
        if step < min(self.schedule.small_steps, self.schedule.truth_steps):
            return self._truth(rng, 2 * batch, highlights, 1.0, SMALL_SIZES)
        if step < self.schedule.truth_steps:
            return self._truth(rng, batch, highlights, 1.0)
        found = {"aperture": self._aperture(rng)}
        if self.schedule.keep > 0 and self.schedule.truth_steps:
            found |= self._truth(rng, max(batch // 4, 1), 2, self.schedule.keep)
        return found

    def _truth(self, rng, count: int, highlights: int, weight: float, sizes=SIZES) -> dict[str, Tensor]:
        found = {}
        if len(self.sources.examples):
            batch = truth_batch(self.sources.examples, count, rng, sizes)
            display = self._there(encoded(batch.light))
            with self._fast():
                disparity = self.network.disparity(display, luma(display))
            found["disparity"] = weight * disparity_loss(disparity.float(), self._there(batch.disparity))
        if len(self.sources.photographs) or len(self.sources.examples):
            batch = highlight_batch(self.sources.photographs, self.sources.examples, highlights, rng)
            light, radiance = self._there(batch.light), self._there(batch.radiance)
            with self._fast():
                lost = self.network.radiance(light)
            found["radiance"] = 0.3 * weight * radiance_loss(lost.float(), light, radiance, clipped(light))
        return found

    def _aperture(self, rng) -> Tensor:
        """Eq. 6 on one example, the paper's batch."""
        number = int(rng.integers(len(self.sources.pairs)))
        example = self.sources.pairs[number]
        light = self._there(tensor(linear(example.picture)[None]))
        with self._fast():
            disparity, lost = self.network(light)
        disparity, lost = disparity.float(), lost.float()
        radiance = light * torch.exp(K * lost)
        loss = aperture_loss(radiance, disparity, example, number, self.calibrations, self.features)
        return loss + self.schedule.smooth * smoothness(disparity, encoded(light))

    def _there(self, x: Tensor) -> Tensor:
        return x.to(self.device, memory_format=torch.channels_last)

    def _fast(self):
        return torch.autocast(self.device, torch.bfloat16)


def _rate(step: int, schedule: Schedule) -> float:
    """Stage one: warms up over 50 steps, then falls as a cosine. Stage two: constant."""
    if step >= schedule.truth_steps:
        return schedule.aperture_rate
    warm = min((step + 1) / 50, 1.0)
    return schedule.rate * warm * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * step / schedule.truth_steps))))


def _load_state(path: Path, schedule: Schedule, network, calibrations, optimiser, device: str) -> int:
    try:
        state = torch.load(path, map_location=device, weights_only=True)
        given = state["schedule"]
    except (RuntimeError, EOFError, KeyError, TypeError, UnpicklingError) as problem:
        raise ValueError(f"{path}: is no whole state of a training; delete it, or train without --resume") from problem
    if given != asdict(schedule):
        raise ValueError(f"{path}: was trained with {given}; use the same options, or another folder")
    if state["calibrations"]["focus"].shape != calibrations.focus.shape:
        raise ValueError(f"{path}: was trained on other pictures through apertures; give the same, or another folder")
    network.load_state_dict(state["network"])
    calibrations.load_state_dict(state["calibrations"])
    optimiser.load_state_dict(state["optimiser"])
    return state["step"]


def _save_state(path: Path, step: int, schedule: Schedule, network, calibrations, optimiser) -> None:
    state = {"step": step, "schedule": asdict(schedule), "network": network.state_dict()}
    state |= {"calibrations": calibrations.state_dict(), "optimiser": optimiser.state_dict()}
    temporary = path.with_suffix(".new")
    torch.save(state, temporary)
    temporary.replace(path)


def _append(path: Path, row: Sequence, fresh: bool) -> None:
    with path.open("w" if fresh else "a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(CURVE)
        writer.writerow([f"{value:.6g}" if isinstance(value, float) else value for value in row])
