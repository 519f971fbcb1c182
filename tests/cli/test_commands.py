"""The command line: what each command prints and does, and its exit codes."""

import json
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import picture_files as files
import pytest

from focuspuller import __version__
from focuspuller.nodes import declared_nodes
from focuspuller.ofx_bridge.cli import doctor, install, pictures
from focuspuller.ofx_bridge.cli.demo import parse_size
from focuspuller.ofx_bridge.cli.main import COMMANDS, main
from focuspuller.ofx_bridge.comp.bundle import BUNDLE_NAME, find_bundle
from focuspuller.ofx_bridge.comp.document import parse_comp
from focuspuller.ofx_bridge.comp.errors import CompError


@pytest.fixture
def comp(tmp_path):
    """Two frames of a plate and of its depth, blurred by LensDefocus."""
    for frame in (1, 2):
        colour, depth = files.ramp(12, 16, seed=frame), np.full((12, 16, 1), 4, np.float32)
        parts = [(files.spec(colour, name="rgba"), colour), (files.spec(depth, "Z", name="depth"), depth)]
        files.write(tmp_path / f"plate.{frame:04d}.exr", *parts)
    read = {"file": "plate.%04d.exr"}
    lens = {"depthMath": "distance", "lensModel": "size", "size": 6, "maxSize": 6, "focusDistance": 2}
    nodes = [
        {"id": "plate", "type": "Read", "params": read},
        {"id": "z", "type": "Read", "params": {**read, "layer": "depth"}},
        {"id": "zd", "type": "LensDefocus", "inputs": {"Source": "plate", "Depth": "z"}, "params": lens},
        {"id": "out", "type": "Write", "inputs": {"Source": "zd"}, "params": {"file": "out/o.%04d.exr"}},
    ]
    path = tmp_path / "shot.json"
    path.write_text(json.dumps({"nodes": nodes}))
    return path


def said(capsys, *arguments):
    code = main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    return code, out, err


class TestHelp:
    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_helps(self, command, capsys):
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0 and command in capsys.readouterr().out

    def test_version_and_usage(self, capsys):
        with pytest.raises(SystemExit) as caught:
            main(["--version"])
        assert caught.value.code == 0 and __version__ in capsys.readouterr().out
        with pytest.raises(SystemExit) as caught:
            main(["rendr"])
        assert caught.value.code == 2
        assert "'doctor'" in capsys.readouterr().err

    def test_without_a_command_it_lists_them(self, capsys):
        code, out, err = said(capsys)
        assert code == 2 and not out
        assert all(f"  {command} " in err for command in COMMANDS)


class TestNodes:
    def test_text_has_every_node_clip_and_knob(self, capsys):
        code, out, _ = said(capsys, "nodes")
        assert code == 0
        for node in declared_nodes():
            assert all(
                word in out for word in (node.name, *(c.name for c in node.clips), *(k.name for k in node.knobs))
            )
        assert "Read" in out and "Write" in out

    def test_json_is_the_manifest(self, capsys):
        code, out, _ = said(capsys, "nodes", "--json")
        data = json.loads(out)
        assert code == 0 and data["version"] == __version__
        assert [n["name"] for n in data["nodes"]] == [n.name for n in declared_nodes()]
        assert [n["name"] for n in data["builtin"]] == ["Read", "Write"]

    def test_one_node(self, capsys):
        assert "LensDefocus" not in said(capsys, "nodes", "Read")[1]
        code, _, err = said(capsys, "nodes", "LensDefocuss")
        assert code == 2 and "did you mean LensDefocus?" in err


