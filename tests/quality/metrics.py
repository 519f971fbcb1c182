"""How far two pictures are apart: PSNR and SSIM, of what a display shows and of light over fourteen stops.

Pictures are float [H, W, 3], scene-linear, 1.0 = a white surface. `DISPLAY` and `LOG_HDR` turn them into values 0 … 1;
a metric compares what one of these makes of both. The display clips lamps to white; the logarithm still sees how
bright a bokeh disc is, and weighs a stop in the shadows like a stop in the lights.
"""

from __future__ import annotations

import cv2
import numpy as np

LOG_FLOOR = 2.0**-8  # ε of log2(x + ε): 5.5 stops under middle grey; below it nothing is told apart
LOG_CEILING = 2.0**6  # radiance that counts as 1.0; brighter is clipped
SSIM_WINDOW, SSIM_SIGMA = 11, 1.5  # Wang et al. 2004, "Image quality assessment", section III.C
SSIM_C1, SSIM_C2 = 0.01**2, 0.03**2
SMALLEST_ERROR = 1e-12  # mean square: PSNR ends at 120 dB


def display(light: np.ndarray) -> np.ndarray:
    """Scene-linear → sRGB 0 … 1 (IEC 61966-2-1)."""
    light = np.clip(light, 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055)


def log_hdr(light: np.ndarray) -> np.ndarray:
    """Scene-linear → 0 … 1, even in stops: log2(x + ε) from 0 … LOG_CEILING."""
    stops = np.log2(np.clip(light, 0, LOG_CEILING) + LOG_FLOOR)
    low, high = np.log2(LOG_FLOOR), np.log2(LOG_CEILING + LOG_FLOOR)
    return (stops - low) / (high - low)


DISPLAY, LOG_HDR = display, log_hdr


def psnr(a: np.ndarray, b: np.ndarray, encoding=DISPLAY, where: np.ndarray | None = None) -> float:
    """dB of peak 1.0. where: bool [H, W], the pixels that count, default all; NaN when none do."""
    error = (np.asarray(encoding(a), np.float64) - encoding(b)) ** 2
    if where is not None:
        error = error[where]
    if error.size == 0:
        return float("nan")
    return float(-10 * np.log10(max(error.mean(), SMALLEST_ERROR)))


def ssim(a: np.ndarray, b: np.ndarray, encoding=DISPLAY) -> float:
    """Structural similarity, the mean over channels and over pixels whose window lies inside the picture.

    ValueError: a picture smaller than the window.
    """
    if min(a.shape[:2]) < SSIM_WINDOW:
        raise ValueError(f"SSIM needs {SSIM_WINDOW} × {SSIM_WINDOW} pixels, not {a.shape[1]} × {a.shape[0]}")
    x, y = np.asarray(encoding(a), np.float64), np.asarray(encoding(b), np.float64)
    mean_x, mean_y = _windowed(x), _windowed(y)
    var_x, var_y = _windowed(x * x) - mean_x**2, _windowed(y * y) - mean_y**2
    both = _windowed(x * y) - mean_x * mean_y
    brightness = (2 * mean_x * mean_y + SSIM_C1) / (mean_x**2 + mean_y**2 + SSIM_C1)
    structure = (2 * both + SSIM_C2) / (var_x + var_y + SSIM_C2)
    return float((brightness * structure).mean())


def _windowed(values: np.ndarray) -> np.ndarray:
    rim = SSIM_WINDOW // 2
    return cv2.GaussianBlur(values, (SSIM_WINDOW, SSIM_WINDOW), SSIM_SIGMA)[rim:-rim, rim:-rim]
