"""Read and Write on pictures of every kind: windows, parts, views, encodings, metadata, failure."""

import threading

import numpy as np
import OpenImageIO as oiio
import picture_files as files
import pytest

from focuspuller.nodes.vocabulary.jobs import Window
from focuspuller.ofx_bridge.comp.document import CompNode
from focuspuller.ofx_bridge.comp.errors import CompError, RenderError
from focuspuller.ofx_bridge.comp.node_types import READ, WRITE
from focuspuller.ofx_bridge.comp.pictures import Layer
from focuspuller.ofx_bridge.comp.read import Reader
from focuspuller.ofx_bridge.comp.values import Constant
from focuspuller.ofx_bridge.comp.write import Writer


def reader(file, **knobs):
    return Reader(CompNode("plate", READ, {}, {k: Constant(v) for k, v in {"file": str(file), **knobs}.items()}))


def writer(file, **knobs):
    return Writer(CompNode("out", WRITE, {}, {k: Constant(v) for k, v in {"file": str(file), **knobs}.items()}))


@pytest.fixture
def plate(tmp_path):
    """Frames 1, 2 and 4, in a display window with its corner at (10, 20)."""
    for frame in (1, 2, 4):
        pixels = files.ramp(6, 8, seed=frame)
        spec = files.spec(pixels, window=(13, 25), display=(10, 20, 32, 24), PixelAspectRatio=2.0, shotName="sq010")
        spec.attribute("framesPerSecond", oiio.TypeDesc("rational"), (24000, 1001))
        spec.attribute("smpte:TimeCode", oiio.TypeDesc("timecode"), (frame, 7))
        spec.attribute("view", "left")
        files.write(tmp_path / f"plate.{frame:04d}.exr", (spec, pixels))
    return tmp_path / "plate.####.exr"


def test_windows_and_header(plate):
    source = reader(plate)
    header = source.header(2)
    assert header.size == (32, 24) and header.origin == (10, 20) and header.pixel_aspect == 2.0
    assert header.window == Window(3, 5, 11, 11)
    assert header.fps == pytest.approx(23.976, abs=1e-3)
    assert source.frame_range == (1, 4)
    layer = source.pixels(2)
    assert layer.window == header.window
    np.testing.assert_array_equal(layer.pixels, files.ramp(6, 8, seed=2))


def test_what_a_file_says_survives_in_the_result(plate, tmp_path):
    source = reader(plate)
    grown = Window(-4, -3, 20, 15)
    picture = Layer(source.pixels(2).filled(grown), grown)
    path = writer(tmp_path / "new" / "out.%04d.exr").write(2, picture, source.header(2))
    assert path.name == "out.0002.exr"
    spec, pixels = files.read(path)
    assert (spec.x, spec.y, spec.width, spec.height) == (6, 17, 24, 18)
    assert (spec.full_x, spec.full_y, spec.full_width, spec.full_height) == (10, 20, 32, 24)
    assert spec.format == oiio.HALF and spec.getattribute("compression") == "zips"
    assert spec.getattribute("PixelAspectRatio") == 2.0
    assert spec.getattribute("shotName") == "sq010" and spec.getattribute("view") == "left"
    assert spec.getattribute("framesPerSecond") == (24000, 1001)
    assert spec.getattribute("smpte:TimeCode") == (2, 7)
    np.testing.assert_array_equal(pixels, picture.pixels)
    again = reader(path)
    assert again.header(1).window == grown


@pytest.mark.parametrize(("missing", "frame", "stands_in"), [("hold", 3, 2), ("hold", -9, 1), ("hold", 99, 4)])
def test_held_frames(plate, missing, frame, stands_in):
    np.testing.assert_array_equal(reader(plate, missing=missing).pixels(frame).pixels, files.ramp(6, 8, seed=stands_in))


def test_missing_frames(plate):
    with pytest.raises(CompError, match=r"node plate: no frame 3 .*plate.0003.exr.* there are 1-2, 4.*hold"):
        reader(plate).pixels(3)
    black = reader(plate, missing="black")
    assert black.header(3) is None and black.pixels(3).window.empty
    short = reader(plate, first=2, last=3, missing="hold")
    assert short.frame_range == (2, 3) and not short.holds(1)
    np.testing.assert_array_equal(short.pixels(1).pixels, files.ramp(6, 8, seed=2))


def test_a_missing_clip_is_named(tmp_path):
    with pytest.raises(CompError, match=r"node plate: there is no .*nothing"):
        reader(tmp_path / "nothing.%04d.exr")


def test_a_still_serves_every_frame(tmp_path):
    pixels = files.ramp(2, 3)
    still = reader(files.write(tmp_path / "still.exr", (files.spec(pixels), pixels)))
    assert still.frame_range is None and still.holds(-5) and still.holds(10_000)
    np.testing.assert_array_equal(still.pixels(77).pixels, pixels)


