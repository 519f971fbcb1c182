"""LensDefocus's Matte through the node."""

import cv2
import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.character import character_of
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import margins, render
from focuspuller.nodes.vocabulary.jobs import KnobError, Window

HEIGHT, WIDTH = 80, 110
DIRECT = {"depthMath": "direct", "maxSize": 9.0}


def card(near=-9.0, far=0.0):
    """(sharp, matte, circles too wide by 2 px) of a light card over a dark texture, and the truth, traced by layers."""
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    rest = np.stack([0.2 + 0.1 * np.sin(x / 5), 0.15 + 0.1 * np.cos(y / 4), 0 * x + 0.1], axis=2)
    matte = cv2.GaussianBlur(((np.abs(x - 55) < 20) & (np.abs(y - 40) < 15)).astype(np.float64), (0, 0), 0.7)
    sharp = matte[..., None] * (0.9, 0.8, 0.6) + (1 - matte[..., None]) * rest
    coc = np.where(cv2.dilate(matte, np.ones((5, 5))) > 0.5, near, far)
    radius = max(abs(near), 0.5)
    disc = np.hypot(*np.mgrid[-10:11, -10:11]) <= radius
    alpha = cv2.filter2D(matte, -1, disc / disc.sum(), borderType=cv2.BORDER_REPLICATE)
    truth = alpha[..., None] * (0.9, 0.8, 0.6) + (1 - alpha[..., None]) * rest
    return sharp, matte, coc, truth


def lens(sharp, matte, coc, window=None, **options):
    clips = {"Source": picture(sharp), "Depth": picture(coc)} | ({} if matte is None else {"Matte": picture(matte)})
    return render(FakeJob(NODE, clips, window, **DIRECT | options)).pixels


def rms(a, b):
    return float(np.sqrt(np.mean((a - b)[15:-15, 15:-15] ** 2)))


def test_the_mattes_edges_instead_of_depths():
    sharp, matte, coc, truth = card()
    by_depth, by_matte = lens(sharp, None, coc), lens(sharp, matte, coc)
    assert rms(by_matte, truth) < rms(by_depth, truth)
    seen = (matte < 0.01)[..., None]  # what is inside is filled in from around, with either
    assert rms(by_matte * seen, truth * seen) < 0.4 * rms(by_depth * seen, truth * seen)


def test_a_subject_in_focus_keeps_its_edge():
    sharp, matte, coc, _ = card(near=0.0, far=9.0)
    out = lens(sharp, matte, coc)
    inside = matte > 0.98
    np.testing.assert_allclose(out[inside], sharp[inside], atol=0.02)
    halo = (cv2.dilate(matte, np.ones((7, 7))) > 0.5) & (matte < 0.02)
    assert out[halo][:, 0].max() < 0.4  # no light of the card in the wall's blur
    assert rms(lens(sharp, None, coc), out) > 1e-3


def test_something_in_front_of_the_subject_stays_there():
    sharp, matte, coc, _ = card(near=0.0, far=9.0)
    sharp[:, 50:56], matte[:, 50:56], coc[:, 50:56] = (0, 0, 3), 0, -7
    out, without = lens(sharp, matte, coc), lens(sharp, None, coc)
    np.testing.assert_allclose(out[40, 53], without[40, 53], atol=0.12)
    assert out[40, 53, 2] > 0.75


def test_a_matte_of_nothing_changes_nothing():
    sharp, matte, coc, _ = card()
    np.testing.assert_array_equal(lens(sharp, 0 * matte, coc), lens(sharp, None, coc))
    empty = np.zeros((0, 0))
    np.testing.assert_array_equal(lens(sharp, empty, coc), lens(sharp, None, coc))
    far = np.zeros_like(matte)
    far[:, -1] = 1  # a subject beside what is rendered
    tile = Window(0, 0, 9, 9)
    np.testing.assert_allclose(lens(sharp, far, coc, tile), lens(sharp, None, coc, tile), atol=1e-5)


def test_sources_alpha_as_matte():
    sharp, matte, coc, _ = card()
    rgba = np.concatenate([sharp, matte[..., None]], axis=2)
    out = lens(rgba, None, coc, matteSource="source alpha")
    np.testing.assert_allclose(out[..., :3], lens(sharp, matte, coc), atol=2e-5)
    np.testing.assert_allclose(out[..., 3], 1, atol=1e-4)
    with pytest.raises(KnobError) as error:
        lens(rgba, None, coc, matteSource="source alpha", depthSource="source alpha")
    assert error.value.knob == "matteSource"


@pytest.mark.parametrize("options", [{}, {"axialAberration": 1.0}, {"output": "foreground matte"}], ids=str)
def test_tiles_are_the_whole(options):
    sharp, matte, coc, _ = card()
    coc[:, 90:] = -12
    options = {"maxSize": 5.0, "nearGain": 0.5} | options
    whole = lens(sharp, matte, coc, **options)
    for x in range(0, WIDTH, 37):
        for y in range(0, HEIGHT, 41):
            tile = Window(x, y, min(x + 37, WIDTH), min(y + 41, HEIGHT))
            part = lens(sharp, matte, coc, tile, **options)
            np.testing.assert_allclose(part, whole[y : tile.y1, x : tile.x1], atol=5e-5)


def test_alpha_stays_whole():
    sharp, matte, coc, _ = card()
    rgba = np.concatenate([sharp, np.ones((HEIGHT, WIDTH, 1))], axis=2)
    np.testing.assert_allclose(lens(rgba, matte, coc)[..., 3], 1, atol=1e-4)
    np.testing.assert_allclose(lens(rgba, matte, np.full_like(coc, 3.0))[..., 3], 1, atol=1e-4)


@pytest.mark.parametrize("scale", [1.0, 0.5, 1 / 3])
def test_the_declared_reach(scale):
    clips = {"Source": picture(np.zeros((4, 4, 4))), "Matte": picture(np.zeros((4, 4)))}
    job = FakeJob(NODE, clips, scale=(scale, scale))
    for size in [*np.arange(0.5, 40, 0.7), *np.arange(40, 2000, 97.0)]:
        job.knobs["maxSize"] = float(size)
        columns, rows = margins(job, character_of(job), size * scale, 1.0, True)
        assert job.evaluated(NODE.reach.x) * scale >= columns and job.evaluated(NODE.reach.y) * scale >= rows, size
