"""Renders LensDefocus: the picture's light, spread by its circles of confusion."""

from __future__ import annotations

import math

import numpy as np

from ...kernels.depth.estimates import release
from ...kernels.lens.highlights import raised
from ...kernels.lens.matting import matte_reach
from ...kernels.lens.occlusion import occlusion_fill
from ...kernels.opencl.device import DeviceError
from ..vocabulary.jobs import ClipError, NodeError, Picture, RenderJob, Window, check_finite
from .aberration import colours_apart, colours_displaced, lateral_reach
from .borders import FrameEdges, clear_outside, lens_domain, lit_window, scene_around
from .character import Character, character_of
from .circles import Circles, circles_of
from .guide import guide_of
from .knobs.view import COC, DISPARITY, FOCUS_SETUP, FOREGROUND, OCCLUSION
from .matte import Layer, layers_of, matte_of, merged, shares
from .picking import analyse
from .views import coc_picture, disparity_picture, focus_setup, foreground_light

__all__ = ["analyse", "release", "render"]

LEAST_ALPHA = 1e-4  # by which colour is still divided; below it there is only rounding
VIEWS = {FOCUS_SETUP: focus_setup, COC: coc_picture, DISPARITY: disparity_picture}


def render(job: RenderJob) -> Picture:
    """One frame; job.window of it."""
    source = job.clip("Source")
    if source is None:
        raise ClipError("Source", "is not connected; connect the picture.")
    check_finite(job)
    circles = circles_of(job, source)
    if job.knobs["output"] in VIEWS:
        return VIEWS[job.knobs["output"]](job, source, circles)
    return _through_lens(job, source, circles)


def _through_lens(job: RenderJob, source: Picture, circles: Circles) -> Picture:
    """The picture with every pixel's light spread over its circle."""
    character = character_of(job)
    # In pixels of the rendered scale; a circle's height is its radius, its width that by stretch / squeeze.
    max_radius = circles.max_radius * job.scale[1]
    stretch = job.scale[0] / job.pixel_aspect / job.scale[1]
    tallest = max_radius * character.reach
    widest = tallest * stretch / character.iris.squeeze

    out = np.zeros((job.window.height, job.window.width, job.channels), np.float32)
    region = job.region("Source") or source.window
    edges = FrameEdges.of(region, job.format)
    lateral = lateral_reach(job)
    domain = lens_domain(region, edges, widest + lateral[0], tallest + lateral[1])
    shown = job.window.intersected(domain)
    wanted = shown.grown(*lateral).intersected(domain)
    matte = matte_of(job, source)
    stage = wanted.grown(*margins(job, character, max_radius, stretch, matte is not None)).intersected(domain)
    inside = stage.intersected(region).intersected(source.window)
    if shown.empty or inside.empty:
        return Picture(out, job.window, source.premultiplied)
    scale = np.float32(job.scale[1])
    layers = [Layer(_light(job, source, inside), circles.over(inside) * scale)]
    if matte is not None and max_radius > 0:
        layers = layers_of(job, matte, layers[0], inside, max_radius)

    guide = guide_of(job, inside)

    def one_through_lens(layer: Layer, shift: float, work: tuple[float, float]) -> np.ndarray:
        """A layer's light in `wanted`, all circles larger by `shift` px of the full resolution."""
        coc = circles.shifted(layer.coc / scale, inside, shift) * scale if shift else layer.coc
        light, coc = scene_around(layer.light, coc, inside, stage, edges)
        if job.knobs["output"] == FOREGROUND:
            light = foreground_light(light, coc)
        else:
            light = _with_highlights(job, light, coc)
        reaching = edges.infinite(region)
        if stage.intersected(reaching) != stage:
            clear_outside(light, stage, reaching)
        if max_radius == 0:
            return light[wanted.slices_in(stage)]
        # Only where light comes to, which is little for a layer of a small subject.
        spread = np.zeros((wanted.height, wanted.width, 4), np.float32)
        known = None if guide is None else scene_around(guide, layer.coc, inside, stage, edges)[0]
        reached = lit_window(light, stage).grown(math.ceil(widest) + 2, math.ceil(tallest) + 2).intersected(wanted)
        if not reached.empty:
            around = reached.grown(*margins(job, character, max_radius, stretch)).intersected(stage)
            part = around.slices_in(stage)
            hidden = {"fill": bool(job.knobs["fillForeground"]), "guide": None if known is None else known[part]}
            spread[reached.slices_in(wanted)] = _defocus(
                job, light[part], coc[part], character, stretch, around, reached, max_radius, work, hidden
            )
        return spread

    if job.knobs["output"] == OCCLUSION:
        seen = shown.intersected(inside)
        light, coc = scene_around(layers[0].light, layers[0].coc, inside, stage, edges)
        known = None if guide is None else scene_around(guide, layers[0].coc, inside, stage, edges)[0]
        place, filled = (stage.x0, stage.y0), np.float32(job.knobs["fillForeground"])
        behind = occlusion_fill(light, coc, max_radius, place, job.check_abort, guide=known)[seen.slices_in(stage)]
        behind = behind * filled
        if len(layers) > 1:  # the rest, behind Matte's subject
            covered = layers[1].light[seen.slices_in(inside)][..., 3:]
            behind = behind + covered * (layers[0].light[seen.slices_in(inside)] - behind)
        out[seen.slices_in(job.window)] = _as_host_wants(behind, job.channels, source.premultiplied)
        return Picture(out, job.window, source.premultiplied)

    def through_lens(shift: float, work: tuple[float, float]) -> np.ndarray:
        parts = zip(layers, shares(work, len(layers)), strict=True)
        return merged([one_through_lens(layer, shift, part) for layer, part in parts])

    if job.knobs["output"] == FOREGROUND:
        foreground = through_lens(0.0, (0.0, 1.0))[shown.slices_in(wanted)]
        out[shown.slices_in(job.window)] = foreground[..., :1]
        return Picture(out, job.window, source.premultiplied)
    light = colours_displaced(job, colours_apart(job, through_lens), wanted, shown)
    out[shown.slices_in(job.window)] = _as_host_wants(light, job.channels, source.premultiplied)
    return Picture(out, job.window, source.premultiplied)