class TestRender:
    def test_frames_and_set(self, comp, capsys):
        code, out, _ = said(capsys, "render", comp, "--frames", "2", "--set", "zd.size=2", "--set", "zd.maxSize=2")
        assert code == 0 and "1 file in" in out
        spec, _ = files.read(comp.parent / "out/o.0002.exr")
        assert (spec.x, spec.width, spec.full_width) == (-2, 20, 16)
        assert not (comp.parent / "out/o.0001.exr").exists()

    def test_all_frames(self, comp, capsys):
        assert said(capsys, "render", comp)[0] == 0
        for frame in (1, 2):
            spec, pixels = files.read(comp.parent / f"out/o.000{frame}.exr")
            assert (spec.x, spec.y, spec.width, spec.height) == (-6, -6, 28, 24)
            assert pixels[6:18, 6:22, 3] == pytest.approx(1, abs=1e-3)

    @pytest.mark.parametrize(
        ("arguments", "code", "words"),
        [
            (["--frames", "x"], 2, ["--frames", "1-100"]),
            (["--frames", "1-9"], 2, ["3-9", "hold"]),
            (["--set", "zd.fstop=2"], 2, ["did you mean fStop?"]),
            (["--set", "zd.size=-1"], 2, ["zd", "size", "outside"]),
            (["--set", "plate.part=beauty"], 2, ["plate", "no part 'beauty'"]),
        ],
    )
    def test_mistakes(self, comp, capsys, arguments, code, words):
        got, _, err = said(capsys, "render", comp, *arguments)
        assert got == code and all(word in err for word in words), err
        assert err.count("\n") == 1 and not (comp.parent / "out").exists()

    def test_a_missing_comp(self, tmp_path, capsys):
        code, _, err = said(capsys, "render", tmp_path / "none.json")
        assert code == 2 and "none.json" in err

    def test_a_frame_that_fails_is_1(self, comp, capsys, monkeypatch):
        monkeypatch.setenv("FOCUSPULLER_PYTHON", "/nowhere/python")
        code, _, err = said(capsys, "render", comp)
        assert code == 1 and "zd" in err and "FOCUSPULLER_PYTHON" in err
        assert not list(comp.parent.rglob("*.part")) and not list(comp.parent.glob("out/*"))

    @pytest.mark.skipif(os.name == "nt", reason="signals")
    def test_ctrl_c_is_130_and_leaves_whole_files_only(self, comp):
        many = [*range(1, 400)]
        sets = ["plate.missing=hold", "z.missing=hold"]
        command = [sys.executable, "-m", "focuspuller", "render", comp, "--frames", f"1-{many[-1]}"]
        command += [word for s in sets for word in ("--set", s)]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True)
        out = comp.parent / "out"
        deadline = time.monotonic() + 60
        while not (out.is_dir() and len(list(out.glob("o.*.exr"))) >= 3) and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the worker too
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130, err
        assert "Traceback" not in err
        written = list(out.iterdir())
        assert 3 <= len(written) < len(many) and all(f.suffix == ".exr" and not f.name.startswith(".") for f in written)
        for file in written:
            assert files.read(file)[1].shape == (24, 28, 4)


class TestInstall:
    def test_there_and_away_again(self, tmp_path, capsys):
        folder = tmp_path / "plugins"
        other = folder / "Other.ofx.bundle"
        other.mkdir(parents=True)
        for _ in range(2):  # the second replaces the first
            code, out, _ = said(capsys, "install", "--to", folder)
            assert code == 0 and str(folder) in out and "OFX_PLUGIN_PATH" in out
        target = folder / BUNDLE_NAME
        assert json.loads((target / "Contents/Resources/worker.json").read_text())["python"] == sys.executable
        assert list(target.glob("Contents/*/FocusPuller.ofx"))
        assert sorted(p.name for p in folder.iterdir()) == [BUNDLE_NAME, other.name]
        assert said(capsys, "uninstall", "--to", folder)[0] == 0
        assert [p.name for p in folder.iterdir()] == [other.name]
        code, out, _ = said(capsys, "uninstall", "--to", folder)
        assert code == 0 and "Nothing to do" in out

    def test_a_folder_that_cannot_be_written_names_the_ways_round(self, tmp_path, capsys):
        (tmp_path / "file").touch()
        code, _, err = said(capsys, "install", "--to", tmp_path / "file")
        assert code == 2 and "--to" in err and "OFX_PLUGIN_PATH" in err

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a folder that refuses")
    def test_permission(self, tmp_path, capsys):
        tmp_path.chmod(stat.S_IRUSR | stat.S_IXUSR)
        code, _, err = said(capsys, "install", "--to", tmp_path)
        assert code == 2 and "administrator" in err

    def test_a_failed_replacement_keeps_the_old_one(self, tmp_path, capsys, monkeypatch):
        assert said(capsys, "install", "--to", tmp_path)[0] == 0
        rename = Path.rename

        def refuse(self, target):
            if self.name.endswith(".new"):
                raise PermissionError(13, "in use")
            return rename(self, target)

        monkeypatch.setattr(Path, "rename", refuse)
        assert said(capsys, "install", "--to", tmp_path)[0] == 2
        assert [p.name for p in tmp_path.iterdir()] == [BUNDLE_NAME]
        assert list(tmp_path.glob("*/Contents/*/FocusPuller.ofx"))

    def test_never_over_the_package_itself(self, capsys):
        inside = find_bundle().parent
        assert said(capsys, "install", "--to", inside)[0] == 2
        assert said(capsys, "uninstall", "--to", inside)[0] == 2
        assert find_bundle().is_dir()

    def test_the_standard_folder(self, monkeypatch):
        monkeypatch.setattr(sys, "platform", "linux")
        assert install.standard_folder() == Path("/usr/OFX/Plugins")
        monkeypatch.setattr(sys, "platform", "darwin")
        assert install.standard_folder() == Path("/Library/OFX/Plugins")


