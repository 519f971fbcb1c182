"""Frame ranges and file patterns."""

import pytest

from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.frames import format_frames, parse_frames
from focuspuller.ofx_bridge.comp.sequence import Sequence


@pytest.mark.parametrize(
    ("text", "frames"),
    [
        ("1-4", [1, 2, 3, 4]),
        ("7", [7]),
        ("1-10x4, 3", [1, 3, 5, 9]),
        ("-2-1", [-2, -1, 0, 1]),
        ("-5--4", [-5, -4]),
        ("110x2", [110]),
        ("3,1-3", [1, 2, 3]),
    ],
)
def test_ranges(text, frames):
    assert parse_frames(text) == frames


@pytest.mark.parametrize("text", ["", "a", "4-1", "1-5x0", "1-2-3", "1,,2", "1-999999999999", "1.5"])
def test_bad_ranges(text):
    with pytest.raises(CompError, match="--frames"):
        parse_frames(text)


def test_short_text():
    assert format_frames([4, 1, 2, 3, 7, 9, 10]) == "1-4, 7, 9-10"


@pytest.mark.parametrize(
    ("pattern", "name"),
    [("a.%04d.exr", "a.0012.exr"), ("a.####.exr", "a.0012.exr"), ("a_#.exr", "a_12.exr"), ("a%d.exr", "a12.exr")],
)
def test_patterns(tmp_path, pattern, name):
    sequence = Sequence.parse(tmp_path / pattern)
    assert sequence.path(12).name == name
    for frame in (-3, 0, 12, 123456):
        sequence.path(frame).touch()
    (tmp_path / name.replace("12", "x")).touch()
    assert sequence.frames() == [-3, 0, 12, 123456]


def test_stills_and_bad_patterns(tmp_path):
    assert Sequence.parse(tmp_path / "still.exr").path(99) == tmp_path / "still.exr"
    for pattern in ("a.%04d.%04d.exr", "####/a.exr"):
        with pytest.raises(CompError, match="once"):
            Sequence.parse(tmp_path / pattern)
