"""Flow networks from files: tiny ones that find one shift for the whole picture, in the usual ranges and sizes."""

import cv2
import numpy as np
import pytest
from shift_network import saved

from focuspuller.kernels.flow.network_file import FlowNetwork, open_flow_network
from focuspuller.kernels.model_file import ModelError, OnnxModel

REACH = 7  # px


def wall(height=150, width=200, seed=1):
    noise = cv2.GaussianBlur(np.random.default_rng(seed).random((height, width, 3), np.float32), (0, 0), 3)
    return cv2.normalize(noise, None, 0.01, 0.9, cv2.NORM_MINMAX)


def pair(dx, dy, height=150, width=200):
    """Two pictures; each pixel of the first lies at + (dx, dy) in the second."""
    whole = wall(height + 20, width + 20)
    return tuple(
        np.ascontiguousarray(whole[10 + y : 10 + y + height, 10 + x : 10 + x + width]) for x, y in ((dx, dy), (0, 0))
    )


class Value:
    def __init__(self, shape, name):
        self.shape, self.name = shape, name


class Session:
    """What onnxruntime.InferenceSession offers, around the search for one shift. Pictures are rounded to 32 steps of
    low … high, so that those of another range have little content. Gives a coarse flow first, as RAFT does."""

    def __init__(self, low=0.0, high=255.0, height="height", width="width", blind=False):
        self.low, self.high, self.side, self.blind, self.given = low, high, (height, width), blind, []

    def get_inputs(self):
        return [Value([1, 3, *self.side], n) for n in ("image1", "image2")]

    def get_outputs(self):
        return [Value([1, 2, *self.side], "flow")]

    def run(self, names, feeds):
        pictures = [(f[0, 1] - self.low) / (self.high - self.low) for f in feeds.values()]
        self.given.append(next(iter(feeds.values())).shape)
        a, b = (np.rint(np.clip(p, 0, 1) * 32) for p in pictures)
        inner = np.s_[REACH:-REACH, REACH:-REACH]
        errors = {
            (x, y): np.abs(np.roll(b, (-y, -x), (0, 1))[inner] - a[inner]).mean()
            for x in range(-REACH, REACH + 1)
            for y in range(-REACH, REACH + 1)
        }
        best = np.zeros(2) if self.blind or np.ptp(a) < 1 else np.array(min(errors, key=errors.get))
        flow = np.broadcast_to(best.astype(np.float32)[None, :, None, None], (1, 2, *a.shape))
        return [np.zeros((1, 2, a.shape[0] // 8, a.shape[1] // 8), np.float32), flow]


@pytest.mark.parametrize("limits", [(0.0, 255.0), (0.0, 1.0), (-1.0, 1.0)])
def test_the_range_of_pictures_is_found_and_the_shift_too(limits):
    network = FlowNetwork(OnnxModel(Session(*limits), "raft.onnx"), "raft")
    found = network(*pair(-4, 2))
    assert found.shape == (150, 200, 2) and found.dtype == np.float32
    np.testing.assert_allclose(found[..., 0], -4)
    np.testing.assert_allclose(found[..., 1], 2)


def test_sizes_are_read_from_the_graph_and_flow_is_in_px_of_the_picture():
    session = Session(height=160, width=240)
    network = FlowNetwork(OnnxModel(session, "raft.onnx"), "raft")
    found = network(*pair(6, -4, height=320, width=480))
    assert set(session.given) == {(1, 3, 160, 240)}
    np.testing.assert_allclose(found.mean(axis=(0, 1)), (6, -4), atol=0.01)


def test_free_sizes_are_multiples_of_eight_and_bounded():
    session = Session()
    network = FlowNetwork(OnnxModel(session, "raft.onnx"), "raft")
    network(*pair(1, 1, height=101, width=203))
    assert session.given[-1] == (1, 3, 128, 208)
    network(*pair(1, 1, height=1000, width=1000))
    *_, height, width = session.given[-1]
    assert height % 8 == width % 8 == 0 and 0.9 * 400_000 < height * width < 1.1 * 400_000


def test_grey_pictures_and_radiance_without_bounds():
    network = FlowNetwork(OnnxModel(Session(), "raft.onnx"), "raft")
    a, b = (p[..., 1] * 1000 for p in pair(3, 0))
    np.testing.assert_allclose(network(a, b).mean(axis=(0, 1)), (3, 0), atol=0.01)


def test_what_is_no_flow_network_is_refused():
    with pytest.raises(ModelError, match=r"raft\.onnx: does not see that a picture has moved"):
        FlowNetwork(OnnxModel(Session(blind=True), "raft.onnx"), "raft")

    class OnePicture(Session):
        def get_inputs(self):
            return super().get_inputs()[:1]

    with pytest.raises(ModelError, match="2 pictures"):
        FlowNetwork(OnnxModel(OnePicture(), "depth.onnx"), "depth")

    class Coarse(Session):
        def run(self, names, feeds):
            return super().run(names, feeds)[:1]

    with pytest.raises(ModelError, match="a flow network's last output is"):
        FlowNetwork(OnnxModel(Coarse(), "raft.onnx"), "raft")
    with pytest.raises(ModelError, match="there is no such file; choose an optical flow network"):
        open_flow_network("/nowhere/raft.onnx")


def test_torchscript_from_a_file_opened_once(tmp_path):
    path = saved(tmp_path / "shift.pt")
    network = open_flow_network(path)
    np.testing.assert_allclose(network(*pair(4, -3)).mean(axis=(0, 1)), (4, -3), atol=0.01)
    assert open_flow_network(path) is network
    assert network.name and network.name != str(path)
