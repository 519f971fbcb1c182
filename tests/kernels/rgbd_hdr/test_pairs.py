"""Real pictures at several apertures: aligned, brought to one exposure, cropped; what cannot be used is said."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from focuspuller.kernels.rgbd_hdr.examples.pairs import alignment, linear, read_pairs

WIDTH, HEIGHT, RIM = 400, 260, 30
MOVES = {
    "shift": (0.0, 1.0, 3.3, -1.7),
    "turn": (1.2, 1.0, -2.4, 0.6),
    "breathing": (0.3, 1.02, 1.0, 2.0),
}  # degrees, scale, px


def scene(seed: int = 1) -> np.ndarray:
    """uint8: spots of all sizes, RIM px more than the picture on each side."""
    rng = np.random.default_rng(seed)
    size = WIDTH + 2 * RIM, HEIGHT + 2 * RIM
    layers = [cv2.resize(rng.random((s, s, 3)), size, interpolation=cv2.INTER_CUBIC) for s in (6, 20, 60)]
    return np.clip(40 + 150 * (layers[0] * 0.5 + layers[1] * 0.3 + layers[2] * 0.2), 0, 255).astype(np.uint8)


def subject(seed: int = 1) -> np.ndarray:
    return np.ascontiguousarray(scene(seed)[RIM:-RIM, RIM:-RIM])


def moved(move: str) -> tuple[np.ndarray, np.ndarray]:
    """(the subject defocused and moved, [2, 3] from the old pixels to the new ones)."""
    angle, scale, x, y = MOVES[move]
    matrix = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), angle, scale)
    matrix[:, 2] += x, y
    soft = cv2.GaussianBlur(scene(), (0, 0), 2.5)
    whole = matrix.copy()
    whole[:, 2] -= matrix[:, :2] @ (RIM, RIM)
    return cv2.warpAffine(soft, whole, (WIDTH, HEIGHT), flags=cv2.INTER_CUBIC), matrix


def write(folder: Path, **pictures: np.ndarray) -> Path:
    folder.mkdir(parents=True)
    for name, picture in pictures.items():
        assert cv2.imwrite(str(folder / f"{name}.png"), picture[..., ::-1])
    return folder


@pytest.mark.parametrize("move", MOVES)
def test_a_known_move_is_found(move):
    deep = subject()
    shallow, matrix = moved(move)
    found = alignment(deep, shallow, Path("x"))
    points = np.array([[x, y, 1] for x in (40, WIDTH / 2, WIDTH - 40) for y in (40, HEIGHT - 40)])
    assert np.hypot(*(points @ (found - matrix).T).T).max() < 0.3


@pytest.mark.parametrize("move", MOVES)
def test_a_pair_comes_aligned_and_in_one_exposure(move, tmp_path):
    deep = subject()
    shallow, _ = moved(move)
    darker = np.clip(shallow.astype(np.float32) * np.float32([0.9, 0.8, 0.85]), 0, 255).astype(np.uint8)
    write(tmp_path / "scene", deep=deep, shallow=darker)
    (example,) = read_pairs(tmp_path)
    light = example.shallow[0].light.astype(np.float32)
    assert light.shape == example.picture.shape
    assert light.shape[0] * light.shape[1] > 0.85 * WIDTH * HEIGHT
    wanted = cv2.GaussianBlur(linear(example.picture), (0, 0), 2.5)
    inner = np.s_[8:-8, 8:-8]
    assert np.abs(light / wanted - 1)[inner].mean() < 0.03
    assert light.min() > 0.4 * wanted.min()  # no black rim
    assert (example.radiance, example.disparity, example.shallow[0].gain, example.shallow[0].focus) == (None,) * 4


def test_a_triplet_and_a_large_picture(tmp_path):
    deep = cv2.resize(subject(), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    write(tmp_path / "b", deep=deep, shallow_f2=deep, shallow_f4=deep)
    (example,) = read_pairs(tmp_path)
    assert len(example.shallow) == 2
    assert max(example.picture.shape) == 512


@pytest.mark.parametrize(
    ("pictures", "says"),
    [
        ({"deep": subject()}, "1 deep and 0 shallow"),
        ({"shallow": subject()}, "0 deep and 1 shallow"),
        ({"deep": subject(), "shallow": subject(9)}, "cannot be aligned"),
        ({"deep": subject(), "shallow": np.zeros((HEIGHT, WIDTH, 3), np.uint8)}, "cannot be aligned"),
    ],
)
def test_scenes_that_do_not_fit_are_said(pictures, says, tmp_path):
    write(tmp_path / "scene", **pictures)
    with pytest.raises(ValueError, match=says):
        list(read_pairs(tmp_path))


def test_what_is_no_picture_and_what_holds_no_scenes_is_said(tmp_path):
    with pytest.raises(ValueError, match="holds no folders"):
        list(read_pairs(tmp_path))
    (write(tmp_path / "scene", deep=subject()) / "shallow.png").write_text("words")
    with pytest.raises(ValueError, match=r"shallow\.png: is no picture"):
        list(read_pairs(tmp_path))
