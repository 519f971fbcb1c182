"""The differentiable lens: energy, focus, gradients, and its pictures beside LensDefocus's kernel."""

import numpy as np
import pytest
import torch

from focuspuller.kernels.lens.defocus import defocus
from focuspuller.kernels.lens.iris import Iris
from focuspuller.kernels.rgbd_hdr.lens import disc, signed_radius, through_lens


def test_the_papers_disparity_is_zero_at_the_focus_and_positive_behind():
    disparity = torch.tensor([2.0, 1.0, 0.5])  # 0.5 m, 1 m, 2 m
    assert signed_radius(disparity, 4.0, 1.0).tolist() == [-4.0, 0.0, 2.0]


@pytest.mark.parametrize("radius", [0.0, 2.5, 5.3, -3.5])
def test_a_white_plane_stays_white(radius):
    white, plane = torch.ones(1, 3, 48, 48), torch.full((1, 1, 48, 48), radius)
    torch.testing.assert_close(through_lens(white, plane, 8), white, atol=1e-5, rtol=0)


def test_the_printed_form_loses_light():
    white, between = torch.ones(1, 3, 48, 48), torch.full((1, 1, 48, 48), 2.5)
    assert float(through_lens(white, between, 8, printed=True).mean()) == pytest.approx(0.7475, abs=1e-3)


def test_what_is_in_focus_is_untouched():
    torch.manual_seed(0)
    picture = torch.rand(1, 3, 40, 56)
    torch.testing.assert_close(through_lens(picture, torch.zeros(1, 1, 40, 56), 0), picture)
    torch.testing.assert_close(through_lens(picture, torch.zeros(1, 1, 40, 56), 6), picture, atol=0.12, rtol=0)


def test_a_disc_has_its_radius_and_all_its_light():
    kernel = disc(6.3)
    assert float(kernel.sum()) == pytest.approx(1, abs=1e-6)
    assert float(kernel.max()) == pytest.approx(1 / (np.pi * 6.3**2), rel=0.01)
    assert kernel[7, 7 + 7] == 0 or kernel[7, 14] < kernel.max() / 2


def test_a_lamp_becomes_a_disc_of_the_same_energy():
    picture = torch.zeros(1, 1, 64, 64)
    picture[..., 32, 32] = 100
    out = through_lens(picture, torch.full((1, 1, 64, 64), 7.0), 7)
    assert float(out.sum()) == pytest.approx(100, rel=1e-3)
    assert float(out[..., 32, 32]) == pytest.approx(100 / (np.pi * 49), rel=0.03)


def test_gradients():
    torch.manual_seed(3)
    picture = torch.rand(1, 2, 6, 7, dtype=torch.float64, requires_grad=True)
    radius = (torch.rand(1, 1, 6, 7, dtype=torch.float64) * 3 - 1.5).requires_grad_()
    assert torch.autograd.gradcheck(lambda p, r: through_lens(p, r, 2.0), (picture, radius), atol=1e-5)


def test_the_gradient_finds_the_radius():
    """Aperture supervision at its smallest: the radius of a plane from how blurred it is."""
    torch.manual_seed(4)
    picture = torch.rand(1, 3, 48, 48)
    truth = through_lens(picture, torch.full((1, 1, 48, 48), 4.0), 6)
    radius = torch.full((1, 1, 1, 1), 2.5, requires_grad=True)
    optimiser = torch.optim.Adam([radius], lr=0.1)
    for _ in range(60):
        optimiser.zero_grad()
        (through_lens(picture, radius.expand(1, 1, 48, 48), 6) - truth).abs().mean().backward()
        optimiser.step()
    assert float(radius) == pytest.approx(4.0, abs=0.25)


def test_pictures_like_those_of_lens_defocus():
    """A near card before a far wall. Both blend mattes; LensDefocus also knows what the card hides, so a margin is
    left at its rim."""
    rng = np.random.default_rng(5)
    height, width = 96, 128
    light = np.ones((height, width, 4), np.float32)
    light[..., :3] = np.kron(rng.random((12, 16, 3)), np.ones((8, 8, 1)))
    coc = np.full((height, width), 5.0, np.float32)
    coc[30:70, 40:90] = -4.0
    ours = defocus(light, coc, Iris())[..., :3]
    picture = torch.from_numpy(light[..., :3].copy()).permute(2, 0, 1)[None]
    layered = through_lens(picture, torch.from_numpy(coc)[None, None], 6)[0].permute(1, 2, 0).numpy()
    inner = np.s_[8:-8, 8:-8]
    rms = float(np.sqrt(np.mean((ours[inner] - layered[inner]) ** 2)))
    nothing = float(np.sqrt(np.mean((ours[inner] - light[inner][..., :3]) ** 2)))
    assert rms < 0.25 * nothing


@pytest.mark.parametrize(("largest", "spacing"), [(-1.0, 1.0), (4.0, 0.0)])
def test_absurd_arguments(largest, spacing):
    with pytest.raises(ValueError, match="largest"):
        through_lens(torch.rand(1, 3, 8, 8), torch.zeros(1, 1, 8, 8), largest, spacing)
