"""Training of AF-Net: chunks of sampled clips, a loss on the focus region and one on new targets.

The paper's loss is a weighted sum of its metrics Δd and Δt, with (x, y) for Δd where there is no disparity. Here: the
cross-entropy of the region (a distribution over the picture) against the known one, and the binary cross-entropy of
"new target" against labels that fall off in time.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from .af_examples import Example
from .af_network import CONTEXT, UNIT, AfNet

CURVE = ("step", "rate", "region_loss", "new_loss", "held_region_loss", "held_new_loss", "held_distance", "held_auc")


@dataclass(frozen=True)
class Schedule:
    """steps: of the optimiser. batch: chunks a step. chunk: answers a chunk. rate: of learning, at its highest.
    new_weight: of the loss on new targets; rare_weight: of samples at a new target against others."""

    steps: int = 500
    batch: int = 2
    chunk: int = 24
    rate: float = 2e-3
    new_weight: float = 2.0
    rare_weight: float = 6.0
    seed: int = 1
    every: int = 50


def train(
    examples: Sequence[Example],
    held: Sequence[Example],
    schedule: Schedule,
    folder: Path,
    device: str = "cpu",
    resume: bool = False,
    progress: Callable[[int, str], None] = lambda step, text: None,
) -> AfNet:
    """Trains and returns AF-Net; folder gets state.pt (to resume from) and curve.csv.

    The same examples, schedule and device give the same network, also when it was stopped and resumed. ValueError
    where the state in the folder is of another schedule.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(schedule.seed)
    network = AfNet().to(device)
    optimiser = torch.optim.AdamW(network.parameters(), lr=schedule.rate, weight_decay=0.01)
    state_file, first = folder / "state.pt", 0
    if resume and state_file.exists():
        first = _load_state(state_file, schedule, network, optimiser, device)
    for step in range(first, schedule.steps):
        rng = np.random.default_rng((schedule.seed, step))  # by step, so that resuming changes nothing
        rate = _rate(step, schedule)
        for group in optimiser.param_groups:
            group["lr"] = rate
        chunks = [chunk(examples[pick(examples, rng)], schedule.chunk, rng) for _ in range(schedule.batch)]
        network.train()
        region_loss, new_loss = losses(network, chunks, schedule, device)
        optimiser.zero_grad()
        (region_loss + schedule.new_weight * new_loss).backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        progress(step + 1, f"region {region_loss:.3f}, new target {new_loss:.3f}")
        if (step + 1) % schedule.every == 0 or step + 1 == schedule.steps:
            row = (step + 1, rate, region_loss.item(), new_loss.item(), *_measure(network, held, schedule, device))
            _append(folder / "curve.csv", row, fresh=step + 1 <= schedule.every)
            _save_state(state_file, step + 1, schedule, network, optimiser)
    return network.eval()


def pick(examples: Sequence[Example], rng: np.random.Generator) -> int:
    """Half of the time a clip with a new target in it."""
    with_new = [i for i, example in enumerate(examples) if example.new.max(initial=0) > 0.5]
    return int(rng.choice(with_new)) if with_new and rng.random() < 0.5 else int(rng.integers(len(examples)))


