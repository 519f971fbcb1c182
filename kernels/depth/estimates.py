"""What networks say of pictures, kept by content for all nodes, and how a relative number becomes disparity."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..flow.cache import FlowCache, content_key
from ..model_file import stamp
from .refine import refine

CACHE_BYTES = 256 << 20  # 30 frames of two megapixels

_kept = FlowCache(CACHE_BYTES)
_networks: dict[str, tuple[tuple, object]] = {}
_lock = threading.Lock()


def by_network(light: np.ndarray, clip_level: float = 1.0, weights: Path | None = None) -> np.ndarray:
    """float32 [H, W], read-only: the RGBD-HDR network's relative disparity, 0 = far, about 1 = nearest.

    light: float32 [H, W, 3], scene-linear, clip_level = white. weights: None = those that come with FocusPuller.
    Raises WeightsError.
    """
    network = rgbd_hdr(weights)
    key = ("rgbd-hdr", stamp(weights) if weights else (), clip_level, content_key(light))
    return _kept.get(key, lambda: network.disparity(light, clip_level))


def by_model_file(light: np.ndarray, path: Path, gives: str, clip_level: float = 1.0) -> np.ndarray:
    """float32 [H, W], read-only: a user's network's disparity in its own unit. gives: disparity or depth.

    Raises ModelError.
    """
    from .network_file import open_depth_network

    network = _network(f"model file {gives}", path, lambda: open_depth_network(path, gives))
    key = ("model file", gives, stamp(path), clip_level, content_key(light))
    return _kept.get(key, lambda: network.disparity(_display(light, clip_level)))


def refined(raw: np.ndarray, light: np.ndarray) -> np.ndarray:
    """float32 [H, W], read-only: disparity [H, W] with its edges put onto those of light [H, W, 3]."""
    return _kept.get(("refined", content_key(raw), content_key(light)), lambda: refine(raw, light))


def rgbd_hdr(weights: Path | None = None):
    """The RGBD-HDR network, an Estimator. Raises WeightsError."""
    from ..rgbd_hdr.estimate import load

    return _network("rgbd-hdr", weights, lambda: load(weights))


def in_world(raw: np.ndarray, raw_range: tuple[float, float], far: float, near: float) -> np.ndarray:
    """float32 [H, W], 1 / world unit, never below 0: relative disparity `raw`, where raw_range = (what lies at `far`,
    what lies at `near`), both distances in world units. ValueError where a range is empty."""
    begin, end = raw_range
    if begin == end or not 0 < near < far:
        raise ValueError(f"no disparity with raw values {begin:g} … {end:g} at distances {far:g} … {near:g}")
    slope = (1 / near - 1 / far) / (end - begin)
    return np.maximum(raw * np.float32(slope) + np.float32(1 / far - begin * slope), 0).astype(np.float32)


def release() -> None:
    """Gives the memory of networks and of what they have said back."""
    with _lock:
        _networks.clear()
    _kept.clear()


def _network(kind: str, path: Path | None, make: Callable[[], object]):
    """The network of a kind that was used last, or another, made anew where its file has changed."""
    file = stamp(path) if path else ()
    with _lock:
        if kind not in _networks or _networks[kind][0] != file:
            _networks[kind] = (file, make())
        return _networks[kind][1]


def _display(light: np.ndarray, clip_level: float) -> np.ndarray:
    """float32 [H, W, 3], 0 … 1: sRGB-coded, clip_level = white. What is not finite is black."""
    light = np.clip(np.nan_to_num(light / np.float32(clip_level), nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(light, 1 / 2.4) - 0.055).astype(np.float32)
