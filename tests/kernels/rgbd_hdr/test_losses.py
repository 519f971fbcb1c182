"""What training minimises, against numbers worked out by hand: losses, features, aperture supervision, measures."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn import functional

from focuspuller.kernels.rgbd_hdr import features as features_module
from focuspuller.kernels.rgbd_hdr import measure
from focuspuller.kernels.rgbd_hdr.aperture import USUAL_FOCUS, USUAL_GAIN, Calibrations, aperture_loss
from focuspuller.kernels.rgbd_hdr.batches import linear, nearest, tensor
from focuspuller.kernels.rgbd_hdr.estimate import Estimator
from focuspuller.kernels.rgbd_hdr.examples.make import Example, Shallow, make_example
from focuspuller.kernels.rgbd_hdr.features import RandomFeatures, features
from focuspuller.kernels.rgbd_hdr.lens import signed_radius, through_lens
from focuspuller.kernels.rgbd_hdr.losses import best_fit, disparity_loss, radiance_loss, rendering_loss, smoothness
from focuspuller.kernels.rgbd_hdr.network import K, RgbdHdr
from focuspuller.kernels.weights_file import WeightsError, save_weights


def no_features(picture):
    return []


def random(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


def test_the_rendering_loss_is_l1_of_pixels_and_of_features():
    a, b = torch.zeros(1, 3, 8, 8), torch.full((1, 3, 8, 8), 0.24)
    pixels = math.sqrt(0.241) - math.sqrt(0.001)
    assert float(rendering_loss(a, b, no_features)) == pytest.approx(pixels, rel=1e-5)
    assert float(rendering_loss(a, b, lambda x: [3 * x, x])) == pytest.approx(5 * pixels, rel=1e-5)
    assert float(rendering_loss(b, b, RandomFeatures())) == 0


def test_too_bright_discs_are_still_pulled_down():
    rendered = torch.full((1, 3, 4, 4), 5.0, requires_grad=True)
    rendering_loss(rendered, torch.ones(1, 3, 4, 4), no_features).backward()
    assert (rendered.grad > 0).all()


def test_smoothness_costs_less_where_the_picture_has_an_edge():
    disparity, display = torch.zeros(1, 1, 4, 8), torch.zeros(1, 3, 4, 8)
    disparity[..., 3:] = 1
    assert float(smoothness(disparity, display)) == pytest.approx(1 / 7)
    display[..., 3:] = 1
    assert float(smoothness(disparity, display)) == pytest.approx(math.exp(-1) / 7)
    assert float(smoothness(torch.ones(1, 1, 4, 8), display)) == 0


def test_the_best_fit_is_of_each_picture():
    truth = random(2, 1, 6, 7)
    found = torch.stack([0.5 * truth[0] + 0.2, 4 * truth[1] - 1])
    scale, offset = best_fit(found, truth)
    torch.testing.assert_close(scale.flatten(), torch.tensor([2.0, 0.25]), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(offset.flatten(), torch.tensor([-0.4, 0.25]), rtol=1e-3, atol=1e-3)


def test_a_flat_estimate_fits_at_the_mean():
    truth = random(1, 1, 6, 7)
    scale, offset = best_fit(torch.full_like(truth, 3.0), truth)
    assert float(scale * 3 + offset) == pytest.approx(float(truth.mean()), rel=1e-5)


def test_the_disparity_loss_of_an_offset_is_the_offset():
    """The fit takes it out, gradients do not see it: what is left is L1."""
    truth = random(2, 1, 16, 24)
    assert float(disparity_loss(truth, truth)) == pytest.approx(0, abs=1e-5)
    assert float(disparity_loss(truth + 0.3, truth)) == pytest.approx(0.3, abs=1e-4)


def test_the_disparity_loss_sees_gradients_at_four_scales():
    """Off by a ramp of 1 a pixel: each scale's step is twice the one before."""
    ramp = torch.arange(64.0).expand(1, 1, 64, 64)
    truth = random(1, 1, 64, 64)
    scale, offset = best_fit(truth + ramp, truth)
    fitted = (scale * (truth + ramp) + offset - truth).abs().mean()
    wanted = ramp.mean() + fitted + 0.5 * (1 + 2 + 4 + 8)
    assert float(disparity_loss(truth + ramp, truth)) == pytest.approx(float(wanted), rel=1e-4)


def test_the_radiance_loss_is_squared_log_error_and_log_energy():
    light = mask = torch.ones(1, 3, 32, 32)
    radiance = torch.full_like(light, math.e**2)
    assert float(radiance_loss(torch.zeros_like(light), light, radiance, mask)) == pytest.approx(0.5 * 4 + 3 * 2)
    assert float(radiance_loss(torch.full_like(light, 2 / K), light, radiance, mask)) == pytest.approx(0, abs=1e-5)
    assert float(radiance_loss(torch.full_like(light, 3 / K), light, radiance, mask)) == pytest.approx(0.5 + 3)


