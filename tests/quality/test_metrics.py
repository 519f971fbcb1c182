"""The metrics against values worked out by hand, and the depths that everyone gets."""

import numpy as np
import pytest
from quality import depths
from quality.cache import cached, digest
from quality.metrics import LOG_FLOOR, LOG_HDR, display, log_hdr, psnr, ssim


def flat(value: float) -> np.ndarray:
    return np.full((16, 20, 3), value)


def test_display_is_srgb():
    np.testing.assert_allclose(
        display(np.array([-1, 0, 0.0031308, 0.18, 1, 60])), [0, 0, 0.04045, 0.46135, 1, 1], atol=2e-5
    )


def test_log_hdr_is_even_in_stops_and_ends_where_it_says():
    assert log_hdr(np.array([-1.0, 0.0, 64.0, 1e9])).tolist() == pytest.approx([0, 0, 1, 1])
    two, four, eight = log_hdr(np.array([2.0, 4.0, 8.0]))
    assert eight - four == pytest.approx(four - two, rel=2e-3)
    assert log_hdr(np.array(LOG_FLOOR)) == pytest.approx(1 / (6 + 8), rel=1e-4)


def test_psnr_of_known_errors():
    assert psnr(flat(0), flat(1)) == pytest.approx(0)
    assert psnr(flat(0.0031308), flat(0)) == pytest.approx(-20 * np.log10(0.04045), abs=1e-3)
    assert psnr(flat(2), flat(7)) == 120, "a display shows both as white"
    assert psnr(flat(0), flat(64), LOG_HDR) == pytest.approx(0)
    assert psnr(flat(2), flat(7), LOG_HDR) == pytest.approx(-20 * np.log10(np.log2(3.5) / 14), abs=0.02)


def test_psnr_of_some_pixels():
    a, b, where = flat(0.5), flat(0.5), np.zeros((16, 20), bool)
    where[3:5] = True
    b[3:5] = 0.9
    assert psnr(a, b, where=~where) == 120
    assert psnr(a, b, where=where) == pytest.approx(psnr(flat(0.5), flat(0.9)))
    assert psnr(a, b) == pytest.approx(psnr(a, b, where=where) + 10 * np.log10(8))
    assert np.isnan(psnr(a, b, where=np.zeros_like(where)))


def test_ssim_of_known_pictures():
    noise = np.random.default_rng(0).random((32, 40, 3))
    assert ssim(noise, noise) == pytest.approx(1)
    # Flat pictures have no structure: what is left is 2xy + C1 over x² + y² + C1.
    x, y = display(np.array(0.2)), display(np.array(0.6))
    assert ssim(flat(0.2), flat(0.6)) == pytest.approx((2 * x * y + 1e-4) / (x * x + y * y + 1e-4))
    # The negative has the same means and the opposite structure.
    centred = 0.5 + 0.2 * np.sign(np.indices((32, 40)).sum(0) % 2 - 0.5)[..., None].repeat(3, -1)
    linear = np.where(centred <= 0.04045, centred / 12.92, ((centred + 0.055) / 1.055) ** 2.4)
    negative = np.where(centred > 0.5, linear.min(), linear.max())
    assert ssim(linear, negative) == pytest.approx((-2 * 0.04 + 9e-4) / (2 * 0.04 + 9e-4), abs=0.01)
    with pytest.raises(ValueError, match="11 × 11"):
        ssim(noise[:10], noise[:10])


def test_each_fault_of_depth_does_what_its_name_says():
    clean = np.full((20, 20), 0.1, np.float32)
    clean[:, 10:] = 1.1
    soft = clean.copy()
    soft[:, 10] = 0.6

    def spoilt(kind):
        return depths.corrupted(clean, soft, kind)

    assert spoilt(depths.CLEAN) is clean
    assert spoilt(depths.ANTIALIASED) is soft
    ramp = np.linspace(0, 1, 4000, dtype=np.float32)[None]
    assert len(np.unique(depths.corrupted(ramp, ramp, depths.EIGHT_BIT))) == 256
    dilated = spoilt(depths.DILATED)
    assert (dilated[:, 9] == clean[0, 10]).all() and (dilated[:, 8] == clean[0, 8]).all()
    large = np.ones((300, 300), np.float32)
    assert depths.corrupted(large, large, depths.NOISY).std() == pytest.approx(0.01, rel=0.02)
    with pytest.raises(ValueError, match="dilated"):
        spoilt("blurred")


def test_the_cache_makes_a_picture_once_and_again_when_its_file_is_broken(tmp_path, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_QUALITY_CACHE", str(tmp_path))
    made = []

    def make():
        made.append(1)
        return np.arange(3.0)

    for _ in range(2):
        np.testing.assert_array_equal(cached("a", make), [0, 1, 2])
    assert len(made) == 1
    (tmp_path / "a.npy").write_bytes(b"nothing")
    np.testing.assert_array_equal(cached("a", make), [0, 1, 2])
    assert len(made) == 2
    assert [p.name for p in tmp_path.iterdir()] == ["a.npy"]
    assert digest(np.zeros(2), 1) != digest(np.zeros(2), 2) != digest(np.zeros((2, 1)), 2)