def chunk(example: Example, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(pictures uint8 [count + 2 CONTEXT, …], region [count, …], new [count]) of a random stretch, as often as not
    around a new target; mirrored and recoloured at random."""
    span = len(example.new)
    begin = int(rng.integers(max(span - count, 0) + 1))
    news = np.flatnonzero(example.new > 0.5)
    if len(news) and rng.random() < 0.7:
        begin = int(np.clip(rng.choice(news) - rng.integers(count), 0, max(span - count, 0)))
    middle = np.clip(np.arange(begin, begin + count), 0, span - 1)
    pictures = example.pictures[np.clip(np.arange(begin - CONTEXT, begin + count + CONTEXT), 0, span - 1)]
    region, new = example.region[middle], example.new[middle]
    if rng.random() < 0.5:
        pictures, region = pictures[:, :, ::-1], region[:, :, ::-1]
    pictures = pictures[..., rng.permutation(3)] * np.float32(rng.uniform(0.7, 1.2)) + np.float32(rng.uniform(-20, 20))
    return np.clip(pictures, 0, 255).astype(np.uint8), np.ascontiguousarray(region), new


def losses(network: AfNet, chunks, schedule: Schedule, device: str) -> tuple[torch.Tensor, torch.Tensor]:
    """(region, new): mean losses over what is known of the chunks."""
    pictures = torch.from_numpy(np.stack([c[0] for c in chunks])).to(device).permute(0, 1, 4, 2, 3).float() / 255
    region = torch.from_numpy(np.stack([c[1] for c in chunks])).to(device)
    new = torch.from_numpy(np.stack([c[2] for c in chunks])).to(device)
    logits, answer = network(pictures)
    logits = logits[:, CONTEXT - UNIT // 2 :][:, : region.shape[1]]
    known = region.sum((2, 3)) > 0.5
    share = -(region * logits.flatten(2).log_softmax(2).reshape(logits.shape)).sum((2, 3))
    region_loss = (share * known).sum() / known.sum().clamp(min=1)
    weight = (new >= 0).float() * (1 + (schedule.rare_weight - 1) * new.clamp(min=0))
    wrong = functional.binary_cross_entropy_with_logits(answer, new.clamp(min=0), reduction="none")
    return region_loss, (wrong * weight).sum() / weight.sum().clamp(min=1)


def area_under_curve(scores: np.ndarray, positive: np.ndarray) -> float:
    """How often a positive scores above a negative (ROC); NaN without both."""
    good, bad = scores[positive], scores[~positive]
    if not len(good) or not len(bad):
        return float("nan")
    return float((np.searchsorted(np.sort(bad), good) / len(bad)).mean())


@torch.no_grad()
def _measure(network: AfNet, held: Sequence[Example], schedule: Schedule, device: str) -> tuple[float, ...]:
    """Losses on whole held-out clips, mean distance of the region's peak from the known one (of the width), AUC."""
    network.eval()
    found, scores, labels, distances = [], [], [], []
    for example in held:
        count = len(example.new)
        inside = np.clip(np.arange(-CONTEXT, count + CONTEXT), 0, count - 1)
        whole = (example.pictures[inside], example.region, example.new)
        found.append([float(loss) for loss in losses(network, [whole], schedule, device)])
        pictures = torch.from_numpy(whole[0]).to(device)[None].permute(0, 1, 4, 2, 3).float() / 255
        logits, answer = network(pictures)
        logits = logits[0, CONTEXT - UNIT // 2 :][:count].cpu().numpy()
        known = example.region.sum((1, 2)) > 0.5
        distances += [_apart(a, b) for a, b in zip(logits[known], example.region[known], strict=True)]
        scores.append(answer[0].cpu().numpy()[example.new >= 0])
        labels.append(example.new[example.new >= 0] > 0.5)
    if not found:
        return (float("nan"),) * 4
    auc = area_under_curve(np.concatenate(scores), np.concatenate(labels))
    distance = float(np.mean(distances)) if distances else float("nan")
    return (*np.mean(found, axis=0).tolist(), distance, auc)


def _apart(a: np.ndarray, b: np.ndarray) -> float:
    peaks = [np.unravel_index(int(m.argmax()), m.shape) for m in (a, b)]
    return float(np.hypot(*np.subtract(*peaks)) / a.shape[1])


def _rate(step: int, schedule: Schedule) -> float:
    """Warms up over 50 steps, then falls as a cosine."""
    warm = min((step + 1) / 50, 1.0)
    return schedule.rate * warm * (0.02 + 0.98 * 0.5 * (1 + float(np.cos(np.pi * step / schedule.steps))))


def _load_state(path: Path, schedule: Schedule, network, optimiser, device: str) -> int:
    state = torch.load(path, map_location=device, weights_only=True)
    if state["schedule"] != asdict(schedule):
        raise ValueError(f"{path}: was trained with {state['schedule']}; use the same options, or another folder")
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    return state["step"]


def _save_state(path: Path, step: int, schedule: Schedule, network, optimiser) -> None:
    state = {"step": step, "schedule": asdict(schedule)}
    state |= {"network": network.state_dict(), "optimiser": optimiser.state_dict()}
    temporary = path.with_suffix(".new")
    torch.save(state, temporary)
    temporary.replace(path)


def _append(path: Path, row: Sequence[float], fresh: bool) -> None:
    with path.open("w" if fresh else "a", newline="") as file:
        writer = csv.writer(file)
        if fresh:
            writer.writerow(CURVE)
        writer.writerow([row[0], *(f"{value:.6g}" for value in row[1:])])
