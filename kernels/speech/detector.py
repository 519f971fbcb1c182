"""Who is speaking, frame by frame: voice in the sound, and the face whose mouth moves with it.

The role of H_aud in the paper's section 5.2, which takes a network (Owens & Efros 2018). Speech is split into runs at
its pauses; a run is one speaker's, from its first frame on, or nobody's in the picture, unless the mouths clearly say
that somebody else goes on. Mouths are beside the sound by as many frames in the whole clip.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise

import cv2
import numpy as np

from ..attention.face_tracks import Face
from ..attention.faces import FaceDetector, face_heat, face_region
from ..focus.detections import SOUND_RATE, ClipFrame, ClipInfo, Detection, Reach
from .mouth import eyes_patch, halved, mouth_patch
from .phrases import phrases, runs, stretches, words_joined
from .speaker_network import SpeakerNetwork, face_crop
from .synchrony import NO_FIT, Fit, LagBelief, Stretch, fit, speakers
from .voice import SILENCE, WINDOW, measure, voice_activity

HEARD_AHEAD = 1.4  # s ahead that mouths and sound are known at least, as from a live source
FILE_AHEAD = 10.0  # s, where the file is there
NETWORK_BACK = 2.0  # s back that a speaker network looks
FLOOR_BACK = 6.0  # s back from which the room's noise is known
AROUND, RESTING = 0.3, 2.0  # s of silence around a phrase that count to it; in which a mouth should rest
SEEN = 0.6  # of a phrase in which a face must be seen
EVEN = 0.4  # chance from which a face has light: who more likely does not speak has none
EVERY = 0.25  # s from one look ahead to the next
NETWORK_EVERY = 0.4  # s from one look of a speaker network to the next


@dataclass
class _Moment:
    """What is kept of a frame: numbers only, once its faces are known."""

    number: int
    level: float = SILENCE
    voicing: float = 0.0
    shape: tuple[int, int] = (1, 1)
    faces: dict[int, Face] = field(default_factory=dict)
    mouths: dict[int, np.ndarray] = field(default_factory=dict)
    eyes: dict[int, np.ndarray] = field(default_factory=dict)
    samples: np.ndarray | None = None  # these are for a speaker network
    crops: dict[int, np.ndarray] = field(default_factory=dict)
    scores: dict[int, float] | None = None


class SpeakerDetector:
    """map: light on the face that is speaking now, none in silence or while the voice comes from elsewhere. strength:
    how sure. regions: all faces, score = how likely it speaks, track = the face's. Delayed by `ahead` s and by
    the faces' half a second; the more is known of what follows, the surer the answer.

    faces: a FaceDetector that is fed the same frames, each before this detector gets it; None: one of its own, with
    model_file as there. network: who speaks by a network; None: by the synchrony of mouths and voice.
    """

    name = "speaker"

    def __init__(
        self,
        clip: ClipInfo,
        faces: FaceDetector | None = None,
        model_file: str = "",
        network: SpeakerNetwork | None = None,
        ahead: float = HEARD_AHEAD,
    ):
        self._own = faces is None
        self._finder = FaceDetector(clip, model_file) if faces is None else faces
        self._finder.listeners.append(self._take_faces)
        self._network = network
        self.version = f"3 {ahead:g} {self._finder.version}" + (f" {network.version}" if network else "")
        self._fps = clip.fps
        self._ahead, self._back = round(ahead * clip.fps), round(NETWORK_BACK * clip.fps)
        self._floor = round(FLOOR_BACK * clip.fps)
        self.reach = Reach(back=None, ahead=self._ahead + self._finder.reach.ahead + 1)
        self._window = int(WINDOW * SOUND_RATE)
        self._done: list[Detection] = []
        self._found: deque[tuple[tuple[int, int], dict[int, Face]]] = deque()  # may be of the next shot already
        self._lags = LagBelief()
        self._begin()

    def push(self, frame: ClipFrame) -> list[Detection]:
        if frame.cut:
            self._end_shot()
        self._greys.append(cv2.cvtColor(frame.picture, cv2.COLOR_RGB2GRAY))
        self._moments.append(_Moment(frame.number, samples=frame.sound if self._network else None))
        self._hear(frame.sound)
        if self._own:
            self._finder.push_faces(frame)
        self._meet()
        return self._ready()

    def finish(self) -> list[Detection]:
        self._end_shot()
        return self._ready()

    def _begin(self) -> None:
        self._greys: deque[np.ndarray] = deque()  # of moments without faces
        self._moments: list[_Moment] = []
        self._phrases: dict[tuple[int, int], dict[int, Fit]] = {}  # first and last frame's number: by face
        self._plan: dict[int, dict[int, float]] = {}  # by frame's number: how likely each face speaks
        self._learnt = -(10**9)  # number of the last frame that told about the lag
        self._sounds: deque[np.ndarray] = deque(maxlen=4)
        self._complete = False  # no more of this shot will come
        self._heard = self._seen = self._next = 0  # of _moments: how many have sound, faces, an answer

    def _ready(self) -> list[Detection]:
        done, self._done = self._done, []
        return done

    def _end_shot(self) -> None:
        if self._own:
            self._finder.finish_faces()
        self._hear(None)
        self._meet()
        if self._seen < len(self._moments):
            raise ValueError("the speaker detector got a frame before its face detector; feed that one first")
        self._complete = True
        self._answer(len(self._moments))
        self._learn(10**9)
        self._begin()

    def _hear(self, samples: np.ndarray | None) -> None:
        """Measures the sound of the frame before this one, which needs a little of this one; None: of the last."""
        if samples is not None:
            self._sounds.append(samples)
        sounds = list(self._sounds)
        if samples is None and sounds:
            sounds.append(np.zeros(0, np.float32))
        if self._heard >= len(self._moments) - (samples is not None) or len(sounds) < 2:
            return
        before = np.concatenate([np.zeros(0, np.float32), *sounds[:-2]])
        middle = len(before) + len(sounds[-2]) // 2
        whole = np.concatenate([before, *sounds[-2:]])
        heard = measure(whole[max(middle - self._window // 2, 0) : middle + self._window // 2])
        moment = self._moments[self._heard]
        moment.level, moment.voicing = heard.level, heard.voicing
        self._heard += 1

    def _take_faces(self, shape: tuple[int, int], faces: dict[int, Face]) -> None:
        self._found.append((shape, faces))

    def _meet(self) -> None:
        """Cuts out the mouths of frames whose faces have become known, then answers what can be answered."""
        while self._found and self._seen < len(self._moments):
            shape, faces = self._found.popleft()
            grey, moment = self._greys.popleft(), self._moments[self._seen]
            scale = grey.shape[1] / shape[1]
            moment.shape, moment.faces = shape, faces
            for track, face in faces.items():
                if self._network is not None:
                    moment.crops[track] = face_crop(grey, face, scale, self._network.side)
                    continue
                moment.mouths[track] = halved(mouth_patch(grey, face, scale))
                moment.eyes[track] = halved(eyes_patch(grey, face, scale))
            self._seen += 1
        self._answer(min(self._seen, self._heard) - self._ahead)

    def _answer(self, end: int) -> None:
        """Answers all moments before `end` that have none."""
        if self._next >= end:
            return
        while self._next < end:
            self._done.append(self._detection(self._next))
            self._next += 1
        spare = self._next - self._floor
        if spare > 0:
            del self._moments[:spare]
            self._heard, self._seen, self._next = self._heard - spare, self._seen - spare, self._next - spare

    def _detection(self, at: int) -> Detection:
        moment = self._moments[at]
        chances = self._by_synchrony(at) if self._network is None else self._by_network(at)
        heat = face_heat(moment.shape, Face(0, 0, 1, 0)) * 0
        for track, chance in chances.items():
            if chance < EVEN:
                continue
            np.maximum(heat, face_heat(moment.shape, moment.faces[track]) * np.float32(chance), out=heat)
        regions = [face_region(moment.shape, moment.faces[t], t, chances[t]) for t in sorted(chances)]
        return Detection(moment.number, heat, max(chances.values(), default=0.0), tuple(regions))

    def _by_synchrony(self, at: int) -> dict[int, float]:
        """By face of a moment, how likely it speaks."""
        moment = self._moments[at]
        if moment.number not in self._plan:
            self._look_ahead(at)
        chances = self._plan.pop(moment.number)
        return {track: chances.get(track, 0.0) for track in moment.faces}

    def _look_ahead(self, at: int) -> None:
        """Plans the answers of the next moments from all that is known around."""
        begin, end = max(at - self._floor, 0), self._last_around(at) + 1
        around = self._moments[begin:end]
        voice = voice_activity(np.array([m.level for m in around]), np.array([m.voicing for m in around]), self._fps)
        heard = runs(voice > 0.5, self._fps)
        every = len(around) if self._complete and end == len(self._moments) else round(EVERY * self._fps)
        planned = range(at - begin, min(at - begin + max(every, 1), len(around)))
        self._plan: dict[int, dict[int, float]] = {around[n].number: {} for n in planned}
        levels = np.array([m.level for m in around])
        turns = words_joined(stretches(heard), self._fps)
        parts = [p for first, stop in turns for p in phrases(levels, first, stop, self._fps)]
        fits = {}
        for first, stop in parts:
            key = around[first].number, around[stop - 1].number
            whole = stop < len(around) or (self._complete and end == len(self._moments))
            if stop <= planned.start:
                fits[key] = self._phrases.get(key)
            elif whole or first < planned.stop:
                fits[key] = self._phrases.get(key) or self._fits(around, heard, first, stop)
        self._phrases = {key: known for key, known in fits.items() if known is not None}
        self._learn(around[planned.start].number)
        lags = self._lags.with_([list(known.values()) for key, known in self._phrases.items() if key[0] > self._learnt])
        known = [key for key in fits if key in self._phrases]
        pauses = [(key[0] - before[1] - 1) / self._fps for before, key in pairwise([*known[:1], *known])]
        for (first, last), chances in zip(
            known, speakers([self._phrases[key] for key in known], pauses, lags), strict=True
        ):
            self._plan |= {n: chances for n in range(first, last + 1) if n in self._plan}

    def _learn(self, before: int) -> None:
        """Lets the phrases that ended before a frame tell about the lag, each once."""
        for key, known in sorted(self._phrases.items(), key=lambda phrase: phrase[0]):
            if self._learnt < key[0] and key[1] < before:
                self._lags.learn(list(known.values()))
                self._learnt = key[1]

    def _by_network(self, at: int) -> dict[int, float]:
        """As _by_synchrony. The network looks at all that is known around, and its answer holds for a while."""
        if self._moments[at].scores is None:
            first, end = max(at - self._back, 0), self._last_around(at) + 1
            held = range(at, min(at + max(round(NETWORK_EVERY * self._fps), 1), end))
            for n in held:
                self._moments[n].scores = {}
            for track in {t for n in held for t in self._moments[n].crops}:
                for begin, stop in stretches(np.array([track in m.crops for m in self._moments[first:end]])):
                    seen = self._moments[first + begin : first + stop]
                    crops, samples = np.stack([m.crops[track] for m in seen]), [m.samples for m in seen]
                    scores = self._network(crops, np.concatenate(samples), self._fps)
                    for m, score in zip(seen, scores, strict=True):
                        if m.scores is not None:
                            m.scores.setdefault(track, float(score))
        return {track: self._moments[at].scores.get(track, 0.0) for track in self._moments[at].faces}

    def _last_around(self, at: int) -> int:
        return min(at + self._ahead, min(self._seen, self._heard) - 1)

    def _fits(self, around: list[_Moment], heard: np.ndarray, first: int, stop: int) -> dict[int, Fit]:
        """How well each face fits a phrase of moments."""
        margin, resting = round(AROUND * self._fps), round(RESTING * self._fps)
        low, high = first, stop
        while low > max(first - margin, 0) and not heard[low - 1]:
            low -= 1
        while high < min(stop + margin, len(around)) and not heard[high]:
            high += 1
        fits = {}
        for track in {track for m in around[first:stop] for track in m.mouths}:
            seen = [m for m in around[low:high] if track in m.mouths]
            if len(seen) < SEEN * (high - low):
                fits[track] = NO_FIT
                continue
            silent = range(max(first - resting, 0), min(stop + resting, len(around)))
            rest = [around[n].mouths[track] for n in silent if not heard[n] and track in around[n].mouths]
            mouth = np.stack([m.mouths[track] for m in seen])
            stretch = Stretch(
                mouth,
                np.stack([m.eyes[track] for m in seen]),
                np.array([m.level for m in seen]),
                np.array(rest).reshape(len(rest), mouth.shape[1]),
            )
            fits[track] = fit(stretch, self._fps)
        return fits
