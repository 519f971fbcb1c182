"""Knobs that several nodes have: the frames to analyse, where depth comes from and what it holds, the world's unit."""

from __future__ import annotations

from .expressions import Expression
from .knobs import Choice, Double, Int

CHANNELS = ("red", "green", "blue", "alpha")
DEPTH_MATHS = {
    "inverse": "1 / distance, far = 0: Nuke's depth.Z, DepthHDR, StereoDepth.",
    "distance": "Distance along the camera's axis: Z of V-Ray, Arnold, Blender.",
    "direct": "The blur itself: signed radius in px, behind the focus positive.",
}
FRAMES = 1_000_000
FARTHEST = 1e7  # world units


def first_frame(group: str | None = None) -> Int:
    """Where a button starts."""
    hint = "Where it begins. First and Last Frame both 0: the whole clip."
    return _frame("firstFrame", "First Frame", hint, group)


def last_frame(group: str | None = None) -> Int:
    """Where a button ends."""
    return _frame("lastFrame", "Last Frame", "Where it ends.", group)


def _frame(name: str, label: str, hint: str, group: str | None) -> Int:
    return Int(
        name=name,
        label=label,
        hint=hint,
        default=0,
        minimum=-FRAMES,
        maximum=FRAMES,
        display_minimum=0,
        display_maximum=1000,
        unit="frames",
        animates=False,
        group=group,
    )


def depth_source(hint: str, clip: str, alpha: str, group: str, **more: str) -> Choice:
    """Where depth comes from. clip, alpha: hints of these items; more: further items and their hints."""
    return Choice(
        name="depthSource",
        label="Depth Source",
        hint=hint,
        items=("clip", "source alpha", *more),
        item_hints=(clip, alpha, *more.values()),
        default="clip",
        group=group,
    )


def depth_channel(group: str, enabled: Expression) -> Choice:
    return Choice(
        name="depthChannel",
        label="Depth Channel",
        hint="The channel of the Depth input that holds depth. A one-channel picture has only one; an RGB picture has "
        "no alpha, so red is taken.",
        items=("alpha", "red", "green", "blue"),
        default="alpha",
        group=group,
        enabled=enabled,
    )


def depth_math(group: str, direct: bool = False, enabled: Expression | None = None) -> Choice:
    """direct: whether circles of confusion in place of depth will do."""
    maths = [m for m in DEPTH_MATHS if direct or m != "direct"]
    return Choice(
        name="depthMath",
        label="Depth Math",
        hint="What the depth channel holds.",
        items=tuple(maths),
        item_hints=tuple(DEPTH_MATHS[m] for m in maths),
        default="inverse",
        group=group,
        enabled=enabled,
    )


def world_scale(group: str, enabled: Expression | None = None) -> Double:
    return Double(
        name="worldScale",
        label="World Scale",
        hint="Metres in one unit of depth and focus distance: 1 for metres, 0.01 for centimetres.",
        default=1.0,
        minimum=1e-6,
        maximum=1e6,
        display_minimum=0.001,
        display_maximum=10,
        digits=4,
        group=group,
        enabled=enabled,
    )


def near_distance(group: str, enabled: Expression) -> Double:
    """The distance of the nearest that an estimator of relative depth tells."""
    hint = "Distance of the nearest there is, in world units. It gives estimated depth its scale."
    return _distance("near", "Near", hint, 1.0, group, enabled)


def far_distance(group: str, enabled: Expression) -> Double:
    """The distance of what an estimator of relative depth takes for the farthest."""
    return _distance("far", "Far", "Distance of the farthest there is, in world units.", 100.0, group, enabled)


def _distance(name: str, label: str, hint: str, default: float, group: str, enabled: Expression) -> Double:
    return Double(
        name=name,
        label=label,
        hint=hint,
        default=default,
        minimum=1e-4,
        maximum=FARTHEST,
        display_minimum=0.1,
        display_maximum=1000,
        unit="world",
        group=group,
        enabled=enabled,
    )
