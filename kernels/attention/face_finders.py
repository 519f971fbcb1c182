"""Finds faces in one picture: OpenCV's cascade, or YuNet from a model file of the user's."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from .face_tracks import Face

CASCADE = "haarcascade_frontalface_alt.xml"  # of OpenCV's, the one with the fewest false alarms
STEP, NEIGHBOURS = 1.1, 3
WEIGHT = 106.0, 109.0  # of the cascade's last stage: what scores 0, and 1
SMALLEST = 20  # px, the size that the cascade was trained at
LARGEST = 0.75  # of the short side
YUNET_SCORE, YUNET_OVERLAP = 0.6, 0.3


class FaceModelError(ValueError):
    """A model file that cannot be used; names it and the cure."""


class Finder(Protocol):
    version: str

    def find(self, picture: np.ndarray) -> list[Face]:
        """picture: uint8 [h, w, 3] RGB."""


class CascadeFinder:
    """Frontal faces by boosted Haar features (Viola & Jones 2001, Lienhart & Maydt 2002)."""

    version = "haar"

    def __init__(self):
        self._cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / CASCADE))

    def find(self, picture: np.ndarray) -> list[Face]:
        grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
        largest = int(LARGEST * min(grey.shape))
        boxes, _, weights = self._cascade.detectMultiScale3(
            grey, STEP, NEIGHBOURS, 0, (SMALLEST, SMALLEST), (largest, largest), outputRejectLevels=True
        )
        return [
            Face(
                x + w / 2,
                y + h / 2,
                float(w),
                float(np.clip((weight - WEIGHT[0]) / (WEIGHT[1] - WEIGHT[0]), 0.05, 1.0)),
            )
            for (x, y, w, h), weight in zip(np.reshape(boxes, (-1, 4)), np.ravel(weights), strict=True)
        ]


class YuNetFinder:
    """YuNet (Wu et al. 2023) through cv2.FaceDetectorYN; model_file: its ONNX file. Raises FaceModelError."""

    def __init__(self, model_file: str | Path):
        path = Path(model_file)
        try:
            data = np.frombuffer(path.read_bytes(), np.uint8)
        except OSError as problem:
            raise FaceModelError(f"{path}: cannot be read ({problem.strerror}); check the model file") from None
        try:
            self._net = cv2.FaceDetectorYN.create("onnx", data, np.zeros(0, np.uint8), (320, 320), YUNET_SCORE)
            self._net.setNMSThreshold(YUNET_OVERLAP)
            self.find(np.zeros((320, 320, 3), np.uint8))
        except cv2.error:
            raise FaceModelError(
                f"{path}: is no YuNet model; take face_detection_yunet_….onnx, or leave it empty"
            ) from None
        self.version = f"yunet {hash_of(data)}"

    def find(self, picture: np.ndarray) -> list[Face]:
        height, width = picture.shape[:2]
        self._net.setInputSize((width, height))
        _, rows = self._net.detect(np.ascontiguousarray(picture[..., ::-1]))
        faces = []
        for row in rows if rows is not None else []:
            x, y, w, h = (float(v) for v in row[:4])
            size = (w + h) / 2
            if not (np.isfinite(row).all() and size > 4):
                continue
            centre = np.array([x + w / 2, y + h / 2])
            eyes, corners = row[4:8].reshape(2, 2), row[10:14].reshape(2, 2)
            across = eyes[1] - eyes[0]
            angle = float(np.arctan2(across[1], across[0]))
            c, s = np.cos(angle), np.sin(angle)
            dx, dy = corners.mean(axis=0) - centre
            mouth = (float(c * dx + s * dy) / size, float(c * dy - s * dx) / size)
            faces.append(Face(*map(float, centre), size, float(row[14]), angle, mouth))
        return faces


def hash_of(data: np.ndarray) -> str:
    """A few hex digits that stand for a file's content."""
    import hashlib

    return hashlib.blake2b(data.data, digest_size=8).hexdigest()
