"""Where LensDefocus takes depth and focus from, and what it shows of them."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import ClipError, KnobError, Window

SIZE = (40, 60)
DEPTH = np.linspace(0.1, 1, 60, dtype=np.float32)[None].repeat(40, axis=0)  # 1/z by column
SOURCE = picture(np.random.default_rng(3).random((*SIZE, 3)))


def coc(depth=None, source=SOURCE, **options):
    """The CoC output's red channel and the job."""
    clips = {"Source": source} | ({} if depth is None else {"Depth": depth})
    job = FakeJob(NODE, clips, **{"output": "CoC", "lensModel": "size", "size": 10.0} | options)
    return render(job).pixels[..., 0], job


def channels(**values):
    """RGBA with these channels, the others 0.5."""
    pixels = np.full((*SIZE, 4), 0.5, np.float32)
    for name, value in values.items():
        pixels[..., "rgba".index(name)] = value
    return picture(pixels)


@pytest.mark.parametrize(
    ("channel", "depth"),
    [
        ("alpha", picture(DEPTH)),  # a one-channel picture has only one
        ("blue", picture(DEPTH)),
        ("alpha", channels(r=DEPTH, g=DEPTH, b=DEPTH, a=DEPTH)),  # … or fills RGBA
        ("alpha", channels(a=DEPTH)),  # DepthHDR
        ("red", channels(r=DEPTH)),
        ("green", channels(g=DEPTH)),
        ("blue", channels(b=DEPTH)),
        ("alpha", picture(np.stack([DEPTH, 0 * DEPTH, 0 * DEPTH], axis=2))),  # RGB has no alpha
    ],
)
def test_depth_channels(channel, depth):
    out, job = coc(depth, focusDistance=2.0, depthChannel=channel)
    np.testing.assert_allclose(out, 10 * (1 - 2 * DEPTH), atol=1e-5)
    assert job.warnings == []


def test_solid_alpha_beside_varying_red_is_mentioned():
    _, job = coc(channels(r=DEPTH, a=1.0))
    assert "Depth Channel to red" in job.warnings[0]
    _, job = coc(channels(r=DEPTH, a=1.0), depthChannel="red")
    assert job.warnings == []


def test_source_alpha_is_depth_and_source_opaque():
    rgba = picture(np.concatenate([SOURCE.pixels, DEPTH[..., None]], axis=2))
    out, _ = coc(None, rgba, depthSource="source alpha", focusDistance=2.0)
    np.testing.assert_allclose(out, 10 * (1 - 2 * DEPTH), atol=1e-5)
    knobs = {"focusDistance": 2.0, "lensModel": "size", "size": 4.0}
    by_alpha = render(FakeJob(NODE, {"Source": rgba}, depthSource="source alpha", **knobs)).pixels
    by_clip = render(FakeJob(NODE, {"Source": SOURCE, "Depth": picture(DEPTH)}, **knobs)).pixels
    np.testing.assert_allclose(by_alpha[..., :3], by_clip, atol=1e-6)
    np.testing.assert_allclose(by_alpha[..., 3], 1, atol=1e-4)


@pytest.mark.parametrize(("options", "cure"), [({}, "Connect Depth"), ({"depthSource": "source alpha"}, "RGBA")])
def test_without_depth_the_picture_blurs_by_size_and_says_so(options, cure):
    out, job = coc(None, size=3.0, **options)
    np.testing.assert_array_equal(out, 3)
    assert len(job.warnings) == 1 and cure in job.warnings[0]
    blurred = render(FakeJob(NODE, {"Source": SOURCE}, size=3.0, **options)).pixels
    even = picture(np.full(SIZE, 3.0))
    direct = render(FakeJob(NODE, {"Source": SOURCE, "Depth": even}, depthMath="direct")).pixels
    np.testing.assert_allclose(blurred, direct, atol=1e-5)


def test_the_focus_point_focuses_on_what_is_there():
    out, _ = coc(picture(DEPTH), focusMode="point", focusPoint=(30.0, 20.0))
    assert abs(out[20, 30]) < 0.5 and out[20, 5] > 3 and out[20, 55] < -3


