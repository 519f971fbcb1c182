"""What the lens takes to be behind the surfaces that a picture shows."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from .samples import hidden_surfaces, split_edges, without_far_specks


def occlusion_fill(
    rgba: np.ndarray,
    coc: np.ndarray,
    max_radius: float,
    origin: tuple[int, int] = (0, 0),
    check_abort: Callable[[], None] = lambda: None,
    *,
    guide: np.ndarray | None = None,
) -> np.ndarray:
    """float32 [H, W, 4], premultiplied: the first surface hidden behind each pixel; alpha: how much of it there is, 0
    where nothing farther is around. Arguments as `focuspuller.kernels.lens.samples.make_samples` has them."""
    coc = without_far_specks(coc)
    near_radius, near_weight, far_radius, difference = split_edges(rgba, coc, check_abort)
    mostly_near = near_weight >= 0.5
    near, far = rgba + (1 - near_weight)[..., None] * difference, rgba - near_weight[..., None] * difference
    shown = np.where(mostly_near[..., None], near, far)
    radius = np.where(mostly_near, near_radius, far_radius)
    (_, weight, behind), _ = hidden_surfaces(shown, radius, max_radius, origin, check_abort)
    if guide is not None:
        behind = guide + (1 - guide[..., 3:]) * behind
    return np.float32(behind * weight[..., None])
