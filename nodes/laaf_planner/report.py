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
_THUMB, _CURVE, _STRIP, _BAND = 126, 380, 64, 12  # px high
_PAPER, _PANEL, _GRID, _INK, _DIM = (24, 24, 26), (36, 36, 40), (58, 58, 64), (225, 225, 225), (150, 150, 155)
_SHADE = (64, 64, 66)
_SIGNAL = (96, 132, 140)  # detectors and sound; colours are for targets
_COLOURS = ((255, 180, 70), (110, 200, 255), (150, 230, 120), (250, 120, 150), (200, 150, 255), (240, 230, 120))
_UNITS = {1.0: " m", 0.01: " cm", 0.001: " mm", 0.3048: " ft"}  # by metres in a world unit
_MARKS = (0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100, 200, 500, 1000)


def png(picture: np.ndarray) -> bytes:
    """uint8 [H, W, 3] RGB as a PNG file."""
    return cv2.imencode(".png", picture[..., ::-1])[1].tobytes()


def draw(job: AnalyseJob, found: Found, plan: Plan, world_scale: float) -> np.ndarray:
    """uint8 [H, W, 3] RGB: the report of an analysis. world_scale: metres in a world unit."""
    first, last = job.frames
    seen = found.seen
    strips = [(name, seen.strengths[:, n]) for n, name in enumerate(seen.names)]
    if len(seen) and seen.loudness.max(initial=0) > 0:
        strips.append(("sound", seen.loudness))
    targets = [t for t in plan.targets if first <= t.frame <= last]
    top_of_curve = 64 + _THUMB + 44
    height = top_of_curve + _CURVE + _GAP + len(strips) * (_STRIP + _GAP) + 84
    page = np.full((height, WIDTH, 3), _PAPER, np.uint8)
    axis = _Axis(first, last)
    pulls = sum(pull is not None for pull in plan.curve.pulls)
    title = f"Focus plan    {job.knobs['mode']}    frames {first} to {last}    {(last - first + 1) / job.fps:.1f} s"
    write_text(page, title, _LEFT, 38, 16, _INK)
    summary = (
        f"{len(targets)} target{'s' * (len(targets) != 1)}   {pulls} pull{'s' * (pulls != 1)}   "
        f"{len(plan.keys)} key{'s' * (len(plan.keys) != 1)}"
    )
    write_text(page, summary, WIDTH - _RIGHT - text_width(summary, 12), 38, 12, _DIM)
    _thumbnails(page, axis, targets, seen.thumbnails, world_scale, top_of_curve)
    _curve(page, axis, found, plan, targets, world_scale, top_of_curve)
    top = top_of_curve + _CURVE + _GAP
    for name, values in strips:
        _strip(page, axis, top, name, values, seen.first)
        top += _STRIP + _GAP
    _times(page, axis, top + 2, job.fps)
    _legend(page, top + 64)
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
        distance = _distance(1 / max(s.disparity, 1e-4), world_scale)
        write_text(page, f"{n + 1}", left + 4, top + high + 26, 16, colour)
        write_text(page, f"{s.kind}   frame {s.frame}   {distance}", left + 38, top + high + 24, 11, _DIM)
    return page


