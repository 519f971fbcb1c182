"""Focus files: what is written is read, what is wrong is refused with file and cure."""

import json

import pytest

from focuspuller.kernels.focus.focus_file import (
    FocusFile,
    FocusFileError,
    FocusTarget,
    read_focus_file,
    write_focus_file,
)

GOOD = {"version": 1, "unit": "m", "fps": 24, "frameOffset": 0, "keys": [[1, 2.0], [49, 8.0]], "targets": []}


def test_round_trip(tmp_path):
    file = FocusFile(
        ((1.0, 2.0), (48.5, 8.0)),
        25.0,
        1000.0,
        (FocusTarget(1.0, cut=True), FocusTarget(48.0, 0.25, 0.4, 8.0, "face ü")),
        ((3.0, 0.1, 0.2, 0.3, 0.4),),
    )
    path = tmp_path / "new" / "focus.json"
    write_focus_file(path, file)
    assert read_focus_file(path) == file
    assert [p.name for p in path.parent.iterdir()] == ["focus.json"]  # nothing temporary is left


def test_focus_is_linear_in_disparity_and_held_at_the_ends():
    file = FocusFile(((1.0, 2.0), (49.0, 8.0)))
    assert file.focus_at(25) == pytest.approx(1 / ((1 / 2 + 1 / 8) / 2))
    assert file.focus_at(-5) == 2.0
    assert file.focus_at(99) == 8.0
    assert file.focus_at(1) == 2.0 and file.focus_at(49) == 8.0


def test_offset_and_frame_rate():
    file = FocusFile(((0.0, 1.0), (24.0, 2.0)), 24.0, 1001.0)
    assert file.frames == (1001.0, 1025.0)
    assert file.focus_at(1025) == 2.0
    assert file.focus_at(1001 + 24, fps=48) == pytest.approx(1 / ((1 + 1 / 2) / 2))  # half a second later


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2}, "version 2"),
        ({"unit": "cm"}, "cm"),
        ({"keys": []}, "no keys"),
        ({"keys": [[1, 0.0]]}, "above 0"),
        ({"keys": [[1, -2.0]]}, "above 0"),
        ({"keys": [[2, 1.0], [1, 1.0]]}, "rise"),
        ({"keys": [[1, 1.0], [1, 2.0]]}, "rise"),
        ({"keys": [[1, "near"]]}, "no number"),
        ({"keys": [[1, True]]}, "no number"),
        ({"keys": {"1": 2}}, "list"),
        ({"keys": [[1, 10**400]]}, "no number"),
        ({"fps": 0}, "fps"),
        ({"frameOffset": None}, "frameOffset"),
        ({"targets": [[1, 2]]}, "target"),
        ({"targets": [{"frame": 1, "distance": 0}]}, "above 0"),
        ({"boxes": [[1, 2]]}, "boxes"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, change, words):
    path = tmp_path / "bad.json"
    path.write_text(json.dumps(GOOD | change), encoding="utf-8")
    with pytest.raises(FocusFileError, match=words) as error:
        read_focus_file(path)
    assert "bad.json" in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "3", '{"version": 1}', '{"version": 1, "keys": [[NaN, 1]]}', "[" * 100000]
)
def test_what_is_no_focus_file(tmp_path, text):
    path = tmp_path / "other.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(FocusFileError, match=r"other\.json"):
        read_focus_file(path)


def test_missing_and_unwritable(tmp_path):
    with pytest.raises(FocusFileError, match="check the path"):
        read_focus_file(tmp_path / "none.json")
    (tmp_path / "file").write_text("")
    with pytest.raises(FocusFileError, match="cannot be written"):
        write_focus_file(tmp_path / "file" / "focus.json", FocusFile(((1.0, 1.0),)))
