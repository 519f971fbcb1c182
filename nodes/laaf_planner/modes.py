"""The ways LAAFPlanner finds out who has the focus: each mode gives holds."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np

from ...kernels.focus.holds import Hold, find_holds
from ...kernels.focus.levels import LEVELS, planning_gain
from ...kernels.focus.look import THUMBNAIL_EVERY, thumbnail
from ...kernels.focus.observations import Observations
from ...kernels.focus.observe import Spot, read_disparity
from ...kernels.focus.plan import holds_of
from ..vocabulary.jobs import AnalyseJob, KnobError, NodeError
from .clip import ClipReader
from .looking import observed
from .suggest import accepted_clicks

_LEAST_MATTE = 4  # px of a matte that say how far something is
RACK_REST = 1  # frames


@dataclass(frozen=True)
class Found:
    """holds: who has the focus when. gain: levels for each 1 / m. seen: for the report. boxes: frame → (x0, y0, x1,
    y1), fractions, of the subject."""

    holds: list[Hold]
    gain: float
    seen: Observations
    boxes: dict[int, tuple[float, float, float, float]] = field(default_factory=dict)


def find(job: AnalyseJob, reader: ClipReader) -> Found:
    """What the mode finds in the frames to analyse. NodeError where it finds nothing."""
    mode = str(job.knobs["mode"])
    if mode == "targets":
        return _targets(job, reader)
    if mode == "rack":
        return _rack(job, reader)
    if mode == "follow":
        return _follow(job, reader)
    seen = observed(job, reader, mode)
    spots = seen.spots
    boxes = {int(n): _box(row) for n, row in zip(seen.frames, spots, strict=True) if row[3] > 0}
    try:
        holds, gain = holds_of(seen, float(job.knobs["patience"]))
        return Found(holds, gain, seen, boxes)
    except ValueError as problem:
        cure = {
            "action": "Key Target and use targets",
            "conversation": "Check Audio File and Audio Start, or key Target and use targets",
            "learned": "Use action, or key Target and use targets",
        }[mode]
        raise NodeError(f"{str(problem).capitalize()}. {cure}.") from None


def _targets(job: AnalyseJob, reader: ClipReader) -> Found:
    """The subject of each click, followed to the next click."""
    first, last = job.frames
    clicks = {round(frame): value for frame, value in job.curves.get("target", [])}
    clicks |= accepted_clicks(job)
    if not clicks:
        clicks = {min(max(round(job.time), first), last): job.knobs["target"]}
    inside = {n: point for n, point in clicks.items() if first <= n <= last}
    if not inside:
        raise KnobError("target", f"has no key in frames {first}–{last}; key it on the subject at one of them.")
    return _followed(job, reader, inside)


def _rack(job: AnalyseJob, reader: ClipReader) -> Found:
    """From one distance to another, beginning at the current frame."""
    first, last = job.frames
    begin = min(max(round(job.time), first), last)
    start = float(job.knobs["rackFrom"]) or float(job.knobs["focus"])
    if not start > 0:
        raise KnobError("rackFrom", f"is {start:g}; give the distance at which the rack begins, above 0.")
    near = 1 / (start * reader.world_scale)
    if job.knobs["rackFollow"]:
        found = _followed(job, reader, {begin: job.knobs["target"]}, begin)
        goal, seen, boxes = found.holds[0].disparities, found.seen, found.boxes
        place = (found.holds[0].x, found.holds[0].y)
    else:
        end = float(job.knobs["rackTo"])
        if not end > 0:
            raise KnobError("rackTo", f"is {end:g}; give the distance at which the rack ends, above 0.")
        goal = np.full(last - begin + 1, 1 / (end * reader.world_scale))
        seen, boxes, place = Observations(first), {}, (np.nan, np.nan)
    holds = [
        Hold(first, begin, float(first), np.full(begin - first + 1, near), np.nan, np.nan, True, 0, "from"),
        Hold(begin, last, float(begin), goal, *place, False, len(goal), "to"),
    ]
    return Found(holds, LEVELS, seen, boxes)


def _follow(job: AnalyseJob, reader: ClipReader) -> Found:
    """Whatever Source's alpha covers."""
    first, last = job.frames
    seen = Observations(first, ("matte",))
    for frame in reader.frames(range(first, last + 1)):
        matte = reader.alpha(frame.number)
        _see(seen, frame.number, _spot(matte, frame.disparity), frame.picture, frame.cut, float(matte.max()))
    if not (seen.spots[:, 3] > 0).any():
        raise NodeError("Source's alpha is empty in every frame; connect a FocusTrack that has been analysed.")
    gain = planning_gain(seen.spots[:, 2])
    boxes = {int(n): _box(row) for n, row in zip(seen.frames, seen.spots, strict=True) if row[3] > 0}
    return Found(find_holds(seen, gain, 1.0), gain, seen, boxes)


