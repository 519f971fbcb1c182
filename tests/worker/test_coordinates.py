import pytest

from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.worker.coordinates import Coordinates

FULL = Coordinates(height=1080, scale=(1, 1), pixel_aspect=1)


@pytest.mark.parametrize(
    ("rectangle", "window"),
    [
        ([0, 0, 1920, 1080], (0, 0, 1920, 1080)),
        ([0, 0, 1920, 1], (0, 1079, 1920, 1080)),  # the lowest row is the last
        ([-10, -20, 1930, 1100], (-10, -20, 1930, 1100)),
        ([5, 1080, 6, 1082], (5, -2, 6, 0)),
    ],
)
def test_rectangles(rectangle, window):
    assert FULL.window(rectangle) == Window(*window)


@pytest.mark.parametrize("rectangle", [[0, 0, 0, 0], [5, 5, 5, 9], [9, 9, 3, 3]])
def test_empty_rectangles(rectangle):
    window = FULL.window(rectangle)
    assert window.empty and window.width * window.height == 0


def test_positions():
    assert FULL.position([0, 0]) == (0, 1080)
    assert FULL.position([960.5, 1079.5]) == (960.5, 0.5)  # the centre of a pixel of the top row


def test_an_anamorphic_proxy():
    """2048 × 1556 with pixels twice as wide as high is 4096 wide in canonical coordinates; at half size 1024 × 778."""
    half = Coordinates(height=778, scale=(0.5, 0.5), pixel_aspect=2)
    assert half.position([4096, 0]) == (1024, 778)
    assert half.position([2048, 1556]) == (512, 0)


@pytest.mark.parametrize("coordinates", [FULL, Coordinates(778, (0.5, 0.5), 2), Coordinates(360, (1 / 3, 1 / 3), 0.9)])
def test_canonical_is_the_inverse(coordinates):
    assert coordinates.canonical(coordinates.position([123.25, -45.5])) == pytest.approx((123.25, -45.5))