def test_the_radiance_loss_asks_for_nothing_where_nothing_clips():
    light = 0.5 * torch.ones(1, 3, 32, 32)
    lost = torch.zeros_like(light).requires_grad_()
    loss = radiance_loss(lost, light, 3 * light, torch.zeros_like(light))
    loss.backward()
    assert float(loss.detach()) == 0
    assert (lost.grad == 0).all()


def test_random_features_are_the_same_every_time_and_see_contrast_before_brightness():
    picture = random(1, 3, 17, 22)
    maps = RandomFeatures()(picture)
    assert [tuple(m.shape[1:]) for m in maps] == [(16, 17, 22), (32, 9, 11), (48, 5, 6)]
    assert all(torch.equal(a, b) for a, b in zip(maps, features()(picture), strict=True))
    brighter = RandomFeatures()(picture + 0.2)[0]
    torch.testing.assert_close(brighter[..., 1:-1, 1:-1], maps[0][..., 1:-1, 1:-1], rtol=1e-4, atol=1e-5)
    assert not list(RandomFeatures().parameters())


@pytest.fixture
def small_vgg(monkeypatch):
    """VGG-19's layers with two channels each, as torchvision names them."""
    monkeypatch.setattr(features_module, "VGG_WIDTHS", tuple(w if w == "M" else 2 for w in features_module.VGG_WIDTHS))
    generator, inside, tensors, number = torch.Generator().manual_seed(0), 3, {}, 0
    for width in features_module.VGG_WIDTHS:
        if width != "M":
            tensors[f"features.{number}.weight"] = torch.randn(2, inside, 3, 3, generator=generator)
            tensors[f"features.{number}.bias"] = torch.randn(2, generator=generator)
            inside = 2
        number += 1 if width == "M" else 2
    return tensors


def test_vgg19_from_a_file(small_vgg, tmp_path):
    """A whole file of torchvision's also holds deeper layers and a classifier."""
    rest = {"features.32.weight": torch.ones(2, 2, 3, 3), "classifier.0.bias": torch.ones(4)}
    save_weights(tmp_path / "vgg.safetensors", small_vgg | rest, {})
    network = features(tmp_path / "vgg.safetensors")
    picture = random(1, 3, 33, 40)
    maps = network(picture)
    assert [tuple(m.shape[2:]) for m in maps] == [(33, 40), (17, 20), (9, 10), (5, 5), (3, 3)]
    x = (picture - torch.tensor([0.485, 0.456, 0.406]).view(1, 3, 1, 1)) / torch.tensor([0.229, 0.224, 0.225]).view(
        1, 3, 1, 1
    )
    x = functional.conv2d(x, small_vgg["features.0.weight"], small_vgg["features.0.bias"], padding=1).relu()
    x = functional.conv2d(x, small_vgg["features.2.weight"], small_vgg["features.2.bias"], padding=1)
    torch.testing.assert_close(maps[0], x)
    assert not any(parameter.requires_grad for parameter in network.parameters())


@pytest.mark.parametrize("problem", ["missing", "misshapen", "nowhere", "words"])
def test_files_that_are_no_vgg19_are_said(problem, small_vgg, tmp_path):
    path = tmp_path / "vgg.safetensors"
    if problem == "missing":
        del small_vgg["features.28.bias"]
    if problem == "misshapen":
        small_vgg["features.28.bias"] = torch.ones(3)
    if problem != "nowhere":
        save_weights(path, small_vgg, {})
    if problem == "words":
        path.write_text("words")
    with pytest.raises(WeightsError, match=r"features\.28\.bias" if "mis" in problem else r"vgg\.safetensors"):
        features(path)


def lens_example(gain: float | None = 6.0, focus: float | None = 1.0, count: int = 1) -> tuple[Example, torch.Tensor]:
    """A near half before a far one, through our own lens; and its radiance, [1, 3, H, W]."""
    light = random(1, 3, 32, 40, seed=1)
    disparity = torch.full((1, 1, 32, 40), 0.5)
    disparity[..., 20:] = 2.0
    shallow = through_lens(light, signed_radius(disparity, 6.0, 1.0), 6)[0].permute(1, 2, 0).numpy()
    taken = tuple(Shallow(shallow.astype(np.float16), gain, focus) for _ in range(count))
    return Example(np.zeros((32, 40, 3), np.uint8), None, disparity[0, 0].numpy().astype(np.float16), taken), light


