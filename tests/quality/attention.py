"""How often each detector looks at the true subject, on generated clips of seeds that nothing was tuned on.

    python tests/quality/attention.py [--clips 2] [--seed 1000] [--only subject decoys targets speakers]

subject: share of frames whose map is brightest on the subject (its pixels, known by depth), after the event and while
the detector sees anything; beside it how often it sees anything. Peers: plain flow magnitude (DIS, camera not removed),
OpenCV's spectral residual, and the picture's centre. decoys: share of frames in which something "moves" though nothing
deserves attention. targets: new focus targets by peaks of AF-Net's strength, within 12 frames of a true one, beside
peaks in the change of plain flow. speakers: by frame, who speaks.
"""

from __future__ import annotations

import argparse

import cv2
import numpy as np

from focuspuller.kernels.attention.af_net import AfNetDetector
from focuspuller.kernels.attention.faces import FaceDetector
from focuspuller.kernels.attention.motion import MotionDetector
from focuspuller.kernels.attention.saliency import SaliencyDetector
from focuspuller.kernels.events.clips import make_clip
from focuspuller.kernels.focus.detections import Detection, Reach, run_detectors
from focuspuller.kernels.speech.detector import SpeakerDetector

LIT = 0.3  # strength from which a detector sees something
NEAR = 12  # frames between a target and what counts as its detection
PARTS = "subject", "decoys", "targets", "speakers"


class PlainFlow:
    """The peer of the motion detector: how fast pixels move, whatever moves them."""

    name, version, reach = "plain flow", "1", Reach(1, 0)

    def __init__(self):
        self._engine, self._last = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_FAST), None

    def push(self, frame):
        grey, last = frame.small_grey, self._last
        self._last = grey
        if last is None:
            return [Detection(frame.number, np.zeros(grey.shape, np.float32), 0.0)]
        flow = self._engine.calc(grey, last, None)
        speed = cv2.GaussianBlur(np.hypot(flow[..., 0], flow[..., 1]), (0, 0), 3) / grey.shape[1]
        heat = np.clip(speed / 0.004, 0, 1)
        return [Detection(frame.number, heat, float(np.percentile(heat, 99.5)))]

    def finish(self):
        return []


class Still:
    """A map of one picture: spectral residual, or the centre."""

    version, reach = "1", Reach(0, 0)

    def __init__(self, name: str):
        self.name, self._residual = name, cv2.saliency.StaticSaliencySpectralResidual_create()

    def push(self, frame):
        if self.name == "centre":
            heat = np.zeros((90, 160), np.float32)
            heat[45, 80] = 1
        else:
            heat = cv2.GaussianBlur(self._residual.computeSaliency(frame.small)[1].astype(np.float32), (0, 0), 4)
        return [Detection(frame.number, heat, 1.0)]

    def finish(self):
        return []


def on_subject(clip, frame, heat: np.ndarray) -> bool:
    """Whether the map's brightest place is a pixel of the subject."""
    x, _, z = clip.subject(frame.number)
    peak_y, peak_x = np.unravel_index(int(heat.argmax()), heat.shape)
    at_x, at_y = (peak_x + 0.5) / heat.shape[1], (peak_y + 0.5) / heat.shape[0]
    h, w = frame.disparity.shape
    row, column = int(at_y * h), int(at_x * w)
    around = frame.disparity[max(row - 6, 0) : row + 7, max(column - 6, 0) : column + 7]
    return bool((abs(around * z - 1) < 0.09).mean() > 0.25 and abs(at_x - x) < 0.2)


def subject_table(seeds) -> None:
    print(f"{'subject':22}" + "".join(f"{kind:>20}" for kind in ("enters", "throw", "approach")))
    rows: dict[str, dict[str, list]] = {}
    for kind in ("enters", "throw", "approach"):
        for seed in seeds:
            clip = make_clip(kind, seed, count=192)
            event = int(np.ceil(clip.truth.targets[-1].frame)) + 6
            ours = [MotionDetector(clip.info), SaliencyDetector(clip.info), AfNetDetector(clip.info)]
            detectors = [*ours, PlainFlow(), Still("spectral residual"), Still("centre")]
            for frame, found in run_detectors(clip.frames(), detectors):
                x, _, _ = clip.subject(frame.number)
                if frame.number < event or not 0.02 < x < 0.98:
                    continue
                for detector, detection in zip(detectors, found, strict=True):
                    lit = detector.name not in ("motion", "plain flow") or detection.strength > LIT
                    hit = on_subject(clip, frame, detection.map) if lit else False
                    rows.setdefault(detector.name, {}).setdefault(kind, []).append((lit, hit))
    for name, kinds in rows.items():
        cells = []
        for values in kinds.values():
            lit, hit = np.array(values).T
            cells.append(f"{hit.sum() / max(lit.sum(), 1):8.0%} of {lit.mean():4.0%}")
        print(f"{name:22}" + "".join(f"{cell:>20}" for cell in cells))


