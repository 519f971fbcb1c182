"""LensDefocus's iris, field and glass: that each knob does to a lamp's blur what it says."""

import numpy as np
import pytest
from fake_job import FakeJob, picture

from focuspuller.nodes.lens_defocus.character import NO_FIELD, character_of
from focuspuller.nodes.lens_defocus.node import NODE
from focuspuller.nodes.lens_defocus.presets import NEUTRAL, PRESETS
from focuspuller.nodes.lens_defocus.render import margins, render
from focuspuller.nodes.vocabulary.jobs import ClipError, Window

SIZE = 160
CORNER = (128, 128)  # column, row
RADIUS = 18.0


def lamps(*places, size=SIZE):
    pixels = np.zeros((size, size, 4), np.float32)
    pixels[..., 3] = 1
    for column, row in places:
        pixels[row, column, :3] = 1000
    return pixels


def blur(place=CORNER, radius=RADIUS, energy=2e-3, **knobs):
    """float64 [H, W] around a lamp at `place`: its light, sum 1, and (u, v) of the pixels in radii from it.

    energy: by how much its light may differ. Where shapes change from place to place as fast as in this small frame, an
    even plane stays even at the cost of single points.
    """
    clips = {"Source": picture(lamps(place)), "Depth": picture(np.full((SIZE, SIZE), radius))}
    job = FakeJob(NODE, clips, depthMath="direct", maxSize=2 * RADIUS, quality="high", **knobs)
    light = render(job).pixels[..., 0].astype(float)
    assert light.sum() == pytest.approx(1000, rel=energy)
    y, x = np.mgrid[:SIZE, :SIZE]
    return light / light.sum(), (x - place[0]) / abs(radius), (y - place[1]) / abs(radius)


def moments(light, u, v):
    """(centre [2], covariance [2, 2]) of the light, in radii."""
    centre = np.array([(light * u).sum(), (light * v).sum()])
    d = np.stack([u - centre[0], v - centre[1]])
    return centre, np.einsum("hw,ahw,bhw->ab", light, d, d)


def within(light, u, v, inner, outer):
    """Mean density of a ring, relative to an even disc's."""
    ring = (np.hypot(u, v) >= inner) & (np.hypot(u, v) < outer)
    return light[ring].mean() * np.pi * RADIUS**2


def test_cat_eye_is_across_the_direction_to_the_centre_and_keeps_its_place():
    light, u, v = blur(catEye=1.0, energy=0.05)
    centre, covariance = moments(light, u, v)
    np.testing.assert_allclose(centre, 0, atol=0.03)
    values, vectors = np.linalg.eigh(covariance)
    assert abs(vectors[:, 0] @ [0.707, 0.707]) > 0.995  # the short axis points to the centre
    assert values[0] < 0.6 * values[1]
    middle, *_ = blur((80, 80), catEye=1.0, energy=0.1)
    plain, *_ = blur((80, 80))
    assert np.abs(middle - plain).sum() < 0.05


def test_swirl_is_longer_around_the_centre():
    light, u, v = blur(swirl=1.0, energy=0.05)
    centre, covariance = moments(light, u, v)
    np.testing.assert_allclose(centre, 0, atol=0.03)
    values, vectors = np.linalg.eigh(covariance)
    assert abs(vectors[:, 1] @ [0.707, -0.707]) > 0.995
    distance = 48.5 / 80  # of the corner's, both ways
    assert np.sqrt(values[1] / values[0]) == pytest.approx(1 + distance**2, rel=0.05)


@pytest.mark.parametrize(("side", "place"), [("Left", (32, 80)), ("Right", (128, 80)), ("Top", (80, 32))])
def test_a_barn_door_cuts_straight_on_its_side(side, place):
    sides = {f"barn{s}": float(s == side) for s in ("Left", "Right", "Top", "Bottom")}
    light, u, v = blur(place, barnDoors=1.0, energy=0.15, **sides)
    away = {"Left": -u, "Right": u, "Top": -v}[side]
    limit = 1 - 48.5 / 80
    assert light[away > limit + 0.1].sum() < 0.01 and light[away > limit - 0.2].sum() > 0.05
    other, *_ = blur((160 - place[0], 160 - place[1]), barnDoors=1.0, energy=0.15, **sides)
    plain, *_ = blur((160 - place[0], 160 - place[1]))
    assert np.abs(other - plain).sum() < 0.02
    opened, *_ = blur(place, barnDoors=1.0, energy=0.15, **sides | {f"barn{side}": 0.0})
    assert np.abs(opened - blur(place)[0]).sum() < 0.01