class TestDoctor:
    def test_all_is_well(self, capsys):
        code, out, _ = said(capsys, "doctor")
        assert code == 0, out
        assert all(word in out for word in (sys.executable, "LensDefocus", "OpenCL", "worker.log", "torch")), out

    @pytest.mark.parametrize(
        ("variable", "value", "words"),
        [
            ("FOCUSPULLER_BUNDLE", "/nowhere", ["no FocusPuller bundle", "FOCUSPULLER_BUNDLE"]),
            ("FOCUSPULLER_PYTHON", "/nowhere/python", ["does not render", "FOCUSPULLER_PYTHON"]),
            ("FOCUSPULLER_DEVICE", "toaster", ["FOCUSPULLER_DEVICE", "toaster"]),
        ],
    )
    def test_what_is_broken_is_said_with_the_cure(self, capsys, monkeypatch, variable, value, words):
        monkeypatch.setenv(variable, value)
        code, out, _ = said(capsys, "doctor")
        assert code == 1 and "BROKEN" in out and all(word in out for word in words), out

    def test_a_missing_package(self, capsys, monkeypatch):
        def missing(name):
            raise doctor.PackageNotFoundError(name)

        monkeypatch.setattr(doctor, "version", missing)
        code, out, _ = said(capsys, "doctor")
        assert code == 1 and "pip install numpy" in out

    def test_it_looks_where_hosts_look(self, monkeypatch, tmp_path):
        monkeypatch.setattr(doctor, "standard_folder", lambda: tmp_path / "standard")
        monkeypatch.setenv("OFX_PLUGIN_PATH", os.pathsep.join(["", str(tmp_path / "none"), str(tmp_path / "mine")]))
        assert [mark for mark, _ in doctor._installed()] == ["(note)"]
        for folder in ("mine", "standard"):
            (tmp_path / folder / BUNDLE_NAME).mkdir(parents=True)
        found = list(doctor._installed())
        assert [mark for mark, _ in found] == ["ok", "ok"]
        assert str(tmp_path / "mine") in found[0][1] and str(tmp_path / "standard") in found[1][1]


class TestDemo:
    def test_a_tiny_one(self, tmp_path, capsys):
        for _ in range(2):  # over an earlier one
            code, out, _ = said(capsys, "demo", "--out", tmp_path, "--size", "64x36", "--frames", "2")
            assert code == 0, out
        assert all(
            str(tmp_path / name) in out for name in ("contact_sheet.png", "preview.mp4", "demo.json", "chain_sheet.png")
        ), out
        assert "dB" in out
        spec, _ = files.read(tmp_path / "result/focus.0001.exr")
        assert spec.full_width == 64 and spec.width > 64
        inputs = sorted(p.name for p in (tmp_path / "input").iterdir())
        assert inputs == ["clipped.0001.png", "clipped.0002.png", "plate.0001.exr", "plate.0002.exr"]
        assert "From 8 bit without depth they are" in out
        steps = parse_comp((tmp_path / "chain.json").read_text(encoding="utf-8"), tmp_path / "chain.json").nodes
        assert {"depth", "steady", "zd"} < set(steps)
        assert pictures.frame_count(tmp_path / "preview.mp4") == 2
        scores = [float(word) for word in out.split("frames are ")[1].split(" dB")[0].split(", ")]
        assert min(scores) > 20

    @pytest.mark.parametrize("size", ["big", "10x10", "x", "100", "-5x20"])
    def test_sizes(self, size):
        assert parse_size("960x540") == (960, 540)
        with pytest.raises(CompError, match="--size"):
            parse_size(size)

    def test_mistakes(self, capsys, tmp_path):
        assert said(capsys, "demo", "--frames", "0", "--out", tmp_path)[0] == 2
        (tmp_path / "file").touch()
        code, _, err = said(capsys, "demo", "--out", tmp_path / "file")
        assert code == 2 and "--out" in err
