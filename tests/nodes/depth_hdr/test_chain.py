"""DepthHDR → TemporalStabilize → LensDefocus, no knob touched, on a real clip where it is there."""

from pathlib import Path

import cv2
import numpy as np
import picture_files as files
import pytest

from focuspuller.ofx_bridge.cli.main import main
from focuspuller.ofx_bridge.comp.document import parse_comp

ROOT = Path(__file__).parents[3]
CLIP = ROOT.parent / "shared" / "data" / "davis" / "JPEGImages" / "libby"
WIDTH, HEIGHT = 320, 180


@pytest.fixture
def chain():
    """The comp on DepthHDR's page."""
    page = (ROOT / "docs" / "nodes" / "depth-hdr.md").read_text(encoding="utf-8")
    return page.split("```json\n")[1].split("```")[0]


def test_the_comp_on_the_page_is_valid(chain, tmp_path):
    nodes = parse_comp(chain, tmp_path / "chain.json").nodes
    assert list(nodes) == ["plate", "depth", "steady", "lens", "out"]


@pytest.mark.skipif(not CLIP.is_dir(), reason="the DAVIS clips are not here")
def test_a_real_clip(chain, tmp_path, capsys):
    (tmp_path / "input").mkdir()
    for frame in (1, 2, 3):
        picture = cv2.imread(str(CLIP / f"{frame + 9:05d}.jpg"))
        small = cv2.resize(picture, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(tmp_path / f"input/plate.{frame:04d}.png"), small)
    comp = tmp_path / "chain.json"
    comp.write_text(chain, encoding="utf-8")
    assert main(["render", str(comp), "--set", "lens.output=disparity"]) == 0, capsys.readouterr().err
    disparities = [files.read(path)[1] for path in sorted((tmp_path / "result").iterdir())]
    assert main(["render", str(comp)]) == 0, capsys.readouterr().err
    for frame, disparity in zip((1, 2, 3), disparities, strict=True):
        spec, pixels = files.read(tmp_path / f"result/pulled.{frame:04d}.exr")
        assert (spec.full_width, spec.full_height) == (WIDTH, HEIGHT) and np.isfinite(pixels).all()
        values = disparity[..., 0]
        assert values.min() >= 0 and np.percentile(values, 95) - np.percentile(values, 5) > 0.02
        inner = pixels[-spec.y : HEIGHT - spec.y, -spec.x : WIDTH - spec.x, :3]
        plate = cv2.imread(str(tmp_path / f"input/plate.{frame:04d}.png"))[..., ::-1]
        sharp, blurred = (
            np.abs(np.diff(np.clip(p, 0, 1) ** g, axis=1)).mean() for p, g in ((plate / 255, 1), (inner, 1 / 2.2))
        )
        assert blurred < 0.9 * sharp
        assert np.corrcoef(inner.mean(2).ravel() ** (1 / 2.2), plate.mean(2).ravel())[0, 1] > 0.8
