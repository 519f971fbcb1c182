"""Optical flow: where every pixel of one picture lies in another, how far to believe it, and pictures moved along it.

A flow is float32 [H, W, 2]: pixel (x, y) of picture a is seen at (x + flow[y, x, 0], y + flow[y, x, 1]) in b, in
pixels, y down.
"""

from .cache import FlowCache, content_key
from .dis import flow, luma
from .warping import concatenate, consistency, places, resized, warp

__all__ = ["FlowCache", "concatenate", "consistency", "content_key", "flow", "luma", "places", "resized", "warp"]
