"""The RGBD-HDR network and its parts: slicing, any size, no seams, what may and may not change."""

import numpy as np
import pytest
import torch

from focuspuller.kernels.rgbd_hdr import estimate
from focuspuller.kernels.rgbd_hdr.network import K, RadianceNet, RgbdHdr, clipped, decoded, encoded
from focuspuller.kernels.rgbd_hdr.slicing import slice_directly, slice_grid
from focuspuller.kernels.rgbd_hdr.unet import UNet
from focuspuller.kernels.weights_file import WeightsError, save_weights


def excited(network: torch.nn.Module, seed: int = 0, size: float = 0.05) -> torch.nn.Module:
    """A network whose every weight, also those that start at 0, says something."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        parameter.data = torch.randn(parameter.shape, generator=generator) * size
    return network.eval()


@pytest.fixture(scope="module")
def estimator() -> estimate.Estimator:
    return estimate.Estimator(excited(RgbdHdr()))


def light(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Linear, with clipped spots."""
    rng = np.random.default_rng(seed)
    out = rng.random((height, width, 3), np.float32) * 0.8
    out[rng.random((height, width)) < 0.02] = 1
    return out


@pytest.mark.parametrize("size", [(5, 7), (16, 9), (1, 1)])
def test_slicing_is_what_direct_evaluation_gives(size):
    torch.manual_seed(1)
    grid = torch.randn(2, 4, 3, 5, dtype=torch.float64)
    guide = torch.rand(2, 1, *size, dtype=torch.float64) * 1.2 - 0.1
    torch.testing.assert_close(slice_grid(grid, guide), slice_directly(grid, guide), rtol=1e-6, atol=1e-6)


def test_slicing_has_gradients_for_grid_and_guide():
    torch.manual_seed(2)
    grid = torch.randn(1, 3, 2, 2, dtype=torch.float64, requires_grad=True)
    guide = (0.1 + 0.3 * torch.rand(1, 1, 4, 4, dtype=torch.float64)).requires_grad_()
    assert torch.autograd.gradcheck(slice_grid, (grid, guide))


def test_a_sliced_edge_is_the_guides():
    grid = torch.tensor([0.0, 1.0]).view(1, 2, 1, 1)
    guide = torch.zeros(1, 1, 8, 8)
    guide[..., 3:] = 1
    torch.testing.assert_close(slice_grid(grid, guide), guide)


@pytest.mark.parametrize("size", [(64, 64), (37, 51), (1, 1), (33, 2)])
def test_a_unet_takes_any_size(size):
    out = excited(UNet(3, 2, (4, 6, 8)))(torch.rand(1, 3, *size))
    assert out.shape == (1, 2, *size) and torch.isfinite(out).all()


def test_what_is_out_of_reach_changes_nothing():
    net = excited(UNet(1, 1, (4, 6)), size=0.3)
    x = torch.rand(1, 1, 8, 8 * net.multiple + 2 * net.reach)
    y = x.clone()
    y[..., net.reach + net.multiple :] += 1
    assert torch.equal(net(x)[..., : net.multiple], net(y)[..., : net.multiple])
    z = x.clone()
    z[..., net.multiple] += 1
    assert not torch.equal(net(x)[..., : net.multiple], net(z)[..., : net.multiple])


def test_only_clipped_channels_gain_light():
    net = excited(RadianceNet())
    picture = torch.from_numpy(light(64, 64)).permute(2, 0, 1)[None]
    lost = net(picture)
    assert (lost[picture < 0.9] == 0).all()
    assert (lost[picture >= 1] > 0).all()
    assert (clipped(torch.tensor([0.9, 1.0])) == torch.tensor([0.0, 1.0])).all()


def test_coding_and_back():
    x = torch.linspace(0, 1, 101)
    torch.testing.assert_close(decoded(encoded(x)), x, atol=1e-6, rtol=1e-5)


def test_tiles_of_recovered_light_have_no_seam(estimator, monkeypatch):
    picture = light(320, 384)
    whole = estimator.radiance(picture)
    monkeypatch.setattr(estimate, "TILE", 64)
    tiled = estimator.radiance(picture)
    assert (whole > 1).any()
    np.testing.assert_allclose(tiled, whole, rtol=1e-4)


def test_strips_of_disparity_have_no_seam(estimator, monkeypatch):
    picture = light(230, 170)
    whole = estimator.disparity(picture)
    monkeypatch.setattr(estimate, "STRIP", 32)
    np.testing.assert_allclose(estimator.disparity(picture), whole, atol=1e-6)


def test_disparity_of_a_picture_of_the_working_size_is_the_networks(estimator):
    picture = light(192, 320)
    with torch.inference_mode():
        direct = estimator.network(torch.from_numpy(picture).permute(2, 0, 1)[None])[0][0, 0]
    np.testing.assert_allclose(estimator.disparity(picture), direct.numpy(), atol=1e-5)


def test_gain_is_k_of_eq_4(estimator):
    picture = light(64, 64)
    assert np.array_equal(estimator.radiance(picture, 0.0), picture)
    once, twice = (np.log(estimator.radiance(picture, k)[picture >= 1]) for k in (K, 2 * K))
    np.testing.assert_allclose(twice, 2 * once, rtol=1e-4)


def test_the_clip_level_is_only_a_unit(estimator):
    picture = light(64, 64)
    np.testing.assert_allclose(
        estimator.radiance(4 * picture, clip_level=4), 4 * estimator.radiance(picture), rtol=1e-5
    )
    np.testing.assert_allclose(estimator.disparity(4 * picture, 4), estimator.disparity(picture), atol=1e-5)


def test_values_above_the_clip_level_are_never_lowered(estimator):
    picture = light(64, 64)
    picture[10, 10] = 1e6
    assert (estimator.radiance(picture)[10, 10] >= 1e6).all()


def test_pictures_with_holes_do_not_spread_them(estimator):
    picture = light(64, 64)
    picture[3, 3] = np.nan
    picture[4, 4] = np.inf
    assert np.isfinite(estimator.disparity(picture)).all()
    out = estimator.radiance(picture)
    out[3, 3] = out[4, 4] = 0
    assert np.isfinite(out).all()


def test_weights_go_through_a_file(tmp_path, estimator):
    path = tmp_path / "mine.safetensors"
    halves = {name: tensor.half() for name, tensor in estimator.network.state_dict().items()}
    save_weights(path, halves, {"network": estimate.KIND})
    picture = light(32, 32)
    np.testing.assert_allclose(estimate.load(path).disparity(picture), estimator.disparity(picture), atol=2e-2)
    save_weights(path, halves, {"network": "af-net"})
    with pytest.raises(WeightsError, match="af-net"):
        estimate.load(path)
