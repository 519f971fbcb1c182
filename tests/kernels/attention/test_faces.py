"""Faces keep their number, from the first frame they are seen in, and their mouths stay put."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.attention.face_finders import CascadeFinder, FaceModelError, YuNetFinder
from focuspuller.kernels.attention.face_tracks import Face, follow
from focuspuller.kernels.attention.faces import FaceDetector
from focuspuller.kernels.events.face import CENTRE, FACE_WIDTH, MOUTH, Look, head
from focuspuller.kernels.focus.detections import ClipFrame, ClipInfo, run_detectors
from focuspuller.kernels.speech.mouth import PATCH, mouth_patch

WIDTH, HEIGHT = 320, 180
INFO = ClipInfo(WIDTH, HEIGHT, 24.0)
LOOKS = [Look.random(np.random.default_rng(seed)) for seed in (3, 8)]


def picture(places, seed=0, mouth=0.0):
    """A wall with heads at (x, y, scale), the centre of the face in px and px for a px of the drawing."""
    rng = np.random.default_rng(1)
    wall = cv2.resize(
        rng.uniform(90, 170, (12, 20, 3)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    for look, (x, y, scale) in zip(LOOKS, places, strict=False):
        drawn = head(look, mouth)
        matrix = np.float32([[scale, 0, x - scale * CENTRE[0]], [0, scale, y - scale * CENTRE[1]]])
        drawn = cv2.GaussianBlur(np.dstack([drawn[..., :3] * drawn[..., 3:], drawn[..., 3]]), (0, 0), 0.4 / scale)
        placed = cv2.warpAffine(drawn, matrix, (WIDTH, HEIGHT))
        wall = wall * (1 - placed[..., 3:]) + 255 * placed[..., :3]
    noise = np.random.default_rng(seed).normal(0, 1.5, wall.shape)
    return np.clip(wall + noise, 0, 255).astype(np.uint8)


def frames(places, count, first=1):
    return [ClipFrame(n, picture(places(n), n), cut=n == first) for n in range(first, first + count)]


def run(clip):
    return [found for _, (found,) in run_detectors(iter(clip), [FaceDetector(INFO)])]


def test_two_faces_keep_their_numbers_while_they_move():
    found = run(frames(lambda n: [(80 + n, 80, 0.45), (240 - n, 95, 0.32)], 26))
    assert [d.number for d in found] == list(range(1, 27))
    tracks = {}
    for d in found:
        assert len(d.regions) == 2
        for region in d.regions:
            tracks.setdefault(region.track, []).append((region.x0 + region.x1) / 2 * WIDTH)
    assert len(tracks) == 2
    left, right = sorted(tracks.values())
    assert all(abs(x - (80 + n)) < 8 for n, x in enumerate(left, 1))
    assert all(abs(x - (240 - n)) < 8 for n, x in enumerate(right, 1))
    x = found[10].map.max(axis=0).argmax()
    scale = WIDTH / found[10].map.shape[1]
    assert min(abs(x * scale - 91), abs(x * scale - 229)) < 20


def test_a_face_is_known_from_where_it_comes_into_the_picture():
    away = (-200, 0, 0.4)
    found = run(frames(lambda n: [(160, 90, 0.4)] if n >= 10 else [away], 30))
    seen = [d.number for d in found if d.regions]
    assert seen[0] in (10, 11)
    assert seen == list(range(seen[0], 31))
    assert all(d.strength == 0 and not d.map.any() for d in found[:9])


def test_a_new_shot_has_new_faces():
    clip = frames(lambda n: [(80, 80, 0.45)], 9) + frames(lambda n: [(240, 95, 0.4)], 9, first=10)
    found = run(clip)
    assert [d.number for d in found] == list(range(1, 19))
    for d in found:
        (region,) = d.regions
        assert abs((region.x0 + region.x1) / 2 * WIDTH - (80 if d.number < 10 else 240)) < 10


def test_noise_holds_no_faces():
    rng = np.random.default_rng(5)
    coarse = [rng.uniform(0, 255, (18, 32, 3)).astype(np.float32) for _ in range(2)]
    pictures = [cv2.resize(coarse[n // 8], (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) for n in range(16)]
    clip = [ClipFrame(n + 1, np.clip(p, 0, 255).astype(np.uint8), cut=n % 8 == 0) for n, p in enumerate(pictures)]
    assert all(not d.regions for d in run(clip))


def test_the_mouth_patch_holds_the_mouth():
    scale = 0.5
    shut, wide = picture([(160, 80, scale)]), picture([(160, 80, scale)], mouth=1.0)
    (face,) = CascadeFinder().find(cv2.resize(shut, None, fx=2, fy=2))
    patches = [mouth_patch(cv2.cvtColor(p, cv2.COLOR_RGB2GRAY), face, 0.5) for p in (shut, wide)]
    changed = abs(patches[1] - patches[0])
    assert patches[0].shape == (PATCH[1], PATCH[0])
    inner = changed[4:-4, 4:-4].sum() / changed.sum()
    assert inner > 0.6  # most of what an opening mouth changes lies inside
    x, y = face.mouth_centre()
    assert abs(x / 2 - (160 + scale * (MOUTH[0] - CENTRE[0]))) < 0.15 * scale * FACE_WIDTH
    assert abs(y / 2 - (80 + scale * (MOUTH[1] - CENTRE[1]))) < 0.2 * scale * FACE_WIDTH


def test_a_turned_and_scaled_face_is_followed():
    before = cv2.cvtColor(picture([(160, 90, 0.5)]), cv2.COLOR_RGB2GRAY)
    matrix = cv2.getRotationMatrix2D((160, 90), -2.5, 1.03)  # clockwise
    after = cv2.warpAffine(before, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    face = follow(Face(160, 90, 80, 1.0), before, after)
    assert face.size == pytest.approx(82.4, abs=1)
    assert np.degrees(face.angle) == pytest.approx(2.5, abs=0.6)
    assert (face.x, face.y) == pytest.approx((160, 90), abs=1.5)
    assert follow(Face(160, 90, 80, 1.0), before, np.full_like(before, 90)) is None


def test_a_wrong_model_file_says_which_and_what_to_do(tmp_path):
    with pytest.raises(FaceModelError, match=r"none\.onnx.*check the model file"):
        YuNetFinder(tmp_path / "none.onnx")
    (tmp_path / "text.onnx").write_text("no model")
    with pytest.raises(FaceModelError, match=r"text\.onnx.*YuNet"):
        FaceDetector(INFO, str(tmp_path / "text.onnx"))
