"""Comps rendered through the bundle and the headless host, with small nodes whose pictures can be computed by hand."""

import json
import threading
import time

import numpy as np
import picture_files as files
import pytest

from focuspuller.nodes.vocabulary.jobs import Aborted, Window
from focuspuller.ofx_bridge.comp.cache import FrameCache
from focuspuller.ofx_bridge.comp.document import parse_comp
from focuspuller.ofx_bridge.comp.errors import CompError, RenderError
from focuspuller.ofx_bridge.comp.graph import Graph
from focuspuller.ofx_bridge.comp.pictures import Layer
from focuspuller.ofx_bridge.comp.render import render_comp

WINDOW = Window(4, 3, 24, 15)  # of the plate, inside 40 × 30


@pytest.fixture
def plate(tmp_path):
    for frame in (1, 2, 3, 4):
        pixels = files.ramp(WINDOW.height, WINDOW.width, seed=frame)
        spec = files.spec(pixels, window=WINDOW[:2], display=(0, 0, 40, 30), shot="sq010")
        files.write(tmp_path / f"plate.{frame:04d}.exr", (spec, pixels))
    return lambda frame: files.ramp(WINDOW.height, WINDOW.width, seed=frame)


def comp(folder, *nodes, overrides=()):
    """A comp of these nodes, the plate above them and a float Write below the last."""
    read = {"id": "plate", "type": "Read", "params": {"file": "plate.%04d.exr"}}
    params = {"file": "out/o.%04d.exr", "depth": "float"}
    write = {
        "id": "out",
        "type": "Write",
        "inputs": {"Source": nodes[-1]["id"] if nodes else "plate"},
        "params": params,
    }
    return parse_comp(json.dumps({"nodes": [read, *nodes, write]}), folder / "shot.json", overrides)


def node(kind, inputs=None, name="n", **params):
    return {"id": name, "type": kind, "inputs": {"Source": "plate", **(inputs or {})}, "params": params}


def render(made, frames=None):
    with Graph(made) as graph:
        return list(render_comp(graph, frames))


def box(pixels, radius):
    """Zero outside; grown by the radius."""
    wide = np.pad(pixels.astype(np.float64), ((2 * radius,) * 2, (2 * radius,) * 2, (0, 0)))
    height, width = (n - 2 * radius for n in wide.shape[:2])
    shifts = range(2 * radius + 1)
    return sum(wide[y : y + height, x : x + width] for y in shifts for x in shifts) / len(shifts) ** 2


