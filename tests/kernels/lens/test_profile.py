"""Radial profiles against the optics they come from."""

from itertools import pairwise

import numpy as np
import pytest

from focuspuller.kernels.lens.profile import EVEN, STRONGEST, aberrated, gaussian_profile, lens_profiles, nested

RHO = (np.arange(400) + 0.5) / 400
AREA = 2 * RHO / 400

CASES = [
    {},
    {"aberration": 1.0},
    {"aberration": -0.4},
    {"rings": 3, "ring_strength": 0.8},
    {"obstruction": 0.4},
    {"aberration": 0.5, "rings": 5, "obstruction": 0.3},
]


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.parametrize("copies", [3, 8, 12])
def test_light_is_kept_and_copies_are_counted(case, copies):
    for profile in lens_profiles(**case, copies=copies):
        assert profile.shares.sum() == pytest.approx(1, abs=1e-12)
        assert (profile.weights * profile.scales**2).sum() == pytest.approx(1, abs=1e-12)
        assert len(profile.scales) <= copies
        assert 0 < profile.scales.min() and profile.reach <= 1
        density = profile.density(RHO)
        assert density.min() >= -1e-9 and density @ AREA == pytest.approx(1, abs=0.01)


def test_without_anything_it_is_the_even_disc():
    for profile in lens_profiles():
        assert profile.scales == EVEN.scales and profile.shares == EVEN.shares


@pytest.mark.parametrize("w", [STRONGEST, -STRONGEST, 0.1, -0.2])
def test_aberrated_density_is_that_of_traced_rays(w):
    """A million rays through the iris, counted where they land, and the closed form at their height."""
    height = np.sqrt((np.arange(1_000_000) + 0.5) / 1_000_000)
    landed = (1 - w) * height + w * height**3
    edges = np.linspace(0, 1, 41)
    counted = np.histogram(landed, edges)[0] / 1e6 / np.diff(edges**2)
    np.testing.assert_allclose(aberrated(edges, w), counted, rtol=0.02)
    h = np.array([0.2, 0.5, 0.8])
    rho = (1 - w) * h + w * h**3
    fine = np.linspace(0, 1, 20001)
    closed = 1 / ((1 - w + w * h**2) * (1 - w + 3 * w * h**2))
    np.testing.assert_allclose(aberrated(fine, w)[(rho * 20000).astype(int)], closed, rtol=0.01)


def test_aberration_is_soft_behind_and_bright_rimmed_in_front_and_reversed():
    far, near = lens_profiles(0.8)
    assert far.density(0.05) > 1.8 and far.density(0.97) < 0.7
    assert near.density(0.05) < 0.7 and near.density(0.97) > 2
    reversed_far, reversed_near = lens_profiles(-0.8)
    assert np.array_equal(reversed_far.scales, near.scales) and np.array_equal(reversed_near.scales, far.scales)


def test_rings_are_counted_from_the_rim():
    far, _ = lens_profiles(rings=3, ring_strength=0.9, copies=16)
    density = far.density(RHO)
    rising = np.flatnonzero((density[1:] > 1.2) & (density[:-1] <= 1.2))
    assert len(rising) == 3 or (len(rising) == 2 and density[0] > 1.2)
    assert density[-1] > 1.2  # the rim is bright


def test_a_mirror_lens_has_a_hole():
    far, near = lens_profiles(obstruction=0.4)
    assert abs(far.density(0.35)) < 0.01 and far.density(0.45) == pytest.approx(1 / 0.84, rel=0.01)
    assert np.array_equal(far.scales, near.scales)


@pytest.mark.parametrize(("copies", "most"), [(8, 0.055), (12, 0.036), (16, 0.027)])
def test_the_stated_error_is_the_misplaced_light(copies, most):
    for profile in lens_profiles(1.0, copies=copies):
        edges = np.linspace(0, 1, 8193)
        sign = STRONGEST if profile.density(0.01) > 1 else -STRONGEST
        middle = (edges[1:] + edges[:-1]) / 2
        misplaced = 0.5 * np.abs(aberrated(edges, sign) - profile.density(middle)) @ np.diff(edges**2)
        assert misplaced == pytest.approx(profile.error, abs=0.002) and misplaced < most


def test_more_copies_are_better():
    errors = [gaussian_profile(copies).error for copies in (4, 8, 16, 32)]
    assert all(b < 0.6 * a for a, b in pairwise(errors))


def test_a_gaussian_has_the_even_discs_second_moment():
    profile = gaussian_profile(16)
    assert (profile.shares * profile.scales**2).sum() == pytest.approx(1, abs=1e-9)
    rho = np.array([0.25, 0.5, 1.0])
    np.testing.assert_allclose(profile.density(rho), 2 * np.exp(-2 * rho**2), atol=0.15)
    assert profile.reach < 1.55


def test_an_exact_staircase_is_found():
    edges = np.linspace(0, 1, 2049)
    density = np.where(edges[1:] <= 0.25, 4.0, np.where(edges[1:] <= 0.75, 1.0, 0.5))
    profile = nested(edges, density, 8)
    np.testing.assert_allclose(np.sort(profile.scales), [0.25, 0.75, 1], atol=1e-9)
    assert profile.error < 1e-9


@pytest.mark.parametrize(
    "wrong", [{"aberration": 1.1}, {"rings": 9}, {"ring_strength": -1}, {"obstruction": 1}, {"copies": 2}]
)
def test_what_no_profile_can_be(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        lens_profiles(**wrong)
