"""Who speaks by a network of the user's: an active speaker detector of TalkNet's or Light-ASD's shape.

Such a network (Tao et al. 2021, Liao et al. 2023) takes the sound's MFCC [1, 4 T, 13], 100 a second, and T grey crops
of a face, [1, T, 112, 112], 25 a second, 0 … 255. It gives for each of the T frames a logit, [T], or logits or
probabilities of silence and speech, [T, 2]. Crops and sound are made as both publish them.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from ..attention.face_tracks import Face
from ..focus.detections import SOUND_RATE
from ..model_file import Input, ModelError, open_model

FPS = 25  # of the network
CROP = 112  # px
REACH, BELOW = 0.7, 0.2  # of the face's size: what a crop covers, and how far its centre is below the face's
MFCC, FILTERS, TAPS = 13, 26, 512
STEP, WINDOW = 160, 400  # samples
EMPHASIS, LIFTER = 0.97, 22
SMOOTH = 5  # frames over which scores are averaged, as TalkNet's own demo does


def face_crop(grey: np.ndarray, face: Face, scale: float, side: int = CROP) -> np.ndarray:
    """uint8 [side, side] of a picture uint8 [h, w]; scale: its px for a px of the face's coordinates."""
    step = REACH * face.size * scale / side
    x = (face.x + 0.5) * scale - 0.5
    y = (face.y + BELOW * face.size + 0.5) * scale - 0.5
    middle = step * (side - 1) / 2
    matrix = np.array([[step, 0, x - middle], [0, step, y - middle]])
    source = cv2.GaussianBlur(grey, (0, 0), 0.4 * step) if step > 1.5 else grey
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(source, matrix, (side, side), flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=110)


def mfcc(samples: np.ndarray, count: int) -> np.ndarray:
    """float32 [count, 13]: mel-frequency cepstra, 100 a second, of samples float32 at SOUND_RATE that begin with the
    first; the first coefficient is the logarithm of the energy (Davis & Mermelstein 1980, as python_speech_features
    has them). Silence where samples end."""
    signal = np.zeros((count - 1) * STEP + WINDOW)
    signal[: len(samples)] = 32768 * np.asarray(samples[: len(signal)], np.float64)
    signal[1:] -= EMPHASIS * signal[:-1].copy()
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[::STEP]
    power = np.abs(np.fft.rfft(frames, TAPS)) ** 2 / TAPS
    least = np.finfo(float).eps
    bands = np.log(np.maximum(power @ _filters().T, least))
    cepstra = cv2.dct(bands, flags=cv2.DCT_ROWS)[:, :MFCC] * (1 + LIFTER / 2 * np.sin(np.pi * np.arange(MFCC) / LIFTER))
    cepstra[:, 0] = np.log(np.maximum(power.sum(axis=1), least))
    return cepstra.astype(np.float32)


