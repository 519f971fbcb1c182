"""Following discs on generated clips whose masks are known."""

import numpy as np
import pytest
from moving_discs import BLUE, RED, Clip, overlap

from focuspuller.kernels.tracking.instances import Instance
from focuspuller.kernels.tracking.track import ClickError
from focuspuller.kernels.tracking.tracker import METHODS, MODEL, track


def disc(colour, path, radius=18, seed=0):
    return {"path": path, "radius": radius, "colour": colour, "seed": seed}


def run(clip, clicks, **options):
    return track(clip.frame, 0, clip.count - 1, clicks, **options)


def overlaps(clip, found, number=0):
    return np.array([overlap(found.matte(n), clip.truth(number, n)) for n in found.frames()])


WALK = {"path": lambda n: (30 + 6 * n, 60), "colour": RED, "radius": 18}


@pytest.mark.parametrize(
    ("clip", "click"),
    [
        (Clip(10, [WALK], pan=1.5), (30, 60)),
        (Clip(8, [disc(RED, lambda n: (60, 60))]), (60, 60)),
        (Clip(8, [disc((1.5, 1.5, 1.5), lambda n: (60, 60))]), (60, 60)),
        (Clip(10, [disc((1, 1, 1), lambda n: (30 + 6 * n, 60), seed=7)]), (30, 60)),
    ],
    ids=["moves before a panning camera", "stands still", "stands still, grey on grey", "as its ground, but moving"],
)
def test_the_mask_is_the_thing(clip, click):
    found = run(clip, {0: click})
    assert found.frames() == list(range(clip.count))
    assert overlaps(clip, found).mean() > 0.85
    for n in found.frames():
        x, y = found.samples[n].center
        assert clip.truth(0, n)[int(y), int(x)]
        assert found.samples[n].confidence > 0.7


def test_centre_and_box_move_with_it():
    clip = Clip(10, [disc(RED, lambda n: (40 + 3.3 * n, 50 + 1.7 * n))])
    found = run(clip, {0: (40, 50)})
    centers = np.array([found.samples[n].center for n in range(10)])
    np.testing.assert_allclose(np.diff(centers, axis=0), np.tile([3.3, 1.7], (9, 1)), atol=1.0)
    np.testing.assert_allclose(centers[-1] - centers[0], [29.7, 15.3], atol=2.0)
    x0, y0, x1, y1 = found.samples[9].box
    np.testing.assert_allclose([x0, y0, x1, y1], [51.7, 47.3, 87.7, 83.3], atol=2.5)


def test_directions():
    clip = Clip(12, [WALK])
    clicks = {6: (66, 60)}
    assert run(clip, clicks, direction="forward").frames() == list(range(6, 12))
    backward = run(clip, clicks, direction="backward")
    assert backward.frames() == list(range(7))
    assert overlaps(clip, run(clip, clicks)).min() > 0.85


@pytest.mark.parametrize("decoy", [False, True], ids=["alone", "beside one of its colour"])
def test_lost_behind_a_wall_and_found_again(decoy):
    discs = [disc(RED, lambda n: (20 + 5 * n, 60))] + [disc(RED, lambda n: (150, 30), 14, 5)] * decoy
    clip = Clip(28, discs, bars=[(70, 130)])
    found = run(clip, {0: (20, 60)})
    hidden = [n for n in range(28) if not clip.truth(0, n).any()]
    assert len(hidden) >= 4
    assert all(found.samples[n].confidence == 0 and not found.matte(n).any() for n in hidden)
    assert overlaps(clip, found)[-4:].min() > 0.75  # there the decoy touches it
    assert {s.subject for s in found.samples.values()} == {0}


def test_a_post_that_hides_a_part_for_long_does_not_keep_the_rest():
    """The camera pans with the subject, which is slower than its ground and partly hidden for 20 frames."""
    clip = Clip(40, [disc(RED, lambda n: (30 + 2.5 * n, 60))], bars=[(80, 100)], pan=2.5)
    assert overlaps(clip, run(clip, {0: (30, 60)}))[-4:].min() > 0.9


def test_what_moves_otherwise_is_not_taken_along():
    """One of the same colours comes by, behind, and goes on."""
    discs = [disc(RED, lambda n: (170 - 7 * n, 80), 14, 5), disc(RED, lambda n: (40 + 4 * n, 56))]
    clip = Clip(22, discs)
    found = run(clip, {0: (40, 56)})
    assert overlaps(clip, found, 1)[-4:].min() > 0.85


