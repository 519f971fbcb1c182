"""Who speaks: two mouths and a synthesised voice, a mouth without a voice, a voice without a mouth."""

from itertools import pairwise

import cv2
import numpy as np
import pytest

from focuspuller.kernels.attention.face_tracks import Face
from focuspuller.kernels.attention.faces import FaceDetector
from focuspuller.kernels.events.clips import make_clip
from focuspuller.kernels.events.speech import Voice, chew, speak
from focuspuller.kernels.focus.detections import SOUND_RATE, ClipFrame, ClipInfo, Reach, run_detectors
from focuspuller.kernels.speech.detector import SpeakerDetector
from focuspuller.kernels.speech.phrases import runs, words_joined
from focuspuller.kernels.speech.synchrony import LAGS, Fit, LagBelief, Stretch, fit
from focuspuller.kernels.speech.synchrony import speakers as speakers_of
from focuspuller.kernels.speech.voice import measure, voice_activity

FPS = 24.0
INFO = ClipInfo(240, 120, FPS, True)
FACES = {0: Face(60, 60, 80, 1.0), 1: Face(180, 60, 60, 1.0)}
SHAPE = (120, 240)


class KnownFaces:
    """A face detector for faces whose places are known."""

    version, reach = "known", Reach(None, 0)

    def __init__(self):
        self.listeners = []

    def push(self, frame):
        for listener in self.listeners:
            listener(SHAPE, FACES)


def per_frame(signal, count):
    edges = np.round(np.arange(count + 1) / FPS * SOUND_RATE).astype(int)
    return [signal[a:b] for a, b in pairwise(edges)]


def scene(seconds, turns, chewing=None, seed=0, noise=0.002):
    """Frames with two drawn mouths. turns: (begin, end, who) in s, who None off screen; chewing: who chews."""
    rng = np.random.default_rng(seed)
    count = round(seconds * FPS)
    sound = noise * rng.standard_normal(round(seconds * SOUND_RATE)).astype(np.float32)
    mouths = np.zeros((2, len(sound)), np.float32)
    for begin, end, who in turns:
        voice, mouth = speak(Voice.random(rng), end - begin, rng)
        at = slice(int(begin * SOUND_RATE), int(begin * SOUND_RATE) + len(voice))
        sound[at] += voice
        if who is not None:
            mouths[who, at] = mouth
    if chewing is not None:
        mouths[chewing] = chew(1.8, len(sound), rng)
    background = rng.uniform(60, 200, (15, 30, 3)).astype(np.float32)
    background = cv2.resize(background, SHAPE[::-1], interpolation=cv2.INTER_CUBIC)
    sounds, openings = per_frame(sound, count), [per_frame(m, count) for m in mouths]
    for n in range(count):
        picture = background.copy()
        for who, face in FACES.items():
            x, y = face.mouth_centre()
            axes = (int(16 * 0.17 * face.size), int(16 * (0.02 + 0.09 * openings[who][n].mean()) * face.size))
            cv2.ellipse(picture, (int(16 * x), int(16 * y)), axes, 0, 0, 360, (90, 30, 30), -1, cv2.LINE_AA, 4)
        picture += rng.normal(0, 1.5, picture.shape)
        yield ClipFrame(n + 1, np.clip(picture, 0, 255).astype(np.uint8), sound=sounds[n], cut=n == 0)


def speakers(frames):
    """By frame: 0, 1 or None, and the detections."""
    faces = KnownFaces()
    detector, found = SpeakerDetector(INFO, faces), []
    for frame in frames:
        faces.push(frame)
        found += detector.push(frame)
    found += detector.finish()
    assert [d.number for d in found] == list(range(1, len(found) + 1))
    best = [max(d.regions, key=lambda r: r.score) for d in found]
    return [b.track if b.score > 0.5 else None for b in best], found


