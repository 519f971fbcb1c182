"""The report: one picture of what was found and planned. Thumbnails at the targets, the focus over time, and below it
what the detectors and the sound said."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from ...kernels.drawing.text import text_width, write_text
from ...kernels.focus.focus_file import FocusTarget
from ...kernels.focus.levels import LEVELS
from ...kernels.focus.plan import Plan
from ..vocabulary.jobs import AnalyseJob
from .modes import Found
from .suggest import Suggestion

WIDTH = 1680  # px
_LEFT, _RIGHT, _GAP = 96, 28, 16
_THUMB, _CURVE, _STRIP = 126, 380, 64  # px high
_PAPER, _PANEL, _GRID, _INK, _DIM = (24, 24, 26), (36, 36, 40), (58, 58, 64), (225, 225, 225), (150, 150, 155)
_COLOURS = ((255, 180, 70), (110, 200, 255), (150, 230, 120), (250, 120, 150), (200, 150, 255), (240, 230, 120))
_MARKS = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500, 1000)


def png(picture: np.ndarray) -> bytes:
    """uint8 [H, W, 3] RGB as a PNG file."""
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def draw(job: AnalyseJob, found: Found, plan: Plan, world_scale: float) -> np.ndarray:
    """uint8 [H, W, 3] RGB: the report of an analysis. world_scale: metres in a world unit."""
    first, last = job.frames
    seen = found.seen
    strips = [(name, seen.strengths[:, n], _COLOURS[n % len(_COLOURS)]) for n, name in enumerate(seen.names)]
    if len(seen) and seen.loudness.max(initial=0) > 0:
        strips.append(("sound", seen.loudness, (170, 170, 170)))
    targets = [t for t in plan.targets if first <= t.frame <= last]
    top_of_curve = 64 + _THUMB + 44
    height = top_of_curve + _CURVE + _GAP + len(strips) * (_STRIP + _GAP) + 34
    page = np.full((height, WIDTH, 3), _PAPER, np.uint8)
    axis = _Axis(first, last)
    pulls = sum(pull is not None for pull in plan.curve.pulls)
    title = f"Focus plan    {job.knobs['mode']}    frames {first} to {last}    {(last - first + 1) / job.fps:.1f} s"
    write_text(page, title, _LEFT, 38, 16, _INK)
    summary = (
        f"{len(targets)} target{'s' * (len(targets) != 1)}   {pulls} pull{'s' * (pulls != 1)}   {len(plan.keys)} keys"
    )
    write_text(page, summary, WIDTH - _RIGHT - text_width(summary, 12), 38, 12, _DIM)
    _thumbnails(page, axis, targets, seen.thumbnails, world_scale, top_of_curve)
    _curve(page, axis, found, plan, targets, world_scale, top_of_curve)
    top = top_of_curve + _CURVE + _GAP
    for name, values, colour in strips:
        _strip(page, axis, top, name, values, seen.first, colour)
        top += _STRIP + _GAP
    _time(page, axis, top + 8, job.fps)
    return page


def draw_suggestions(job: AnalyseJob, found: Sequence[Suggestion], world_scale: float) -> np.ndarray:
    """uint8 [H, W, 3] RGB: a numbered thumbnail of each suggested subject."""
    columns, wide = 4, (WIDTH - 2 * _GAP) // 4
    high = round((wide - _GAP) * job.format[1] / job.format[0])
    rows = max(-(-len(found) // columns), 1)
    page = np.full((70 + rows * (high + 50), WIDTH, 3), _PAPER, np.uint8)
    title = "Suggested targets" if found else "Suggested targets: nothing stands out in these frames"
    write_text(page, title, 2 * _GAP, 38, 16, _INK)
    for n, s in enumerate(found):
        left, top = _GAP + n % columns * wide, 64 + n // columns * (high + 50)
        picture = cv2.resize(_decoded(s.picture), (wide - _GAP, high), interpolation=cv2.INTER_CUBIC)
        colour = _COLOURS[n % len(_COLOURS)]
        centre = (int(s.x * (wide - _GAP)), int(s.y * high))
        cv2.circle(picture, centre, 16, (0, 0, 0), 4, cv2.LINE_AA)
        cv2.circle(picture, centre, 16, colour, 2, cv2.LINE_AA)
        page[top : top + high, left : left + wide - _GAP] = picture
        distance = 1 / max(s.disparity, 1e-4) / world_scale
        write_text(page, f"{n + 1}", left + 4, top + high + 26, 16, colour)
        write_text(page, f"{s.kind}   frame {s.frame}   {distance:.3g}", left + 38, top + high + 24, 11, _DIM)
    return page


class _Axis:
    """Frames to px across."""

    def __init__(self, first: int, last: int):
        self.first, self.last = first, last
        self.scale = (WIDTH - _LEFT - _RIGHT) / max(last - first, 1)

    def x(self, frame):
        return _LEFT + (np.asarray(frame, float) - self.first) * self.scale


def _thumbnails(page, axis, targets: Sequence[FocusTarget], pictures: dict, world_scale: float, bottom: int) -> None:
    """A picture above each target, as near as there is room, with a line to its moment."""
    shown = [t for t in targets if pictures]
    if not shown:
        return
    first_picture = _decoded(next(iter(pictures.values())))
    wide = round(_THUMB * first_picture.shape[1] / first_picture.shape[0])
    most = (WIDTH - _LEFT - _RIGHT) // (wide + _GAP)
    if len(shown) > most:
        shown = [shown[round(n)] for n in np.linspace(0, len(shown) - 1, most)]
    lefts = [float(axis.x(t.frame)) - wide / 2 for t in shown]
    for n in range(len(lefts)):
        lefts[n] = max(lefts[n], _LEFT if n == 0 else lefts[n - 1] + wide + _GAP)
    limit = float(WIDTH - _RIGHT - wide)
    for n in reversed(range(len(lefts))):
        lefts[n] = min(lefts[n], limit)
        limit = lefts[n] - wide - _GAP
    for target, left in zip(shown, lefts, strict=True):
        n, x = targets.index(target), int(left)
        frame = min(pictures, key=lambda f, t=target: abs(f - t.frame - 6))
        picture = cv2.resize(_decoded(pictures[frame]), (wide, _THUMB), interpolation=cv2.INTER_AREA)
        colour = _COLOURS[n % len(_COLOURS)]
        if target.x is not None:
            centre = (int(target.x * wide), int(target.y * _THUMB))
            cv2.circle(picture, centre, 11, (0, 0, 0), 4, cv2.LINE_AA)
            cv2.circle(picture, centre, 11, colour, 2, cv2.LINE_AA)
        page[64 : 64 + _THUMB, x : x + wide] = picture
        cv2.rectangle(page, (x, 64), (x + wide - 1, 64 + _THUMB - 1), colour, 1)
        caption = f"{n + 1}   frame {target.frame:g}   {target.distance / world_scale:.3g}"
        write_text(page, caption, x, 64 + _THUMB + 20, 10, colour)
        foot = (x + wide // 2, 64 + _THUMB + 26)
        cv2.line(page, foot, (int(axis.x(target.frame)), bottom), colour, 1, cv2.LINE_AA)


def _curve(page, axis, found: Found, plan: Plan, targets, world_scale: float, top: int) -> None:
    """The focus over time: distance, near below, evenly in disparity; pulls shaded, observations as dots."""
    _panel(page, top, _CURVE)
    frames = np.arange(plan.curve.first, plan.curve.first + len(plan.distances))
    inside = (frames >= axis.first) & (frames <= axis.last)
    levels = LEVELS / plan.distances[inside]
    spots = found.seen.spots
    dots = spots[:, 2] * LEVELS
    low, high = float(levels.min()), float(levels.max())
    spread = max(high - low, 0.5)
    low, high = max(low - 0.18 * spread, 0.0), high + 0.18 * spread

    def y(level):
        return top + 8 + (_CURVE - 16) * (np.asarray(level) - low) / (high - low)

    for mark in _MARKS:
        level = LEVELS / (mark * world_scale)
        if low <= level <= high:
            row = int(y(level))
            cv2.line(page, (_LEFT, row), (WIDTH - _RIGHT, row), _GRID, 1)
            write_text(page, f"{mark:g}", _LEFT - 14 - text_width(f"{mark:g}", 10), row + 5, 10, _DIM)
    write_text(page, "focus at", 10, top - 8, 9, _DIM)
    for pull in plan.curve.pulls:
        if pull is not None and pull.end >= axis.first and pull.start <= axis.last:
            a, b = (int(np.clip(axis.x(v), _LEFT, WIDTH - _RIGHT)) for v in (pull.start, pull.end))
            page[top : top + _CURVE, a : b + 1] = page[top : top + _CURVE, a : b + 1] // 2 + 42
    for n, target in enumerate(targets):
        x = int(axis.x(target.frame))
        colour = _COLOURS[n % len(_COLOURS)]
        for row in range(top, top + _CURVE, 10 if target.cut else 1):
            page[row : row + (4 if target.cut else 1), x : x + 2] = colour
        write_text(page, f"{n + 1}", x + 6, top + 20, 12, colour)
    for frame, level, row in zip(found.seen.frames, dots, spots, strict=True):
        if row[3] > 0 and low <= level <= high:
            cv2.circle(page, (int(axis.x(frame)), int(y(level))), 2, _DIM, -1, cv2.LINE_AA)
    line = np.column_stack([axis.x(frames[inside]), y(levels)])
    cv2.polylines(page, [np.round(line * 16).astype(np.int32)], False, _INK, 3, cv2.LINE_AA, 4)
    for frame, distance in plan.keys:
        if axis.first <= frame <= axis.last:
            centre = (int(axis.x(frame)), int(y(LEVELS / distance)))
            cv2.circle(page, centre, 5, _PAPER, -1, cv2.LINE_AA)
            cv2.circle(page, centre, 4, (255, 225, 90), -1, cv2.LINE_AA)


def _strip(page, axis, top: int, name: str, values: np.ndarray, first: int, colour) -> None:
    """Values 0 … 1 over time as a filled area."""
    _panel(page, top, _STRIP)
    write_text(page, name, 10, top + _STRIP // 2 + 4, 9, colour)
    frames = np.arange(first, first + len(values))
    inside = (frames >= axis.first) & (frames <= axis.last)
    if inside.any():
        x = axis.x(frames[inside])
        y = top + _STRIP - 2 - (_STRIP - 6) * np.clip(np.nan_to_num(values[inside]), 0, 1)
        floor = top + _STRIP - 2
        outline = np.column_stack([[x[0], *x, x[-1]], [floor, *y, floor]])
        cv2.fillPoly(page, [np.round(outline * 16).astype(np.int32)], colour, cv2.LINE_AA, 4)


def _time(page, axis, top: int, fps: float) -> None:
    """Frames and seconds along the bottom."""
    count = axis.last - axis.first + 1
    step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10**7) if count / s <= 16)
    for frame in range(-(-axis.first // step) * step, axis.last + 1, step):
        text = f"{frame}  {(frame - axis.first) / fps:.1f} s"
        x = int(axis.x(frame))
        write_text(page, text, min(max(x - text_width(text, 9) // 2, 4), WIDTH - text_width(text, 9) - 4), top, 9, _DIM)


def _panel(page: np.ndarray, top: int, height: int) -> None:
    page[top : top + height, _LEFT : WIDTH - _RIGHT] = _PANEL


def _decoded(data: bytes) -> np.ndarray:
    """uint8 [h, w, 3] RGB of a JPEG."""
    return np.ascontiguousarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1])
