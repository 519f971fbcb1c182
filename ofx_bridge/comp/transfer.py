"""How files encode light: sRGB (IEC 61966-2-1) and Rec.709 (ITU-R BT.709, item 1.2), both ways.

Values below 0 and above 1 keep to the curve, mirrored at 0, so that nothing is clipped on the way.
"""

import numpy as np


def decode(pixels: np.ndarray, transfer: str) -> np.ndarray:
    """Scene-linear float32 of encoded values. transfer: linear, sRGB or Rec.709."""
    if transfer == "linear":
        return pixels
    v = np.abs(pixels)
    if transfer == "sRGB":
        light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    else:
        light = np.where(v < 0.081, v / 4.5, ((v + 0.099) / 1.099) ** (1 / 0.45))
    return np.copysign(light, pixels).astype(np.float32)


def encode(pixels: np.ndarray, transfer: str) -> np.ndarray:
    """Encoded float32 values of scene-linear light. The inverse of `decode`."""
    if transfer == "linear":
        return pixels
    v = np.abs(pixels)
    if transfer == "sRGB":
        code = np.where(v <= 0.0031308, v * 12.92, 1.055 * v ** (1 / 2.4) - 0.055)
    else:
        code = np.where(v < 0.018, v * 4.5, 1.099 * v**0.45 - 0.099)
    return np.copysign(code, pixels).astype(np.float32)
