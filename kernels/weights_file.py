"""Weights of networks as safetensors files: data only, nothing in them is ever run."""

from __future__ import annotations

import hashlib
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file


class WeightsError(ValueError):
    """A file of weights that cannot be used; names the file and the cure."""


def save_weights(path: Path, tensors: dict[str, torch.Tensor], note: dict[str, str]) -> None:
    """Writes weights with a note of what they are, under another name first. OSError. A note of more than one entry
    is written in any order, so that files of equal weights differ."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    save_file({name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}, temporary, note)
    temporary.chmod(0o644)
    temporary.replace(path)


def load_weights(path: Path, network: torch.nn.Module, kind: str, partly: bool = False) -> None:
    """Fills a network from a file whose note says `network: kind`, or nothing of it; halves are widened.
    partly: the file may hold more than the network has. Raises WeightsError."""
    try:
        with safe_open(path, "pt") as file:
            note = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}
    except FileNotFoundError:
        raise WeightsError(f"{path}: there is no such file; check the path, or leave it empty") from None
    except (SafetensorError, OSError) as problem:
        raise WeightsError(f"{path}: is no safetensors file ({problem}); train one with focuspuller train") from None
    if note.get("network", kind) != kind:
        raise WeightsError(f"{path}: holds weights of {note['network']}, not of {kind}")
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    if partly:
        tensors = {name: tensor for name, tensor in tensors.items() if name in wanted}
    given = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    if wanted != given:
        odd = sorted(set(wanted.items()) ^ set(given.items()))[0][0]
        raise WeightsError(f"{path}: does not fit {kind} (at {odd}); train it with focuspuller train {kind}")
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise WeightsError(f"{path}: holds numbers that are not finite; train it again")
    network.load_state_dict(tensors)


def content_hash(path: Path) -> str:
    """Hex digits that stand for a file's content. Raises WeightsError."""
    try:
        return hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    except OSError as problem:
        raise WeightsError(f"{path}: cannot be read ({problem.strerror}); check the path") from None
