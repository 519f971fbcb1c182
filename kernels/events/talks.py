"""Conversations of generated clips: two people at different depths, their voices and mouths."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from .figures import Person
from .speech import RATE, Voice, chew, speak
from .stage import Stage

_PAUSE = (0.35, 0.9)  # s between turns
_TURN = (1.6, 3.6)  # s


def talk(stage: Stage, fps: float, count: int, rng: np.random.Generator, kind: str) -> SimpleNamespace:
    """A scene (see clips.Scene) of two people.

    kind: `conversation`, they take turns; `silent mouth`, the first speaks while the other's mouth moves without a
    sound; `off screen`, after the first a voice beside the picture speaks.
    """
    people, voices = [Person(rng), Person(rng)], [Voice.random(rng), Voice.random(rng), Voice.random(rng)]
    near, far = rng.uniform(1.7, 2.3), rng.uniform(3.2, 4.2)
    side = rng.choice([-1, 1])
    places = [(side * rng.uniform(0.10, 0.16) * near, near), (-side * rng.uniform(0.12, 0.2) * far, far)]
    if rng.random() < 0.5:
        people.reverse()
        places.reverse()
    samples = round(count / fps * RATE)
    sound = 0.002 * rng.standard_normal(samples)
    mouths = np.zeros((2, samples))
    turns = _turns(kind, count / fps, rng)
    for begin, end, who in turns:
        voice, mouth = speak(voices[who], end - begin, rng)
        first = int(begin * RATE)
        part = slice(first, min(first + len(voice), samples))
        sound[part] += voice[: part.stop - first]
        if who >= 0:
            mouths[who, part] = mouth[: part.stop - first]
    if kind == "silent mouth":
        mouths[1] = chew(rng.uniform(1.2, 2.4), samples, rng)
    blinks = [_blinks(count, fps, rng) for _ in people]
    heads = [_restless(count, rng) for _ in people]
    raised = [rng.uniform(-0.05, 0.12) for _ in people]

    def at(who: int, n: int) -> tuple[float, float, float]:
        x, z = places[who]
        return x + heads[who][n - 1, 0], raised[who] + heads[who][n - 1, 1], z

    def cutouts(n: int):
        first, last = int((n - 1) / fps * RATE), max(int(n / fps * RATE), int((n - 1) / fps * RATE) + 1)
        parts = []
        for who, person in enumerate(people):
            x, y, z = at(who, n)
            opening = float(mouths[who, first : min(last, samples)].mean()) if first < samples else 0.0
            parts += person.parts(x, z, y, mouth=opening, blink=blinks[who][n - 1])
        return parts

    seen = [(1 + begin * fps, 1 + end * fps, who) for begin, end, who in turns]
    switches, now = [], seen[0][2]
    for first, _, who in seen:
        if who >= 0 and who != now:
            switches.append((first, f"speaker {who + 1}"))
            now = who

    def subject(n: int) -> tuple[float, float, float]:
        who = seen[0][2]
        for first, _, speaker in seen:
            if first <= n and speaker >= 0:
                who = speaker
        x, y, z = at(who, n)
        return x, y + people[who].face_height(), z

    return SimpleNamespace(
        cutouts=cutouts, subject=subject, events=tuple(switches), sound=sound.astype(np.float32), turns=tuple(seen)
    )


def _turns(kind: str, seconds: float, rng: np.random.Generator) -> list[tuple[float, float, int]]:
    """(begin, end, who) in s; who -1 is off screen."""
    turns, at, who = [], min(rng.uniform(0.5, 1.2), seconds / 3), 0
    while at < seconds - 1.6 or not turns:
        end = min(at + rng.uniform(*_TURN), seconds - 0.1)
        turns.append((at, end, who))
        at = end + rng.uniform(*_PAUSE)
        if kind == "conversation":
            who = 1 - who if rng.random() < 0.85 else who
        elif kind == "off screen":
            who = -1 if who == 0 else 0
    return turns


def _blinks(count: int, fps: float, rng: np.random.Generator) -> np.ndarray:
    shut = np.zeros(count)
    at = rng.uniform(0, 3) * fps
    while at < count:
        shut[int(at) : int(at) + max(round(0.12 * fps), 1)] = 1
        at += rng.uniform(1.5, 5) * fps
    return shut


def _restless(count: int, rng: np.random.Generator) -> np.ndarray:
    """[count, 2] m: how a head sways."""
    knots = np.linspace(0, count, max(count // 14, 3))
    return np.stack([np.interp(np.arange(count), knots, rng.normal(0, s, len(knots))) for s in (0.012, 0.005)], axis=1)
