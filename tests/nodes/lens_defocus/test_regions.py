"""LensDefocus in tiles, proxies, odd sizes, and under abort."""

import time

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.character import character_of
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import margins, render
from focuspuller.nodes.vocabulary.jobs import Aborted, Window

KNOBS = {"lensModel": "size", "size": 7.0, "focusDistance": 2.0, "maxSize": 7.0}


def scene(height=70, width=90, x0=0, y0=0):
    """Source and Depth with edges everywhere."""
    rng = np.random.default_rng(height + width)
    rgba = rng.random((height, width, 4), np.float32)
    rgba[..., 3] = rng.uniform(0.5, 1, (height, width))
    y, x = np.mgrid[:height, :width]
    depth = np.where(((x // 13) + (y // 9)) % 2 == 0, 0.9, 0.1 + 0.4 * y / height)
    return {"Source": picture(rgba, x0, y0), "Depth": picture(depth, x0, y0)}


def run(clips, window=None, **options):
    return render(FakeJob(NODE, clips, window, **KNOBS | options)).pixels


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"focusMode": "point", "focusPoint": (60.0, 50.0)},
        {"squeeze": 0.5, "blades": 5},
        {"pixel_aspect": 1.5},
        {"output": "focus setup"},
    ],
    ids=["plain", "point", "wide", "anamorphic", "setup"],
)
@pytest.mark.parametrize("place", [(0, 0, (90, 70)), (25, 12, (140, 100))], ids=["frame", "element"])
def test_tiles_are_the_whole(place, options):
    x0, y0, size = place
    clips = scene(x0=x0, y0=y0)
    window = clips["Source"].window.grown(14, 7)
    whole = run(clips, window, format=size, **options)
    for x in range(window.x0, window.x1, 41):
        for y in range(window.y0, window.y1, 33):
            tile = Window(x, y, min(x + 41, window.x1), min(y + 33, window.y1))
            part = run(clips, tile, format=size, **options)
            np.testing.assert_allclose(part, whole[tile.slices_in(window)], atol=3e-5)


def test_a_proxy_is_the_whole_made_small():
    y, x = np.mgrid[:120, :160]
    rgba = np.stack([0.5 + 0.4 * np.sin(x / 9), 0.5 + 0.4 * np.cos(y / 11), 0 * x + 0.3, 0 * x + 1], axis=2)
    depth = np.where(x < 80, 0.25 + 0 * y, 0.1)

    def half(a):
        return a.reshape(60, 2, 80, 2, -1).mean(axis=(1, 3))

    whole = run({"Source": picture(rgba), "Depth": picture(depth)})
    proxy = run({"Source": picture(half(rgba)), "Depth": picture(half(depth))}, scale=(0.5, 0.5))
    np.testing.assert_allclose(proxy, half(whole), atol=0.03)
    assert np.abs(proxy - half(whole)).mean() < 0.004


@pytest.mark.parametrize("size", [(1, 1), (1, 50), (50, 1), (2, 3)])
def test_small_pictures(size):
    clips = scene(*size)
    out = run(clips, clips["Source"].window.grown(3, 3))
    assert np.isfinite(out).all() and out.shape == (size[0] + 6, size[1] + 6, 4)


def test_a_very_wide_picture():
    out = run(scene(8, 16384))
    assert np.isfinite(out).all() and out[..., 3].min() > 0.3


def test_windows_that_see_nothing_of_the_picture():
    clips = scene()
    empty = {"Source": picture(np.zeros((0, 0, 4))), "Depth": picture(np.zeros((0, 0)))}
    assert run(clips, Window(5, 5, 5, 9)).shape == (4, 0, 4)
    for pixels in (run(clips, Window(5000, 10, 5010, 20)), run(empty, Window(0, 0, 10, 10), format=(90, 70))):
        assert pixels.shape == (10, 10, 4) and not pixels.any()
    for output in ("CoC", "focus setup"):
        assert not run(clips, Window(-30, -30, -20, -20), output=output).any()


def test_a_region_larger_than_the_format_is_used():
    clips = scene(90, 110, -10, -10)
    inner = Window(0, 0, 90, 70)
    whole = run(clips, format=(90, 70))
    np.testing.assert_allclose(run(clips, inner, format=(90, 70)), whole[10:80, 10:100], atol=3e-5)


@pytest.mark.parametrize("scale", [1.0, 0.5, 1 / 3])
@pytest.mark.parametrize("quality", ["draft", "normal", "high"])
@pytest.mark.parametrize(("squeeze", "pixel_aspect"), [(1.0, 1.0), (2.0, 2.0), (0.5, 1.0), (1.33, 1.0), (2.0, 1.0)])
def test_the_declared_reach_holds_all_that_a_pixel_depends_on(scale, quality, squeeze, pixel_aspect):
    job = FakeJob(NODE, scene(4, 4), quality=quality, squeeze=squeeze, scale=(scale, scale), pixel_aspect=pixel_aspect)
    for size in [*np.arange(0.5, 40, 0.7), *np.arange(40, 2000, 37.0)]:
        job.knobs["maxSize"] = float(size)
        columns, rows = margins(job, character_of(job), size * scale, 1 / pixel_aspect)
        assert job.evaluated(NODE.reach.x) * scale / pixel_aspect >= columns, f"maxSize {size}"
        assert job.evaluated(NODE.reach.y) * scale >= rows, f"maxSize {size}"


def test_identity_only_where_nothing_blurs():
    clips = scene(4, 4)

    def identity(clips=clips, **knobs):
        return FakeJob(NODE, clips, **knobs).is_identity()

    assert not identity()
    assert identity(maxSize=0.0) and identity(lensModel="size", size=0.0)
    assert identity({"Source": clips["Source"]}, size=0.0)
    assert not identity(size=0.0)  # the camera decides
    assert not identity(lensModel="size", size=0.0, depthMath="direct")
    assert not identity(maxSize=0.0, output="CoC")


def test_nothing_to_blur_is_the_picture_itself():
    clips = scene()
    np.testing.assert_allclose(run(clips, maxSize=0.0), clips["Source"].pixels, atol=1e-6)


def test_abort_stops_soon():
    clips = scene(300, 400)
    with pytest.raises(Aborted):
        run(clips, abort_after=3, maxSize=25.0)
    job = FakeJob(NODE, clips, **KNOBS | {"maxSize": 25.0})
    looks = []
    job.check_abort = lambda: looks.append(time.perf_counter())
    render(job)
    assert len(looks) > 3


@pytest.mark.parametrize("quality", ["draft", "high"])
def test_tiles_of_every_quality(quality):
    clips = scene(120, 150)
    options = {"quality": quality, "maxSize": 16.0, "size": 16.0}
    whole = run(clips, **options)
    for tile in (Window(40, 30, 81, 63), Window(97, 0, 150, 50)):
        part = run(clips, tile, **options)
        np.testing.assert_allclose(part, whole[tile.slices_in(clips["Source"].window)], atol=1e-4)


def test_qualities_are_the_same_picture():
    clips = scene(120, 150)
    options = {"maxSize": 30.0, "size": 30.0}
    high = run(clips, quality="high", **options)
    for quality, error in (("normal", 0.004), ("draft", 0.01)):
        out = run(clips, quality=quality, **options)
        assert 0 < np.sqrt(np.mean((out - high) ** 2)) < error
