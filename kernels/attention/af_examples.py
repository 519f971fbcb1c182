"""What AF-Net learns from: sampled clips with their focus region and New Focus Targets, from three sources.

Generated clips know both. Eye-tracking folders in the shape of DHF1K (Wang et al. 2018, which the paper trains on) know
where people look, not when focus should change. Targets that a user accepted or corrected (the paper's VAF was made
so) know when, and where at that moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..events.clips import EventClip, make_clip
from ..focus.detections import ClipFrame, ClipInfo
from ..focus.focus_file import FocusFile, read_focus_file, write_focus_file

SAMPLE_RATE, SAMPLE_SIZE, MAP_SIZE = 12, (80, 48), (40, 24)  # as in af_network, which imports torch
EXPORT_SIZE = 160, 96  # of exported pictures: twice the sample's, so that a finer network can learn from them too
SPREAD = 0.05  # of the width: the standard deviation of the region around a known point
BLUR = 1.2  # samples: how sharply a new target's time is asked for
AROUND = 0.25  # s around a user's target for which its place is believed
# Share of each kind among generated clips.
MIXTURE = {"enters": 6, "throw": 5, "approach": 2, "conversation": 1, "leaves": 2, "shake": 2}


@dataclass(frozen=True)
class Example:
    """A sampled clip. pictures: uint8 [n, 48, 80, 3] RGB. region: float32 [n, 24, 40], each summing to 1, or 0 where it
    is unknown. new: float32 [n] 0 … 1, how much the sample is a new target; -1 where that is unknown."""

    name: str
    pictures: np.ndarray
    region: np.ndarray
    new: np.ndarray


class ExampleError(ValueError):
    """Training data that cannot be used; names the file and the cure."""


def sample_step(fps: float) -> int:
    """Frames from one sample to the next."""
    return max(round(fps / SAMPLE_RATE), 1)


def sampled(picture: np.ndarray) -> np.ndarray:
    """uint8 [h, w, 3] → uint8 [48, 80, 3]."""
    return cv2.resize(picture, SAMPLE_SIZE, interpolation=cv2.INTER_AREA)


def region_around(x: float, y: float) -> np.ndarray:
    """float32 [24, 40] summing to 1 around a point in fractions, drawn into the picture where it lies outside."""
    width, height = MAP_SIZE
    x, y = min(max(x, 0.0), 1.0) * width - 0.5, min(max(y, 0.0), 1.0) * height - 0.5
    across = np.exp(-0.5 * ((np.arange(width) - x) / (SPREAD * width)) ** 2)
    down = np.exp(-0.5 * ((np.arange(height) - y) / (SPREAD * width)) ** 2)
    heat = np.outer(down, across)
    return (heat / heat.sum()).astype(np.float32)


def new_around(times: Iterable[float], count: int) -> np.ndarray:
    """float32 [count]: 1 at the samples' times of targets, falling off over BLUR."""
    out = np.zeros(count, np.float32)
    for time in times:
        out = np.maximum(out, np.exp(-0.5 * ((np.arange(count) - time) / BLUR) ** 2).astype(np.float32))
    return out


def generated(clip: EventClip) -> Example:
    """Everything about a generated clip. Its first target is where it starts, and no new one."""
    step = sample_step(clip.fps)
    numbers = range(1, clip.count + 1, step)
    pictures = np.stack([sampled(clip.frame(n)[0]) for n in numbers])
    region = np.stack([region_around(*clip.subject(n)[:2]) for n in numbers])
    times = [(target.frame - 1) / step for target in clip.truth.targets[1:]]
    return Example(f"{clip.kind} {clip.seed}", pictures, region, new_around(times, len(numbers)))


def generated_plan(count: int, seed: int) -> list[tuple[str, int]]:
    """(kind, seed) of training clips in the proportions of MIXTURE; seeds stay below 1000, those
    above are for measuring. The first ones do not depend on how many there are; at most 1000."""
    kinds, shares = list(MIXTURE), np.array(list(MIXTURE.values()), float)
    seeds = np.random.default_rng((seed, 0)).permutation(1000)
    picked = np.random.default_rng((seed, 1)).choice(len(kinds), len(seeds), p=shares / shares.sum())
    return [(kinds[k], int(s)) for k, s in zip(picked[:count], seeds[:count], strict=True)]


