"""The lens with a picture for an iris against the exact renderer, and what any lens must do."""

import numpy as np
import pytest

from focuspuller.kernels.lens.convolution import radii_up_to
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.lens.kernel_picture import KernelPicture, iris_picture
from focuspuller.kernels.lens.picture_defocus import defocus_with_picture, picture_margin
from focuspuller.kernels.lens.reference import defocus_reference

DISC = (KernelPicture.of(iris_picture(Iris())),) * 2
ARROW = (KernelPicture.of(np.tril(np.ones((9, 9))) * np.linspace(0.2, 1, 9)),) * 2
COLOURED = (KernelPicture.of(np.random.default_rng(0).random((6, 5, 3)), "balanced"),) * 2


def picture(seed, height=72, width=104, radius=6.0):
    """Random light, a slanted floor through the focus, and flat cards in front of and behind it."""
    rng = np.random.default_rng(seed)
    rgba = (rng.random((height, width, 4)) ** 3).astype(np.float32)
    coc = np.repeat(np.linspace(radius, -radius, height, dtype=np.float32)[:, None], width, axis=1)
    for _ in range(5):
        x, y = rng.integers(0, width - 10), rng.integers(0, height - 10)
        coc[y : y + rng.integers(3, 30), x : x + rng.integers(3, 20)] = rng.uniform(-radius, radius)
    return rgba, coc


def psnr(a, b):
    return -10 * np.log10(np.mean((a - b) ** 2))


@pytest.mark.parametrize(("radius", "least"), [(3.0, 45), (9.0, 47), (20.0, 49)])
def test_a_picture_of_a_disc_gives_what_the_iris_gives(radius, least):
    rgba, coc = picture(1, radius=radius)
    rgba[..., 3] = 1
    assert psnr(defocus_with_picture(rgba, coc, DISC), defocus_reference(rgba, coc, Iris())) > least


def test_a_squeezed_bladed_picture_too():
    iris = Iris(5, 0.2, 20, 2)
    rgba, coc = picture(2)
    ours = defocus_with_picture(rgba, coc, (KernelPicture.of(iris_picture(iris)),) * 2, stretch=0.5)
    assert psnr(ours, defocus_reference(rgba, coc, iris)) > 46


@pytest.mark.parametrize("radius", [0, 0.3, 1, 3.3, 10.7, -7.2, 31.3, -55.5])
@pytest.mark.parametrize("kernel", [DISC, ARROW, COLOURED], ids=["disc", "arrow", "coloured"])
def test_a_uniform_plane_keeps_its_energy(radius, kernel):
    rgba = np.full((96, 80, 4), 0.7, np.float32)
    out = defocus_with_picture(rgba, np.full((96, 80), radius, np.float32), kernel)
    inner = np.s_[:] if kernel[0].flat else np.s_[40:56, 32:48]  # colours part where the picture ends
    if kernel[0].flat or abs(radius) < 30:
        np.testing.assert_allclose(out[inner], 0.7, rtol=1e-4)


@pytest.mark.parametrize("radius", [0.8, 4.6, 20.3, 40.0])
def test_a_point_becomes_the_picture_and_is_turned_in_front(radius):
    size = 191
    rgba = np.zeros((size, size, 4), np.float32)
    rgba[95, 95] = 1000
    behind, before = (
        defocus_with_picture(rgba, np.full((size, size), r, np.float32), ARROW)[..., 0] for r in (radius, -radius)
    )
    assert behind.sum() == pytest.approx(1000, rel=1e-3)
    weights = ARROW[0].scaled(radius, radius)[..., 0]
    tall, wide = weights.shape[0] // 2, weights.shape[1] // 2
    expected = np.zeros((size, size))
    expected[95 - tall : 96 + tall, 95 - wide : 96 + wide] = weights * 1000
    assert np.abs(behind - expected).sum() / 2000 < 0.06
    assert np.abs(before - behind[::-1, ::-1]).sum() / 2000 < 0.03


