"""Track files: written whole or not at all, read with suspicion."""

import json

import numpy as np
import pytest

from focuspuller.kernels.tracking.track import packed
from focuspuller.kernels.tracking.track_file import (
    MAGIC,
    Seen,
    TrackFile,
    TrackFileError,
    read_track_file,
    write_track_file,
)

MATTE = np.zeros((6, 8), np.uint8)
MATTE[2:4, 3:6] = 200


def sample() -> TrackFile:
    seen = Seen((10.125, 20.5), (1.0, 2.0, 30.25, 40.0), 0.875, 0, 3.25e20, packed(MATTE))
    lost = Seen((10.0, 20.0), (1.0, 2.0, 3.0, 4.0), 0.0, 1)
    return TrackFile((0, -4, 96, 64), (8, 6), [{-3: seen, 5: lost}, {5: seen}], 25.0, 10, [(-3, 0), (5, 1)])


def test_there_and_back(tmp_path):
    path = tmp_path / "shot.fptrack"
    write_track_file(path, sample())
    found = read_track_file(path)
    assert found == sample()
    assert np.array_equal(found.matte(0, -3), MATTE) and not found.matte(0, 5).any()
    assert found.frames == (-3, 5)
    assert [found.subject_at(n) for n in (-9, 4, 5, 99)] == [0, 0, 1, 1]
    assert [p.name for p in tmp_path.iterdir()] == ["shot.fptrack"]


def test_frames_of_the_comp():
    found = sample()
    assert found.frame_at(10) == 0 and found.frame_at(15, 25) == 5
    assert found.frame_at(20, 50) == 5  # the comp runs twice as fast


def test_an_old_file_stays_when_the_new_one_cannot_be_written(tmp_path, monkeypatch):
    path = tmp_path / "shot.fptrack"
    write_track_file(path, sample())
    before = path.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(TrackFileError, match="cannot be written"):
        write_track_file(path, sample())
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["shot.fptrack"]


def damaged(change) -> bytes:
    header = {"version": 1, "unit": "m", "fps": 24, "frameOffset": 0, "window": [0, 0, 8, 6], "matteSize": [8, 6]}
    entry = {"frame": 1, "subject": 0, "center": [1, 2], "box": [0, 0, 2, 2], "confidence": 1, "matte": [0, 12]}
    header |= {"tracks": [[entry]], "inFocus": []}
    change(header, entry)
    text = json.dumps(header).encode()
    return MAGIC + len(text).to_bytes(8, "little") + text + b"x" * 12


CASES = {
    "empty": b"",
    "other": b"PK\x03\x04 something else entirely",
    "short": MAGIC + (1 << 40).to_bytes(8, "little") + b"{}",
    "cut": MAGIC + (100).to_bytes(8, "little") + b'{"version"',
    "deep": MAGIC + (200000).to_bytes(8, "little") + b"[" * 200000,
    "list": MAGIC + (2).to_bytes(8, "little") + b"[]",
    "version": damaged(lambda header, entry: header.update(version=9)),
    "huge": damaged(lambda header, entry: header.update(matteSize=[1 << 20, 1 << 20])),
    "window": damaged(lambda header, entry: header.update(window=[5, 5, 5, 5])),
    "fps": damaged(lambda header, entry: header.update(fps=0)),
    "nan": damaged(lambda header, entry: entry.update(confidence=float("nan"))),
    "text": damaged(lambda header, entry: entry.update(center="here")),
    "beyond": damaged(lambda header, entry: entry.update(matte=[0, 13])),
    "frame": damaged(lambda header, entry: entry.update(frame=float("inf"))),
    "number": damaged(lambda header, entry: header.update(frameOffset=10**400)),
    "nobody": damaged(lambda header, entry: header.update(tracks=[])),
    "focus": damaged(lambda header, entry: header.update(inFocus=[[1, 3]])),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_track_file(tmp_path, case):
    path = tmp_path / "shot.fptrack"
    path.write_bytes(CASES[case])
    with pytest.raises(TrackFileError, match=r"shot\.fptrack: .*track"):
        read_track_file(path)


def test_a_missing_file_and_a_damaged_matte(tmp_path):
    with pytest.raises(TrackFileError, match=r"none\.fptrack: cannot be read"):
        read_track_file(tmp_path / "none.fptrack")
    path = tmp_path / "shot.fptrack"
    path.write_bytes(damaged(lambda header, entry: None))
    with pytest.raises(ValueError, match="a matte is damaged"):
        read_track_file(path).matte(0, 1)
    write_track_file(
        path,
        TrackFile((0, 0, 8, 6), (8, 6), [{1: Seen((0, 0), (0, 0, 1, 1), 1.0, matte=packed(np.zeros((900, 900))))}]),
    )
    with pytest.raises(ValueError, match="a matte is damaged"):
        read_track_file(path).matte(0, 1)
