"""Depth networks of the user's: tiny ONNX graphs and TorchScript modules whose answers are known."""

import sys

import numpy as np
import onnx_files
import pytest
import torch

from focuspuller.kernels.depth.network_file import DEVIATION, LONG_SIDE, MEAN, DepthNetwork, open_depth_network
from focuspuller.kernels.model_file import ModelError


class Model:
    """One of model_file's, around a function from [1, 3, h, w] to outputs. shape: of its input; None: unsaid."""

    name = "net.onnx"

    def __init__(self, answer, shape=None):
        self.answer, self.given = answer, []
        self.inputs = None if shape is None else [Input(shape)]

    def __call__(self, picture):
        self.given.append(picture)
        return self.answer(picture)


class Input:
    def __init__(self, shape):
        self.shape = shape

    def size(self, default):
        return tuple(v if isinstance(v, int) else default for v in (self.shape[3], self.shape[2]))


def brightness(picture):
    """[1, h, w]: the mean of the channels as they were before the normalisation."""
    return [(picture * DEVIATION[:, None, None] + MEAN[:, None, None]).mean(axis=1)]


def gradient(height=90, width=160):
    return np.repeat(np.linspace(0, 1, width, dtype=np.float32)[None, :, None], height, axis=0).repeat(3, axis=2)


@pytest.mark.parametrize(
    "shape, given",
    [
        ([1, 3, "h", "w"], (392, 700)),  # multiples of 14, the long side LONG_SIDE
        (["n", 3, 384, 384], (384, 384)),
        ([1, 3, 256, "w"], (256, 700)),
        (None, (392, 700)),
    ],
)
def test_the_size_is_the_graphs_or_fits_the_picture(shape, given):
    model = Model(brightness, shape)
    found = DepthNetwork(model).disparity(gradient())
    assert model.given[0].shape == (1, 3, *given) and model.given[0].dtype == np.float32
    assert max(given) <= LONG_SIDE and found.shape == (90, 160) and found.dtype == np.float32
    np.testing.assert_allclose(found, gradient()[..., 0], atol=0.01)


def test_networks_that_want_multiples_of_32():
    def answer(picture):
        if picture.shape[2] % 32 or picture.shape[3] % 32:
            raise ModelError("net.onnx: failed")
        return brightness(picture)

    model = Model(answer)
    np.testing.assert_allclose(DepthNetwork(model).disparity(gradient()), gradient()[..., 0], atol=0.01)
    assert model.given[-1].shape == (1, 3, 384, 704)


def test_channels_are_normalised():
    model = Model(brightness, [1, 3, 28, 28])
    red = np.zeros((28, 28, 3), np.float32)
    red[..., 0] = 1
    DepthNetwork(model).disparity(red)
    expected = [(1 - 0.485) / 0.229, -0.456 / 0.224, -0.406 / 0.225]
    assert model.given[0][0, :, 9, 9] == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("form", [(1, 1), (1,), ()], ids=len)
def test_one_map_of_any_rank_and_size(form):
    model = Model(lambda picture: [np.full((*form, 7, 9), 2.5, np.float32)])
    np.testing.assert_allclose(DepthNetwork(model).disparity(gradient()), 2.5)


def test_depth_is_turned_into_disparity():
    model = Model(lambda picture: [1 + 3 * brightness(picture)[0]], [1, 3, 90, 160])
    found = DepthNetwork(model, "depth").disparity(gradient())
    np.testing.assert_allclose(found, 1 / (1 + 3 * gradient()[..., 0]), atol=1e-3)
    none = DepthNetwork(Model(lambda picture: [np.array([[2.0, 0, -1, 4]] * 4, np.float32)]), "depth")
    assert np.isfinite(none.disparity(gradient())).all()
    with pytest.raises(ValueError, match="disparity or depth, not 'metres'"):
        DepthNetwork(model, "metres")


def test_pictures_that_are_not_finite():
    picture = gradient()
    picture[3:5, 3:9] = np.nan
    picture[8, 8] = np.inf
    assert np.isfinite(DepthNetwork(Model(brightness)).disparity(picture)).all()


@pytest.mark.parametrize(
    "answer, message",
    [
        (np.zeros((1, 1000), np.float32), "first output should be one map"),
        (np.zeros((1, 2, 8, 8), np.float32), r"gives \[\[1, 2, 8, 8\]\]"),
        (np.full((1, 8, 8), np.nan, np.float32), "not finite"),
    ],
)
def test_outputs_that_are_no_map(answer, message):
    with pytest.raises(ModelError, match=f"net.onnx: .*{message}|net.onnx: {message}"):
        DepthNetwork(Model(lambda picture: [answer])).disparity(gradient())


def test_inputs_that_are_no_picture():
    with pytest.raises(ModelError, match="one picture"):
        DepthNetwork(Model(brightness, [1, 77]))


class Brightness(torch.nn.Module):
    def forward(self, picture):
        return picture.mean(dim=1, keepdim=True)


def test_a_torchscript_file(tmp_path):
    path = tmp_path / "net.pt"
    torch.jit.save(torch.jit.script(Brightness()), str(path))
    found = open_depth_network(path).disparity(gradient())
    assert found.shape == (90, 160) and (np.diff(found[40]) > 0).all()
    two = tmp_path / "two.ts"
    torch.jit.save(torch.jit.script(torch.nn.Conv2d(1, 1, 3)), str(two))
    with pytest.raises(ModelError, match=r"two\.ts: failed"):
        open_depth_network(two).disparity(gradient())


class Trap:
    """Says so when it is unpickled."""

    def __reduce__(self):
        return pytest.fail, ("unpickled",)


def test_pickled_checkpoints_are_refused_unread(tmp_path):
    for name, content in (("zip.pt", True), ("old.pth", False)):
        path = tmp_path / name
        torch.save({"weights": Trap()}, path, _use_new_zipfile_serialization=content)
        with pytest.raises(ModelError, match=f"{name}: is no TorchScript archive; export it"):
            open_depth_network(path)


def test_missing_files_and_what_is_no_network(tmp_path):
    with pytest.raises(ModelError, match=r"none\.onnx: there is no such file; choose a depth network"):
        open_depth_network(tmp_path / "none.onnx")
    pytest.importorskip("onnxruntime")
    (tmp_path / "text.onnx").write_text("not a network")
    with pytest.raises(ModelError, match=r"text\.onnx: is no ONNX network"):
        open_depth_network(tmp_path / "text.onnx")


def test_onnxruntime_is_missing(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)
    (tmp_path / "net.onnx").write_bytes(b"")
    with pytest.raises(ModelError, match=r"needs onnxruntime; pip install 'focuspuller\[onnx\]'"):
        open_depth_network(tmp_path / "net.onnx")


@pytest.mark.parametrize("sides", [("h", "w"), (56, 84)])
def test_an_onnx_file(tmp_path, sides):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    mean = onnx_files.node("ReduceMean", ["picture"], ["depth"], axes=[1], keepdims=0)
    inputs, outputs = [onnx_files.value("picture", (1, 3, *sides))], [onnx_files.value("depth", (1, *sides))]
    path.write_bytes(onnx_files.model([mean], inputs, outputs))
    network = open_depth_network(path)
    assert network.fixed == ((0, 0) if sides[0] == "h" else (84, 56))
    found = network.disparity(gradient())
    assert found.shape == (90, 160) and (np.diff(found[40]) >= 0).all() and found[40, -1] > found[40, 0] + 1