@pytest.mark.usefixtures("small_nodes")
class TestRender:
    def test_a_read_and_a_write_alone_copy(self, tmp_path, plate):
        paths = render(comp(tmp_path))
        assert [p.name for p in sorted(paths)] == [f"o.000{f}.exr" for f in (1, 2, 3, 4)]
        spec, pixels = files.read(tmp_path / "out/o.0003.exr")
        assert (spec.x, spec.y, spec.full_width, spec.getattribute("shot")) == (4, 3, 40, "sq010")
        np.testing.assert_array_equal(pixels, plate(3))

    def test_the_data_window_grows_and_points_are_y_up(self, tmp_path, plate):
        # Canonical (10.5, 20.5), y up in a format 30 high, is the pixel in column 10 and row 9 from the top.
        render(comp(tmp_path, node("TestSpread", size=2, point=[10.5, 20.5])), [2])
        spec, pixels = files.read(tmp_path / "out/o.0002.exr")
        assert (spec.x, spec.y, spec.width, spec.height) == (2, 1, 24, 16)
        assert (spec.full_x, spec.full_y, spec.full_width, spec.full_height) == (0, 0, 40, 30)
        np.testing.assert_allclose(pixels, box(plate(2), 2) + plate(2)[9 - 3, 10 - 4], atol=1e-5)

    def test_chains_pull_only_what_they_need(self, tmp_path, plate):
        first = node("TestSpread", size=1, point=[10.5, 20.5], name="first")
        made = comp(tmp_path, first, node("TestInvert", {"Source": "first"}, amount=0.25))
        render(made, [1])
        _, pixels = files.read(tmp_path / "out/o.0001.exr")
        light = box(plate(1), 1) + plate(1)[9 - 3, 10 - 4]
        np.testing.assert_allclose(pixels, 0.25 * (1 - light) + 0.75 * light, atol=1e-5)

    def test_an_identity_is_the_input(self, tmp_path, plate):
        render(comp(tmp_path, node("TestInvert", amount=0)), [4])
        np.testing.assert_array_equal(files.read(tmp_path / "out/o.0004.exr")[1], plate(4))

    def test_neighbours_in_time_are_held_at_the_ends(self, tmp_path, plate):
        render(comp(tmp_path, node("TestTemporal", before=1, after=2)), [1, 4])
        expected = {1: (1, 1, 2, 3), 4: (3, 4, 4, 4)}
        for frame, read in expected.items():
            mean = np.mean([plate(f) for f in read], axis=0)
            np.testing.assert_allclose(files.read(tmp_path / f"out/o.000{frame}.exr")[1], mean, atol=1e-6)

    def test_keys_and_links_reach_the_node(self, tmp_path, plate):
        keyed = node("TestInvert", amount={"keys": [[1, 0.25], [4, 0.75]], "interp": "linear"}, name="keyed")
        linked = node("TestInvert", amount={"expr": "keyed.amount * 2 - 0.5"}, name="linked")
        made = comp(
            tmp_path, keyed, linked, overrides=['keyed.amount={"keys": [[1, 0.25], [4, 0.75]], "interp": "linear"}']
        )
        with Graph(made) as graph:
            assert [graph.value("linked", "amount", f) for f in (1, 2.5, 4)] == pytest.approx([0, 0.5, 1])
            list(render_comp(graph, [4]))
        np.testing.assert_allclose(files.read(tmp_path / "out/o.0004.exr")[1], 1 - plate(4), atol=1e-6)

    def test_one_channel_is_depth_for_a_node(self, tmp_path, plate):
        depth = np.arange(12, dtype=np.float32).reshape(3, 4, 1)
        files.write(tmp_path / "z.exr", (files.spec(depth, "Z", window=(6, 5), display=(0, 0, 40, 30)), depth))
        z = {"id": "z", "type": "Read", "params": {"file": "z.exr"}}
        render(comp(tmp_path, z, node("TestDepth", {"Depth": "z"})), [1])
        _, pixels = files.read(tmp_path / "out/o.0001.exr")
        np.testing.assert_array_equal(pixels[2:5, 2:6, 3:], depth)

    def test_a_failing_node_is_named_with_its_frame_and_cure(self, tmp_path, plate):
        with pytest.raises(RenderError) as caught:
            render(comp(tmp_path, node("TestFault", fault="node", name="bad")))
        assert all(word in str(caught.value) for word in ("bad", "frame", "uglier")), str(caught.value)
        assert not list((tmp_path).rglob("*.part"))

    def test_a_damaged_input_is_named_as_the_cause(self, tmp_path, plate):
        path = tmp_path / "plate.0003.exr"
        path.write_bytes(path.read_bytes()[:-200])
        with pytest.raises(CompError) as caught:
            render(comp(tmp_path, node("TestInvert", name="inv")))
        assert "node plate" in str(caught.value) and "damaged" in str(caught.value)
        assert "inv" not in str(caught.value)

    def test_messages_of_nodes_are_kept(self, tmp_path, plate):
        with Graph(comp(tmp_path, node("TestFault", fault="warn"))) as graph:
            list(render_comp(graph))
            assert len(graph.messages()) == 1 and "odd" in graph.messages()[0]

    def test_stopping_in_the_middle_is_quick_and_leaves_whole_files_only(self, tmp_path, plate):
        with Graph(comp(tmp_path, node("TestSlow", seconds=20))) as graph:
            files_in_work = render_comp(graph)
            started = time.monotonic()
            threading.Timer(0.5, graph.aborted.set).start()
            with pytest.raises(Aborted):
                list(files_in_work)
            assert time.monotonic() - started < 5
        assert not list((tmp_path / "out").glob("*"))


def test_what_cannot_work_is_said_before_rendering(tmp_path, plate):
    with pytest.raises(CompError, match=r"node plate: 2 of the frames .* 5-6\..*hold"):
        render(comp(tmp_path), [3, 4, 5, 6])
    assert not (tmp_path / "out").exists()
    render(comp(tmp_path, overrides=["plate.missing=hold"]), [6])
    np.testing.assert_array_equal(files.read(tmp_path / "out/o.0006.exr")[1], plate(4))
    with pytest.raises(CompError, match="nothing to render"):
        with Graph(parse_comp('{"nodes": []}', tmp_path / "empty.json")) as graph:
            list(render_comp(graph))
    read = {"id": "plate", "type": "Read", "params": {"file": "plate.%04d.exr"}}
    write = {"id": "a", "type": "Write", "inputs": {"Source": "plate"}, "params": {"file": "o.%04d.exr"}}
    twice = parse_comp(json.dumps({"nodes": [read, write, {**write, "id": "b"}]}), tmp_path / "twice.json")
    with pytest.raises(CompError, match="nodes a and b write the same file"):
        render(twice, [1])


class TestCache:
    def layer(self, value, window=WINDOW):
        return Layer(np.full((window.height, window.width, 4), value, np.float32), window)

    def test_frames_are_made_once_and_cut(self):
        cache, made = FrameCache(1 << 20), []
        for window in (WINDOW, Window(5, 5, 9, 9), WINDOW):
            got = cache.get("a", window, lambda: made.append(1) or self.layer(7))
            assert got.window == window and (got.pixels == 7).all()
        assert len(made) == 1

    def test_the_budget_holds_and_the_oldest_goes_first(self):
        cache = FrameCache(2 * self.layer(0).pixels.nbytes)
        for key in "abac":
            cache.get(key, WINDOW, lambda: self.layer(0))
        assert cache.bytes == cache.budget
        again = []
        cache.get("a", WINDOW, lambda: again.append("a") or self.layer(0))
        cache.get("b", WINDOW, lambda: again.append("b") or self.layer(0))
        assert again == ["b"]

    def test_threads_share_work_and_errors(self):
        cache, calls, results = FrameCache(1 << 20), [], []

        def make():
            calls.append(1)
            time.sleep(0.1)
            raise CompError("broken")

        def ask():
            with pytest.raises(CompError):
                cache.get("a", WINDOW, make)
            results.append(1)

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 4 and len(calls) == 1