def test_each_turn_lights_its_speaker_from_the_first_syllable_on():
    turns = [(0.7, 2.6, 0), (3.2, 5.2, 1), (5.8, 7.4, 0)]
    who, found = speakers(scene(8, turns))
    for begin, end, speaker in turns:
        first, last = round(begin * FPS), round(end * FPS)
        begun = next(n for n in range(first - 6, last) if who[n] == speaker)
        assert abs(begun - first) <= 2
        assert np.mean([w == speaker for w in who[first + 2 : last - 2]]) > 0.9
    assert all(w is None for w in who[:14])  # nobody has begun
    heat = found[40].map  # the first speaker's face, and only it
    assert heat[:, : heat.shape[1] // 2].max() > 0.5
    assert heat[:, heat.shape[1] // 2 :].max() < 0.1


def test_a_chewing_listener_does_not_speak():
    who, _ = speakers(scene(6, [(0.6, 2.6, 0), (3.2, 5.6, 0)], chewing=1))
    assert 1 not in who
    assert sum(w == 0 for w in who) > 0.75 * 4.4 * FPS


@pytest.mark.parametrize("chewing", [None, 1])
def test_a_voice_from_beside_the_picture_is_nobodys(chewing):
    who, found = speakers(scene(6, [(0.8, 5.2, None)], chewing=chewing, seed=3))
    assert np.mean([w is not None for w in who]) < 0.05
    assert np.mean([d.strength for d in found]) < 0.1


def test_moving_mouths_without_sound_do_not_speak():
    who, found = speakers(scene(3, [], chewing=0, noise=0.0))
    assert set(who) == {None}
    assert not any(d.map.any() for d in found)
    silent = [ClipFrame(f.number, f.picture, cut=f.cut) for f in scene(2, [], chewing=0)]
    assert set(speakers(silent)[0]) == {None}


def test_answers_stop_at_a_cut():
    first = list(scene(3, [(0.5, 2.9, 0)]))
    second = [ClipFrame(f.number + 72, f.picture, sound=f.sound, cut=f.cut) for f in scene(3, [(0.5, 2.9, 1)], seed=4)]
    who, _ = speakers(first + second)
    assert set(who[20:60]) == {0}
    assert set(who[92:132]) == {1}


def test_faces_must_come_first():
    detector = SpeakerDetector(INFO, KnownFaces())
    detector.push(next(scene(1, [])))
    with pytest.raises(ValueError, match="feed that one first"):
        detector.finish()


@pytest.mark.slow
def test_a_generated_conversation_through_the_face_detector():
    clip = make_clip("conversation", 0, count=200)
    faces = FaceDetector(clip.info)
    detectors = [faces, SpeakerDetector(clip.info, faces)]
    right = []
    for frame, (_, found) in run_detectors(clip.frames(), detectors):
        x, y, _ = clip.subject(frame.number)
        for turn in clip.turns:
            if turn.first + 2 < frame.number < turn.last - 2 and turn.speaker >= 0:
                best = max(found.regions, key=lambda r: r.score)
                right.append(best.score > 0.5 and best.x0 < x < best.x1 and best.y0 < y < best.y1)
    assert np.mean(right) > 0.9


def test_the_level_is_in_decibels_of_full_scale():
    t = np.arange(768) / SOUND_RATE
    tone = np.sin(2 * np.pi * 1000 * t)
    assert measure(tone).level == pytest.approx(-3, abs=0.5)
    assert measure(0.1 * tone).level == pytest.approx(-23, abs=0.5)
    assert measure(np.sin(2 * np.pi * 60 * t)).level < -20  # hum is outside of the band of speech
    assert measure(np.zeros(768)).level == -80
    assert measure(np.zeros(0)).voicing == 0


def test_a_voice_is_periodic_and_noise_is_not():
    rng = np.random.default_rng(0)
    t = np.arange(768) / SOUND_RATE
    buzz = np.sign(np.sin(2 * np.pi * 120 * t))
    assert measure(buzz).voicing > 0.85
    assert np.mean([measure(rng.standard_normal(768)).voicing for _ in range(20)]) < 0.4


def test_noise_and_knocks_are_no_voice():
    rng = np.random.default_rng(1)
    steady = 0.05 * rng.standard_normal(4 * SOUND_RATE)
    steady[SOUND_RATE : SOUND_RATE + 200] += 0.8 * rng.standard_normal(200)
    levels, voicing = zip(*[(m.level, m.voicing) for m in map(measure, per_frame(steady, 96))], strict=True)
    assert not runs(voice_activity(np.array(levels), np.array(voicing), FPS) > 0.5, FPS).any()


def test_short_pauses_do_not_end_a_run_and_clicks_do_not_make_one():
    voice = np.zeros(60, bool)
    voice[10:20] = voice[23:40] = voice[50] = True
    expected = np.zeros(60, bool)
    expected[10:40] = True
    np.testing.assert_array_equal(runs(voice, FPS), expected)


def test_a_few_words_are_joined_to_the_next_few_but_turns_are_not():
    assert words_joined([(0, 10), (18, 30)], FPS) == [(0, 30)]
    assert words_joined([(0, 10), (22, 32)], FPS) == [(0, 10), (22, 32)]  # the pause is long
    assert words_joined([(0, 40), (48, 58)], FPS) == [(0, 40), (48, 58)]


@pytest.mark.parametrize("lag", [-4, 0, 3])
def test_mouths_beside_their_sound_by_some_frames_still_fit(lag):
    rng = np.random.default_rng(5)
    loud = 10 * np.convolve(rng.standard_normal(90), np.ones(3) / 3, "same")
    pattern = -rng.uniform(0, 2, 120)  # it gets darker
    noise = rng.standard_normal((80, 120))
    mouth = 120 + 2.0 * np.outer(loud[5 - lag : 85 - lag], pattern) + noise
    stretch = Stretch(mouth, 120 + rng.standard_normal((80, 120)), loud[5:85], np.empty((0, 120)))
    odds = fit(stretch, FPS).odds
    assert LAGS[int(np.argmax(odds))] == lag
    assert odds.max() > 5


def test_one_lag_is_learnt_from_all_faces_and_stretches():
    quiet, chance, spoken = np.zeros(len(LAGS)), np.zeros(len(LAGS)), np.zeros(len(LAGS))
    chance[7], spoken[2] = 2.0, 2.0
    belief = LagBelief()
    for other in (quiet, chance, quiet):
        belief.learn([Fit(spoken, 0.0), Fit(other, 0.0)])
    lags = belief.with_([])
    assert np.argmax(lags) == 2
    assert lags.sum() == pytest.approx(1)
    assert Fit(spoken, 0.0).at(lags) > 1 > Fit(chance, 0.0).at(lags)  # what fits at another lag is chance


def test_phrases_without_a_pause_are_one_speakers_unless_the_mouths_clearly_say_otherwise():
    lags = np.full(len(LAGS), 1 / len(LAGS))

    def fits(first, second):
        return {0: Fit(np.full(len(LAGS), first), 0.0), 1: Fit(np.full(len(LAGS), second), 0.0)}

    phrases = [fits(4.0, -1.0), fits(0.0, 1.0), fits(3.0, -1.0)]
    assert all(chances[0] > 0.7 for chances in speakers_of(phrases, [0.0, 0.1, 0.1], lags))
    assert speakers_of([*phrases, fits(-3.0, 5.0)], [0.0, 0.1, 0.1, 0.1], lags)[3][1] > 0.9
    assert max(speakers_of([fits(-2.0, -2.0)], [0.0], lags)[0].values()) < 0.1  # nobody in the picture


def test_speech_is_heard_over_noise_of_a_tenth_of_its_power():
    rng = np.random.default_rng(7)
    voice, _ = speak(Voice.random(rng), 2.0, rng)
    sound = np.zeros(6 * SOUND_RATE)
    sound[2 * SOUND_RATE : 2 * SOUND_RATE + len(voice)] = voice
    sound += np.sqrt(np.mean(voice**2) / 10) * rng.standard_normal(len(sound))
    levels, voicing = zip(*[(m.level, m.voicing) for m in map(measure, per_frame(sound, 144))], strict=True)
    heard = runs(voice_activity(np.array(levels), np.array(voicing), FPS) > 0.5, FPS)
    assert heard[48:96].mean() > 0.8
    assert not heard[:44].any() and not heard[100:].any()