def test_gone_for_good_is_lost_for_good():
    clip = Clip(20, [disc(RED, lambda n: (150 + 7 * n, 60)), disc(BLUE, lambda n: (60, 40), 14, 5)])
    found = run(clip, {0: (150, 60)})
    assert [found.samples[n].confidence for n in range(12, 20)] == [0.0] * 8


def test_crossing_another_it_stays_the_same():
    clip = Clip(26, [disc(RED, lambda n: (20 + 5 * n, 60)), disc(BLUE, lambda n: (160 - 5 * n, 64))])
    assert overlaps(clip, run(clip, {0: (20, 60)}))[-6:].min() > 0.9


def test_a_click_on_another_switches_and_one_on_the_same_does_not():
    clip = Clip(14, [disc(RED, lambda n: (40 + 2 * n, 40)), disc(BLUE, lambda n: (150 - 2 * n, 95))])
    found = run(clip, {0: (40, 40), 4: (50, 42), 8: (134, 95)})
    assert [found.samples[n].subject for n in range(14)] == [0] * 8 + [1] * 6
    for n in found.frames():
        assert overlap(found.matte(n), clip.truth(int(n >= 8), n)) > 0.9


@pytest.mark.parametrize("rectangle", [False, True])
def test_a_region_instead_of_a_click(rectangle):
    clip = Clip(6, [disc(RED, lambda n: (60 + 2 * n, 60))])
    region = clip.truth(0, 0).astype(np.float32)
    if rectangle:
        region[38:82, 38:82] = 1
    found = run(clip, {}, masks={0: region})
    assert overlaps(clip, found).min() > 0.85


@pytest.mark.parametrize("method", [m for m in METHODS if m != MODEL])
def test_methods(method):
    clip = Clip(8, [disc(RED, lambda n: (50 + 4 * n, 60))])
    found = run(clip, {0: (50, 60)}, method=method)
    assert overlaps(clip, found).min() > 0.7
    for n in found.frames():
        x, y = found.samples[n].center
        assert clip.truth(0, n)[int(y), int(x)]


class Network:
    """Knows the truth. Instances come in another order in every frame; `blind` frames show nothing of disc 0."""

    def __init__(self, clip, blind=()):
        self.clip, self.blind = clip, blind
        self.frames = {clip.frame(n).tobytes(): n for n in range(clip.count)}

    def __call__(self, picture):
        n = self.frames[picture.tobytes()]
        seen = []
        for number in range(len(self.clip.discs)):
            mask = self.clip.truth(number, n)
            if mask.any() and not (number == 0 and n in self.blind):
                ys, xs = np.nonzero(mask)
                box = (float(xs.min()), float(ys.min()), float(xs.max() + 1), float(ys.max() + 1))
                seen.append(Instance(box, 0.9 if n % 3 else 0.3 + 0.5 * (n == 0), 0, mask))
        return seen[:: 1 if n % 2 else -1]


def test_instances_keep_their_identity():
    clip = Clip(24, [disc(RED, lambda n: (20 + 6 * n, 60)), disc(RED, lambda n: (160 - 6 * n, 66), seed=4)])
    network = Network(clip, blind=range(9, 14))
    found = run(clip, {0: (20, 60)}, method=MODEL, instances=network)
    assert [n for n in range(24) if found.samples[n].confidence == 0] == list(range(9, 14))
    assert min(overlap(found.matte(n), clip.truth(0, n)) for n in range(14, 24)) > 0.95
    with pytest.raises(ClickError, match="nothing there in frame 0"):
        run(clip, {0: (90, 10)}, method=MODEL, instances=network)


def test_what_it_is_asked_for():
    clip = Clip(3, [disc(RED, lambda n: (60, 60))])
    with pytest.raises(ValueError, match="no click lies in frames 0 to 2"):
        run(clip, {7: (60, 60)})
    with pytest.raises(ValueError, match="outside the picture"):
        run(clip, {0: (600, 60)})
    with pytest.raises(ValueError, match="no such direction"):
        run(clip, {0: (60, 60)}, direction="up")


def test_few_frames_are_kept():
    """A long clip is asked for frame by frame, none twice in a row of neighbours, and progress and abort are heard."""
    clip = Clip(40, [disc(RED, lambda n: (40 + n, 60), 12)], size=(96, 96))
    asked, told = [], []

    def frame(n):
        asked.append(n)
        return clip.frame(n)

    class Stop(Exception):
        pass

    def progress(fraction, text):
        told.append(fraction)
        if fraction > 0.5:
            raise Stop

    with pytest.raises(Stop):
        track(frame, 0, 39, {0: (40, 60)}, progress=progress)
    assert told == sorted(told)
    assert max(asked) < 25 and len(asked) <= max(asked) + 3
