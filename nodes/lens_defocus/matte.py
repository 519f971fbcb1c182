"""LensDefocus's Matte: a subject, thin hair above all, that goes through the lens as a layer of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ...kernels.lens.matting import NOTHING, matte_reach, separated
from ..vocabulary.jobs import KnobError, Picture, RenderJob, Window
from .borders import lit_window
from .channel import ChannelPicture, matte_channel
from .region import coverage


@dataclass(frozen=True)
class Layer:
    """light: float32 [H, W, 4] premultiplied; coc: float32 [H, W] in rendered px."""

    light: np.ndarray
    coc: np.ndarray


def matte_of(job: RenderJob, source: Picture) -> ChannelPicture | None:
    """The matte that the knobs ask for; None where there is none, or nothing of its subject around here: hosts report
    clips connected that are not. KnobError where Source's alpha is taken twice."""
    if job.knobs["matteSource"] == "source alpha":
        if job.knobs["depthSource"] == "source alpha":
            cure = "connect Matte, and set it to clip."
            raise KnobError("matteSource", f"is source alpha, but that is taken for depth; {cure}")
        matte = ChannelPicture.of(job, "Source", source, 3) if source.pixels.shape[2] == 4 else None
    else:
        picture = job.clip("Matte")
        matte = None if picture is None else matte_channel(job, "Matte", picture)
    return matte if matte is not None and (coverage(matte.values) > NOTHING).any() else None


def layers_of(job: RenderJob, matte: ChannelPicture, whole: Layer, window: Window, max_radius: float) -> list[Layer]:
    """What goes through the lens: the rest, the subject, and where something is in front of the subject, that.

    whole: the picture in `window`; max_radius: px, rendered."""
    covered = coverage(matte.over(window))
    scale = job.scale[0] / job.pixel_aspect, job.scale[1]
    # Only around the subject: what is farther away than this has no part in it.
    around = matte_reach(max_radius, scale)
    box = lit_window((covered > NOTHING)[..., None], window).grown(around, around).intersected(window)
    if box.empty:
        return [whole]
    part = box.slices_in(window)
    origin = box.x0, box.y0
    parts = separated(whole.light[part], whole.coc[part], covered[part], max_radius, origin, scale, job.check_abort)
    rest, rest_coc = whole.light.copy(), whole.coc.copy()
    rest[part], rest_coc[part] = parts.rest, parts.rest_coc
    subject, subject_coc = np.zeros_like(rest), np.zeros_like(rest_coc)
    subject[part], subject_coc[part] = parts.subject, parts.subject_coc
    layers = [Layer(rest, rest_coc), Layer(subject, subject_coc)]
    if parts.in_front.any():
        front = np.zeros_like(rest)
        front[part] = parts.rest * parts.in_front[..., None]
        layers.append(Layer(front, rest_coc))
    return layers


def merged(pictures: list[np.ndarray]) -> np.ndarray:
    """The layers' pictures, float32 [H, W, 4] each, over one another again.

    The rest's picture R holds what is in front of the subject, Φ, and what is behind it; so behind it is R - Φ:
    Φ + (1 - alpha of Φ) · subject + (1 - alpha of subject) · (R - Φ).
    """
    rest, *others = pictures
    if not others:
        return rest
    subject, *front = others
    through = 1 - subject[..., 3:]
    if not front:
        return subject + through * rest
    (front,) = front
    return front + (1 - front[..., 3:]) * subject + through * (rest - front)


def shares(work: tuple[float, float], count: int) -> Iterator[tuple[float, float]]:
    """Where in the frame's work each of `count` equal parts of `work` begins and ends."""
    begin, end = work
    for n in range(count):
        yield begin + (end - begin) * n / count, begin + (end - begin) * (n + 1) / count