def test_parts_of_different_windows(tmp_path):
    colour, depth = files.ramp(4, 6), files.ramp(3, 5, 1)
    path = files.write(
        tmp_path / "multi.exr",
        (files.spec(colour, window=(2, 3), display=(0, 0, 20, 10), name="rgba", view="left"), colour),
        (files.spec(depth, "Z", window=(4, 4), display=(0, 0, 20, 10), name="depth", view="left"), depth),
    )
    np.testing.assert_array_equal(reader(path).pixels(1).pixels, colour)
    for knobs in ({"part": "depth"}, {"part": "1"}, {"layer": "depth"}, {"channels": "Z"}):
        layer = reader(path, **knobs).pixels(1)
        assert layer.window == Window(4, 4, 9, 7)
        np.testing.assert_array_equal(layer.pixels, np.repeat(depth, 4, axis=-1))
    with pytest.raises(CompError, match=r"multi.exr has no part 'dept'; did you mean depth\?"):
        reader(path, part="dept").pixels(1)


def test_one_part_many_layers(tmp_path):
    pixels = files.ramp(3, 3, 7)
    names = ("R", "G", "B", "A", "depth.Z", "left.R", "left.G")
    spec = files.spec(pixels, names, multiView=(oiio.TypeDesc("string[2]"), ("right", "left")))
    path = files.write(tmp_path / "one.exr", (spec, pixels))
    stored, everything = files.read(path)
    column = {name: everything[..., i] for i, name in enumerate(stored.channelnames)}
    np.testing.assert_array_equal(reader(path).pixels(1).pixels, np.stack([column[n] for n in "RGBA"], -1))
    np.testing.assert_array_equal(reader(path, layer="depth").pixels(1).pixels[..., 2], column["depth.Z"])
    two = reader(path, view="left", channels="R,G").pixels(1).pixels
    np.testing.assert_array_equal(two[..., :2], np.stack([column["left.R"], column["left.G"]], -1))
    assert not two[..., 2:].any()


def test_damage_is_named(plate):
    path = plate.with_name("plate.0002.exr")
    path.write_bytes(path.read_bytes()[:-150])
    with pytest.raises(CompError, match=r"plate\.0002\.exr is damaged"):
        reader(plate).pixels(2)
    path.write_bytes(b"nonsense")
    with pytest.raises(CompError, match=r"plate\.0002\.exr cannot be read"):
        reader(plate).pixels(2)


class TestEncodings:
    def test_8_bit_colour_is_decoded_and_premultiplied(self, tmp_path):
        pixels = np.array([[[188, 55, 0, 255], [255, 188, 0, 128]]], np.float32) / 255
        path = files.write(
            tmp_path / "a.png", (files.spec(pixels, kind=oiio.UINT8, **{"oiio:UnassociatedAlpha": 1}), pixels)
        )
        light = reader(path).pixels(1).pixels[0]
        np.testing.assert_allclose(light[0], [0.5029, 0.0382, 0, 1], atol=1e-4)
        np.testing.assert_allclose(light[1], np.array([1, 0.5029, 0, 1]) * 128 / 255, atol=1e-4)

    @pytest.mark.parametrize(
        ("suffix", "depth"), [("png", "uint8"), ("png", "uint16"), ("tif", "uint16"), ("tif", "float")]
    )
    def test_there_and_back(self, tmp_path, suffix, depth):
        alpha = np.linspace(0, 1, 11, dtype=np.float32).reshape(1, 11, 1)
        pixels = np.concatenate([alpha * np.float32([0.25, 0.5, 1]), alpha], axis=-1)
        header_of = files.write(tmp_path / "h.exr", (files.spec(pixels), pixels))
        header = reader(header_of).header(1)
        path = writer(tmp_path / f"b.{suffix}", depth=depth).write(1, Layer(pixels, Window(0, 0, 11, 1)), header)
        tolerance = {"uint8": 6e-3, "uint16": 3e-5, "float": 1e-6}[depth]
        np.testing.assert_allclose(reader(path).pixels(1).pixels, pixels, atol=tolerance)

    def test_16_bit_grey_is_data(self, tmp_path):
        pixels = np.array([[[0.25], [0.5]]], np.float32)
        path = files.write(tmp_path / "z.png", (files.spec(pixels, "Y", oiio.UINT16), pixels))
        np.testing.assert_allclose(reader(path).pixels(1).pixels[0, :, 3], [0.25, 0.5], atol=1e-5)

    def test_rgb_has_three_channels(self, tmp_path):
        pixels = files.ramp(2, 2, 3) / 2
        path = files.write(tmp_path / "c.jpg", (files.spec(pixels, "RGB", oiio.UINT8), pixels))
        assert reader(path).header(1).channels == 3
        assert reader(path).pixels(1).pixels.shape == (2, 2, 3)

    def test_transfer_can_be_set(self, tmp_path):
        pixels = np.full((1, 1, 3), 0.5, np.float32)
        path = files.write(tmp_path / "d.tif", (files.spec(pixels, "RGB", oiio.FLOAT), pixels))
        assert reader(path).pixels(1).pixels.max() == 0.5
        np.testing.assert_allclose(reader(path, transfer="sRGB").pixels(1).pixels, 0.21404, atol=1e-5)
        np.testing.assert_allclose(reader(path, transfer="Rec.709").pixels(1).pixels, 0.25959, atol=1e-5)


