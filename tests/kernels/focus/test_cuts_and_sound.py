"""Cuts in streams of pictures; sound from files."""

import wave

import cv2
import numpy as np
import pytest

from focuspuller.kernels.focus.cuts import CutFinder
from focuspuller.kernels.focus.sound import SoundError, loudness, of_frame, read_sound


def scene(seed):
    rng = np.random.default_rng(seed)
    return cv2.resize(rng.integers(0, 255, (12, 16, 3)).astype(np.uint8), (320, 180), interpolation=cv2.INTER_CUBIC)


def cuts_of(pictures):
    finder = CutFinder()
    return [n for n, picture in enumerate(pictures) if finder.push(picture)]


def test_cuts_are_found():
    rng = np.random.default_rng(9)
    pictures = [
        np.clip(scene(s).astype(int) + rng.integers(-6, 7, (180, 320, 3)), 0, 255).astype(np.uint8)
        for s in (1, 2, 3)
        for _ in range(12)
    ]
    assert cuts_of(pictures) == [0, 12, 24]


def test_pans_flashes_and_fades_are_none():
    wide = cv2.resize(scene(4), (1280, 180))
    pan = [wide[:, 12 * n : 12 * n + 320] for n in range(60)]
    assert cuts_of(pan) == [0]
    flash = [scene(5)] * 10 + [np.clip(scene(5).astype(int) + 90, 0, 255).astype(np.uint8)] + [scene(5)] * 10
    assert cuts_of(flash) == [0]
    fade = [(scene(6) * g).astype(np.uint8) for g in np.linspace(1, 0.1, 30)]
    assert cuts_of(fade) == [0]
    assert cuts_of([np.zeros((90, 160, 3), np.uint8)] * 5) == [0]


def test_sound_of_a_wav(tmp_path):
    pytest.importorskip("av")
    path = tmp_path / "tone.wav"
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(48000) / 48000)
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 48000, 0, "NONE", ""))
        file.writeframes((np.repeat(tone[:, None], 2, 1) * 32767).astype("<i2").tobytes())
    sound = read_sound(path)
    assert sound.dtype == np.float32 and len(sound) == pytest.approx(16000, abs=40)
    crossings = np.count_nonzero(np.diff(np.signbit(sound[1000:15000])))
    assert crossings == pytest.approx(2 * 440 * 14000 / 16000, abs=4)


def test_sound_errors_name_file_and_cure(tmp_path):
    pytest.importorskip("av")
    (tmp_path / "no.wav").write_bytes(b"this is no sound")
    for name in ("no.wav", "missing.wav"):
        with pytest.raises(SoundError, match=name):
            read_sound(tmp_path / name)


def test_the_samples_of_a_frame():
    sound = np.arange(16000, dtype=np.float32)
    parts = [of_frame(sound, n, 1, 24) for n in range(1, 25)]
    np.testing.assert_array_equal(np.concatenate(parts), sound)
    before = of_frame(sound, 0, 1, 24)
    assert len(before) == pytest.approx(667, abs=1) and not before.any()
    assert not of_frame(sound, 200, 1, 24).any()


def test_loudness():
    assert loudness(np.zeros(100)) == 0 == loudness(np.zeros(0))
    assert loudness(np.ones(100)) == pytest.approx(1)
    assert loudness(np.full(100, 1e-3)) == pytest.approx(0, abs=0.01)
