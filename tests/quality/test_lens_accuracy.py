"""LensDefocus against the ray tracer, coarsely; the table is `lens_accuracy.py`'s."""

import numpy as np
import pytest
from quality.cases import FOCUSES
from quality.lens_accuracy import measure
from quality.methods import defocused

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("focus", FOCUSES)
@pytest.mark.parametrize("scene", ["rails", "cards", "grass", "demo"])
def test_far_nearer_to_the_truth_than_the_sharp_picture(scene, focus):
    (result,) = measure(scene, [focus], 320, 180, 64)
    assert result.psnr > result.nothing + 6


def test_a_uniform_plane_keeps_its_light_at_any_blur():
    ramp = np.linspace(-30, 30, 240, dtype=np.float32)
    for plane in np.linspace(-30, 30, 13):
        out = defocused(np.full((60, 80, 3), 0.7), np.full((60, 80), plane), depthMath="direct", maxSize=32.0)
        np.testing.assert_allclose(out, 0.7, rtol=1e-3)
    out = defocused(np.full((60, 240, 3), 0.7), np.repeat(ramp[None], 60, 0), depthMath="direct", maxSize=32.0)
    np.testing.assert_allclose(out, 0.7, rtol=1e-3)