class _Axis:
    """Frames to px across."""

    def __init__(self, first: int, last: int):
        self.first, self.last = first, last
        self.scale = (WIDTH - _LEFT - _RIGHT) / max(last - first, 1)
        count = last - first + 1
        step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500, 1000, 2000, 5000, 10**7) if count / s <= 16)
        self.ticks = range(-(-first // step) * step, last + 1, step)

    def x(self, frame):
        return _LEFT + (np.asarray(frame, float) - self.first) * self.scale


def _thumbnails(page, axis, targets: Sequence[FocusTarget], pictures: dict, world_scale: float, bottom: int) -> None:
    """A picture above each target, as near as there is room, with a line to its moment."""
    shown = [t for t in targets if pictures]
    if not shown:
        return
    first_picture = _decoded(next(iter(pictures.values())))
    wide = round(_THUMB * first_picture.shape[1] / first_picture.shape[0])
    captions = [f"{n}   frame {t.frame:g}   {_distance(t.distance, world_scale)}" for n, t in enumerate(targets, 1)]
    slot = max(wide, *(text_width(caption, 10) for caption in captions)) + _GAP
    most = (WIDTH - _LEFT - _RIGHT) // slot
    if len(shown) > most:
        shown = [shown[round(n)] for n in np.linspace(0, len(shown) - 1, most)]
    lefts = [float(axis.x(t.frame)) - wide / 2 for t in shown]
    for n in range(len(lefts)):
        lefts[n] = max(lefts[n], _LEFT if n == 0 else lefts[n - 1] + slot)
    limit = float(WIDTH - _RIGHT - slot + _GAP)
    for n in reversed(range(len(lefts))):
        lefts[n] = min(lefts[n], limit)
        limit = lefts[n] - slot
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
        write_text(page, captions[n], x, 64 + _THUMB + 20, 10, colour)
        foot = (x + wide // 2, 64 + _THUMB + 26)
        cv2.line(page, foot, (int(axis.x(target.frame)), bottom), colour, 1, cv2.LINE_AA)


def _curve(page, axis, found: Found, plan: Plan, targets, world_scale: float, top: int) -> None:
    """The focus over time: distance, near below, evenly in disparity; pulls shaded, observations as dots. Along the
    bottom, whose the focus is."""
    _panel(page, axis, top, _CURVE)
    frames = np.arange(plan.curve.first, plan.curve.first + len(plan.distances))
    inside = (frames >= axis.first) & (frames <= axis.last)
    levels = LEVELS / plan.distances[inside]
    spots = found.seen.spots
    dots = spots[:, 2] * LEVELS
    low, high = float(levels.min()), float(levels.max())
    spread = max(high - low, 0.5)
    low, high = max(low - 0.18 * spread, 0.0), high + 0.18 * spread

    def y(level):
        return top + 8 + (_CURVE - 16 - _BAND) * (np.asarray(level) - low) / (high - low)

    lowest = 10**6
    for mark in _marks(LEVELS / max(high, 1e-6) / world_scale, LEVELS / max(low, 1e-6) / world_scale):
        row = int(y(LEVELS / (mark * world_scale)))
        if lowest - row >= 18:
            lowest, text = row, _distance(mark * world_scale, world_scale)
            cv2.line(page, (_LEFT, row), (WIDTH - _RIGHT, row), _GRID, 1)
            write_text(page, text, _LEFT - 12 - text_width(text, 10), row + 5, 10, _DIM)
    write_text(page, "far", 10, top + 14, 9, _DIM)
    write_text(page, "near", 10, top + _CURVE - _BAND - 4, 9, _DIM)
    for pull in plan.curve.pulls:
        if pull is not None and pull.end >= axis.first and pull.start <= axis.last:
            a, b = (int(np.clip(axis.x(v), _LEFT, WIDTH - _RIGHT)) for v in (pull.start, pull.end))
            page[top : top + _CURVE, a : b + 1] = page[top : top + _CURVE, a : b + 1] // 2 + 46
    ends = [*(t.frame for t in targets[1:]), axis.last]
    baseline, free = top + 20, 0
    for n, (target, end) in enumerate(zip(targets, ends, strict=True)):
        x, stop = int(axis.x(target.frame)), int(axis.x(end))
        colour = _COLOURS[n % len(_COLOURS)]
        page[top + _CURVE - _BAND : top + _CURVE, x : stop + 1] = colour
        for row in range(top, top + _CURVE, 10 if target.cut else 1):
            page[row : row + (4 if target.cut else 1), x : x + 2] = colour
        baseline = baseline + 20 if x < free and baseline < top + 80 else top + 20
        free = x + 8 + write_text(page, f"{n + 1}", x + 6, baseline, 12, colour)
    for frame, level, row in zip(found.seen.frames, dots, spots, strict=True):
        if row[3] > 0 and low <= level <= high:
            cv2.circle(page, (int(axis.x(frame)), int(y(level))), 2, _DIM, -1, cv2.LINE_AA)
    line = np.column_stack([axis.x(frames[inside]), y(levels)])
    cv2.polylines(page, [np.round(line * 16).astype(np.int32)], False, _INK, 3, cv2.LINE_AA, 4)
    for frame, distance in plan.keys:
        if axis.first <= frame <= axis.last:
            _key(page, (int(axis.x(frame)), int(y(LEVELS / distance))))


def _marks(nearest: float, farthest: float) -> list[float]:
    """Distances to draw lines at, near to far: round ones, or where no two are within reach, some that are not."""
    round_ones = [mark for mark in _MARKS if nearest <= mark <= farthest]
    if len(round_ones) >= 2:
        return round_ones
    return [float(f"{1 / inverse:.3g}") for inverse in np.linspace(1 / nearest, 1 / farthest, 6)[1:-1]]


def _distance(metres: float, world_scale: float) -> str:
    """A distance in world units, with the unit's name where it has one."""
    return f"{metres / world_scale:.3g}{_UNITS.get(world_scale, '')}"


def _strip(page, axis, top: int, name: str, values: np.ndarray, first: int) -> None:
    """Values 0 … 1 over time as a filled area."""
    _panel(page, axis, top, _STRIP)
    write_text(page, name, 10, top + _STRIP // 2 + 4, 9, _INK)
    frames = np.arange(first, first + len(values))
    inside = (frames >= axis.first) & (frames <= axis.last)
    if inside.any():
        x = axis.x(frames[inside])
        y = top + _STRIP - 2 - (_STRIP - 6) * np.clip(np.nan_to_num(values[inside]), 0, 1)
        floor = top + _STRIP - 2
        outline = np.column_stack([[x[0], *x, x[-1]], [floor, *y, floor]])
        cv2.fillPoly(page, [np.round(outline * 16).astype(np.int32)], _SIGNAL, cv2.LINE_AA, 4)


def _times(page, axis, top: int, fps: float) -> None:
    """Frames along the bottom, and below them seconds from the first."""
    rows = (("frame", top + 10, lambda n: f"{n}"), ("time", top + 30, lambda n: f"{(n - axis.first) / fps:.1f} s"))
    for name, baseline, text_of in rows:
        write_text(page, name, 10, baseline, 9, _DIM)
        for frame in axis.ticks:
            text = text_of(frame)
            wide = text_width(text, 9)
            write_text(page, text, min(int(axis.x(frame)) - wide // 2, WIDTH - wide - 4), baseline, 9, _DIM)


def _legend(page, baseline: int) -> None:
    """What the signs of the curve mean."""
    x = _LEFT

    def entry(text: str, wide: int) -> None:
        nonlocal x
        x += wide + 8
        x += write_text(page, text, x, baseline, 9, _DIM) + 30

    middle = baseline - 5
    cv2.line(page, (x, middle), (x + 24, middle), _INK, 3, cv2.LINE_AA)
    _key(page, (x + 12, middle))
    entry("focus and its keys", 24)
    page[middle - 9 : middle + 9, x : x + 24] = _SHADE
    entry("a pull", 24)
    page[middle - 9 : middle + 9, x + 8 : x + 10] = _COLOURS[1]
    entry("a new subject: sharp from here", 14)
    for row in range(middle - 9, middle + 9, 7):
        page[row : row + 4, x + 8 : x + 10] = _COLOURS[0]
    entry("first subject of a shot: no pull", 14)
    page[middle - 5 : middle + 5, x : x + 24] = _COLOURS[1]
    entry("whose the focus is", 24)
    for n in range(3):
        cv2.circle(page, (x + 5 + 7 * n, middle + (n % 2) * 3), 2, _DIM, -1, cv2.LINE_AA)
    entry("depth of what is seen", 24)


def _key(page, centre: tuple[int, int]) -> None:
    cv2.circle(page, centre, 5, _PAPER, -1, cv2.LINE_AA)
    cv2.circle(page, centre, 4, (255, 225, 90), -1, cv2.LINE_AA)


def _panel(page: np.ndarray, axis: _Axis, top: int, height: int) -> None:
    page[top : top + height, _LEFT : WIDTH - _RIGHT] = _PANEL
    for frame in axis.ticks:
        x = min(int(axis.x(frame)), WIDTH - _RIGHT - 1)
        page[top : top + height, x] = _GRID


def _decoded(data: bytes) -> np.ndarray:
    """uint8 [h, w, 3] RGB of a JPEG."""
    return np.ascontiguousarray(cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)[..., ::-1])
