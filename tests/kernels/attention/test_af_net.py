"""AF-Net: one network whether fed frame by frame or at once, training that resumes exactly, data from three sources."""

import csv
from dataclasses import replace

import cv2
import numpy as np
import pytest
import torch

from focuspuller.kernels.attention import af_network as net
from focuspuller.kernels.attention.af_examples import (
    MAP_SIZE,
    SAMPLE_SIZE,
    Example,
    ExampleError,
    export_targets,
    generated,
    generated_plan,
    new_around,
    read_dhf1k,
    read_targets,
    region_around,
)
from focuspuller.kernels.attention.af_net import SHIPPED, AfNetDetector
from focuspuller.kernels.attention.af_training import CURVE, Schedule, area_under_curve, chunk, train
from focuspuller.kernels.attention.video import read_video
from focuspuller.kernels.events.clips import make_clip
from focuspuller.kernels.focus.detections import ClipFrame, ClipInfo, run_detectors
from focuspuller.kernels.focus.focus_file import FocusFile, FocusTarget
from focuspuller.kernels.weights_file import WeightsError, load_weights, save_weights

torch.set_num_threads(1)
INFO = ClipInfo(80, 48, 24.0)
QUICK = Schedule(steps=3, batch=1, chunk=4, every=1)


def noise_frames(count, first=1, seed=0):
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (count, 48, 80, 3), dtype=np.uint8)
    return [ClipFrame(first + n, picture, cut=n == 0) for n, picture in enumerate(pictures)]


def example(count=30, seed=0):
    rng = np.random.default_rng(seed)
    pictures = rng.integers(0, 256, (count, 48, 80, 3), dtype=np.uint8)
    return Example("noise", pictures, np.stack([region_around(0.3, 0.5)] * count), new_around([12], count))


def weights(path, seed=0):
    torch.manual_seed(seed)
    network = net.AfNet().eval()
    save_weights(path, network.state_dict(), {"network": "af-net"})
    return network


def run(frames, model):
    return [found for _, (found,) in run_detectors(iter(frames), [AfNetDetector(INFO, str(model))])]


def test_the_examples_are_of_the_networks_size():
    assert (net.WIDTH, net.HEIGHT) == SAMPLE_SIZE
    assert (net.MAP_WIDTH, net.MAP_HEIGHT) == MAP_SIZE


