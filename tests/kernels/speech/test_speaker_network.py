"""Networks that tell who speaks, made up: their scores are known."""

import numpy as np
import pytest
import torch

from focuspuller.kernels.attention.face_tracks import Face
from focuspuller.kernels.focus.detections import SOUND_RATE, ClipFrame, ClipInfo
from focuspuller.kernels.model_file import ModelError, OnnxModel
from focuspuller.kernels.speech import speaker_network
from focuspuller.kernels.speech.detector import SpeakerDetector
from focuspuller.kernels.speech.speaker_network import MFCC, SpeakerNetwork, face_crop, mfcc

FPS = 24.0
SHAPE = (120, 240)
FACES = {0: Face(60, 60, 80, 1.0), 1: Face(180, 60, 60, 1.0)}


class BrightAndLoud(torch.nn.Module):
    """A logit a frame: 8 where the crop is bright and the sound loud, else -8."""

    def forward(self, sound, faces):
        loud = sound[:, :, 0].reshape(1, -1, 4).mean(2)[0] > 5.0
        bright = faces.mean((2, 3))[0] > 100
        return torch.where(loud & bright, 8.0, -8.0)


class TwoLogits(BrightAndLoud):
    def forward(self, sound, faces):
        score = super().forward(sound, faces)
        return torch.stack([-score / 2, score / 2], -1)[None]


class Probabilities(BrightAndLoud):
    def forward(self, sound, faces):
        score = torch.sigmoid(super().forward(sound, faces))
        return torch.stack([1 - score, score], -1)


class EmbeddingsOnly(torch.nn.Module):
    def forward(self, sound, faces):
        return torch.zeros(faces.shape[1], 128)


def saved(module, folder):
    path = folder / "speaker.pt"
    given = torch.zeros(1, 100, MFCC), torch.zeros(1, 25, 112, 112)
    torch.jit.trace(module.eval(), given, check_trace=False).save(str(path))
    return path


@pytest.mark.parametrize("module", [BrightAndLoud, TwoLogits, Probabilities])
def test_scores_are_of_the_frames_they_belong_to(module, tmp_path):
    network = SpeakerNetwork(saved(module(), tmp_path))
    crops = np.full((60, 112, 112), 150, np.uint8)
    samples = 0.3 * np.random.default_rng(0).standard_normal(round(60 / FPS * SOUND_RATE)).astype(np.float32)
    samples[: round(30 / FPS * SOUND_RATE)] = 0
    scores = network(crops, samples, FPS)
    assert scores[:27].max() < 0.01 and scores[33:].min() > 0.99
    assert abs(np.flatnonzero(scores > 0.5)[0] - 30) <= 1
    assert network(crops // 2, samples, FPS).max() < 0.01


@pytest.mark.parametrize("count", [1, 3, 11])
def test_few_frames_have_scores_too(count, tmp_path):
    network = SpeakerNetwork(saved(BrightAndLoud(), tmp_path))
    assert network(np.zeros((count, 112, 112), np.uint8), np.zeros(900, np.float32), FPS).shape == (count,)


def test_the_face_that_the_network_believes_is_lit(tmp_path):
    class KnownFaces:
        version = "known"
        reach = type("Reach", (), {"ahead": 0})
        listeners = []  # noqa: RUF012

    network = SpeakerNetwork(saved(BrightAndLoud(), tmp_path))
    finder = KnownFaces()
    detector = SpeakerDetector(ClipInfo(240, 120, FPS, True), finder, network=network)
    assert network.version in detector.version
    picture = np.full((*SHAPE, 3), 40, np.uint8)
    picture[:, 120:] = 180  # the second face's half
    rng, found = np.random.default_rng(1), []
    for n in range(120):
        sound = (0.3 if 40 <= n < 90 else 0.0) * rng.standard_normal(round(SOUND_RATE / FPS)).astype(np.float32)
        finder.listeners[0](SHAPE, FACES)
        found += detector.push(ClipFrame(n + 1, picture, sound=sound, cut=n == 0))
    found += detector.finish()
    assert [d.number for d in found] == list(range(1, 121))
    score = np.array([[r.score for r in d.regions] for d in found])
    assert score[:, 0].max() < 0.01
    assert score[:37, 1].max() < 0.01 and score[44:86, 1].min() > 0.99 and score[94:, 1].max() < 0.01
    assert found[60].map[:, 80:].max() > 0.9 and found[60].map[:, :80].max() < 0.01


def test_crops_show_the_lower_face_at_its_own_scale():
    grey = np.zeros((240, 480), np.uint8)
    x, y = FACES[0].x, FACES[0].y + 0.2 * FACES[0].size
    grey[round(2 * y) - 4 : round(2 * y) + 4, round(2 * x) - 4 : round(2 * x) + 4] = 255
    crop = face_crop(grey, FACES[0], 2.0)
    rows, columns = np.nonzero(crop > 100)
    assert crop.shape == (112, 112)
    assert abs(rows.mean() - 55.5) < 1.5 and abs(columns.mean() - 55.5) < 1.5
    assert abs(np.ptp(rows) + 1 - 8) <= 2  # 0.7 × 80 × 2 px are 112


def test_mfcc_by_the_definition():
    rng = np.random.default_rng(2)
    samples = 0.1 * rng.standard_normal(1000)
    ours = mfcc(samples.astype(np.float32), 4)[2]
    signal = 32768 * samples.astype(np.float32).astype(float)
    signal = np.concatenate([signal[:1], signal[1:] - 0.97 * signal[:-1]])[320:720]
    power = np.abs(np.fft.fft(signal, 512)[:257]) ** 2 / 512
    hertz = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + 8000 / 700), 28) / 2595) - 1)
    edges = np.floor(513 * hertz / 16000)
    bands = []
    for low, middle, high in zip(edges, edges[1:], edges[2:], strict=False):
        k = np.arange(257)
        bands.append(power @ np.interp(k, [low, middle, high], [0, 1, 0]))
    n = np.arange(26)
    for c in range(1, 13):
        cepstrum = np.sqrt(2 / 26) * (np.log(bands) * np.cos(np.pi * c * (n + 0.5) / 26)).sum()
        assert ours[c] == pytest.approx(cepstrum * (1 + 11 * np.sin(np.pi * c / 22)), abs=1e-3)
    assert ours[0] == pytest.approx(np.log(power.sum()), abs=1e-4)


