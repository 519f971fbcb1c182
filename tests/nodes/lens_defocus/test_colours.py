"""LensDefocus's highlights and chromatic aberration, through the node."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.render import render
from focuspuller.nodes.vocabulary.jobs import Window

DIRECT = {"depthMath": "direct", "maxSize": 12.0}


def lens(light, radius, window=None, **options):
    height, width = np.shape(light)[:2]
    depth = np.broadcast_to(np.asarray(radius, np.float32), (height, width))
    clips = {"Source": picture(light), "Depth": picture(depth)}
    return render(FakeJob(NODE, clips, window, **DIRECT | options)).pixels


def lamp(size=61, value=1.0):
    light = np.zeros((size, size, 4), np.float32)
    light[..., 3] = 1
    light[size // 2, size // 2, :3] = np.array([1, 0.5, 0.25]) * value
    return light


def test_a_clipped_lamp_gets_its_energy_back():
    plain = lens(lamp(), 10.0)
    out = lens(lamp(), 10.0, highlightThreshold=0.5, highlightGain=40.0)
    gained = out[..., 0].sum() / plain[..., 0].sum()
    assert 15 < gained < 40
    np.testing.assert_allclose(out[..., 1].sum() / plain[..., 1].sum(), gained, rtol=1e-3)  # its colour stays
    in_focus = lens(lamp(), 0.0, highlightThreshold=0.5, highlightGain=40.0)
    np.testing.assert_allclose(in_focus, lamp(), atol=1e-5)


def test_highlights_by_the_radius_of_the_full_resolution():
    """At half the scale a radius of 1.2 px is 0.6 rendered px, and still out of focus as much."""
    light = np.full((40, 40, 4), 3.0, np.float32)
    light[..., 3] = 1
    knobs = {"highlightGain": 5.0, "highlightThreshold": 1.0}
    whole, proxy = lens(light, 1.2, **knobs), lens(light, 1.2, scale=(0.5, 0.5), **knobs)
    np.testing.assert_allclose(proxy[20, 20], whole[20, 20], rtol=1e-3)


def radius_of(channel):
    """Of the disc that a point became, px, by its area above half."""
    return np.sqrt((channel > channel.max() / 2).sum() / np.pi)


@pytest.mark.parametrize(("radius", "blue", "red"), [(8.0, 10.0, 6.0), (-8.0, 6.0, 10.0), (11.5, 12.0, 9.5)])
def test_axial_aberration_is_a_constant_of_the_radius(radius, blue, red):
    out = lens(lamp(), radius, axialAberration=2.0)
    assert radius_of(out[..., 2]) == pytest.approx(blue, abs=0.3)
    assert radius_of(out[..., 1]) == pytest.approx(abs(radius), abs=0.3)
    assert radius_of(out[..., 0]) == pytest.approx(red, abs=0.3)
    np.testing.assert_allclose(out[..., 3], 1, atol=1e-3)
    plain = lens(lamp(), radius)
    for channel in range(3):
        assert out[..., channel].sum() == pytest.approx(plain[..., channel].sum(), rel=2e-3)


def test_axial_aberration_leaves_what_region_keeps_sharp():
    light = np.random.default_rng(1).random((40, 40, 4)).astype(np.float32)
    light[..., 3] = 1
    clips = {"Source": picture(light), "Depth": picture(np.full((40, 40), 6.0)), "Region": picture(np.ones((40, 40)))}
    out = render(FakeJob(NODE, clips, **DIRECT, axialAberration=2.0)).pixels
    np.testing.assert_allclose(out, light, atol=1e-5)


def test_axial_aberration_reports_progress_once():
    clips = {"Source": picture(lamp()), "Depth": picture(np.full((61, 61), 6.0))}
    job = FakeJob(NODE, clips, **DIRECT, axialAberration=2.0)
    seen = []
    job.progress = lambda share, text="": seen.append(share)
    render(job)
    assert seen == sorted(seen) and seen[-1] == pytest.approx(1) and seen[0] < 0.4


def test_lateral_aberration_at_the_corners():
    light = np.zeros((90, 120, 4), np.float32)
    light[..., 3] = 1
    light[80:83, 108:111, :3] = 1
    out = lens(light, 0.0, lateralAberration=4.0)
    y, x = np.mgrid[:90, :120]
    at = [((out[..., c] * x).sum() / out[..., c].sum(), (out[..., c] * y).sum() / out[..., c].sum()) for c in range(3)]
    direction = (np.array([109, 81]) + 0.5 - (60, 45)) / 75
    np.testing.assert_allclose(np.array(at[0]) - at[1], 4 * direction, atol=0.15)
    np.testing.assert_allclose(np.array(at[2]) - at[1], -4 * direction, atol=0.15)
    np.testing.assert_allclose(out[..., 1], light[..., 1], atol=1e-6)


@pytest.mark.parametrize("place", [(0, 0, (90, 70)), (25, 12, (140, 100))], ids=["frame", "element"])
@pytest.mark.parametrize(
    "options",
    [
        {"lateralAberration": -5.5},
        {"axialAberration": 1.5, "lateralAberration": 3.0},
        {"highlightGain": 8.0, "highlightThreshold": 0.6},
        {"lateralAberration": 7.0, "maxSize": 0.0},
        {"output": "foreground matte"},
    ],
    ids=lambda o: "-".join(map(str, o.values())),
)
def test_tiles_are_the_whole(place, options):
    x0, y0, size = place
    rng = np.random.default_rng(4)
    rgba = rng.random((70, 90, 4)).astype(np.float32)
    rgba[..., 3] = rng.uniform(0.5, 1, (70, 90))
    y, x = np.mgrid[:70, :90]
    coc = np.where(((x // 13) + (y // 9)) % 2 == 0, -6.0, 7 * y / 70)
    clips = {"Source": picture(rgba, x0, y0), "Depth": picture(coc, x0, y0)}
    window = clips["Source"].window.grown(14, 14)

    def run(part):
        return render(FakeJob(NODE, clips, part, format=size, **DIRECT | {"maxSize": 8.0} | options)).pixels

    whole = run(window)
    for x in range(window.x0, window.x1, 47):
        for y in range(window.y0, window.y1, 39):
            tile = Window(x, y, min(x + 47, window.x1), min(y + 39, window.y1))
            np.testing.assert_allclose(run(tile), whole[tile.slices_in(window)], atol=3e-5)


def test_a_displaced_element_is_not_cropped():
    card = np.ones((40, 50, 4), np.float32)
    clips = {"Source": picture(card, 40, 30), "Depth": picture(np.zeros((40, 50)), 40, 30)}
    job = FakeJob(NODE, clips, Window(0, 0, 200, 200), format=(200, 200), **DIRECT | {"maxSize": 0.0})
    job.knobs["lateralAberration"] = 20.0
    out = render(job).pixels
    assert out[..., 1].sum() == pytest.approx(2000, rel=1e-4)
    by = 20 / np.hypot(100, 100)
    assert out[..., 0].sum() == pytest.approx(2000 / (1 - by) ** 2, rel=0.01)
    assert out[..., 2].sum() == pytest.approx(2000 / (1 + by) ** 2, rel=0.01)
    # What comes out lies inside the region that the node declares.
    y, x = np.nonzero(out[..., 3])
    grow = job.evaluated(NODE.grow.x)
    assert x.min() >= 40 - grow and x.max() < 90 + grow and y.min() >= 30 - grow and y.max() < 70 + grow


def test_the_interpolation_fits_the_declared_reach():
    """Of a lateral aberration in proxies; the rest is in test_regions."""
    from focuspuller.kernels.lens.defocus import margin
    from focuspuller.nodes.lens_defocus.aberration import lateral_reach

    clips = {"Source": picture(np.zeros((4, 4, 4)))}
    for scale in (1.0, 0.5, 1 / 3):
        for shift in (0.0, 0.01, 3.0, -60.0):
            job = FakeJob(NODE, clips, scale=(scale, scale), lateralAberration=shift, maxSize=10.0)
            assert job.evaluated(NODE.reach.y) * scale >= lateral_reach(job)[1] + margin(10.0 * scale)


@pytest.mark.parametrize("knob", ["axialAberration", "lateralAberration"])
def test_unpremultiplied_edges_have_no_impossible_colours(knob):
    card = np.zeros((60, 60, 4), np.float32)
    card[20:40, 20:40] = (0.8, 0.8, 0.8, 1)
    clips = {"Source": picture(card, premultiplied=False), "Depth": picture(np.full((60, 60), 5.0))}
    out = render(FakeJob(NODE, clips, **DIRECT, **{knob: 3.0})).pixels
    assert out.min() >= -2e-3 and out[..., :3].max() < 3 * 0.8 + 1e-3
    np.testing.assert_allclose(out[30, 30], (0.8, 0.8, 0.8, 1), rtol=0.02)