def test_the_truth_through_the_lens_costs_nothing():
    example, light = lens_example()
    relative = tensor(example.disparity.astype(np.float32)[None, ..., None]) / nearest(example.disparity)
    calibrations = Calibrations(1)
    known = aperture_loss(light, relative, example, 0, calibrations, RandomFeatures())
    assert float(known) == pytest.approx(0, abs=2e-3)
    flipped = aperture_loss(light, relative.flip(3), example, 0, calibrations, RandomFeatures())
    assert float(flipped) > 20 * float(known)


def test_a_pair_counts_double_and_a_triplet_as_much():
    example, light = lens_example()
    relative = torch.full((1, 1, 32, 40), 0.4)
    loss = aperture_loss(light, relative, example, 0, Calibrations(1), no_features)
    radius = signed_radius(relative, 6.0 * 2.0, 1.0 / 2.0)
    truth = tensor(example.shallow[0].light[None])
    assert float(loss) == pytest.approx(2 * float(rendering_loss(through_lens(light, radius, 2), truth, no_features)))
    triplet, _ = lens_example(count=2)
    assert float(aperture_loss(light, relative, triplet, 0, Calibrations(1), no_features)) == pytest.approx(float(loss))


def test_an_unknown_lens_is_learned_with_the_network():
    example, light = lens_example(None, None, 2)
    calibrations = Calibrations(3)
    assert [float(x) for x in calibrations.of(1, 0)] == pytest.approx([USUAL_GAIN, USUAL_FOCUS])
    relative = random(1, 1, 32, 40, seed=2).requires_grad_()
    aperture_loss(light, relative, example, 1, calibrations, no_features).backward()
    for gradient in (calibrations.log_gain.grad, calibrations.focus.grad):
        assert (gradient[1] != 0).all()
        assert (gradient[[0, 2]] == 0).all()
    assert (relative.grad != 0).any()
    no_disparity = replace(example, disparity=None)
    known_lens = replace(no_disparity, shallow=(Shallow(example.shallow[0].light, 6.0, 1.0),) * 2)
    losses = [float(aperture_loss(light, relative, e, 1, calibrations, no_features)) for e in (example, known_lens)]
    assert losses[0] == pytest.approx(losses[1])  # the gain of an unknown unit says nothing


def test_generated_pictures_agree_with_the_differentiable_lens():
    """Traced through an aperture and rendered from the truth: one convention of signs and units."""
    costs = []
    for seed in range(8, 13):
        example = make_example(seed, [], (96, 64), apertures=1)
        radiance = tensor(example.radiance.astype(np.float32)[None])
        true = tensor(example.disparity.astype(np.float32)[None, ..., None]) / nearest(example.disparity)
        (shallow,) = example.shallow
        flat = torch.full_like(true, shallow.focus / nearest(example.disparity))  # all in focus
        mirrored = 2 * flat - true  # behind taken for before
        costs.append(
            [
                float(aperture_loss(radiance, d, example, 0, Calibrations(1), no_features))
                for d in (true, flat, mirrored)
            ]
        )
    true, flat, mirrored = np.mean(costs, axis=0)
    assert true < 0.5 * flat
    assert true < 0.85 * mirrored


def test_the_fitted_rms_forgives_scale_and_offset_but_not_the_direction():
    truth = random(9, 11).numpy()
    assert measure.fitted_rms(3 * truth - 1, truth) == pytest.approx(0, abs=1e-6)
    assert measure.fitted_rms(-truth, truth) == pytest.approx(truth.std(), rel=1e-5)
    assert measure.fitted_rms(np.zeros_like(truth), truth) == pytest.approx(truth.std(), rel=1e-5)


def test_a_network_that_says_nothing_measures_like_the_clipped_picture():
    rng = np.random.default_rng(0)
    photograph = rng.lognormal(0, 2, (64, 96, 3)).astype(np.float32)
    estimator = Estimator(RgbdHdr())
    estimator.radiance = lambda light: light
    assert measure.log_errors(estimator, [photograph]) == pytest.approx(1)
    assert all(math.isnan(x) for x in measure.measure(RgbdHdr(), [], [], "cpu"))


def test_held_examples_are_measured_beside_a_ramp():
    ramp = np.broadcast_to(np.linspace(0, 1, 48, dtype=np.float16)[:, None], (48, 64))
    example = Example(np.full((48, 64, 3), 90, np.uint8), None, ramp, ())
    rms, naive, _ = measure.measure(RgbdHdr(), [example], [], "cpu")
    assert naive == pytest.approx(0, abs=1e-3)
    assert rms > 0.2  # a new network's disparity is flat


def test_linear_decodes_srgb():
    assert linear(np.array([0, 10, 128, 255], np.uint8)) == pytest.approx([0, 0.003035, 0.215861, 1], rel=1e-3)