def test_each_side_of_the_focus_has_its_own_picture():
    rgba = np.zeros((41, 41, 4), np.float32)
    rgba[20, 20] = 1
    behind, before = (
        defocus_with_picture(rgba, np.full((41, 41), r, np.float32), (DISC[0], ARROW[0])) for r in (9, -9)
    )
    np.testing.assert_allclose(behind, defocus_with_picture(rgba, np.full((41, 41), 9, np.float32), DISC))
    np.testing.assert_allclose(before, defocus_with_picture(rgba, np.full((41, 41), -9, np.float32), ARROW))


def test_a_red_picture_colours_blur_and_leaves_sharp_pixels_alone():
    kernel = (KernelPicture.of(np.array([[[1.0, 0.2, 0.2]]])),) * 2
    rgba = np.full((40, 60, 4), 0.5, np.float32)
    coc = np.zeros((40, 60), np.float32)
    coc[:, 30:] = 8
    out = defocus_with_picture(rgba, coc, kernel, max_radius=8)
    np.testing.assert_allclose(out[:, :28], 0.5, rtol=1e-4)
    np.testing.assert_allclose(out[20, 45], [0.5 * 3 / 1.4, 0.5 * 0.6 / 1.4, 0.5 * 0.6 / 1.4, 0.5], rtol=1e-3)


@pytest.mark.parametrize("radius", [5.0, 30.0])
def test_tiles_equal_the_whole(radius):
    rgba, coc = picture(5, 90, 130, radius)
    how = {"max_radius": radius, "stretch": 0.8}
    whole = defocus_with_picture(rgba, coc, COLOURED, origin=(-3, 17), **how)
    rim = picture_margin(radius, 0.8)
    for x0, y0, x1, y1 in [(0, 0, 60, 40), (60, 40, 130, 90), (41, 22, 74, 71)]:
        left, top = max(x0 - rim, 0), max(y0 - rim, 0)
        part = np.s_[top : min(y1 + rim, 90), left : min(x1 + rim, 130)]
        tile = defocus_with_picture(
            rgba[part],
            coc[part],
            COLOURED,
            origin=(-3 + left, 17 + top),
            window=(x0 - left, y0 - top, x1 - left, y1 - top),
            **how,
        )
        np.testing.assert_allclose(tile, whole[y0:y1, x0:x1], rtol=1e-4, atol=2e-5)


def test_strips_equal_the_whole(monkeypatch):
    rgba, coc = picture(6, 120, 40, 4)
    whole = defocus_with_picture(rgba, coc, ARROW, max_radius=4)
    monkeypatch.setattr("focuspuller.kernels.lens.picture_defocus.STRIP_PIXELS", 40 * 60)
    np.testing.assert_allclose(defocus_with_picture(rgba, coc, ARROW, max_radius=4), whole, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("radius", [4.0, 23.9, 31.0])
def test_radii_are_continuous(radius):
    """0.01 px more radius changes a plane's texture by little: nothing pops while focus moves."""
    rgba, _ = picture(7)
    for r in np.arange(radius, radius + 0.3, 0.05):
        frames = [
            defocus_with_picture(rgba, np.full(rgba.shape[:2], r + d, np.float32), ARROW, max_radius=40)
            for d in (0.0, 0.01)
        ]
        assert np.abs(frames[1] - frames[0]).max() < 0.004


def test_the_radii_that_pictures_are_scaled_to():
    radii, grids = radii_up_to(100)
    assert np.all(np.diff(radii) > 0) and radii[-1] >= 100
    assert np.all(np.diff(radii)[radii[1:] > 8] <= np.maximum(1, radii[1:][radii[1:] > 8] / 12))
    assert np.all(radii[grids > 0] / 2.0 ** grids[grids > 0] >= 12)
    finer, finer_grids = radii_up_to(100, 24)
    assert np.all(finer[finer_grids > 0] / 2.0 ** finer_grids[finer_grids > 0] >= 24)


@pytest.mark.parametrize("shape", [(1, 1), (1, 37), (29, 1), (2, 3)])
def test_small_pictures(shape):
    rgba = np.full((*shape, 4), 0.5, np.float32)
    np.testing.assert_allclose(defocus_with_picture(rgba, np.full(shape, 3, np.float32), ARROW), 0.5, rtol=1e-4)


def test_abort_stops_it():
    class Stop(Exception):
        pass

    def abort():
        raise Stop

    with pytest.raises(Stop):
        defocus_with_picture(*picture(9), ARROW, check_abort=abort)