@cache
def _filters() -> np.ndarray:
    """[26, 257]: triangles evenly spaced on the mel scale."""
    mel = np.linspace(0, 2595 * np.log10(1 + SOUND_RATE / 2 / 700), FILTERS + 2)
    edges = np.floor((TAPS + 1) * 700 * (10 ** (mel / 2595) - 1) / SOUND_RATE)
    bins = np.arange(TAPS // 2 + 1)
    rise = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.clip(np.minimum(rise, fall), 0, None)


class SpeakerNetwork:
    """The network in a file, ONNX or TorchScript (which takes sound, then faces). ModelError where it is another."""

    def __init__(self, path: str | Path):
        self._model = open_model(path, "an active speaker detector such as Light-ASD")
        self._order, self._shapes, self._length, self.side = (0, 1), ([1, 0, MFCC], [1, 0, CROP, CROP]), None, CROP
        if self._model.inputs is not None:
            self._read_shapes(self._model.inputs)
        self.version = hashlib.blake2b(Path(path).read_bytes(), digest_size=8).hexdigest()
        self._run(np.zeros((4 * FPS, MFCC), np.float32), np.zeros((FPS, self.side, self.side), np.uint8))

    def __call__(self, crops: np.ndarray, samples: np.ndarray, fps: float) -> np.ndarray:
        """float64 [n] 0 … 1: how likely a face speaks in each of its n neighbouring frames.

        crops: uint8 [n, side, side]; samples: float32 [m] at SOUND_RATE, from the first frame's beginning on.
        """
        count = len(crops)
        ticks = max(round(count / fps * FPS), 1)
        frames = np.minimum(((np.arange(ticks) + 0.5) / FPS * fps).astype(int), count - 1)
        scores = self._run(mfcc(samples, 4 * ticks), crops[frames])
        smooth = cv2.blur(scores[None], (SMOOTH, 1), borderType=cv2.BORDER_REPLICATE)[0]
        return np.interp((np.arange(count) + 0.5) / fps, (np.arange(ticks) + 0.5) / FPS, smooth)

    def _read_shapes(self, inputs: list[Input]) -> None:
        shapes = [list(i.shape) for i in inputs]
        faces = [n for n, s in enumerate(shapes) if len(s) in (4, 5) and s[-1] != MFCC]
        sound = [n for n, s in enumerate(shapes) if len(s) in (3, 4) and n not in faces]
        square = faces and (shapes[faces[0]][-1] == shapes[faces[0]][-2] or not _fixed(shapes[faces[0]][-1]))
        if len(inputs) != 2 or not faces or not sound or not square or _fixed(shapes[sound[0]][-1]) not in (0, MFCC):
            raise ModelError(
                f"{self._model.name}: takes {shapes}; the sound's MFCC [1, 4 T, {MFCC}] and a face's crops "
                f"[1, T, {CROP}, {CROP}] were expected; export Light-ASD or TalkNet with these two inputs"
            )
        self._order = (0, 1) if sound[0] == 0 else (1, 0)
        self._shapes = shapes[sound[0]], shapes[faces[0]]
        self._length = _fixed(shapes[faces[0]][-3]) or _fixed(shapes[sound[0]][-2]) // 4 or None
        self.side = _fixed(shapes[faces[0]][-1]) or CROP

    def _run(self, cepstra: np.ndarray, crops: np.ndarray) -> np.ndarray:
        """Scores [T] of MFCC [4 T, 13] and crops [T, side, side]; in pieces where the network's length is fixed."""
        count, length = len(crops), self._length or len(crops)
        scores = np.zeros(count)
        for first in range(0, count, length):
            first = max(min(first, count - length), 0)
            at = np.minimum(np.arange(first, first + length), count - 1)
            heard = np.minimum(np.arange(4 * first, 4 * (first + length)), 4 * count - 1)
            piece = self._scores(cepstra[heard], crops[at])
            scores[first : first + length] = piece[: count - first]
        return scores

    def _scores(self, cepstra: np.ndarray, crops: np.ndarray) -> np.ndarray:
        sound = cepstra.reshape(*[1] * (len(self._shapes[0]) - 2), *cepstra.shape)
        faces = crops.astype(np.float32).reshape(*[1] * (len(self._shapes[1]) - 3), *crops.shape)
        given = [sound, faces]
        outputs = self._model(*(given[n] for n in self._order))
        for out in outputs:
            out = np.asarray(out, np.float64)
            if out.size == 2 * len(crops) and out.shape[-1] == 2:
                logits = out.reshape(-1, 2)
                if logits.min() >= 0 and np.allclose(logits.sum(axis=1), 1, atol=1e-3):
                    return logits[:, 1]  # the graph ends with a softmax
                return 1 / (1 + np.exp(np.clip(logits[:, 0] - logits[:, 1], -60, 60)))
            if out.size == len(crops):
                return 1 / (1 + np.exp(np.clip(-out.ravel(), -60, 60)))
        raise ModelError(
            f"{self._model.name}: gives {[list(np.shape(o)) for o in outputs]} for {len(crops)} frames; a score for "
            "each, [T] or [T, 2], was expected; export the network with its last layer"
        )


def _fixed(size) -> int:
    return size if isinstance(size, int) and size > 0 else 0
