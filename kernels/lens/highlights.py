"""Highlights: gives light above a threshold more energy, its colour kept.

A sensor clips lamps and speculars at white; blurred as they are, they make pale discs where a lens makes bright ones.
The radiance that was cut off is recovered by a gain on what is near the clip (Zhang et al. 2019, Eq. 4, does it with
a learned map in the exponent).
"""

from __future__ import annotations

import numpy as np

KNEE = 0.1  # of the threshold: the excess at which half of the gain has set in
SHARP, SOFT = 0.5, 2.0  # px of CoC radius between which the gain sets in


def raised(rgba: np.ndarray, radius: np.ndarray, threshold: float, gain: float) -> np.ndarray:
    """rgba: float32 [H, W, 4], premultiplied, scene-linear; radius: [H, W] CoC in px; threshold ≥ 0, gain ≥ 0.

    Where the strongest channel v of the unpremultiplied colour exceeds the threshold by e, all channels are multiplied
    by 1 + (gain - 1) · e² / (e + KNEE · threshold) / v: far above it, by gain for what lies above. Only what is out of
    focus is changed: between SHARP and SOFT px of radius the gain sets in. Alpha stays.
    """
    alpha = rgba[..., 3]
    strongest = rgba[..., :3].max(axis=-1)
    value = np.divide(strongest, alpha, out=np.array(strongest), where=alpha > 1e-3)
    y, x = np.nonzero((value > threshold) & (np.abs(radius) > SHARP))
    if gain == 1 or len(y) == 0:
        return rgba
    value = value[y, x].astype(np.float64)
    excess = value - threshold
    out_of_focus = np.minimum((np.abs(radius[y, x]) - SHARP) / (SOFT - SHARP), 1)
    factor = 1 + (gain - 1) * out_of_focus * excess**2 / (excess + KNEE * threshold) / value
    rgba = rgba.copy()
    rgba[y, x, :3] *= factor[:, None].astype(np.float32)
    return rgba
