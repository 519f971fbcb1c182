"""Instances by a network of the user's: an ONNX graph of one of the usual shapes, told apart by its outputs.

- YOLOv8-seg (and later ones of that export): detections [1, 4 + classes + 32, n] (centre, size, class scores, mask
  coefficients) and prototypes [1, 32, h, w]; RGB 0 … 1, letterboxed.
- RTMDet-Ins (mmdeploy's end-to-end export): boxes with scores [1, n, 5], labels [1, n], masks [1, n, h, w]; BGR less
  ImageNet's mean, letterboxed into the top-left corner.
- RF-DETR-Seg: boxes [1, n, 4] (centre, size, 0 … 1), logits [1, n, classes], masks [1, n, h, w] (logits); RGB less
  ImageNet's mean, squeezed to the input's size.

The graph is data: onnxruntime runs its arithmetic, nothing else in it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ..model_file import ModelError, OnnxModel, open_model, picture_input

LEAST_SCORE = 0.1  # low ones may still carry on a track
OVERLAP = 0.6  # of boxes, beyond which YOLO's are one instance
DEFAULT_SIDE = 640  # px, for graphs whose input size is free
MEAN, DEVIATION = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)
MOST = 100  # instances in a picture


@dataclass(frozen=True)
class Instance:
    """box: (x0, y0, x1, y1) px of the picture. score: 0 … 1. label: the network's class. mask: bool [H, W] of it."""

    box: tuple[float, float, float, float]
    score: float
    label: int
    mask: np.ndarray


Detector = Callable[[np.ndarray], list[Instance]]


def load_model(path: str | Path) -> Detector:
    """A function from a picture, uint8 RGB [H, W, 3], to its instances. Raises ModelError."""
    return Network(open_model(path, "an instance segmentation network"))


class Network:
    """An ONNX model as a Detector."""

    def __init__(self, model: OnnxModel):
        inputs = picture_input(model)
        if inputs is None:
            raise ModelError(f"{model.name}: is TorchScript, which says nothing of its shapes; export it to ONNX")
        self.model = model
        self.size = inputs[0].size(DEFAULT_SIDE)
        self.kind = _kind(model.output_shapes, model.name)

    def __call__(self, picture: np.ndarray) -> list[Instance]:
        blob, scale = _prepared(picture, self.size, self.kind)
        found = _READERS[self.kind](self.model(blob), self.size)
        return [_placed(*one, scale, picture.shape) for one in sorted(found, key=lambda one: -one[1])[:MOST]]


def _kind(shapes: list, name: str) -> str:
    ranks = [len(s) for s in shapes]
    if len(shapes) == 2 and sorted(ranks) == [3, 4]:
        return "yolo"
    if len(shapes) >= 3 and 4 in ranks:
        if any(len(s) == 3 and s[2] == 5 for s in shapes):
            return "rtmdet"
        if any(len(s) == 3 and s[2] == 4 for s in shapes):
            return "detr"
    raise ModelError(f"{name}: outputs {shapes} are those of no known kind; use YOLOv8-seg, RTMDet-Ins or RF-DETR-Seg")


def _prepared(picture: np.ndarray, size: tuple[int, int], kind: str) -> tuple[np.ndarray, tuple[float, float]]:
    """(float32 [1, 3, h, w], how much (x, y) the picture was scaled). Letterboxed pictures lie top left."""
    width, height = size
    scale = (width / picture.shape[1], height / picture.shape[0])
    if kind != "detr":
        scale = (min(scale),) * 2
    inner = (max(1, round(picture.shape[1] * scale[0])), max(1, round(picture.shape[0] * scale[1])))
    board = np.full((height, width, 3), 114, np.uint8)
    board[: inner[1], : inner[0]] = cv2.resize(picture, inner, interpolation=cv2.INTER_LINEAR)
    values = board.astype(np.float32) / 255
    if kind != "yolo":
        values = (values - MEAN) / DEVIATION
    if kind == "rtmdet":
        values = values[..., ::-1]
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32), scale


def _yolo(outputs, size):
    prototypes = next(o for o in outputs if o.ndim == 4)[0]
    rows = next(o for o in outputs if o.ndim == 3)[0]
    count = prototypes.shape[0]
    rows = rows.T if rows.shape[0] < rows.shape[1] else rows
    scores = rows[:, 4:-count]
    best = scores.max(axis=1)
    rows, scores, best = (a[best >= LEAST_SCORE] for a in (rows, scores, best))
    boxes = np.concatenate([rows[:, :2] - rows[:, 2:4] / 2, rows[:, :2] + rows[:, 2:4] / 2], axis=1)
    plain = [[float(x0), float(y0), float(x1 - x0), float(y1 - y0)] for x0, y0, x1, y1 in boxes]
    keep = np.array(cv2.dnn.NMSBoxes(plain, best.astype(float).tolist(), LEAST_SCORE, OVERLAP), int).ravel()
    for n in keep[:MOST]:
        logits = np.tensordot(rows[n, -count:], prototypes, axes=1)
        yield boxes[n], float(best[n]), int(scores[n].argmax()), cv2.resize(logits.astype(np.float32), size) > 0


def _rtmdet(outputs, size):
    rows = next(o for o in outputs if o.ndim == 3 and o.shape[2] == 5)[0]
    labels = next((o for o in outputs if o.ndim == 2), np.zeros((1, len(rows)), int))[0]
    masks = next(o for o in outputs if o.ndim == 4)[0]
    for row, label, mask in zip(rows, labels, masks, strict=True):
        if row[4] >= LEAST_SCORE:
            yield row[:4], float(row[4]), int(label), cv2.resize(mask.astype(np.float32), size) > 0.5


def _detr(outputs, size):
    boxes = next(o for o in outputs if o.ndim == 3 and o.shape[2] == 4)[0]
    logits = next(o for o in outputs if o.ndim == 3 and o.shape[2] != 4)[0]
    masks = next(o for o in outputs if o.ndim == 4)[0]
    scores = 1 / (1 + np.exp(-logits.astype(np.float32)))
    for box, score, mask in zip(boxes, scores, masks, strict=True):
        if score.max() >= LEAST_SCORE:
            corners = np.concatenate([box[:2] - box[2:] / 2, box[:2] + box[2:] / 2]) * np.tile(size, 2)
            yield corners, float(score.max()), int(score.argmax()), cv2.resize(mask.astype(np.float32), size) > 0


_READERS = {"yolo": _yolo, "rtmdet": _rtmdet, "detr": _detr}


def _placed(box, score, label, mask, scale, shape) -> Instance:
    """An instance of the network's input, in the picture."""
    height, width = shape[:2]
    inner = mask[: max(1, round(height * scale[1])), : max(1, round(width * scale[0]))]
    full = cv2.resize(inner.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST) > 0
    x0, y0, x1, y1 = (float(v / s) for v, s in zip(box, (*scale, *scale), strict=True))
    inside = np.zeros_like(full)
    rows, columns = slice(max(int(y0) - 1, 0), max(int(y1) + 2, 0)), slice(max(int(x0) - 1, 0), max(int(x1) + 2, 0))
    inside[rows, columns] = full[rows, columns]
    return Instance((x0, y0, x1, y1), score, label, inside)
