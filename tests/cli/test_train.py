"""`focuspuller train` from the command line."""

import numpy as np
import pytest

from focuspuller.kernels.focus.detections import ClipFrame, ClipInfo
from focuspuller.kernels.focus.focus_file import FocusFile, FocusTarget
from focuspuller.ofx_bridge.cli.main import main


@pytest.fixture
def shot(tmp_path):
    """A folder of accepted targets."""
    from focuspuller.kernels.attention.af_examples import export_targets

    rng = np.random.default_rng(0)
    frames = [ClipFrame(n, rng.integers(0, 256, (96, 160, 3), dtype=np.uint8)) for n in range(1, 41)]
    focus = FocusFile([(1, 2.0)], 24.0, 0.0, [FocusTarget(20, 0.7, 0.5)])
    export_targets(tmp_path / "shot", frames, ClipInfo(160, 96, 24.0), focus)
    return tmp_path / "shot"


def test_training_on_accepted_targets_writes_weights_that_work(shot, tmp_path, capsys):
    from focuspuller.kernels.attention.af_net import AfNetDetector

    out = tmp_path / "mine.safetensors"
    command = ["train", "af-net", "--out", str(out), "--targets", str(shot)]
    command += ["--clips", "0", "--steps", "1", "--batch", "1"]
    assert main(command) == 0
    assert "mine.safetensors" in capsys.readouterr().out
    assert (tmp_path / "mine.training/curve.csv").is_file()
    first = out.read_bytes()
    assert main([*command, "--resume"]) == 0
    assert out.read_bytes() == first
    AfNetDetector(ClipInfo(160, 96, 24.0), str(out))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--clips", "0"], "nothing to learn from"),
        (["--clips", "-1"], "--clips 0"),
        (["--device", "abacus"], "--device abacus"),
        (["--clips", "0", "--targets", "nowhere"], "nowhere"),
        (["--clips", "0", "--dhf1k", "nowhere"], "shaped like DHF1K"),
    ],
)
def test_what_cannot_be_trained_is_said(options, says, tmp_path, capsys):
    assert main(["train", "af-net", "--out", str(tmp_path / "a.safetensors"), *options]) == 2
    assert says in capsys.readouterr().err


def test_depth_hdr_learns_from_generated_scenes_and_goes_on(tmp_path, capsys):
    from focuspuller.kernels.rgbd_hdr.estimate import load

    out = tmp_path / "mine.safetensors"
    command = ["train", "depth-hdr", "--out", str(out), "--scenes", "10", "--lens-scenes", "1"]
    command += ["--truth-steps", "1", "--aperture-steps", "1", "--batch", "1"]
    assert main(command) == 0
    assert "mine.safetensors" in capsys.readouterr().out
    curve = (tmp_path / "mine.training/curve.csv").read_text().splitlines()
    assert len(curve) == 2 and curve[1].startswith("2,aperture,")
    first = out.read_bytes()
    assert main([*command, "--resume"]) == 0
    assert out.read_bytes() == first
    assert np.isfinite(load(out).disparity(np.full((32, 48, 3), 0.5, np.float32))).all()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--scenes", "0", "--lens-scenes", "0", "--truth-steps", "1"], "no examples"),
        (["--scenes", "0", "--truth-steps", "0", "--lens-scenes", "0"], "through apertures"),
        (["--batch", "0"], "--batch"),
        (["--device", "abacus"], "--device abacus"),
        (["--scenes", "0", "--lens-scenes", "0", "--panoramas", "nowhere"], "nowhere"),
        (["--scenes", "0", "--lens-scenes", "0", "--pairs", "nowhere"], "nowhere"),
        (["--scenes", "0", "--lens-scenes", "1", "--truth-steps", "0", "--vgg19", "nowhere"], "nowhere"),
    ],
)
def test_what_depth_hdr_cannot_learn_is_said(options, says, tmp_path, capsys):
    assert main(["train", "depth-hdr", "--out", str(tmp_path / "a.safetensors"), *options]) == 2
    assert says in capsys.readouterr().err