def test_frame_by_frame_equals_all_at_once(tmp_path):
    network = weights(tmp_path / "w.safetensors")
    frames = noise_frames(50)
    found = run(frames, tmp_path / "w.safetensors")
    samples = np.stack([f.picture for f in frames[::2]])
    around = np.clip(np.arange(-net.CONTEXT, len(samples) + net.CONTEXT), 0, len(samples) - 1)
    with torch.no_grad():
        pictures = torch.from_numpy(samples[around]).permute(0, 3, 1, 2)[None].float() / 255
        regions, new = network(pictures)
    regions = regions[0, net.CONTEXT - net.UNIT // 2 :].numpy()
    for n in range(len(samples)):
        assert found[2 * n].strength == pytest.approx(float(new[0, n].sigmoid()), abs=1e-5)
        np.testing.assert_allclose(found[2 * n].map, np.exp(regions[n] - regions[n].max()), atol=1e-4)
    between = (found[10].strength + found[12].strength) / 2
    assert found[11].strength == pytest.approx(between, abs=1e-6)


def test_a_new_shot_begins_anew(tmp_path):
    weights(tmp_path / "w.safetensors")
    first, second = noise_frames(13), noise_frames(21, first=14, seed=5)
    together = run(first + second, tmp_path / "w.safetensors")
    apart = run(first, tmp_path / "w.safetensors") + run(second, tmp_path / "w.safetensors")
    assert [d.number for d in together] == list(range(1, 35))
    for a, b in zip(together, apart, strict=True):
        assert a.strength == pytest.approx(b.strength, abs=1e-6)
        np.testing.assert_allclose(a.map, b.map, atol=1e-6)


def test_the_shipped_weights_find_who_enters():
    assert SHIPPED.stat().st_size < 5 << 20
    clip = make_clip("enters", 6, width=192, height=108, count=150)
    event = clip.truth.targets[-1].frame
    found = [d for _, (d,) in run_detectors(clip.frames(), [AfNetDetector(clip.info)])]
    strengths = np.array([d.strength for d in found])
    at = int(strengths.argmax()) + 1
    assert abs(at - event) <= 12
    assert strengths[: int(event) - 24].max(initial=0) < strengths.max()


def test_stopped_and_resumed_training_ends_in_the_same_weights(tmp_path):
    examples = [example(seed=s) for s in range(3)]
    whole = train(examples, [example(seed=9)], QUICK, tmp_path / "whole")

    def stop(step, text):
        if step == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(examples, [], QUICK, tmp_path / "part", progress=stop)
    resumed = train(examples, [], QUICK, tmp_path / "part", resume=True)
    for name, tensor in whole.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name
    rows = list(csv.reader((tmp_path / "whole/curve.csv").open()))
    assert tuple(rows[0]) == CURVE
    assert [row[0] for row in rows[1:]] == ["1", "2", "3"]
    with pytest.raises(ValueError, match="same options"):
        train(examples, [], replace(QUICK, seed=2), tmp_path / "part", resume=True)


def test_training_learns_where_the_focus_is(tmp_path):
    rng = np.random.default_rng(0)
    pictures = np.full((40, 48, 80, 3), 60, np.uint8)
    places = rng.uniform(0.15, 0.85, (4, 2))
    examples = []
    for x, y in places:
        shown = pictures.copy()
        shown[:, int(y * 48) - 4 : int(y * 48) + 4, int(x * 80) - 4 : int(x * 80) + 4] = (230, 200, 180)
        examples.append(Example("spot", shown, np.stack([region_around(x, y)] * 40), np.full(40, -1, np.float32)))
    train(examples, examples[:1], Schedule(steps=40, batch=1, chunk=4, every=40), tmp_path)
    rows = list(csv.DictReader((tmp_path / "curve.csv").open()))
    assert float(rows[-1]["held_region_loss"]) < 0.8 * np.log(MAP_SIZE[0] * MAP_SIZE[1])
    assert rows[-1]["held_auc"] == "nan"  # nobody said when


def test_a_chunk_holds_what_its_labels_say():
    one = replace(example(), region=np.stack([region_around(n / 30, 0.5) for n in range(30)]))
    for seed in range(8):
        pictures, region, new = chunk(one, 10, np.random.default_rng(seed))
        assert pictures.shape == (10 + 2 * net.CONTEXT, 48, 80, 3)
        assert region.shape == (10, 24, 40)
        assert new.shape == (10,)
        steps = np.diff(region.sum(axis=1).argmax(axis=1))
        assert (steps >= 0).all() or (steps <= 0).all()  # in order, or mirrored


def test_generated_examples_know_place_and_time():
    clip = make_clip("throw", 4, width=96, height=54, count=60)
    made = generated(clip)
    event = (clip.truth.targets[1].frame - 1) / 2
    assert abs(int(made.new.argmax()) - event) <= 1
    y, x = np.unravel_index(made.region[5].argmax(), made.region[5].shape)
    true = clip.subject(11)
    assert abs((x + 0.5) / 40 - true[0]) < 0.03
    assert abs((y + 0.5) / 24 - true[1]) < 0.05
    assert generated_plan(5, 1) == generated_plan(50, 1)[:5]
    assert max(seed for _, seed in generated_plan(1000, 1)) < 1000


def test_accepted_targets_come_back_as_an_example(tmp_path):
    frames = [ClipFrame(101 + n, cv2.resize(f.picture, (160, 96))) for n, f in enumerate(noise_frames(48))]
    targets = [FocusTarget(101, 0.2, 0.4, cut=True), FocusTarget(121, 0.75, 0.5), FocusTarget(141)]
    focus = FocusFile([(101, 2.0)], 24.0, 0.0, targets)
    assert export_targets(tmp_path / "shot", frames, INFO, focus) == 24
    back = read_targets(tmp_path / "shot")
    assert len(back.pictures) == 24
    assert np.flatnonzero(back.new > 0.99).tolist() == [10, 20]
    assert back.region[10].argmax() % 40 == pytest.approx(0.75 * 40 - 0.5, abs=1)
    assert back.region[5].sum() == 0  # between targets nobody said where
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/targets.json").write_text((tmp_path / "shot/targets.json").read_text())
    with pytest.raises(ExampleError, match="export the targets again"):
        read_targets(tmp_path / "empty")


def test_eye_tracking_folders(tmp_path):
    av = pytest.importorskip("av")
    (tmp_path / "video").mkdir()
    maps = tmp_path / "annotation/0001/maps"
    maps.mkdir(parents=True)
    with av.open(str(tmp_path / "video/001.AVI"), "w", format="avi") as file:
        stream = file.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for n in range(12):
            picture = np.full((96, 160, 3), 20 * n, np.uint8)
            file.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            heat = np.zeros((96, 160), np.uint8)
            heat[40:56, 110:130] = 255
            cv2.imwrite(str(maps / f"{n + 1:04d}.png"), heat)
        file.mux(stream.encode(None))
    (found,) = read_dhf1k(tmp_path, read_video)
    assert found.pictures.shape[1:] == (48, 80, 3)
    assert found.pictures[-1].mean() > found.pictures[0].mean() + 50
    assert (found.new == -1).all()
    np.testing.assert_allclose(found.region.sum(axis=(1, 2)), 1, atol=1e-5)
    assert found.region[0].argmax() % 40 == pytest.approx(30, abs=2)
    with pytest.raises(ExampleError, match="shaped like DHF1K"):
        list(read_dhf1k(tmp_path / "annotation", read_video))


def test_wrong_weights_say_which_file_and_what_to_do(tmp_path):
    with pytest.raises(WeightsError, match=r"none\.safetensors"):
        AfNetDetector(INFO, str(tmp_path / "none.safetensors"))
    (tmp_path / "text.safetensors").write_text("not weights at all")
    with pytest.raises(WeightsError, match=r"text\.safetensors.*focuspuller train"):
        AfNetDetector(INFO, str(tmp_path / "text.safetensors"))
    save_weights(tmp_path / "other.safetensors", {"a": torch.zeros(2)}, {"network": "af-net"})
    with pytest.raises(WeightsError, match="does not fit af-net"):
        load_weights(tmp_path / "other.safetensors", net.AfNet(), "af-net")
    broken = {name: t.clone() for name, t in net.AfNet().state_dict().items()}
    broken["wide.new.bias"][:] = float("nan")
    save_weights(tmp_path / "nan.safetensors", broken, {"network": "af-net"})
    with pytest.raises(WeightsError, match="not finite"):
        load_weights(tmp_path / "nan.safetensors", net.AfNet(), "af-net")


def test_area_under_curve():
    scores = np.array([0.1, 0.4, 0.35, 0.8])
    assert area_under_curve(scores, np.array([False, False, True, True])) == 0.75
    assert np.isnan(area_under_curve(scores, np.zeros(4, bool)))
