"""Flow, warping, consistency and the cache."""

import threading

import cv2
import numpy as np
import pytest

from focuspuller.kernels.flow import FlowCache, concatenate, consistency, content_key, flow, resized, warp
from focuspuller.kernels.temporal import reference


def texture(height=120, width=160, seed=0, channels=3) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return cv2.GaussianBlur(rng.random((height, width, channels), np.float32), (0, 0), 1.5)


def constant(x, y, height=120, width=160) -> np.ndarray:
    return np.broadcast_to(np.array([x, y], np.float32), (height, width, 2)).copy()


@pytest.mark.parametrize("scale", [1.0, 1e-4, 3e4])
@pytest.mark.parametrize("shift", [(3.0, -2.0), (0.5, 0.25)])
def test_finds_a_shift_whatever_the_unit(shift, scale):
    a = texture()
    b = warp(a, constant(-shift[0], -shift[1]), "cubic")
    found = flow(a * np.float32(scale), b * np.float32(scale))
    inner = found[16:-16, 16:-16]
    assert found.dtype == np.float32 and found.shape == (120, 160, 2)
    assert np.abs(inner - np.array(shift, np.float32)).mean() < 0.1


def test_bytes_and_floats_give_the_same():
    a, b = (np.rint(p * 255).astype(np.uint8) for p in (texture(), warp(texture(), constant(-2, 0))))
    assert np.abs(flow(a, b)[16:-16, 16:-16] - (2, 0)).mean() < 0.1


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (3, 2), (70, 5)])
def test_small_pictures_and_bad_pixels(size):
    a = texture(*size)
    a[0, 0] = np.nan
    found = flow(a, texture(*size, seed=1))
    assert found.shape == (*size, 2) and np.isfinite(found).all()


def test_sizes_must_agree():
    with pytest.raises(ValueError, match="one size"):
        flow(texture(), texture(100, 160))


def test_warp_takes_pixels_from_where_the_flow_points():
    picture = np.arange(20, dtype=np.float32).reshape(4, 5)
    out = warp(picture, constant(1, 2, 4, 5))
    np.testing.assert_array_equal(out[:2, :4], picture[2:, 1:])
    assert warp(picture[..., None], constant(0, 0, 4, 5)).shape == (4, 5, 1)


def test_concatenation_of_a_turn_and_a_shift():
    y, x = np.mgrid[:60, :80].astype(np.float32)
    first = constant(2.0, 1.0, 60, 80)
    second = np.stack([0.05 * y, -0.03 * x], axis=-1).astype(np.float32)
    joined = concatenate(first, second)
    expected = first + np.stack([0.05 * (y + 1), -0.03 * (x + 2)], axis=-1)
    np.testing.assert_allclose(joined[:-2, :-3], expected[:-2, :-3], atol=1e-3)


def test_consistency_against_the_search_of_equation_7():
    """Whole-pixel flows: the best q of the search is p + forward(p), where ours looks."""
    rng = np.random.default_rng(3)
    y, x = np.mgrid[:7, :8]
    targets = np.stack([rng.integers(0, 8, (7, 8)), rng.integers(0, 7, (7, 8))], axis=-1)
    forward = (targets - np.stack([x, y], axis=-1)).astype(np.float32)
    backward = np.zeros((7, 8, 2), np.float32)
    for py, px in np.ndindex(7, 8):  # where two pixels meet, the last one is seen
        tx, ty = targets[py, px]
        backward[ty, tx] = px - tx, py - ty
    ours, searched = consistency(forward, backward), reference.return_distance(forward, backward)
    np.testing.assert_array_equal(ours < 0.5, searched < 0.5)
    assert (searched <= ours + 1e-4).all()
    assert 5 < np.count_nonzero(ours < 0.5) < 56


def test_leaving_the_picture_is_never_consistent():
    error = consistency(constant(10, 0), constant(-10, 0))
    assert np.isinf(error[:, -10:]).all() and np.allclose(error[:, :-11], 0, atol=1e-4)


def test_resized_flow_is_in_the_new_pixels():
    np.testing.assert_allclose(resized(constant(2, -1, 30, 40), 80, 120), constant(4, -4, 120, 80), rtol=1e-6)


def test_cache_keeps_within_its_budget_and_drops_the_longest_unused():
    cache = FlowCache(3 * 400)
    make = lambda: np.zeros(100, np.float32)  # noqa: E731
    for key in "abc":
        cache.get(key, make)
    cache.get("a", make)
    cache.get("d", make)  # drops b
    assert cache.made == 4 and cache.bytes == 1200
    cache.get("a", make)
    assert cache.made == 4
    cache.get("b", make)
    assert cache.made == 5
    assert cache.get("huge", lambda: np.zeros(10_000, np.float32)).size == 10_000
    assert cache.bytes <= 1200
    cache.clear()
    assert cache.bytes == 0


def test_one_key_is_made_once_by_many_threads_and_a_failure_is_not_kept():
    cache, started = FlowCache(1 << 20), threading.Event()

    def slow():
        started.wait(5)
        return np.zeros(4, np.float32)

    threads = [threading.Thread(target=cache.get, args=("k", slow)) for _ in range(6)]
    for t in threads:
        t.start()
    started.set()
    for t in threads:
        t.join()
    assert cache.made == 1
    with pytest.raises(ZeroDivisionError):
        cache.get("bad", lambda: 1 // 0)
    assert cache.get("bad", lambda: np.ones(1, np.float32)) == 1


def test_keys_tell_content_shape_and_type_apart():
    a = np.zeros((4, 6), np.float32)
    keys = {content_key(p) for p in (a, a.reshape(6, 4), a.view(np.int32), a + 1)}
    assert len(keys) == 4 and content_key(a) == content_key(a.copy())