def margins(
    job: RenderJob, character: Character, max_radius: float, stretch: float, by_matte: bool = False
) -> tuple[int, int]:
    """(columns, rows) around a pixel on which it depends. max_radius: rows; stretch: columns per row."""
    tallest, across = max_radius * character.reach, stretch / character.iris.squeeze
    beyond = character.margin(max_radius, stretch) - math.ceil(tallest * max(across, 1.0))
    beyond += matte_reach(max_radius, job.scale) if by_matte else 0
    return beyond + math.ceil(tallest * across), beyond + math.ceil(tallest)


def _defocus(
    job, light, coc, character, stretch, stage: Window, wanted: Window, max_radius, work, hidden
) -> np.ndarray:
    """`wanted` of the light in `stage`. work: where in the frame's work this begins and ends, 0 … 1. hidden: fill and
    guide, see focuspuller.kernels.lens.defocus."""
    begin, end = work
    try:
        return character.through_lens(
            light,
            coc,
            stretch,
            origin=(stage.x0, stage.y0),
            max_radius=max_radius,
            window=(wanted.x0 - stage.x0, wanted.y0 - stage.y0, wanted.x1 - stage.x0, wanted.y1 - stage.y0),
            **hidden,
            check_abort=job.check_abort,
            progress=lambda share: job.progress(begin + share * (end - begin)),
        )
    except DeviceError as error:
        raise NodeError(f"{error}.") from error


def _with_highlights(job: RenderJob, light: np.ndarray, coc: np.ndarray) -> np.ndarray:
    """coc: in rendered px."""
    threshold, gain = (max(float(job.knobs[name]), 0.0) for name in ("highlightThreshold", "highlightGain"))
    if gain == 1:
        return light
    return raised(light, coc / np.float32(job.scale[1]), threshold, gain)


def _light(job: RenderJob, source: Picture, window: Window) -> np.ndarray:
    """Source in `window` as premultiplied finite RGBA, float32 [H, W, 4].

    RGB is opaque, and so is RGBA whose alpha is depth or a matte; an Alpha picture comes as four equal channels.
    """
    pixels = source.pixels[window.slices_in(source.window)]
    channels = pixels.shape[2]
    light = np.ones((window.height, window.width, 4), np.float32)
    opaque = "source alpha" in (job.knobs["depthSource"], job.knobs["matteSource"])
    if channels == 4 and not opaque:
        light[...] = pixels
    else:
        light[..., : 4 if channels == 1 else 3] = pixels[..., :3]
    finite = np.isfinite(light)
    if not finite.all():
        job.warn("Source has pixels that are NaN or infinite; they are taken as black and do not spread.")
        light[~finite.all(axis=-1)] = 0
    if channels == 4 and not source.premultiplied and not opaque:
        light[..., :3] *= light[..., 3:]
    return light


def _as_host_wants(light: np.ndarray, channels: int, premultiplied: bool) -> np.ndarray:
    """Premultiplied RGBA as the host's channels; divided by alpha again where Source came so."""
    if channels == 1:
        return light[..., 3:]
    if channels == 4 and not premultiplied:
        alpha = light[..., 3:]
        light = light.copy()
        np.divide(light[..., :3], alpha, out=light[..., :3], where=alpha > LEAST_ALPHA)
    return light[..., :channels]
