"""Training: both stages run, are deterministic, and go on where they were stopped; what cannot be trained is said."""

import csv
from dataclasses import replace

import numpy as np
import pytest
import torch

from focuspuller.kernels.rgbd_hdr import training
from focuspuller.kernels.rgbd_hdr.batches import CROP, SIZES, SMALL_SIZES, highlight_batch, linear, truth_batch
from focuspuller.kernels.rgbd_hdr.examples.make import Example, make_example
from focuspuller.kernels.rgbd_hdr.sources import gather
from focuspuller.kernels.rgbd_hdr.training import CURVE, Schedule, Sources, train

SIZE = 64, 48
SHORT = Schedule(truth_steps=2, aperture_steps=2, small_steps=1, batch=1, highlights=1, every=1)


@pytest.fixture(scope="module")
def sources() -> Sources:
    examples = [make_example(seed, [], SIZE, apertures=1) for seed in range(2)]
    photograph = np.random.default_rng(0).lognormal(0, 2, (48, 96, 3)).astype(np.float32)
    unknown = replace(examples[1], shallow=tuple(replace(s, gain=None, focus=None) for s in examples[1].shallow))
    return Sources(examples, [*examples, unknown], [photograph], examples[:1])


def rows(folder) -> list[dict]:
    with (folder / "curve.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_both_stages_train_every_part(sources, tmp_path):
    steps = []
    network = train(sources, SHORT, tmp_path, progress=lambda step, text: steps.append((step, text)))
    assert [step for step, _ in steps] == [1, 2, 3, 4]
    assert "aperture" not in steps[1][1]
    assert all(name in steps[2][1] for name in ("aperture", "disparity", "radiance"))
    torch.manual_seed(SHORT.seed)
    fresh = type(network)().state_dict()
    still = [name for name, tensor in network.state_dict().items() if torch.equal(tensor, fresh[name])]
    assert still == []
    curve = rows(tmp_path)
    assert tuple(curve[0]) == CURVE
    assert [row["stage"] for row in curve] == ["truth", "truth", "aperture", "aperture"]
    assert np.isfinite([float(row["held_rms"]) for row in curve]).all()
    assert np.isnan(float(curve[0]["held_log_mse"]))  # no photograph is held


def test_a_resumed_training_is_an_uninterrupted_one(sources, tmp_path):
    whole = train(sources, SHORT, tmp_path / "whole").state_dict()

    def stop(step, text):
        if step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(sources, SHORT, tmp_path / "parts", progress=stop)
    steps = []
    parts = train(
        sources, SHORT, tmp_path / "parts", resume=True, progress=lambda step, text: steps.append(step)
    ).state_dict()
    assert steps == [3, 4]
    assert all(torch.equal(tensor, parts[name]) for name, tensor in whole.items())
    assert rows(tmp_path / "parts") == rows(tmp_path / "whole")
    again = train(sources, SHORT, tmp_path / "parts", resume=True).state_dict()
    assert all(torch.equal(tensor, again[name]) for name, tensor in whole.items())


def test_a_seed_is_a_training(sources, tmp_path):
    once = replace(SHORT, truth_steps=1, aperture_steps=0)
    a, b, other = (
        train(sources, replace(once, seed=seed), tmp_path / name).state_dict()
        for seed, name in ((1, "a"), (1, "b"), (2, "c"))
    )
    assert all(torch.equal(tensor, b[name]) for name, tensor in a.items())
    assert any(not torch.equal(tensor, other[name]) for name, tensor in a.items())


def test_the_papers_training_alone_needs_no_truth(sources, tmp_path):
    """Real pairs: neither disparity nor radiance nor the lens is known."""
    pairs = [replace(sources.pairs[2], radiance=None, disparity=None)]
    found = []
    train(
        Sources([], pairs, []),
        replace(SHORT, truth_steps=0),
        tmp_path,
        progress=lambda step, text: found.append(text.split()[0]),
    )
    assert found == ["aperture", "aperture"]


def test_training_learns(tmp_path):
    """A photograph with lamps, held as well: better from measurement to measurement."""
    rng = np.random.default_rng(0)
    photograph = np.full((96, 96, 3), 0.05, np.float32)
    for y, x in rng.integers(4, 92, (40, 2)):
        photograph[y - 1 : y + 2, x - 1 : x + 2] = 20
    schedule = Schedule(truth_steps=24, aperture_steps=0, highlights=1, rate=5e-3, every=8)
    train(Sources([], [], [photograph], (), [photograph]), schedule, tmp_path)
    first, _, last = (float(row["held_log_mse"]) for row in rows(tmp_path))
    assert last < first - 0.01


def test_the_rate_warms_up_falls_and_stays():
    schedule = Schedule(truth_steps=1000, aperture_steps=10)
    rates = [training._rate(step, schedule) for step in range(schedule.steps)]
    assert rates[0] == pytest.approx(schedule.rate / 50, rel=1e-3)
    assert max(rates) == pytest.approx(schedule.rate, rel=0.01)
    assert rates[50:1000] == sorted(rates[50:1000], reverse=True)
    assert rates[999] == pytest.approx(0.02 * schedule.rate, rel=0.01)
    assert rates[1000:] == [schedule.aperture_rate] * 10


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"examples": [], "photographs": []}, "no examples and no photographs"),
        ({"pairs": []}, "no pictures through apertures"),
    ],
)
def test_nothing_to_learn_from_is_said(change, says, sources, tmp_path):
    with pytest.raises(ValueError, match=says):
        train(replace(sources, **change), SHORT, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_state_that_does_not_fit_is_said(sources, tmp_path):
    once = replace(SHORT, truth_steps=1, aperture_steps=0)
    train(sources, once, tmp_path)
    with pytest.raises(ValueError, match=r"state\.pt: was trained with .*'seed': 1"):
        train(sources, replace(once, seed=2), tmp_path, resume=True)
    with pytest.raises(ValueError, match=r"state\.pt: was trained on other pictures"):
        train(replace(sources, pairs=sources.pairs[:1]), once, tmp_path, resume=True)
    for content in (b"words", b"", (tmp_path / "state.pt").read_bytes()[:1000]):
        (tmp_path / "state.pt").write_bytes(content)
        with pytest.raises(ValueError, match=r"state\.pt: .*delete it"):
            train(sources, once, tmp_path, resume=True)


def test_a_state_file_is_never_run(sources, tmp_path):
    class Evil:
        def __reduce__(self):
            return (tmp_path / "ran").touch, ()

    torch.save({"schedule": Evil()}, tmp_path / "state.pt")
    with pytest.raises(ValueError, match=r"state\.pt"):
        train(sources, replace(SHORT, truth_steps=1, aperture_steps=0), tmp_path, resume=True)
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("sizes", [SIZES, SMALL_SIZES, ((60, 40), (32, 48))])
def test_augmentation_keeps_picture_and_disparity_together(sizes):
    """The brightness of each pixel is its disparity: it still is, by rank, however cropped and recoloured."""
    rng = np.random.default_rng(1)
    level = np.cumsum(np.cumsum(rng.random((48, 64)), 0), 1)
    level = 0.15 + 0.5 * level / level.max()
    picture = np.repeat(np.rint(255 * level).astype(np.uint8)[..., None], 3, 2)
    example = Example(picture, None, (4 * linear(picture)[..., 0]).astype(np.float16))
    for step in range(12):
        batch = truth_batch([example], 2, np.random.default_rng(step), sizes)
        again = truth_batch([example], 2, np.random.default_rng(step), sizes)
        assert torch.equal(batch.light, again.light) and torch.equal(batch.disparity, again.disparity)
        width, height = batch.light.shape[3], batch.light.shape[2]
        assert (width, height) in sizes and batch.disparity.shape == (2, 1, height, width)
        for light, disparity in zip(batch.light.mean(1), batch.disparity[:, 0], strict=True):
            unclipped = light < 0.98
            ranks = [side[unclipped].argsort().argsort().float() for side in (light, disparity)]
            assert float(torch.corrcoef(torch.stack(ranks))[0, 1]) > 0.99


def test_highlights_come_from_photographs_and_examples_in_turn(sources):
    bright = [np.full((48, 96, 3), 7.0, np.float32)]
    rng = np.random.default_rng(0)
    batch = highlight_batch(bright, sources.examples, 4, rng)
    assert batch.light.shape == batch.radiance.shape == (4, 3, *CROP)
    flat = [bool(crop.std((1, 2)).max() < 0.02) for crop in batch.light]  # each channel
    assert flat == [True, False, True, False]
    assert batch.light.max() <= 1


def test_scenes_are_made_once_and_kept(tmp_path):
    drawn = []
    first = gather(tmp_path, (1, 1), 1, done=lambda: drawn.append(1))
    assert [len(x) for x in (first.examples, first.pairs, first.photographs)] == [1, 1, 0]
    assert len(drawn) == 2
    stamps = {f: f.stat().st_mtime_ns for f in tmp_path.glob("*/*.npz")}
    assert len(stamps) == 2
    gather(tmp_path, (1, 1), 1)
    assert {f: f.stat().st_mtime_ns for f in tmp_path.glob("*/*.npz")} == stamps


@pytest.mark.parametrize(("scenes", "seed", "says"), [((60_000, 0), 1, "take fewer"), ((5, 0), 10, "seed 10 is too")])
def test_scenes_that_would_be_measured_on_are_not_learned_from(scenes, seed, says, tmp_path):
    with pytest.raises(ValueError, match=says):
        gather(tmp_path, scenes, seed)