def make_generated(kind: str, seed: int) -> Example:
    """Drawn small, with a frame rate and a shake of the camera that vary."""
    rng = np.random.default_rng((seed, 5))
    fps = float(rng.choice([24.0, 24.0, 30.0, 20.0]))
    shake = None if kind == "shake" or rng.random() < 0.5 else float(rng.uniform(0, 0.8))
    return generated(make_clip(kind, seed, width=192, height=108, fps=fps, count=round(fps * 8), shake=shake))


def read_dhf1k(folder: Path, frames_of: Callable[[Path], Iterable[tuple[np.ndarray, float]]]) -> Iterable[Example]:
    """Clips of a folder shaped like DHF1K: video/NNN.AVI beside annotation/0NNN/maps/0001.png, a grey map of where
    people looked for each frame. frames_of(path): pictures uint8 [h, w, 3] RGB with the frame rate, see
    video.read_video. ExampleError where there are none."""
    videos = sorted(p for p in (folder / "video").glob("*") if p.suffix.lower() in (".avi", ".mp4", ".mov", ".mkv"))
    if not videos:
        raise ExampleError(f"{folder}: no videos in its folder video; it should be shaped like DHF1K")
    for video in videos:
        maps = folder / "annotation" / video.stem.zfill(4) / "maps"
        pictures, regions = [], []
        for number, (picture, fps) in enumerate(frames_of(video), 1):
            if (number - 1) % sample_step(fps):
                continue
            heat = cv2.imread(str(maps / f"{number:04d}.png"), cv2.IMREAD_GRAYSCALE)
            if heat is None:
                continue  # the last frames often have no map
            small = cv2.resize(heat, MAP_SIZE, interpolation=cv2.INTER_AREA).astype(np.float32)
            pictures.append(sampled(picture))
            regions.append(small / max(float(small.sum()), 1e-6))
        if not pictures:
            raise ExampleError(f"{maps}: no map belongs to a frame of {video.name}; maps are 0001.png, 0002.png, …")
        yield Example(video.stem, np.stack(pictures), np.stack(regions), np.full(len(pictures), -1, np.float32))


def export_targets(folder: Path, frames: Iterable[ClipFrame], clip: ClipInfo, focus: FocusFile) -> int:
    """Keeps a clip and the targets a user accepted or corrected for training: small pictures 000001.jpg … by frame, and
    targets.json, a focus file. Returns how many pictures. ExampleError where nothing can be written."""
    step, written = sample_step(clip.fps), 0
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for place, frame in enumerate(frames):
            if place % step == 0:
                small = cv2.resize(frame.picture, EXPORT_SIZE, interpolation=cv2.INTER_AREA)
                ok, data = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])
                (folder / f"{frame.number:06d}.jpg").write_bytes(data.tobytes() if ok else b"")
                written += 1
        write_focus_file(folder / "targets.json", focus)
    except OSError as problem:
        raise ExampleError(f"{folder}: cannot be written ({problem.strerror}); choose another folder") from None
    return written


def read_targets(folder: Path) -> Example:
    """A clip that export_targets wrote. The place of a target is believed for AROUND; targets that are cuts, and the
    first frame's, are no new ones. ExampleError, FocusFileError."""
    focus = read_focus_file(folder / "targets.json")
    files = sorted(p for p in folder.glob("*.jpg") if p.stem.isdigit())
    if len(files) < 2:
        raise ExampleError(f"{folder}: holds no pictures 000001.jpg, …; export the targets again")
    numbers = np.array([int(p.stem) for p in files])
    loaded = [cv2.imread(str(p), cv2.IMREAD_COLOR) for p in files]
    for path, picture in zip(files, loaded, strict=True):
        if picture is None:
            raise ExampleError(f"{path}: is no picture; export the targets again")
    pictures = np.stack([sampled(picture[..., ::-1]) for picture in loaded])
    step = max(int(np.median(np.diff(numbers))), 1)
    region, times = np.zeros((len(files), MAP_SIZE[1], MAP_SIZE[0]), np.float32), []
    for target in focus.targets:
        frame = target.frame + focus.frame_offset
        if target.x is not None and target.y is not None:
            region[abs(numbers - frame) <= AROUND * focus.fps] = region_around(target.x, target.y)
        if not target.cut and frame > numbers[0]:
            times.append((frame - numbers[0]) / step)
    return Example(folder.name, pictures, region, new_around(times, len(files)))
