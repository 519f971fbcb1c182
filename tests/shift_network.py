"""A TorchScript network of RAFT's shape for tests: it finds one shift for the whole picture, by trying them."""

from __future__ import annotations

from pathlib import Path

import torch


class Shift(torch.nn.Module):
    """image1, image2: [1, 3, h, w], 0 … 255. Returns a coarse flow and the flow, as RAFT does."""

    def forward(self, image1: torch.Tensor, image2: torch.Tensor):
        reach = 8
        a, b = (image1 / 8).round(), (image2 / 8).round()
        height, width = a.shape[2], a.shape[3]
        best, least = torch.zeros(2), 1e9
        for x in range(-reach, reach + 1):
            for y in range(-reach, reach + 1):
                inner = (a - b.roll([-y, -x], [2, 3]))[..., reach : height - reach, reach : width - reach]
                error = float(inner.abs().mean())
                if error < least and float(a.std()) > 1:
                    least = error
                    best = torch.tensor([float(x), float(y)])
        flow = best.reshape(1, 2, 1, 1).expand(1, 2, height, width)
        return torch.zeros(1, 2, height // 8, width // 8), flow


def saved(path: Path) -> Path:
    torch.jit.script(Shift()).save(str(path))
    return path