def decoy_table(seeds) -> None:
    print("decoys: frames in which something moves")
    for kind in ("leaves", "shake"):
        lit: dict[str, list] = {}
        for seed in seeds:
            clip = make_clip(kind, seed, count=120)
            detectors = [MotionDetector(clip.info), PlainFlow()]
            for _, found in run_detectors(clip.frames(), detectors):
                for detector, detection in zip(detectors, found, strict=True):
                    lit.setdefault(detector.name, []).append(detection.strength > LIT)
        print(f"  {kind:10}" + "   ".join(f"{name} {np.mean(values):.0%}" for name, values in lit.items()))


def peaks(values: np.ndarray, least: float) -> list[int]:
    """Indices of maxima above `least`, the highest within NEAR frames alone."""
    found = []
    for at in np.argsort(-values, kind="stable"):
        if values[at] < least:
            break
        if all(abs(at - other) > NEAR for other in found):
            found.append(int(at))
    return found


def target_table(seeds) -> None:
    print("targets: precision and recall by least strength, mean |Δt| in frames")
    curves = []
    for kind in ("enters", "throw", "approach", "leaves", "shake"):
        for seed in seeds:
            clip = make_clip(kind, seed, width=320, height=180)
            detectors = [AfNetDetector(clip.info), PlainFlow()]
            strengths = np.array([[d.strength for d in f] for _, f in run_detectors(clip.frames(), detectors)])
            change = np.diff(np.convolve(strengths[:, 1], np.ones(5) / 5, "same"), prepend=0)
            change[:6] = 0
            curves.append((strengths[:, 0], change, [t.frame - 1 for t in clip.truth.targets[1:]]))
    for name, column, levels in (("AF-Net", 0, (0.2, 0.3, 0.5, 0.7)), ("plain flow", 1, (0.02, 0.05, 0.1))):
        for least in levels:
            right, found, true, apart = 0, 0, 0, []
            for curve in curves:
                at = peaks(curve[column], least)
                near = [min((abs(a - t) for a in at), default=np.inf) for t in curve[2]]
                right += sum(n <= NEAR for n in near)
                apart += [n for n in near if n <= NEAR]
                found, true = found + len(at), true + len(curve[2])
            offset = np.mean(apart) if apart else np.nan
            print(f"  {name:11} > {least:<5} {right / max(found, 1):5.0%} {right / max(true, 1):5.0%} {offset:6.1f}"
                  f"   ({true} true, {found} found)")  # fmt: skip


def speaker_table(seeds) -> None:
    print("speakers: frames of turns with the right face lit, of silence and foreign voices with none; onset errors")
    for kind in ("conversation", "silent mouth", "off screen"):
        right, wrong, dark, onsets = [], [], [], []
        for seed in seeds:
            clip = make_clip(kind, seed, count=240)
            faces = FaceDetector(clip.info)
            lit = {}
            for frame, (_, found) in run_detectors(clip.frames(), [faces, SpeakerDetector(clip.info, faces)]):
                best = max(found.regions, key=lambda r: r.score, default=None)
                lit[frame.number] = best if best and best.score > 0.5 else None
            for number, best in lit.items():
                turn = next((t for t in clip.turns if t.first <= number <= t.last), None)
                if turn is None or turn.speaker < 0:
                    dark.append(best is None)
                    continue
                x, y, _ = clip.subject(number)
                hit = best is not None and best.x0 < x < best.x1 and best.y0 < y < best.y1
                right.append(hit)
                wrong.append(best is not None and not hit)
            for turn in clip.turns:
                begun = [n for n, b in lit.items() if b and abs(n - turn.first) <= 12]
                if turn.speaker >= 0 and turn.first < 230:
                    onsets.append(min(begun) - turn.first if begun else 99)
        begun = " ".join(f"{o:+.0f}" for o in onsets)
        shares = f"right {np.mean(right):.0%}  wrong face {np.mean(wrong):.0%}  dark {np.mean(dark):.0%}"
        print(f"  {kind:14} {shares}  onsets {begun}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--clips", type=int, default=2, help="of each kind")
    parser.add_argument("--seed", type=int, default=1000, help="the first; those below 1000 were tuned on")
    parser.add_argument("--only", nargs="*", choices=PARTS, default=PARTS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    seeds = range(options.seed, options.seed + options.clips)
    tables = (subject_table, decoy_table, target_table, speaker_table)
    for part, table in zip(PARTS, tables, strict=True):
        if part in options.only:
            table(seeds)


if __name__ == "__main__":
    main()