def test_squeeze_is_half_as_wide_and_the_cat_eye_follows_the_narrower_frame():
    light, u, v = blur((80, 80), squeeze=2.0)
    _, covariance = moments(light, u, v)
    assert np.sqrt(covariance[1, 1] / covariance[0, 0]) == pytest.approx(2, rel=0.03)
    widths = []
    for squeeze in (1.0, 2.0):
        light, u, v = blur((140, 80), squeeze=squeeze, catEye=1.0, energy=0.05)
        widths.append(np.sqrt(moments(light, u, v)[1][0, 0]) * squeeze)
    assert widths[1] > 1.1 * widths[0]


def test_spherical_aberration_is_soft_behind_and_rimmed_in_front_and_reversed():
    for sign in (1, -1):
        soft = blur((80, 80), sign * RADIUS, sphericalAberration=sign * 0.8)
        rimmed = blur((80, 80), -sign * RADIUS, sphericalAberration=sign * 0.8)
        assert within(*soft, 0, 0.3) > 1.6 and within(*soft, 0.75, 0.95) < 0.85
        assert within(*rimmed, 0, 0.3) < 0.75 and within(*rimmed, 0.9, 1.0) > 1.5


def test_onion_rings_alternate():
    light, u, v = blur((80, 80), 30.0, rings=3, ringStrength=0.8)
    rho = np.hypot(u, v)
    bright = [light[np.abs(rho - at) < 0.05].mean() for at in (1 / 3, 2 / 3)]
    dark = [light[np.abs(rho - at) < 0.05].mean() for at in (1 / 6, 0.5, 5 / 6)]
    assert min(bright) > 1.8 * max(dark)
    even, *_ = blur((80, 80), 30.0, rings=3, ringStrength=0.0)
    assert np.abs(even - blur((80, 80), 30.0)[0]).sum() < 1e-6


def test_a_central_obstruction_is_a_hole():
    shape = blur((80, 80), centralObstruction=0.5)
    assert within(*shape, 0, 0.4) == pytest.approx(0, abs=0.05)
    assert within(*shape, 0.6, 0.9) == pytest.approx(1 / 0.75, rel=0.03)


def test_a_gaussian_has_the_discs_width_and_no_edge():
    light, u, v = blur((80, 80), filter="gaussian", blades=5, catEye=1.0, dust=1.0)  # which count for nothing
    _, covariance = moments(light, u, v)
    np.testing.assert_allclose(covariance, np.eye(2) / 4, atol=0.01)
    profile = light[80, 80:]
    assert np.all(np.diff(profile) <= 1e-6) and profile[18] < 0.25 * profile[0]


def test_dust_shades_spots_and_another_seed_others():
    plain = blur((80, 80), 30.0)[0]
    first, again, other = (blur((80, 80), 30.0, dust=0.8, dustSeed=s)[0] for s in (3, 3, 4))
    assert np.array_equal(first, again)
    inside = np.hypot(*np.mgrid[-80:80, -80:80]) < 26
    relative = first[inside] / plain[inside]
    assert relative.min() < 0.6 * np.median(relative)
    assert np.abs(first - other).sum() > 0.03


def test_dust_leaves_the_field_out_and_says_so():
    clips = {"Source": picture(lamps(CORNER)), "Depth": picture(np.full((SIZE, SIZE), RADIUS))}
    job = FakeJob(NODE, clips, dust=0.3, catEye=1.0, depthMath="direct")
    assert character_of(job).glass.field.even and job.warnings == [NO_FIELD]


def test_a_kernel_clip_is_the_blur_with_its_colours():
    arrow = np.zeros((20, 20, 4), np.float32)
    arrow[:, :10, 0] = arrow[:, 10:, 1] = 0.5
    arrow[..., 2:] = 0.5
    clips = {"Source": picture(lamps((80, 80))), "Depth": picture(np.full((SIZE, SIZE), RADIUS))}
    results = {}
    for colour in ("kept", "balanced", "none"):
        job = FakeJob(
            NODE,
            clips | {"Kernel": picture(arrow)},
            depthMath="direct",
            kernelSource="kernel clip",
            kernelColour=colour,
        )
        results[colour] = render(job).pixels
    kept, balanced, none = results["kept"], results["balanced"], results["none"]
    assert kept[80, 70, 0] > 0 and abs(kept[80, 70, 1]) < 1e-3 and kept[80, 90, 1] > 0
    np.testing.assert_allclose(kept[..., :3].sum(axis=(0, 1)), [750, 750, 1500], rtol=2e-3)
    np.testing.assert_allclose(balanced[..., :3].sum(axis=(0, 1)), 1000, rtol=2e-3)
    np.testing.assert_allclose(none[..., 0], none[..., 1], atol=1e-4)