def _followed(job: AnalyseJob, reader: ClipReader, clicks: dict[int, tuple], start: int | None = None) -> Found:
    """The clicks' subjects from frame `start` (default: the first) on, each followed until the next click."""
    from ...kernels.tracking.tracker import track  # loads OpenCV's trackers

    first, last = (job.frames[0] if start is None else start), job.frames[1]
    width, height = job.format
    size = reader.picture(min(clicks)).shape
    scaled = {n: (x * size[1] / width, y * size[0] / height) for n, (x, y) in clicks.items()}
    followed = track(
        reader.picture,
        first,
        last,
        scaled,
        check_abort=job.check_abort,
        progress=lambda part, text="": job.progress(0.7 * part, text),
    )
    seen = Observations(first, ("track",))
    for number in range(first, last + 1):
        job.progress(0.7 + 0.3 * (number - first) / (last - first + 1), f"depth of frame {number}")
        sample = followed.samples.get(number)
        spot = None
        if sample is not None and sample.confidence > 0:
            matte = followed.matte(number).astype(np.float32) / 255
            spot = _spot(_around(matte, sample, followed.size), reader.disparity(number))
        _see(seen, number, spot, None, False, sample.confidence if sample else 0.0)
        if (number - first) % THUMBNAIL_EVERY == 0 or number in clicks:
            seen.thumbnails[number] = thumbnail(reader.picture(number))
    spots = seen.spots
    for number, (x, y) in clicks.items():  # a subject that was lost at once has at least the depth of its click
        if not spots[number - first, 3] > 0:
            fraction = (x / width, y / height)
            spots[number - first] = Spot(*fraction, read_disparity(reader.disparity(number), *fraction), 1.0)
    gain = planning_gain(spots[:, 2])
    boxes = {int(n): _box(row) for n, row in zip(seen.frames, spots, strict=True) if row[3] > 0}
    return Found(_click_holds(spots, sorted(clicks), first), gain, seen, boxes)


def _click_holds(spots: np.ndarray, frames: list[int], first: int) -> list[Hold]:
    """A hold for each click, from its frame to the next; the first one also before it."""
    holds = []
    stops = [*frames[1:], first + len(spots)]
    for k, (frame, stop) in enumerate(zip(frames, stops, strict=True)):
        begin = first if k == 0 else frame
        mine = np.arange(begin, stop)
        rows = spots[mine - first]
        known = np.flatnonzero((rows[:, 3] > 0) & np.isfinite(rows[:, 2]))
        disparities = np.interp(mine, mine[known], rows[known, 2])
        x, y = spots[frame - first, :2]
        target = float(begin if k == 0 else frame)
        holds.append(Hold(begin, stop - 1, target, disparities, x, y, k == 0, len(known), f"target {k + 1}"))
    return holds


def _around(matte: np.ndarray, sample, size: tuple[int, int]) -> np.ndarray:
    """The matte near the subject's centre, without what sticks to its edges."""
    height, width = matte.shape
    x0, y0, x1, y1 = sample.box
    y, x = np.mgrid[:height, :width]
    across = (x + 0.5) * size[0] / width - sample.center[0]
    down = (y + 0.5) * size[1] / height - sample.center[1]
    near = (2.5 * across / max(x1 - x0, 1)) ** 2 + (2.5 * down / max(y1 - y0, 1)) ** 2 < 1
    return matte * near


def _spot(matte: np.ndarray, disparity: np.ndarray) -> Spot | None:
    """Where a matte [h, w] 0 … 1 is, and the median disparity of its inside."""
    height, width = disparity.shape
    matte = cv2.resize(matte, (width, height), interpolation=cv2.INTER_AREA)
    inside = matte > 0.5
    if inside.sum() < _LEAST_MATTE:
        return None
    core = cv2.erode(inside.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    rows, columns = np.nonzero(core if core.sum() >= _LEAST_MATTE else inside)
    middle = np.argmin((rows - np.median(rows)) ** 2 + (columns - np.median(columns)) ** 2)
    return Spot(
        (columns[middle] + 0.5) / width,
        (rows[middle] + 0.5) / height,
        float(np.median(disparity[rows, columns])),
        1.0,
        float(np.ptp(columns) + 1) / width,
        float(np.ptp(rows) + 1) / height,
    )


def _see(seen: Observations, number: int, spot: Spot | None, picture, cut: bool, strength: float) -> None:
    seen.add(spot, None, cut, (strength,))
    if picture is not None and ((number - seen.first) % THUMBNAIL_EVERY == 0 or cut):
        seen.thumbnails[number] = thumbnail(picture)


def _box(row: np.ndarray) -> tuple[float, float, float, float]:
    x, y, _, _, wide, high = (float(v) for v in row)
    return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2