def test_the_focus_point_is_robust():
    depth = DEPTH.copy()
    depth[20, 30], depth[19, 28], depth[21, 31] = np.nan, 1000, 0
    out, _ = coc(picture(depth), focusMode="point", focusPoint=(30.0, 20.0))
    np.testing.assert_allclose(out[0], coc(picture(DEPTH), focusMode="point", focusPoint=(30.0, 20.0))[0][0], atol=0.7)
    # On an edge it takes one of the two sides, never a depth between them.
    step = np.where(np.arange(60) < 30, 0.2, 0.8)[None].repeat(40, axis=0)
    out, _ = coc(picture(step), focusMode="point", focusPoint=(30.0, 20.0))
    assert np.abs(out[20]).min() < 1e-5


def test_the_focus_point_on_the_sky():
    camera = {"lensModel": "camera", "focusMode": "point", "focusPoint": (30.0, 20.0)}
    out, _ = coc(picture(np.where(DEPTH > 0.9, 0.5, 0)), **camera)
    assert out[0, 0] == 0 and out[0, 59] < 0


def test_the_focus_point_is_read_from_far_outside_the_window():
    window = Window(50, 30, 60, 40)
    out, _ = coc(picture(DEPTH), window=window, focusMode="point", focusPoint=(10.0, 10.0))
    whole, _ = coc(picture(DEPTH), focusMode="point", focusPoint=(10.0, 10.0))
    np.testing.assert_array_equal(out, whole[30:40, 50:60])


@pytest.mark.parametrize(
    ("knob", "options"),
    [
        ("focusPoint", {"focusMode": "point", "focusPoint": (500.0, 20.0)}),
        ("focusDistance", {"focusDistance": 0.0}),
        ("focusDistance", {"focusDistance": float("nan")}),
        ("fStop", {"lensModel": "camera", "fStop": 0.0}),
        ("blades", {"blades": 2, "output": "result"}),
    ],
)
def test_knobs_that_make_no_sense_are_named(knob, options):
    with pytest.raises(KnobError) as error:
        coc(picture(DEPTH), **options)
    assert error.value.knob == knob


def test_source_is_needed():
    job = FakeJob(NODE, {"Source": SOURCE})
    job.clips = {}
    with pytest.raises(ClipError):
        render(job)


def test_coc_is_in_pixels_of_the_full_resolution():
    whole, _ = coc(picture(DEPTH))
    proxy, _ = coc(picture(DEPTH), scale=(0.5, 0.5))
    np.testing.assert_array_equal(proxy, whole)
    job = FakeJob(NODE, {"Source": SOURCE, "Depth": picture(DEPTH)}, output="CoC", channels=4, maxSize=4.0)
    pixels = render(job).pixels
    assert pixels[..., :3].max() <= 4 and (pixels[..., 3] == 1).all()


def test_the_cameras_format_is_the_projects_unless_given():
    knobs = {"lensModel": "camera", "focusDistance": 2.0}
    project, _ = coc(picture(DEPTH), format=(1000, 500), **knobs)
    given, _ = coc(picture(DEPTH), format=(1000, 500), formatWidth=2000, **knobs)
    proxy, _ = coc(picture(DEPTH), format=(500, 250), scale=(0.5, 0.5), **knobs)
    np.testing.assert_allclose(given, 2 * project, rtol=1e-5)
    np.testing.assert_allclose(proxy, project, rtol=1e-5)


def test_focus_setup_colours():
    job = FakeJob(
        NODE, {"Source": SOURCE, "Depth": picture(DEPTH)}, output="focus setup", focusDistance=2.0, lensModel="size"
    )
    pixels = render(job).pixels
    strongest = pixels.argmax(axis=2)[20]
    assert strongest[2] == 2 and strongest[57] == 0  # far is blue, near is red
    assert strongest[int(np.abs(DEPTH[0] - 0.5).argmin())] == 1
    assert (pixels >= 0).all() and (pixels <= 1).all()
