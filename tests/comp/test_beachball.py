"""The comp of docs/comp-files.md, on the real stereo clip where it is there."""

import json
import re
from pathlib import Path

import numpy as np
import picture_files as files
import pytest

from focuspuller.ofx_bridge.cli.main import main
from focuspuller.ofx_bridge.comp.document import parse_comp

ROOT = Path(__file__).parents[2]
CLIP = ROOT.parent / "shared" / "data" / "beachball" / "multipart.%04d.exr"
BOUND = 40


@pytest.fixture
def text():
    page = (ROOT / "docs" / "comp-files.md").read_text(encoding="utf-8")
    return re.search(r"```json\n(.*?)```", page, re.DOTALL)[1]


def test_the_docs_comp_is_valid(text, tmp_path):
    assert list(parse_comp(text, tmp_path / "shot.json").nodes) == ["plate", "z", "zd", "out"]
    assert json.loads(text)["nodes"][2]["params"]["maxSize"] == BOUND


@pytest.mark.skipif(not Path(str(CLIP) % 1).is_file(), reason="the beach ball clip is not here")
def test_its_pictures(text, tmp_path, capsys):
    comp = tmp_path / "shot.json"
    comp.write_text(text, encoding="utf-8")
    sets = [word for node in ("plate", "z") for word in ("--set", f"{node}.file={CLIP}")]
    assert main(["render", str(comp), *sets]) == 0, capsys.readouterr().err
    spread = []
    for frame in (1, 2, 3, 4):
        plate = files.read(str(CLIP) % frame, part="rgba_left")
        spec, pixels = files.read(tmp_path / "pulled" / f"pull.{frame:04d}.exr")
        assert (spec.full_x, spec.full_y, spec.full_width, spec.full_height) == (0, 0, 2048, 1556)
        assert (spec.x, spec.y) == (plate[0].x - BOUND, plate[0].y - BOUND)
        assert (spec.width, spec.height) == (plate[0].width + 2 * BOUND, plate[0].height + 2 * BOUND)
        assert spec.getattribute("view") == "left"
        check_picture(pixels, plate[1])
        spread.append((pixels[..., 3] > 1e-3).sum())
    assert spread == sorted(spread, reverse=True)  # ever less out of focus


def check_picture(pixels, plate):
    """Nothing cropped at the sides, no light lost or made, no dark rim where the ball is whole."""
    alpha = pixels[..., 3]
    assert np.isfinite(pixels).all() and alpha.min() > -1e-4 and alpha.max() < 1 + 1e-3
    for side in (alpha[0], alpha[-1], alpha[:, 0], alpha[:, -1]):
        assert np.abs(side).max() < 1e-3
    np.testing.assert_allclose(pixels.sum(axis=(0, 1)), plate.sum(axis=(0, 1)), rtol=0.02)
    # Each colour of the ball sums up to 0.5 or more, and so does any mix of them, less only where coverage is less.
    assert least_light(pixels) > 0.95 * least_light(plate) > 0.4


def least_light(pixels):
    """The least sum of colours over coverage."""
    covered = pixels[..., 3] > 0.05
    return (pixels[covered, :3].sum(axis=-1) / pixels[covered, 3]).min()