class TestWrite:
    picture = Layer(files.ramp(3, 4), Window(-1, -1, 3, 2))

    @pytest.fixture
    def header(self, plate):
        return reader(plate).header(1)

    def test_formats_without_windows_show_the_display_window(self, tmp_path, header):
        spec, pixels = files.read(writer(tmp_path / "a.png", transfer="linear").write(1, self.picture, header))
        assert (spec.width, spec.height) == (32, 24)
        np.testing.assert_allclose(pixels[:2, :3], np.clip(self.picture.pixels[1:, 1:], 0, 1), atol=1e-4)
        assert not pixels[2:].any()

    def test_an_empty_picture_is_a_black_pixel(self, tmp_path, header):
        empty = Layer(np.zeros((0, 0, 4), np.float32), Window(0, 0, 0, 0))
        spec, pixels = files.read(writer(tmp_path / "a.exr").write(1, empty, header))
        assert (spec.width, spec.height) == (1, 1) and not pixels.any()

    @pytest.mark.parametrize(("channels", "names"), [("RGB", "RGB"), ("Alpha", "A"), ("auto", "RGBA")])
    def test_channels(self, tmp_path, header, channels, names):
        spec, _ = files.read(writer(tmp_path / "a.exr", channels=channels).write(1, self.picture, header))
        assert "".join(spec.channelnames) == names

    @pytest.mark.parametrize("compression", ["none", "rle", "zip", "piz", "dwaa"])
    def test_compressions(self, tmp_path, header, compression):
        spec, _ = files.read(
            writer(tmp_path / "a.exr", compression=compression, depth="float").write(1, self.picture, header)
        )
        assert spec.getattribute("compression").startswith(compression) and spec.format == oiio.FLOAT

    @pytest.mark.parametrize(
        ("name", "knobs", "words"),
        [
            ("a.xyz", {}, ["knob file", ".xyz", ".exr"]),
            ("a.jpg", {"depth": "half"}, ["knob depth", "uint8"]),
            ("a.png", {"compression": "piz"}, ["knob compression", "auto"]),
        ],
    )
    def test_what_a_format_cannot_hold_is_refused_at_once(self, tmp_path, name, knobs, words):
        with pytest.raises(CompError) as caught:
            writer(tmp_path / name, **knobs)
        assert all(word in str(caught.value) for word in words)

    def test_checks_before_rendering(self, tmp_path):
        with pytest.raises(CompError, match="one file for 2 frames"):
            writer(tmp_path / "a.exr").check([1, 2])
        (tmp_path / "b.0001.exr").touch()
        writer(tmp_path / "b.%04d.exr").check([1])
        with pytest.raises(CompError, match=r"b\.0001\.exr is already there"):
            writer(tmp_path / "b.%04d.exr", overwrite=False).check([1])

    def test_a_failed_write_leaves_the_old_file_and_nothing_else(self, tmp_path, header, monkeypatch):
        target = writer(tmp_path / "sub" / "a.exr")
        before = target.write(1, self.picture, header).read_bytes()
        monkeypatch.setattr(Writer, "_save", lambda self, path, spec, pixels: (path.touch(), _fail())[0])
        with pytest.raises(RenderError, match=r"a\.exr cannot be written \(disk full\)"):
            target.write(1, self.picture, header)
        left = [(f.name, f.read_bytes()) for f in (tmp_path / "sub").iterdir()]
        assert left == [("a.exr", before)]

    def test_a_folder_that_cannot_be_made(self, tmp_path, header):
        (tmp_path / "file").touch()
        with pytest.raises(RenderError, match="cannot be written"):
            writer(tmp_path / "file" / "a.exr").write(1, self.picture, header)

    def test_readers_see_whole_files_only(self, tmp_path, header):
        target, wrong, done = writer(tmp_path / "a.exr"), [], threading.Event()
        target.write(1, self.picture, header)

        def look():
            while not done.is_set():
                _, pixels = files.read(tmp_path / "a.exr")
                wrong.extend([] if np.array_equal(pixels, self.picture.pixels) else [1])

        thread = threading.Thread(target=look)
        thread.start()
        for _ in range(50):
            target.write(1, self.picture, header)
        done.set()
        thread.join()
        assert not wrong


def _fail():
    raise RuntimeError("disk  full")
