"""Generated clips: the same from the same seed, with a truth that is true of the pictures."""

import cv2
import numpy as np
import pytest

from focuspuller.kernels.events.clips import DECOYS, KINDS, make_clip
from focuspuller.kernels.events.face import CENTRE, FACE_WIDTH, Look, head
from focuspuller.kernels.events.speech import RATE, Voice, speak

SMALL = {"width": 160, "height": 90}


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_clip(kind):
    a, b, other = (make_clip(kind, seed, count=60, **SMALL) for seed in (3, 3, 4))
    for n in (a.count // 2, 1):  # in any order
        for x, y in zip(a.frame(n), b.frame(n), strict=True):
            np.testing.assert_array_equal(x, y)
    assert a.truth == b.truth
    assert a.truth.keys != other.truth.keys
    picture, disparity = a.frame(1)
    assert (picture.shape, picture.dtype) == ((90, 160, 3), np.uint8)
    assert (disparity.shape, disparity.dtype) == ((90, 160), np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_the_subject_is_where_the_truth_says(kind):
    """Depth at the subject's place is the subject's, but where something nearer hides it."""
    clip = make_clip(kind, 0, **SMALL)
    right = []
    for n in np.linspace(1, clip.count, 8).astype(int):
        x, y, z = clip.subject(int(n))
        if 0 <= x < 1 and 0 <= y < 1:
            disparity = clip.frame(int(n))[1]
            patch = disparity[max(int(y * 90) - 1, 0) : int(y * 90) + 2, max(int(x * 160) - 1, 0) : int(x * 160) + 2]
            right.append(bool((np.abs(patch * z - 1) < 0.08).any()))
        assert clip.truth.focus_at(int(n)) == pytest.approx(z)
    assert np.mean(right) > 0.7


@pytest.mark.parametrize("kind", KINDS)
def test_targets(kind):
    clip = make_clip(kind, 5, **SMALL)
    assert clip.truth.targets[0].cut
    later = clip.truth.targets[1:]
    assert (kind in ("enters", "throw", "conversation")) == bool(later)
    assert kind not in DECOYS or not later
    for target in later:
        frame = int(np.ceil(target.frame))
        assert abs(1 / clip.truth.focus_at(frame) - 1 / clip.truth.focus_at(frame - 1)) > 0.05


def test_sound_begins_with_the_turns_and_mouths_move_with_it():
    clip = make_clip("conversation", 2, **SMALL)
    power = np.array([np.mean(clip.sound_of(n) ** 2) for n in range(1, clip.count + 1)])
    speaks = np.zeros(clip.count, bool)
    for turn in clip.turns:
        speaks[int(turn.first) - 1 : int(np.ceil(turn.last))] = True
    assert power[speaks].mean() > 50 * power[~speaks].mean()
    assert sum(len(clip.sound_of(n)) for n in range(1, clip.count + 1)) == len(clip.sound)
    assert make_clip("enters", 2, **SMALL).sound_of(1).size == 0


def test_off_screen_and_silent():
    assert {t.speaker for t in make_clip("off screen", 1, **SMALL).turns} == {0, -1}
    assert {t.speaker for t in make_clip("silent mouth", 1, **SMALL).turns} == {0}


@pytest.mark.parametrize("count", [1, 10, 30])
@pytest.mark.parametrize("kind", KINDS)
def test_short_clips(kind, count):
    clip = make_clip(kind, 1, count=count, **SMALL)
    assert clip.frame(count)[0].shape == (90, 160, 3)


def test_an_unknown_kind_is_named():
    with pytest.raises(ValueError, match="opera"):
        make_clip("opera", 1)


def test_a_mouth_opens_and_a_detector_finds_the_face():
    cascade = cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    rng = np.random.default_rng(0)
    for _ in range(4):
        look = Look.random(rng)
        closed, opened = head(look, 0.0), head(look, 1.0)
        change = np.abs(opened - closed)[..., :3].max(axis=2)
        rows, columns = np.nonzero(change > 0.2)
        assert abs(columns.mean() - CENTRE[0]) < 6 and rows.min() > CENTRE[1] + 20
        for drawn in (closed, opened):
            scale = 70 / FACE_WIDTH
            small = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            scene = np.full((200, 240, 3), 0.5, np.float32)
            area = scene[30 : 30 + small.shape[0], 60 : 60 + small.shape[1]]
            area[:] = area * (1 - small[..., 3:]) + small[..., :3] * small[..., 3:]
            grey = (cv2.cvtColor(scene, cv2.COLOR_RGB2GRAY) * 255).astype(np.uint8)
            found = cascade.detectMultiScale(grey, 1.1, 4, minSize=(28, 28))
            centre = np.array([60 + scale * CENTRE[0], 30 + scale * CENTRE[1]])
            assert any(np.abs(np.array([x + w / 2, y + h / 2]) - centre).max() < 0.3 * w for x, y, w, h in found)


def test_speech_is_as_loud_as_the_mouth_is_open():
    together = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        sound, mouth = speak(Voice.random(rng), 3.0, rng)
        assert len(sound) == len(mouth) == 3 * RATE
        loud = np.sqrt((sound.reshape(75, -1) ** 2).mean(axis=1))
        together.append(np.corrcoef(loud, mouth.reshape(75, -1).mean(axis=1))[0, 1])
    assert np.mean(together) > 0.2  # a small vowel may be loud
