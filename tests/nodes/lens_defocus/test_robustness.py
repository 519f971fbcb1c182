"""LensDefocus with knobs and pictures that make no sense, with alpha, with two views."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary import Double, Position
from focuspuller.nodes.vocabulary.jobs import ClipError, KnobError

RNG = np.random.default_rng(8)
LIGHT = RNG.random((24, 32, 4)).astype(np.float32)
LIGHT[..., 3] = 1
INVERSE = np.where((np.arange(32) // 7) % 2 == 0, 0.9, 0.2)[None].repeat(24, axis=0)
SMALL = {"maxSize": 5.0}
NUMBERS = [k for k in NODE.knobs if isinstance(k, Double)]


def clips(light=LIGHT, inverse=INVERSE, **more):
    return {"Source": picture(light), "Depth": picture(inverse)} | more


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_numbers_that_are_none_are_refused_by_name(value):
    for knob in NODE.knobs:
        if isinstance(knob, (Double, Position)):
            job = FakeJob(NODE, clips(), **SMALL)
            whole = job.clip("Source")
            job.knobs[knob.name] = (value, 3.0) if isinstance(knob, Position) else value
            job.clip = lambda name, time=None, whole=whole: whole
            with pytest.raises(KnobError, match="finite") as error:
                render(job)
            assert error.value.knob == knob.name


@pytest.mark.parametrize("model", ["camera", "size"])
@pytest.mark.parametrize("end", ["minimum", "maximum"])
def test_the_ends_of_every_knob(end, model):
    for knob in NUMBERS:
        options = SMALL | {"lensModel": model} | ({} if knob.name == "maxSize" else {knob.name: getattr(knob, end)})
        try:
            out = render(FakeJob(NODE, clips(), **options)).pixels
        except KnobError as error:
            assert error.knob == knob.name
        else:
            assert np.isfinite(out).all(), f"{knob.name} = {options.get(knob.name)}"


def test_several_absurd_knobs_at_once():
    absurd = {"focalLength": 10000.0, "fStop": 0.01, "sensorWidth": 0.01, "worldScale": 1e-6, "focusDistance": 1e-9}
    for more in ({}, {"nearGain": 100.0, "farGain": 100.0}, {"nearGain": 0.0}, {"protectNear": 1e7, "protectFar": 1e7}):
        assert np.isfinite(render(FakeJob(NODE, clips(), **SMALL, **absurd, **more)).pixels).all()


@pytest.mark.parametrize("output", ["result", "focus setup", "CoC", "disparity", "foreground matte"])
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, -1.0, 1e38, 1e-45])
def test_depth_that_is_no_depth(output, value):
    somewhere = INVERSE.copy()
    somewhere[3:9, 5:20] = value
    for inverse in (somewhere, np.full_like(INVERSE, value)):
        for math in ("inverse", "distance"):
            knobs = {"output": output, "depthMath": math, "focusMode": "point", "focusPoint": (8.0, 6.0)}
            assert np.isfinite(render(FakeJob(NODE, clips(inverse=inverse), **SMALL, **knobs)).pixels).all()


@pytest.mark.parametrize("premultiplied", [True, False])
@pytest.mark.parametrize("colour", [0.2, 5.0])
def test_alphas_edges_neither_darken_nor_brighten(premultiplied, colour):
    """A half transparent card of one colour has that colour wherever it is blurred to."""
    alpha = np.zeros((40, 50), np.float32)
    alpha[12:28, 15:35] = RNG.uniform(0.3, 1, (16, 20))
    light = np.repeat(alpha[..., None], 4, axis=2)
    light[..., :3] *= colour if premultiplied else 1
    if not premultiplied:
        light[..., :3] = colour  # also where nothing is
    coc = picture(np.where(np.arange(50) < 25, -4.0, 5.0)[None].repeat(40, axis=0))
    sources = {"Source": picture(light, premultiplied=premultiplied), "Depth": coc}
    out = render(FakeJob(NODE, sources, depthMath="direct", maxSize=6.0)).pixels
    straight = out[..., :3] / np.maximum(out[..., 3:], 1e-9) if premultiplied else out[..., :3]
    seen = out[..., 3] > 1e-3
    np.testing.assert_allclose(straight[seen], colour, rtol=2e-3)
    assert seen.sum() > 700 and out[..., 3].max() <= 1 + 1e-3


def test_two_views_do_not_know_of_each_other():
    left, right = clips(), clips(np.roll(LIGHT, 3, axis=1), np.roll(INVERSE, 3, axis=1))
    alone = render(FakeJob(NODE, right, **SMALL)).pixels
    render(FakeJob(NODE, left, **SMALL))
    np.testing.assert_array_equal(render(FakeJob(NODE, right, **SMALL)).pixels, alone)


def test_two_views_are_blurred_alike():
    """What is displaced between the views is displaced in the results, and otherwise the same."""
    y, x = np.mgrid[:90, :160]
    light = np.stack([0.5 + 0.4 * np.sin(x / 5), 0.5 + 0.4 * np.cos(y / 6), 0.3 + 0 * x, 1 + 0 * x], axis=2)
    inverse = np.where(np.hypot(x - 80, y - 45) < 20, 1.0, 0.25)
    knobs = {"lensModel": "size", "size": 8.0, "focusDistance": 4.0, "maxSize": 16.0}
    left = render(FakeJob(NODE, clips(light, inverse), **knobs)).pixels
    right = render(FakeJob(NODE, clips(np.roll(light, 7, axis=1), np.roll(inverse, 7, axis=1)), **knobs)).pixels
    error = (right - np.roll(left, 7, axis=1))[20:70, 40:120]
    # What the card hides is filled in from cells at fixed places, so it differs a little.
    assert np.sqrt(np.mean(error**2)) < 0.012
    assert np.abs(error[:, :, 3]).max() < 1e-3


def test_a_matte_of_another_size_and_a_source_that_is_missing():
    small = picture(np.ones((6, 8)), 4, 4)
    out = render(FakeJob(NODE, clips(Region=small), **SMALL)).pixels
    np.testing.assert_allclose(out[5:9, 5:11], LIGHT[5:9, 5:11], atol=0.35)
    assert np.isfinite(out).all()
    job = FakeJob(NODE, clips())
    job.clips = {}
    with pytest.raises(ClipError) as error:
        render(job)
    assert error.value.clip == "Source"
