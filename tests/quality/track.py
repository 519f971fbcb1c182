"""How well one click follows a subject, on DAVIS sequences, beside OpenCV's box trackers.

    python tests/quality/track.py [--data ../shared/data/davis] [--only NAME …] [--overlays DIR] [--no-peers]
    python tests/quality/track.py --stress [--only NAME …] [--kinds KIND …] [--frames N] [--overlays DIR]

J: mean overlap (intersection over union) of mask and truth, frames after the clicked one, as DAVIS has it without its
last frame. in: share of frames whose centre lies in the true mask. One click, at the centre of the first true mask (its
innermost point where the centre lies outside). KCF and CSRT start from the true first box: mean overlap of the boxes,
and share of box centres in the true mask. fps counts tracking alone, pictures being in memory; cpu is seconds of
processor time a frame, which other programs on the machine change little.

--stress: harder clips made from the sequences (`track_stress`), one row a kind, means over sequences. lost: share of
frames with the subject in which it is not followed; ghost: of frames without it that have a matte all the same; other:
of frames in which most of the matte lies on the subject's twin.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import cv2
import numpy as np
import track_stress

from focuspuller.kernels.tracking.tracker import track

LEAST_SEEN = 0.05  # of the subject's area at the click, from which a frame counts
DATA = Path(__file__).parents[3] / "shared/data/davis"


def load(folder: Path, name: str) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A sequence's pictures, uint8 RGB, and its true masks, bool."""
    pictures = [
        cv2.cvtColor(cv2.imread(str(f)), cv2.COLOR_BGR2RGB) for f in sorted((folder / "JPEGImages" / name).iterdir())
    ]
    truths = [cv2.imread(str(f), cv2.IMREAD_GRAYSCALE) > 0 for f in sorted((folder / "Annotations" / name).iterdir())]
    return pictures, truths


def click_on(mask: np.ndarray) -> tuple[float, float]:
    """The centre of a mask, or its innermost point."""
    ys, xs = np.nonzero(mask)
    x, y = float(xs.mean()), float(ys.mean())
    if not mask[int(y), int(x)]:
        depth = cv2.distanceTransform(np.pad(mask.astype(np.uint8), 1), cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return float(x) + 0.5, float(y) + 0.5


def overlap(a: np.ndarray, b: np.ndarray) -> float:
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else 1.0


def box(mask: np.ndarray) -> tuple[int, int, int, int] | None:
    ys, xs = np.nonzero(mask)
    return (xs.min(), ys.min(), xs.max() + 1, ys.max() + 1) if len(xs) else None


def box_overlap(a, b) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both)


def inside(mask: np.ndarray, point: tuple[float, float]) -> bool:
    x, y = int(point[0]), int(point[1])
    return 0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and bool(mask[y, x])


def ours(case: track_stress.Case, overlays: Path | None = None) -> dict:
    pictures, truths, start = case.pictures, case.truths, case.start
    clicks = {start: case.point or click_on(truths[start])}
    began, worked = time.perf_counter(), time.process_time()
    found = track(lambda n: pictures[n], 0, len(pictures) - 1, clicks)
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    size = (pictures[0].shape[1], pictures[0].shape[0])
    masks = [cv2.resize(found.matte(n), size, interpolation=cv2.INTER_LINEAR) > 127 for n in range(len(pictures))]
    js = [overlap(m, t) for m, t in zip(masks, truths, strict=True)]
    if overlays:
        overlays.parent.mkdir(parents=True, exist_ok=True)
        sheet(pictures, truths, masks, found, js, overlays)
    seen = [n for n, t in enumerate(truths) if t.sum() >= LEAST_SEEN * truths[start].sum() and n != start]
    hidden = [n for n, t in enumerate(truths) if not t.any()]
    twins = [(masks[n] & o).sum() > 0.5 * max(masks[n].sum(), 1) for n, o in enumerate(case.others)]
    return {
        "first": js[start],
        "J": float(np.mean([js[n] for n in seen if 0 < n < len(pictures) - 1])),
        "in": float(np.mean([inside(truths[n], found.samples[n].center) for n in seen])),
        "fps": len(pictures) / seconds,
        "cpu": work / len(pictures),
        "lost": float(np.mean([found.samples[n].confidence == 0 for n in seen])),
        "ghost": float(np.mean([masks[n].any() for n in hidden])) if hidden else 0.0,
        "other": float(np.mean(twins)) if twins else 0.0,
    }


