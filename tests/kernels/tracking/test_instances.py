"""Instance segmentation graphs of the usual shapes, with made-up outputs: whose boxes and masks are known."""

import numpy as np
import onnx_files
import pytest

from focuspuller.kernels.model_file import ModelError, OnnxModel
from focuspuller.kernels.tracking.instances import Network, load_model

SIDE = 64  # px of the network's input
PICTURE = np.zeros((40, 80, 3), np.uint8)  # letterboxed by 0.8; squeezed by 0.8 and 1.6
BOX = (20.0, 10.0, 50.0, 30.0)  # px of the picture: what every network here sees


class Value:
    def __init__(self, shape, name="images"):
        self.shape, self.name = shape, name


class Session:
    """What onnxruntime.InferenceSession offers, with fixed outputs."""

    def __init__(self, outputs, side=SIDE):
        self.outputs, self.given = outputs, None
        self.input = Value([1, 3, side, side])

    def get_inputs(self):
        return [self.input]

    def get_outputs(self):
        return [Value(list(o.shape), f"o{n}") for n, o in enumerate(self.outputs)]

    def run(self, names, feeds):
        (self.given,) = feeds.values()
        return self.outputs


def cells(box, scale, side, inside, outside):
    """A map [side, side] of the network's input with `inside` in the box."""
    x0, y0, x1, y1 = (round(v * s * side / SIDE) for v, s in zip(box, (*scale, *scale), strict=True))
    out = np.full((side, side), outside, np.float32)
    out[y0:y1, x0:x1] = inside
    return out


def yolo():
    x0, y0, x1, y1 = (0.8 * v for v in BOX)
    detections = np.zeros((1, 4 + 3 + 32, 50), np.float32)
    for n, score in enumerate((0.9, 0.7)):  # twice the same
        detections[0, :4, n] = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
        detections[0, 4 + 2, n] = score
        detections[0, 7, n] = 1
    prototypes = np.zeros((1, 32, 32, 32), np.float32)
    prototypes[0, 0] = cells(BOX, (0.8, 0.8), 32, 5, -5)
    return [detections, prototypes]


def rtmdet():
    boxes = np.zeros((1, 5, 5), np.float32)
    boxes[0, 0] = [*(0.8 * v for v in BOX), 0.9]
    masks = np.zeros((1, 5, SIDE, SIDE), np.float32)
    masks[0, 0] = cells(BOX, (0.8, 0.8), SIDE, 1, 0)
    return [boxes, np.full((1, 5), 2, np.int64), masks]


def detr():
    x0, y0, x1, y1 = (v / s for v, s in zip(BOX, (80, 40, 80, 40), strict=True))
    boxes, logits = np.full((1, 6, 4), 0.5, np.float32), np.full((1, 6, 3), -9, np.float32)
    boxes[0, 1] = (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0
    logits[0, 1, 2] = 2.2
    masks = np.full((1, 6, 16, 16), -5, np.float32)
    masks[0, 1] = cells(BOX, (0.8, 1.6), 16, 5, -5)
    return [boxes, logits, masks]


@pytest.mark.parametrize("outputs", [yolo, rtmdet, detr], ids=lambda f: f.__name__)
def test_every_shape_gives_the_instance(outputs):
    session = Session(outputs())
    (found,) = Network(OnnxModel(session, "net.onnx"))(PICTURE)
    assert found.box == pytest.approx(BOX, abs=0.01)
    assert found.score == pytest.approx(0.9, abs=0.01) and found.label == 2
    assert found.mask.shape == (40, 80) and found.mask.dtype == bool
    truth = np.zeros((40, 80), bool)
    truth[10:30, 20:50] = True
    assert (found.mask & truth).sum() / (found.mask | truth).sum() > 0.75
    assert session.given.shape == (1, 3, SIDE, SIDE) and session.given.dtype == np.float32


def test_what_networks_are_given():
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[..., 0] = 255
    plain, mean, squeezed = (Session(o()) for o in (yolo, rtmdet, detr))
    for session in (plain, mean, squeezed):
        Network(OnnxModel(session, "net.onnx"))(picture)
    assert plain.given[0, :, 5, 5].tolist() == [1, 0, 0]
    assert plain.given[0, 0, 40, 5] == pytest.approx(114 / 255)  # below the letterboxed picture
    assert mean.given[0, :, 5, 5] == pytest.approx([-0.406 / 0.225, -0.456 / 0.224, (1 - 0.485) / 0.229], abs=1e-4)
    assert squeezed.given[0, 0, 60, 60] == pytest.approx((1 - 0.485) / 0.229, abs=1e-4)


def test_graphs_of_no_known_shape():
    with pytest.raises(ModelError, match=r"net.onnx: outputs .* no known kind"):
        Network(OnnxModel(Session([np.zeros((1, 1000), np.float32)]), "net.onnx"))
    wrong = Session(yolo())
    wrong.input = Value([1, 1000])
    with pytest.raises(ModelError, match="one picture"):
        Network(OnnxModel(wrong, "net.onnx"))


def onnx_file(outputs) -> bytes:
    """A model that takes a picture and answers with these arrays, whatever it shows."""
    return onnx_files.model(
        [onnx_files.node("Identity", [f"c{n}"], [f"o{n}"]) for n in range(len(outputs))],
        [onnx_files.value("images", (1, 3, SIDE, SIDE))],
        [onnx_files.value(f"o{n}", o.shape) for n, o in enumerate(outputs)],
        [onnx_files.tensor(f"c{n}", o) for n, o in enumerate(outputs)],
    )


def test_a_file_through_onnxruntime(tmp_path):
    pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    path.write_bytes(onnx_file(yolo()))
    (found,) = load_model(path)(PICTURE)
    assert found.box == pytest.approx(BOX, abs=0.01)
    path.write_bytes(b"not a network")
    with pytest.raises(ModelError, match=r"net.onnx: is no ONNX network"):
        load_model(path)


def test_a_missing_file():
    with pytest.raises(ModelError, match=r"none.onnx: there is no such file"):
        load_model("none.onnx")
