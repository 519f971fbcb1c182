"""The renderer written to be read: exact, slow, numpy. `defocus.cl` does the same.

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

from .iris import Iris, area, row_span
from .layers import Layers
from .samples import Samples, make_samples

SAME_SURFACE = 0.05  # coverage of the layer in front from which a layer counts as its continuation
SMALLEST_RADIUS = 0.25  # px: stays inside its pixel


def defocus_reference(
    rgba: np.ndarray,
    coc: np.ndarray,
    iris: Iris,
    *,
    stretch: float = 1.0,
    origin: tuple[int, int] = (0, 0),
    max_radius: float | None = None,
    fine: float = np.inf,
) -> np.ndarray:
    """As `focuspuller.kernels.lens.defocus.defocus`; minutes for a megapixel. fine: only for the layers' limits, all is
    spread on the picture's own grid."""
    if max_radius is None:
        max_radius = float(np.abs(coc).max(initial=0))
    samples = make_samples(rgba, coc, max_radius, origin)
    layers = Layers.up_to(max_radius, fine)
    layer_of = layers.layer_of(samples.radius)
    height, width = coc.shape
    through = np.ones((height, width))  # what the surfaces in front let through
    covered = np.zeros((height, width))  # how much of that the current surface has covered
    previous = np.zeros((height, width))  # coverage of the layer in front
    out = np.zeros((height, width, 4))
    for layer in range(-layers.outermost, layers.outermost + 1):
        light, coverage = spread(samples.ordered(layer_of == layer), iris, stretch, height, width)
        same = np.minimum(previous / SAME_SURFACE, 1)
        through *= (1 - covered) / np.maximum(1 - same * covered, 1e-6)
        covered *= same
        taken = np.minimum(coverage, 1 - covered)
        out += (through * taken / np.maximum(coverage, 1e-12))[..., None] * light
        covered += taken
        previous = coverage
    total = 1 - through * (1 - covered)
    return (out / np.maximum(total, 1e-6)[..., None]).astype(np.float32)


def spread(samples: Samples, iris: Iris, stretch: float, height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    """(light [H, W, 4], coverage [H, W]) of these samples, each spread evenly over its iris shape, energy kept.

    A pixel row's share of a shape is one span with the shape's mean edges in that row; a pixel's share of the span is
    the exact overlap of the two.
    """
    light, coverage = np.zeros((height, width, 4)), np.zeros((height, width))
    if len(samples) == 0:
        return light, coverage
    spans = iris.spans()
    column, row = samples.position.T
    radius = np.maximum(np.abs(samples.radius.astype(np.float64)), SMALLEST_RADIUS)
    radius_x = radius * stretch
    farthest = int(np.ceil(radius.max() + 0.5))
    widest = int(np.ceil(radius_x.max() / iris.squeeze)) + 1
    near = samples.radius < 0  # turned by 180°
    for dy in range(-farthest, farthest + 1):
        v1, v2 = (dy - 0.5) / radius, (dy + 0.5) / radius
        left, right, inside = row_span(spans, np.where(near, -v2, v1), np.where(near, -v1, v2))
        left, right = np.where(near, -right, left) * radius_x, np.where(near, -left, right) * radius_x
        density = inside / (area(spans) * radius_x)
        for dx in range(-widest, widest + 1):
            overlap = np.minimum(right, dx + 0.5) - np.maximum(left, dx - 0.5)
            y, x = row + dy, column + dx
            hit = (overlap > 0) & (density > 0) & (y >= 0) & (y < height) & (x >= 0) & (x < width)
            share = density[hit] * overlap[hit]
            np.add.at(light, (y[hit], x[hit]), share[:, None] * samples.light[hit])
            np.add.at(coverage, (y[hit], x[hit]), share * samples.weight[hit])
    return light, coverage