def sheet(pictures, truths, masks, found, js, file: Path) -> None:
    """Twelve frames: mask red, truth's outline green, centre yellow."""
    tiles = []
    for n in np.linspace(0, len(pictures) - 1, 12).astype(int):
        view = pictures[n].copy()
        view[masks[n]] = view[masks[n]] // 2 + np.array([127, 0, 0], np.uint8)
        outlines, _ = cv2.findContours(truths[n].astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(view, outlines, -1, (0, 255, 0), 2)
        x, y = found.samples[n].center
        cv2.circle(view, (int(x), int(y)), 7, (255, 255, 0), -1)
        text = f"{n}  J {js[n]:.2f}  c {found.samples[n].confidence:.2f}"
        cv2.putText(view, text, (8, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.9, (255, 255, 255), 2)
        tiles.append(cv2.resize(view, (480, 270), interpolation=cv2.INTER_AREA))
    rows = [np.hstack(tiles[i : i + 4]) for i in range(0, 12, 4)]
    cv2.imwrite(str(file), cv2.cvtColor(np.vstack(rows), cv2.COLOR_RGB2BGR))


def peer(create, pictures, truths) -> dict:
    """A box tracker of OpenCV, from the true first box."""
    tracker = create()
    x0, y0, x1, y1 = map(int, box(truths[0]))
    began, worked = time.perf_counter(), time.process_time()
    tracker.init(cv2.cvtColor(pictures[0], cv2.COLOR_RGB2BGR), (x0, y0, x1 - x0, y1 - y0))
    overlaps, hits = [], []
    for picture, truth in zip(pictures[1:], truths[1:], strict=True):
        good, (x, y, w, h) = tracker.update(cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))
        true = box(truth)
        if true is None:
            continue
        overlaps.append(box_overlap((x, y, x + w, y + h), true) if good else 0.0)
        hits.append(good and inside(truth, (x + w / 2, y + h / 2)))
    seconds, work = time.perf_counter() - began, time.process_time() - worked
    speed = {"fps": len(pictures) / seconds, "cpu": work / len(pictures)}
    return {"IoU": float(np.mean(overlaps)), "in": float(np.mean(hits)), **speed}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--overlays", type=Path, help="folder for pictures of what was found")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--stress", action="store_true", help="harder clips made from the sequences")
    parser.add_argument("--frames", type=int, default=36, help="of each clip of --stress")
    parser.add_argument("--kinds", nargs="*", help="only these of --stress")
    options = parser.parse_args()
    cv2.setNumThreads(2)
    names = sorted(options.only or (p.name for p in (options.data / "JPEGImages").iterdir()))
    if options.stress:
        stress(options, names)
    else:
        plain(options, names)


def stress(options: argparse.Namespace, names: list[str]) -> None:
    columns = ("first", "J", "in", "lost", "ghost", "other", "cpu")
    by_kind: dict[str, list[list[float]]] = {}
    print(f"{'':36s}" + "".join(f"{c:>8s}" for c in columns))
    for case in track_stress.cases(lambda name: load(options.data, name), names, options.kinds, options.frames):
        title = f"{case.kind}: {case.name}"
        result = ours(case, options.overlays and options.overlays / f"{title}.png".replace(" ", "_"))
        by_kind.setdefault(case.kind, []).append([result[c] for c in columns])
        print(f"{title:36s}" + "".join(f"{v:8.3f}" for v in by_kind[case.kind][-1]), flush=True)
    rows = {kind: np.mean(rows, axis=0) for kind, rows in by_kind.items()}
    for kind, row in [*rows.items(), ("mean", np.mean(list(rows.values()), axis=0))]:
        print(f"{kind:36s}" + "".join(f"{v:8.3f}" for v in row))


def plain(options: argparse.Namespace, names: list[str]) -> None:
    peers = {} if options.no_peers else {"KCF": cv2.TrackerKCF.create, "CSRT": cv2.TrackerCSRT.create}
    columns = [("FocusTrack", k) for k in ("first", "J", "in", "fps", "cpu")]
    columns += [(name, k) for name in peers for k in ("IoU", "in", "fps", "cpu")]
    print(f"{'':16s}" + "".join(f"{f'{a[:5]} {k}':>12s}" for a, k in columns))
    rows = []
    for name in names:
        pictures, truths = load(options.data, name)
        case = track_stress.Case("", name, pictures, truths)
        results = {"FocusTrack": ours(case, options.overlays and options.overlays / f"{name}.png")}
        results |= {peer_name: peer(create, pictures, truths) for peer_name, create in peers.items()}
        rows.append([results[a][k] for a, k in columns])
        print(f"{name:16s}" + "".join(f"{v:12.3f}" for v in rows[-1]), flush=True)
    print(f"{'mean':16s}" + "".join(f"{v:12.3f}" for v in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
