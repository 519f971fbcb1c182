"""LensDefocus with no depth but the network's."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.kernels.depth import estimates
from focuspuller.kernels.rgbd_hdr import estimate
from focuspuller.nodes.depth_hdr.node import NODE as DEPTH_HDR
from focuspuller.nodes.depth_hdr.render import render as depth_and_light
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import KnobError, Window

SIZE = (48, 80)
SOURCE = picture(np.linspace(0.05, 0.9, 80)[None, :, None].repeat(48, 0).repeat(3, 2))


@pytest.fixture
def shipped(weights, monkeypatch):
    """The untrained weights in place of those that come with FocusPuller."""
    estimates.release()
    monkeypatch.setattr(estimate, "SHIPPED", weights)
    yield
    estimates.release()


def job_of(**knobs):
    return FakeJob(NODE, {"Source": SOURCE}, **{"depthSource": "estimate", "near": 2.0, "far": 20.0} | knobs)


def test_the_same_depth_as_depth_hdr(shipped):
    ours = render(job_of(output="disparity")).pixels
    theirs = depth_and_light(FakeJob(DEPTH_HDR, {"Source": SOURCE}, output="disparity", near=2.0, far=20.0)).pixels
    np.testing.assert_array_equal(ours, theirs)
    assert 1 / 20 <= ours.min() < ours.max() <= 1 / 2


def test_a_pull_runs_the_network_once(shipped, monkeypatch):
    network, runs = estimates.rgbd_hdr(), []
    honest = network.disparity
    monkeypatch.setattr(network, "disparity", lambda *given: (runs.append(1), honest(*given))[1])
    near, far = (render(job_of(focusDistance=d, lensModel="size", size=6.0, maxSize=8.0)).pixels for d in (2.0, 20.0))
    assert len(runs) == 1 and np.abs(near - far).max() > 1e-4


def test_depth_math_does_not_matter_to_an_estimate(shipped):
    expected = render(job_of(output="CoC")).pixels
    for math in ("distance", "direct"):
        np.testing.assert_array_equal(render(job_of(output="CoC", depthMath=math)).pixels, expected)


def test_a_tile_sees_the_whole_picture(shipped):
    knobs = {"lensModel": "size", "size": 4.0, "maxSize": 5.0}
    whole = render(job_of(**knobs)).pixels
    tile = render(job_of(window=Window(50, 20, 70, 40), **knobs)).pixels
    np.testing.assert_allclose(tile, whole[20:40, 50:70], rtol=1e-4, atol=1e-5)


def test_without_weights_the_picture_is_blurred_by_size(monkeypatch, tmp_path):
    estimates.release()
    monkeypatch.setattr(estimate, "SHIPPED", tmp_path / "none.safetensors")
    job = job_of(output="CoC", size=7.0)
    assert (render(job).pixels[..., 0] == 7).all()
    assert "Depth cannot be estimated" in job.warnings[0] and "none.safetensors" in job.warnings[0]


def test_near_beyond_far_is_named(shipped):
    with pytest.raises(KnobError, match="not beyond Near") as error:
        render(job_of(near=30.0))
    assert error.value.knob == "far"