@pytest.mark.parametrize("kernel", [None, np.zeros((8, 8, 4)), np.full((8, 8, 4), np.nan), np.ones((2, 5000, 4))])
def test_a_kernel_that_is_none_is_named(kernel):
    clips = {"Source": picture(lamps(CORNER)), "Depth": picture(np.full((SIZE, SIZE), RADIUS))}
    clips |= {} if kernel is None else {"Kernel": picture(kernel)}
    with pytest.raises(ClipError, match=r"not connected|no light|fewer") as error:
        render(FakeJob(NODE, clips, depthMath="direct", kernelSource="kernel clip"))
    assert error.value.clip == "Kernel"


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_the_knobs_values(name):
    """A preset gives what its values give on the knobs, whatever these are set to; no value leaves its knob's range."""
    preset = PRESETS[name]
    assert set(preset.knobs) <= set(NEUTRAL)
    for knob, value in preset.values().items():
        declared = NODE.knob(knob)
        assert declared.minimum <= value <= declared.maximum
    assert preset.values()["squeeze"] >= 1  # which the declared reach counts on
    clips = {"Source": picture(lamps(CORNER)), "Depth": picture(np.full((SIZE, SIZE), RADIUS))}
    how = {"depthMath": "direct", "maxSize": RADIUS, "quality": "draft"}
    theirs = render(FakeJob(NODE, clips, kernelSource="preset", preset=name, blades=3, squeeze=3.0, catEye=0.1, **how))
    ours = render(FakeJob(NODE, clips, **preset.values(), **how))
    assert np.array_equal(theirs.pixels, ours.pixels)


CASES = [
    {"catEye": 1.0, "swirl": 0.7, "blades": 5, "sphericalAberration": 0.6},
    {"filter": "gaussian"},
    {"dust": 0.7},
    {"kernelSource": "kernel clip"},
    {"kernelSource": "preset", "preset": "anamorphic 2x", "barnDoors": 0.7},
]


def textured(size=90):
    rng = np.random.default_rng(1)
    pixels = rng.random((size, size, 4), np.float32)
    pixels[..., 3] = 1
    y, x = np.mgrid[:size, :size]
    depth = np.where((x + y) % 23 < 9, -5.0, 6.0 * x / size)
    kernel = rng.random((9, 7, 4), np.float32)
    return {"Source": picture(pixels), "Depth": picture(depth), "Kernel": picture(kernel)}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_tiles_equal_the_whole(case):
    clips = textured()
    how = {"depthMath": "direct", "maxSize": 6.0} | case
    whole = render(FakeJob(NODE, clips, **how)).pixels
    for window in (Window(0, 0, 30, 41), Window(40, 20, 90, 70)):
        tile = render(FakeJob(NODE, clips, window, **how)).pixels
        np.testing.assert_allclose(tile, whole[window.slices_in(Window(0, 0, 90, 90))], rtol=1e-4, atol=5e-5)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_plane_keeps_its_light(case):
    clips = textured() | {"Source": picture(np.full((90, 90, 4), 0.5)), "Depth": picture(np.full((90, 90), 5.5))}
    out = render(FakeJob(NODE, clips, depthMath="direct", maxSize=6.0, kernelColour="none", **case)).pixels
    np.testing.assert_allclose(out, 0.5, rtol=1e-3)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_proxy_is_the_whole_made_smaller(case):
    """Shapes belong to places of the format, at any scale."""
    big, small = lamps(CORNER), np.zeros((80, 80, 4), np.float32)
    small[64, 64, :3], small[..., 3] = 250, 1
    kernel = picture(np.tril(np.ones((16, 16))))
    whole = {"Source": picture(big), "Depth": picture(np.full((160, 160), 16.0)), "Kernel": kernel}
    half = {"Source": picture(small), "Depth": picture(np.full((80, 80), 16.0)), "Kernel": kernel}
    how = {"depthMath": "direct", "maxSize": 16.0, "quality": "high"} | case
    expected = render(FakeJob(NODE, whole, **how)).pixels[..., 0].reshape(80, 2, 80, 2).mean(axis=(1, 3))
    proxy = render(FakeJob(NODE, half, scale=(0.5, 0.5), **how)).pixels[..., 0]
    assert np.abs(proxy - expected).sum() / expected.sum() < 0.25  # half a pixel of place, at 8 px of radius


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("scale", [1.0, 1 / 3])
def test_the_declared_reach_and_region_hold_the_blur(case, scale):
    job = FakeJob(NODE, textured(8), scale=(scale, scale), **case)
    for size in [*np.arange(0.5, 40, 1.3), *np.arange(40, 2000, 97.0)]:
        job.knobs["maxSize"] = float(size)
        character = character_of(job)
        columns, rows = margins(job, character, size * scale, 1.0)
        assert job.evaluated(NODE.reach.x) * scale >= columns, f"maxSize {size}"
        assert job.evaluated(NODE.reach.y) * scale >= rows, f"maxSize {size}"
        assert job.evaluated(NODE.grow.x) >= size * character.reach / character.iris.squeeze - 1e-9
        assert job.evaluated(NODE.grow.y) >= size * character.reach - 1e-9
