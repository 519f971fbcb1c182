"""LensDefocus's other outputs: the plane of focus in colours, circles, disparity, the foreground's matte."""

from __future__ import annotations

import cv2
import numpy as np

from ..vocabulary.jobs import Picture, RenderJob
from .circles import Circles

SHARP = 0.5  # px of CoC radius: what is smaller stays inside its pixel
SOFT = 1.5  # px by which green has gone


def focus_setup(job: RenderJob, source: Picture, circles: Circles) -> Picture:
    """Red in front of the focus, green in focus (radius within SHARP, fading to SOFT), blue behind, each times the
    picture's brightness."""
    out, window, slices = _canvas(job, source)
    radius = circles.over(window)
    green = np.clip((SOFT - np.abs(radius)) / (SOFT - SHARP), 0, 1)
    colours = np.stack([(1 - green) * (radius < 0), green, (1 - green) * (radius > 0)], axis=-1)
    light = source.pixels[window.slices_in(source.window)][..., :3].mean(axis=-1)
    light = np.where(np.isfinite(light) & (light > 0), light, 0)
    shade = 0.25 + 0.75 * (light / (light + np.float32(0.18)))
    _fill(out, slices, green if job.channels == 1 else colours * shade[..., None])
    return Picture(out, job.window, source.premultiplied)


def coc_picture(job: RenderJob, source: Picture, circles: Circles) -> Picture:
    """The signed radius in px of the full resolution in every colour channel, behind the focus positive; alpha 1."""
    out, window, slices = _canvas(job, source)
    radius = circles.over(window)
    _fill(out, slices, radius if job.channels == 1 else radius[..., None])
    return Picture(out, job.window, source.premultiplied)


def disparity_picture(job: RenderJob, source: Picture, circles: Circles) -> Picture:
    """1/z in 1 / world units in every channel, 0 = far: Depth as the lens reads it."""
    out, window, slices = _canvas(job, source)
    out[slices] = circles.disparity(window)[..., None]
    return Picture(out, job.window, source.premultiplied)


def foreground_light(light: np.ndarray, coc: np.ndarray) -> np.ndarray:
    """Light [H, W, 4] whose colour is the part of its alpha that is in front of the focus. coc: [H, W] in rendered px.

    A pixel on an edge holds the two surfaces that its neighbours are, in the shares that its antialiased circle tells.
    """
    square = np.ones((3, 3), np.uint8)
    nearest, farthest = cv2.erode(coc, square), cv2.dilate(coc, square)
    span = farthest - nearest
    share = np.where(span > 0, (farthest - coc) / np.maximum(span, 1e-6), 1)
    in_front = share * _in_front(nearest) + (1 - share) * _in_front(farthest)
    alpha = light[..., 3]
    return np.stack([in_front * alpha] * 3 + [alpha], axis=-1).astype(np.float32)


def _in_front(coc: np.ndarray) -> np.ndarray:
    """0 for what is in focus or behind it, 1 for what is in front of it."""
    return np.clip((-coc - SHARP) / (SOFT - SHARP), 0, 1)


def _canvas(job: RenderJob, source: Picture):
    """A black picture of the job's, the part of it that Source covers, and that part's place in it."""
    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    window = job.window.intersected(source.window)
    if window.empty:
        window = job.window._replace(x1=job.window.x0, y1=job.window.y0)
    return out, window, window.slices_in(job.window)


def _fill(out: np.ndarray, slices, values: np.ndarray) -> None:
    """values: [H, W] for a one-channel picture, else [H, W, 1 or 3]."""
    if out.shape[2] == 1:
        out[slices] = values[..., None]
        return
    out[(*slices, slice(0, 3))] = values
    if out.shape[2] == 4:
        out[(*slices, 3)] = 1