class Value:
    def __init__(self, name, shape):
        self.name, self.shape = name, shape


class Session:
    """What onnxruntime.InferenceSession offers: the mean of each crop less 100 is its logit."""

    def __init__(self, *inputs):
        self.inputs = [Value(f"in{n}", shape) for n, shape in enumerate(inputs)]

    def get_inputs(self):
        return self.inputs

    def get_outputs(self):
        return [Value("scores", [None])]

    def run(self, names, feeds):
        for value in self.inputs:
            given = feeds[value.name].shape
            assert all(not isinstance(w, int) or w == g for w, g in zip(value.shape, given, strict=True))
        faces = max(feeds.values(), key=lambda a: a.size)
        return [faces.reshape(-1, *faces.shape[-2:]).mean((1, 2)) - 100]


@pytest.fixture
def onnx(monkeypatch, tmp_path):
    def make(*inputs):
        path = tmp_path / "speaker.onnx"
        path.write_bytes(b"graph")
        monkeypatch.setattr(speaker_network, "open_model", lambda path, what: OnnxModel(Session(*inputs), str(path)))
        return SpeakerNetwork(path)

    return make


@pytest.mark.parametrize(
    "inputs",
    [
        ([1, "4T", 13], [1, "T", 112, 112]),
        ([1, "T", 64, 64], [1, "4T", 13]),
        ([1, 1, 40, 13], [1, 1, 10, 112, 112]),
    ],
    ids=["free", "faces first, smaller", "ten frames"],
)
def test_shapes_are_read_from_the_graph(inputs, onnx):
    network = onnx(*inputs)
    crops = np.zeros((34, network.side, network.side), np.uint8)
    crops[20:] = 200
    scores = network(crops, np.zeros(1000, np.float32), 25.0)
    assert scores[:18].max() < 0.01 and scores[22:].min() > 0.99


@pytest.mark.parametrize("inputs", [([1, 3, 112, 112],), ([1, "T", 40], [1, "T", 112, 112]), ([1, 9], [1, 9])])
def test_other_graphs_are_refused(inputs, onnx):
    with pytest.raises(ModelError, match=r"speaker.onnx: takes .* were expected; export Light-ASD"):
        onnx(*inputs)


def test_a_network_without_scores_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"gives \[\[25, 128\]\] for 25 frames.*with its last layer"):
        SpeakerNetwork(saved(EmbeddingsOnly(), tmp_path))
    with pytest.raises(ModelError, match="no such file"):
        SpeakerNetwork(tmp_path / "none.onnx")
