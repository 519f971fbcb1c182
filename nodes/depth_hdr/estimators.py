"""Where DepthHDR's depth comes from: a network, a model file, a depth clip, or the camera's motion."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ...kernels.depth import estimates
from ...kernels.depth.captured import fitted
from ...kernels.depth.parallax import parallax
from ...kernels.flow.cache import FlowCache, content_key
from ...kernels.lens.optics import inverse_depth
from ...kernels.model_file import ModelError
from ..vocabulary.jobs import ClipError, Job, KnobError, Picture, check_distances
from .node import DEPTH_CLIP, MODEL, NETWORK

FLOW_BYTES = 256 << 20
DENSE_WINDOW = 8  # frames: a longer window leaves frames out
_flows = FlowCache(FLOW_BYTES)


@dataclass(frozen=True)
class Depth:
    """values: float32 [H, W] over Source's window: disparity in 1 / world unit where `metric`, else an estimator's own
    number. confidence: float32 [H, W], 0 … 1, or None = known everywhere."""

    values: np.ndarray
    metric: bool = False
    confidence: np.ndarray | None = None


def depth_of(job: Job, source: Picture, time: float) -> Depth:
    """Source's depth at `time`, edges as the estimator gives them. KnobError, ClipError."""
    estimator = job.knobs["estimator"]
    if estimator == DEPTH_CLIP:
        return _by_clip(job, source)
    if estimator in (NETWORK, MODEL):
        return Depth(_by_network(job, source.light()))
    return _by_motion(job, source, time)


def in_world(job: Job, source: Picture, depth: Depth) -> np.ndarray:
    """Disparity, float32 [H, W], 1 / world unit, its edges put onto the picture's where the knobs ask for it."""
    if depth.metric:
        return depth.values
    knobs = job.knobs
    near, far, raw_near, raw_far = (float(knobs[k]) for k in ("near", "far", "rawNear", "rawFar"))
    check_distances(near, far)
    if raw_near == raw_far:
        raise KnobError("rawNear", f"is {raw_near:g} like Raw Far, so there is no depth between; press Analyse.")
    raw = estimates.refined(depth.values, _guide(job, source)) if knobs["refineEdges"] else depth.values
    return estimates.in_world(raw, (raw_far, raw_near), far, near)


def _guide(job: Job, source: Picture) -> np.ndarray:
    """The picture whose edges count, float32 [H, W, 3], 1 where it clips."""
    return source.light() / np.float32(job.knobs["clipLevel"])


def weights_of(job: Job) -> Path | None:
    """The RGBD-HDR network's weights; None for those that are shipped."""
    path = str(job.knobs["modelFile"]).strip()
    return Path(path) if path and job.knobs["estimator"] == NETWORK else None


def no_weights(problem: ValueError) -> KnobError:
    return KnobError("modelFile", f"{problem}.")


def release() -> None:
    """Gives the memory of networks and flows back."""
    estimates.release()
    _flows.clear()


def _by_network(job: Job, light: np.ndarray) -> np.ndarray:
    level = float(job.knobs["clipLevel"])
    if job.knobs["estimator"] == NETWORK:
        try:
            return estimates.by_network(light, level, weights_of(job))
        except ValueError as problem:  # WeightsError; its module would import torch
            raise no_weights(problem) from None
    path = str(job.knobs["modelFile"]).strip()
    if not path:
        raise KnobError(
            "modelFile", "is empty; choose a depth network (.onnx or TorchScript), or set Estimator to network."
        )
    try:
        return estimates.by_model_file(light, Path(path), str(job.knobs["modelGives"]), level)
    except ModelError as problem:
        raise KnobError("modelFile", f"{problem}.") from None


def _by_clip(job: Job, source: Picture) -> Depth:
    """The Depth input over Source: what is no depth (NaN, negative, of distances also 0) is a hole."""
    knobs = job.knobs
    picture = job.clip("Depth")
    if picture is None:
        raise ClipError("Depth", "is not connected; connect depth, or set Estimator to network.")
    channel, math = picture.channel_index(str(knobs["depthChannel"])), str(knobs["depthMath"])
    if knobs["stretchDepth"] and not picture.window.empty:
        disparity, known = _stretched(*_decoded(picture.pixels[..., channel], math), source)
    else:
        disparity, known = _decoded(picture.channel_over(channel, source.window), math)
        outside = np.ones(known.shape, bool)
        shared = source.window.intersected(picture.window)
        if not shared.empty:
            outside[shared.slices_in(source.window)] = False
        known &= ~outside
    confidence = known.astype(np.float32)
    known = known if knobs["fillHoles"] else np.ones_like(known)
    if not known.any():
        job.warn("Depth has no depth in this frame (check Depth Channel and Depth Math); all counts as far away.")
    return Depth(fitted(disparity, known, _guide(job, source) if knobs["refineEdges"] else None), True, confidence)


def _decoded(values: np.ndarray, math: str) -> tuple[np.ndarray, np.ndarray]:
    """(disparity [H, W], bool [H, W] where the values say something). Infinite distances say: far away."""
    with np.errstate(invalid="ignore"):
        known = values > 0 if math == "distance" else (values >= 0) & np.isfinite(values)
    return inverse_depth(values, math), known


def _stretched(disparity: np.ndarray, known: np.ndarray, source: Picture) -> tuple[np.ndarray, np.ndarray]:
    """Both over Source's window. Holes do not mix with depth."""
    size = source.window.width, source.window.height
    weight = cv2.resize(known.astype(np.float32), size, interpolation=cv2.INTER_LINEAR)
    values = cv2.resize(disparity * known, size, interpolation=cv2.INTER_LINEAR)
    return np.where(weight > 0, values / np.maximum(weight, 1e-6), 0).astype(np.float32), weight > 0.5


def _by_motion(job: Job, source: Picture, time: float) -> Depth:
    offsets, frames = [0], [source.light()]
    seen = {content_key(source.pixels)}
    for offset in _offsets(max(int(job.knobs["parallaxWindow"]), 1)):
        try:
            picture = job.clip("Source", time + offset)
        except ClipError:  # beyond an end of the clip
            continue
        if picture is None or picture.window != source.window:
            continue
        key = content_key(picture.pixels)
        if key not in seen:  # hosts repeat the frames at the ends of a clip
            seen.add(key)
            offsets.append(offset)
            frames.append(picture.light())
    found = parallax(frames, offsets, _focal(job), _flows, job.check_abort)
    if not found.moved:
        job.warn(f"No depth from motion: {found.reason}. Near is at the bottom, far at the top; try another Estimator.")
    return Depth(found.disparity, confidence=found.confidence)


def _offsets(window: int) -> list[int]:
    """Of the neighbours that depth is found from, the nearest first. Flow goes from each to the next, so none is left
    out as long as there are few."""
    step = max(window // DENSE_WINDOW, 1)
    return sorted((way * n for n in range(step, window + 1, step) for way in (-1, 1)), key=abs)


def _focal(job: Job) -> float | None:
    """Focal length in px of the rendered picture; None where it is to be estimated."""
    focal, sensor = float(job.knobs["focalLength"]), float(job.knobs["sensorWidth"])
    if not focal > 0:
        return None
    if not sensor > 0:
        raise KnobError("sensorWidth", f"is {sensor:g}; it must be above 0.")
    return focal / sensor * job.format[0]
