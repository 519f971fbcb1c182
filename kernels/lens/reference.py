"""The renderer written to be read: exact, slow, numpy. `samples.cl` and `blend.cl` do the same.

Zhang et al. 2019, Eq. 2-3, blends soft layers of one radius each back to front; as printed that loses or gains energy
where layers meet. Here each sample spreads by its own radius, and layers are blended front to back with two rules that
keep a pixel's coverage at 1:

* Neighbouring layers hold parts of one surface, which do not overlap: their coverages add.
* A layer that is separated from those in front of it by an empty one is another surface behind them: it gets what they
  let through (the usual over).

What is left uncovered at the end (a surface narrowing towards a focus, a hole without a hidden surface) is shared out
among what is there.
"""

from __future__ import annotations

import numpy as np

from .glass import PLAIN, Glass
from .glass_reference import spread_through_glass
from .iris import Iris
from .layers import Layers
from .samples import make_samples

SAME_SURFACE = 0.05  # coverage of the layer in front from which a layer counts as its continuation


def defocus_reference(
    rgba: np.ndarray,
    coc: np.ndarray,
    iris: Iris,
    *,
    glass: Glass = PLAIN,
    stretch: float = 1.0,
    origin: tuple[int, int] = (0, 0),
    max_radius: float | None = None,
    fine: float = np.inf,
    fill: bool = True,
    guide: np.ndarray | None = None,
) -> np.ndarray:
    """As `focuspuller.kernels.lens.defocus.defocus`; minutes for a megapixel. fine: only for the layers' limits, all is
    spread on the picture's own grid."""
    if max_radius is None:
        max_radius = float(np.abs(coc).max(initial=0))
    samples = make_samples(rgba, coc, max_radius, origin, fill=fill, guide=guide)
    layers = Layers.up_to(max_radius, fine)
    layer_of = layers.layer_of(samples.radius)
    height, width = coc.shape
    grid = glass.grid(iris, stretch)
    place = {"origin": origin, "frame": glass.frame}
    through = np.ones((height, width))  # what the surfaces in front let through
    covered = np.zeros((height, width))  # how much of that the current surface has covered
    previous = np.zeros((height, width))  # coverage of the layer in front
    out = np.zeros((height, width, 4))
    for layer in range(-layers.outermost, layers.outermost + 1):
        here = samples.ordered(layer_of == layer)
        light, coverage = spread_through_glass(here, grid, glass.profiles, stretch, height, width, **place)
        same = np.minimum(previous / SAME_SURFACE, 1)
        through *= (1 - covered) / np.maximum(1 - same * covered, 1e-6)
        covered *= same
        taken = np.minimum(coverage, 1 - covered)
        out += (through * taken / np.maximum(coverage, 1e-12))[..., None] * light
        covered += taken
        previous = coverage
    total = 1 - through * (1 - covered)
    return (out / np.maximum(total, 1e-6)[..., None]).astype(np.float32)
