"""A matte of thin hair brings LensDefocus nearer to the ray-traced lens, whatever the depth."""

import pytest
from quality.lens_matte import DEPTHS, hair
from quality.metrics import psnr


@pytest.mark.slow
def test_a_matte_helps_with_every_depth():
    traced = hair(32)
    for focus, truth in traced.truths.items():
        for depth in DEPTHS:
            without, by_matte = (
                psnr(traced.through_lens(focus, depth, m), truth, where=traced.around_hair) for m in (False, True)
            )
            assert by_matte > without + 0.3, f"{focus}, {depth}"
