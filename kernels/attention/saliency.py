"""What stands out of a still picture by colour and contrast.

The role of H_sal in the paper's section 5.2, which takes a network (Hou et al. 2017); here no model is needed. Three
cues, each a map of the whole picture: centre and surround at several scales (Itti et al. 1998), unlikeness to the
picture's sides, which are mostly background (as in MB+, Zhang et al. 2015), and rarity of the colour (Cheng et al.
2015). What two cues agree on counts most.
"""

from __future__ import annotations

import cv2
import numpy as np

from ..focus.detections import ClipFrame, ClipInfo, Detection, Reach, shrunk

MAP_LONG_SIDE = 160  # px
CENTRES = 0.012, 0.025, 0.05  # of the long side: standard deviations of the centre; the surround's is thrice that
BORDER = 0.1  # of the short side: how thick the strips at the picture's sides are
BINS = 8, 12, 12  # of L, a and b for rarity
CENTRAL = 0.35  # how much less the corners count than the middle
CLEAR = 0.35  # a difference of the map between the brightest and the middle that counts as sure


class SaliencyDetector:
    """Lights up on what stands out of each frame; knows nothing of time."""

    name, version, reach = "saliency", "1", Reach(back=0, ahead=0)

    def __init__(self, clip: ClipInfo):
        pass

    def push(self, frame: ClipFrame) -> list[Detection]:
        heat = salient(frame.small)
        contrast = float(heat.max() - np.median(heat))
        return [Detection(frame.number, heat, min(contrast / (2 * CLEAR), 1.0))]

    def finish(self) -> list[Detection]:
        return []


def salient(picture: np.ndarray) -> np.ndarray:
    """float32 [h', w'] 0 … 1, the brightest 1 unless the picture is plain. picture: uint8 [h, w, 3] RGB, sRGB."""
    lab = cv2.cvtColor(shrunk(picture, MAP_LONG_SIDE).astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
    lab = cv2.GaussianBlur(lab, (0, 0), 1.0)
    cues = np.stack([_stretched(cue(lab)) for cue in (centre_surround, unlike_border, rare)])
    total = np.sort(cues, axis=0)[-2:].mean(axis=0) * (0.3 + 0.7 * cues.mean(axis=0))
    total = cv2.GaussianBlur(total * _central(*total.shape), (0, 0), max(total.shape) / 80)
    plain = float(lab.reshape(-1, 3).std(axis=0).sum())
    return _stretched(total) * np.float32(min(plain / 4.0, 1.0))


def centre_surround(lab: np.ndarray) -> np.ndarray:
    """float32 [h, w]: how unlike its surround each place is, CIELAB units, averaged over scales."""
    total = np.zeros(lab.shape[:2], np.float32)
    for centre in CENTRES:
        sigma = centre * max(lab.shape)
        total += _length(cv2.GaussianBlur(lab, (0, 0), sigma) - cv2.GaussianBlur(lab, (0, 0), 3 * sigma))
    return total / len(CENTRES)


def unlike_border(lab: np.ndarray) -> np.ndarray:
    """float32 [h, w]: Mahalanobis distance from the colours of the four sides; the side it is most unlike is left out,
    so that a subject may touch one."""
    thick = max(round(BORDER * min(lab.shape[:2])), 1)
    distances = []
    for strip in (lab[:thick], lab[-thick:], lab[:, :thick], lab[:, -thick:]):
        colours = strip.reshape(-1, 3).astype(np.float64)
        covariance = np.cov(colours.T, bias=True) + 16.0 * np.eye(3)
        offset = (lab - colours.mean(axis=0)).reshape(-1, 3)
        squared = np.einsum("ni,ij,nj->n", offset, np.linalg.inv(covariance), offset)
        distances.append(np.sqrt(squared).reshape(lab.shape[:2]))
    return np.sort(distances, axis=0)[:3].mean(axis=0).astype(np.float32)


def rare(lab: np.ndarray) -> np.ndarray:
    """float32 [h, w]: mean CIELAB distance of each place's colour from all of the picture's."""
    low, span = np.float32([0, -100, -100]), np.float32([100, 200, 200])
    bins = np.clip((lab - low) / span * np.float32(BINS), 0, np.float32(BINS) - 1e-3).astype(np.int32)
    index = (bins[..., 0] * BINS[1] + bins[..., 1]) * BINS[2] + bins[..., 2]
    used, where, counts = np.unique(index, return_inverse=True, return_counts=True)
    where = where.reshape(-1)
    sums = [np.bincount(where, lab[..., c].ravel(), len(used)) for c in range(3)]
    colours = np.stack(sums, axis=1) / counts[:, None]
    apart = np.sqrt(((colours[:, None] - colours[None]) ** 2).sum(axis=2))
    rarity = apart @ (counts / counts.sum())
    return cv2.GaussianBlur(rarity[where].reshape(lab.shape[:2]).astype(np.float32), (0, 0), 1.5)


def _stretched(cue: np.ndarray) -> np.ndarray:
    """0 at the picture's tenth percentile, 1 at its brightest."""
    low, high = float(np.percentile(cue, 10)), float(cue.max())
    return np.clip((cue - low) / max(high - low, 1e-6), 0, 1).astype(np.float32)


def _central(height: int, width: int) -> np.ndarray:
    y, x = np.linspace(-1, 1, height)[:, None], np.linspace(-1, 1, width)[None]
    return (1 - CENTRAL * np.clip(np.hypot(x, y) - 0.3, 0, 1)).astype(np.float32)


def _length(vectors: np.ndarray) -> np.ndarray:
    return np.sqrt((vectors**2).sum(axis=2))
