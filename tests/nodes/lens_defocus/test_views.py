"""LensDefocus's other outputs: disparity, and the foreground's matte."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import KnobError, Window

HEIGHT, WIDTH = 60, 80
GREY = np.full((HEIGHT, WIDTH, 4), (0.3, 0.3, 0.3, 1), np.float32)


def lens(depth, light=GREY, window=None, region=None, **options):
    clips = {"Source": picture(light)} | ({} if depth is None else {"Depth": picture(depth)})
    return render(FakeJob(NODE, clips, window, **options)).pixels


def test_disparity_is_depth_as_the_lens_reads_it():
    distance = np.linspace(0.5, 50, WIDTH, dtype=np.float32)[None].repeat(HEIGHT, axis=0)
    distance[0, :4] = np.nan, np.inf, 0, -1
    usable = np.isfinite(distance) & (distance > 0)
    expected = np.where(usable, 1 / np.where(usable, distance, 1), 0)
    out = lens(distance, output="disparity", depthMath="distance")
    np.testing.assert_allclose(out, np.repeat(expected[..., None], 4, axis=2), rtol=1e-6)
    # It can be read back, from alpha as from any channel.
    np.testing.assert_allclose(lens(out[..., 3], output="disparity"), out)
    assert not lens(None, output="disparity").any()


def test_disparity_of_what_has_none():
    with pytest.raises(KnobError, match="CoC") as error:
        lens(np.ones((HEIGHT, WIDTH)), output="disparity", depthMath="direct")
    assert error.value.knob == "output"


def card(near=-8.0, far=0.0):
    """A card over something; the CoC of both."""
    coc = np.full((HEIGHT, WIDTH), far, np.float32)
    coc[20:40, 30:50] = near
    return coc


def test_the_foreground_matte_is_blurred_as_the_foreground_is():
    light = GREY.copy()
    light[20:40, 30:50, :3] = 1
    light[..., :3][card() == 0] = 0
    matte = lens(card(), light, output="foreground matte", depthMath="direct", maxSize=10.0)
    result = lens(card(), light, depthMath="direct", maxSize=10.0)
    np.testing.assert_allclose(matte, np.repeat(matte[..., :1], 4, axis=2))
    np.testing.assert_allclose(matte[..., 0], result[..., 0], atol=0.02)  # white card on black
    assert matte[30, 40, 0] > 0.95 and 0.2 < matte[30, 30, 0] < 0.8 and matte[5, 5, 0] == pytest.approx(0, abs=1e-4)


def test_the_foreground_matte_of_what_is_all_in_front_or_all_behind():
    front = lens(card(-12.0, -4.0), output="foreground matte", depthMath="direct", maxSize=12.0)
    np.testing.assert_allclose(front, 1, atol=2e-3)
    assert np.abs(lens(card(2.0, 9.0), output="foreground matte", depthMath="direct", maxSize=12.0)).max() < 1e-4


def test_the_foreground_matte_of_antialiased_depth():
    """A pixel that the card half covers is half foreground, however large the card's circle."""
    coc = card(-40.0)
    coc[20:40, 29] = -20
    out = lens(coc, output="foreground matte", depthMath="direct", maxSize=0.0)
    assert not out.any()  # nothing is blurred: nothing is in front
    share = foreground_of(coc)
    np.testing.assert_allclose(share[25:35, 29], 0.5, atol=1e-5)
    np.testing.assert_allclose(share[25:35, 35], 1)
    assert not share[:, :28].any()


def foreground_of(coc):
    from focuspuller.nodes.lens_defocus.views import foreground_light

    return foreground_light(np.ones((*coc.shape, 4), np.float32), coc)[..., 0]


def test_the_foreground_matte_in_other_channels_and_windows():
    window = Window(10, 10, 70, 50)
    whole = lens(card(), output="foreground matte", depthMath="direct", maxSize=10.0)
    part = lens(card(), window=window, output="foreground matte", depthMath="direct", maxSize=10.0)
    np.testing.assert_allclose(part, whole[10:50, 10:70], atol=3e-5)
    for channels in (1, 3):
        out = lens(card(), output="foreground matte", depthMath="direct", maxSize=10.0, channels=channels)
        np.testing.assert_allclose(out, whole[..., :channels], atol=1e-6)


def test_an_elements_foreground_matte_is_within_its_alpha():
    light = GREY.copy()
    light[..., :] = 0
    light[20:40, 30:50] = 0.5
    out = lens(np.full((HEIGHT, WIDTH), -6.0), light, output="foreground matte", depthMath="direct", maxSize=8.0)
    alpha = lens(np.full((HEIGHT, WIDTH), -6.0), light, depthMath="direct", maxSize=8.0)[..., 3]
    np.testing.assert_allclose(out[..., 0], alpha, atol=1e-5)


def test_the_occlusion_fill_continues_what_is_behind():
    light = GREY.copy()
    light[20:40, 30:50, :3] = 1
    out = lens(card(), light, output="occlusion fill", depthMath="direct", maxSize=10.0)
    rim = np.s_[24:36, 32:34]
    np.testing.assert_allclose(out[rim], np.broadcast_to((0.3, 0.3, 0.3, 1), out[rim].shape), atol=0.02)
    assert not out[2:10, 2:20].any()  # nothing is hidden there
    matte = (card() < 0).astype(np.float32)
    by_matte = render(
        FakeJob(
            NODE,
            {"Source": picture(light), "Depth": picture(card()), "Matte": picture(matte)},
            output="occlusion fill",
            depthMath="direct",
            maxSize=10.0,
        )
    ).pixels
    np.testing.assert_allclose(by_matte[rim], np.broadcast_to((0.3, 0.3, 0.3, 1), out[rim].shape), atol=0.02)


def test_the_occlusion_fill_in_tiles():
    rng = np.random.default_rng(6)
    light = np.concatenate([rng.random((HEIGHT, WIDTH, 3)), np.ones((HEIGHT, WIDTH, 1))], axis=2)
    options = {"output": "occlusion fill", "depthMath": "direct", "maxSize": 6.0}
    whole = lens(card(-6.0, 4.0), light, **options)
    for window in (Window(0, 0, 33, 27), Window(28, 18, 60, 44), Window(60, 30, 80, 60)):
        part = lens(card(-6.0, 4.0), light, window, **options)
        np.testing.assert_allclose(part, whole[window.y0 : window.y1, window.x0 : window.x1], atol=3e-5)
    outside = lens(card(-6.0, 4.0), light, Window(-8, -8, 10, 10), **options)
    assert not outside[:8].any()  # only what the picture shows can hide something
