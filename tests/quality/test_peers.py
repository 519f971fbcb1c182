"""The peers get the lens that we get: a point light becomes a disc of our radius. Skipped where a peer is missing."""

import numpy as np
import pytest
from quality.methods import PEERS
from quality.peers import PeerError, Shot, read_exr, run, write_exr

SIZE = 61
CAMERA = {"focal_length": 70.0, "sensor_width": 36 * SIZE / 640, "f_stop": 2.0}


def disc_radius(picture: np.ndarray, background: float) -> float:
    """Of a disc around the middle, from its second moment: the mean squared distance is r²/2."""
    light = picture[..., 0] - background
    y, x = np.mgrid[:SIZE, :SIZE] - SIZE // 2
    return float(np.sqrt(2 * (light * (x * x + y * y)).sum() / light.sum()))


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize(("focus", "depth"), [(2.9, 1.0), (0.9, 3.0)])
def test_a_point_light_becomes_a_disc_of_our_radius(name, focus, depth):
    if word := PEERS[name].missing():
        pytest.skip(word)
    light = np.full((SIZE, SIZE, 3), 0.01, np.float32)
    light[SIZE // 2, SIZE // 2] = 1000
    shot = Shot(light, np.full((SIZE, SIZE), 1 / depth, np.float32), focus_distance=focus, **CAMERA)
    radius = abs(float(shot.coc[0, 0]))
    assert 10 < radius < 22
    assert disc_radius(PEERS[name].defocused(shot), 0.01) == pytest.approx(radius, rel=0.03)


def test_pictures_come_back_from_files_as_they_were(tmp_path):
    pixels = np.random.default_rng(0).random((5, 7, 4), np.float32) * 1e4
    write_exr(tmp_path / "a.exr", pixels)
    np.testing.assert_array_equal(read_exr(tmp_path / "a.exr"), pixels[..., :3])
    with pytest.raises(PeerError, match=r"none\.exr"):
        read_exr(tmp_path / "none.exr")


def test_a_peer_that_fails_or_hangs_is_an_error_that_says_so():
    with pytest.raises(PeerError, match="3: broken"):
        run(["sh", "-c", "echo broken; exit 3"])
    with pytest.raises(PeerError, match=r"longer than 0\.2 s"):
        run(["sleep", "5"], seconds=0.2)
