"""The Guide input and what is filled in behind the foreground."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import Window

HEIGHT, WIDTH = 60, 80
BAR = np.s_[:, 36:44]


def scene():
    """A near grey bar before a sharp wall, green to its left and right, and red, unseen, behind it."""
    wall = np.zeros((HEIGHT, WIDTH, 4), np.float32)
    wall[..., 1] = wall[..., 3] = 1
    wall[BAR] = (1, 0, 0, 1)
    light, coc = wall.copy(), np.zeros((HEIGHT, WIDTH), np.float32)
    light[BAR], coc[BAR] = (0.2, 0.2, 0.2, 1), -12
    return wall, light, coc


def lens(guide=None, window=None, **options):
    _, light, coc = scene()
    clips = {"Source": picture(light), "Depth": picture(coc)}
    if guide is not None:
        clips["Guide"] = guide if hasattr(guide, "pixels") else picture(guide)
    return render(FakeJob(NODE, clips, window, depthMath="direct", maxSize=14.0, **options)).pixels


def test_a_clean_plate_shows_through_the_blur():
    plain, guided = lens(), lens(scene()[0])
    assert plain[30, 40, 0] < 0.2 and plain[30, 40, 1] > 0.5  # what is around goes on behind
    assert guided[30, 40, 0] > 0.5 and guided[30, 40, 1] < 0.2
    np.testing.assert_allclose(guided[:, :20], plain[:, :20], atol=1e-3)


def test_only_where_it_is_known():
    plate = scene()[0]
    plate[:30] = 0
    guided = lens(plate)
    np.testing.assert_allclose(guided[:15], lens()[:15], atol=1e-3)
    np.testing.assert_allclose(guided[45:], lens(scene()[0])[45:], atol=1e-3)


@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_no_number_is_unknown(broken):
    plate = scene()[0]
    plate[..., 0] = broken
    np.testing.assert_array_equal(lens(plate), lens())


def test_channels_and_places():
    plate = scene()[0]
    np.testing.assert_array_equal(lens(plate[..., :3]), lens(plate))
    np.testing.assert_allclose(lens(picture(plate[:, 30:50], 30)), lens(plate), atol=0.02)
    np.testing.assert_array_equal(lens(picture(plate, 500, 500)), lens())


def test_without_fill_only_what_is_seen_is_there():
    """The bar's own grey is all there is where the wall is not seen, whatever Guide knows."""
    bare = lens(scene()[0], fillForeground=False)
    np.testing.assert_allclose(bare[30, 40], (0.2, 0.2, 0.2, 1), atol=0.02)
    assert not lens(fillForeground=False, output="occlusion fill").any()


def test_the_fill_can_be_looked_at():
    fill = lens(scene()[0], output="occlusion fill")[30, 40]
    np.testing.assert_allclose(fill / fill[3], (1, 0, 0, 1), atol=1e-3)
    assert fill[3] > 0.5


@pytest.mark.parametrize("options", [{"kernelSource": "kernel clip"}, {"dust": 0.5}, {"quality": "draft"}], ids=str)
def test_every_way_through_the_lens_takes_it(options):
    _, light, coc = scene()
    clips = {"Source": picture(light), "Depth": picture(coc), "Guide": picture(scene()[0])}
    clips["Kernel"] = picture(np.ones((9, 9, 3), np.float32))
    out = render(FakeJob(NODE, clips, depthMath="direct", maxSize=14.0, **options)).pixels
    assert out[30, 40, 0] > 0.4 and out[30, 40, 1] < 0.3


def test_tiles_equal_the_whole():
    whole = lens(scene()[0])
    tile = lens(scene()[0], window=Window(25, 10, 55, 40))
    np.testing.assert_allclose(tile, whole[10:40, 25:55], rtol=1e-4, atol=1e-5)
