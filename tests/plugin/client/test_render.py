"""Frames through the client and the worker."""

import json
import threading

import numpy as np
import pytest
from client_session import frame, picture


def done(reply):
    assert reply.status == "done", reply.error
    return reply.pixels


@pytest.mark.parametrize("shape", [(48, 64, 4), (1, 1, 4), (1, 777, 3), (777, 1, 1), (2, 16384, 4), (33, 65, 3)])
def test_identity_is_bit_exact(session, shape):
    pixels = picture(*shape)
    assert np.array_equal(done(session.render("identity", [frame(pixels, x=-7, y=11)])), pixels)


def test_special_values_pass(session):
    pixels = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-45, 3.4e38, -1.0], np.float32).reshape(1, 2, 4)
    assert done(session.render("identity", [frame(pixels)])).tobytes() == pixels.tobytes()


def test_a_window_beyond_the_input(session):
    pixels = picture(48, 64)
    result = done(session.render("identity", [frame(pixels)], window=(-2, -3, 65, 52)))
    expected = np.zeros((55, 67, 4), np.float32)
    expected[4:52, 2:66] = pixels
    assert np.array_equal(result, expected)


def test_y_points_up_in_the_host(session):
    pixels = picture(48, 64)
    result = done(session.render("identity", [frame(pixels)], window=(0, 0, 64, 1)))
    assert np.array_equal(result, pixels[-1:])


def test_an_empty_window_needs_no_worker(session, log):
    reply = session.render("identity", [frame(picture(4, 4))], window=(5, 5, 5, 9))
    assert done(reply).size == 0
    assert not log.exists()


def test_an_empty_input(session):
    reply = session.render("identity", [frame(np.zeros((0, 0, 4), np.float32))], window=(0, 0, 3, 2))
    assert np.array_equal(done(reply), np.zeros((2, 3, 4)))


def test_what_the_node_is_told(session):
    told = []
    frames = [
        frame(picture(24, 32, 3), x=1, y=2),
        frame(picture(4, 5, 1), clip="Depth", x=-1, y=-2, premultiplied=False),
    ]
    fields = {"scale": [0.5, 0.5], "format": [32, 24], "pixelAspect": 2, "fps": 23.976, "draft": True, "time": 7.5}
    fields["regions"] = {"Source": [1, 2, 33, 26]}
    for f in frames:
        f["time"] = 7.5
    knobs = {
        "angle": 2.0,
        "count": 3,
        "mode": "many",
        "switch": False,
        "place": [16, 12],
        "text": "höhe",
        "readFile": "",
    }
    reply = session.render(
        "report", frames, fields=fields, callbacks={"message": lambda *message: told.append(message)}, **knobs
    )
    done(reply)
    ((level, text),) = told
    assert level == "warning"
    report = json.loads(text)
    assert report == {
        "time": 7.5,
        "window": [1, -2, 33, 22],
        "channels": 3,
        "scale": [0.5, 0.5],
        "format": [32, 24],
        "pixelAspect": 2.0,
        "fps": 23.976,
        "draft": True,
        "knobs": knobs | {"place": [4, 18]},
        "clips": {
            "Source": {"window": [1, -2, 33, 22], "shape": [24, 32, 3], "premultiplied": True},
            "Depth": {"window": [-1, 22, 4, 26], "shape": [4, 5, 1], "premultiplied": False},
            "Matte": None,
        },
        "regions": {"Source": [1, -2, 33, 22], "Depth": None, "Matte": None},
    }
    assert '"angle": 2.0' in text and '"count": 3,' in text


def test_progress_arrives_and_can_cancel(session):
    seen = []

    def progress(fraction, text):
        seen.append(fraction)
        return len(seen) < 3

    reply = session.render("slow", [frame(picture(4, 4))], callbacks={"progress": progress}, seconds=30.0)
    assert reply.status == "aborted"
    assert seen == sorted(seen) and len(seen) == 3


def test_warnings_are_told_once(session):
    told = []
    for _ in range(3):
        done(
            session.render(
                "fault", [frame(picture(4, 4))], callbacks={"message": lambda *m: told.append(m)}, fault="warn"
            )
        )
    assert told == [("warning", "Something is odd, but the picture is right.")]


def test_errors_say_where(session, log):
    source = [frame(picture(4, 4))]
    reply = session.render("fault", source, fields={"time": 12.0}, fault="knob")
    assert (reply.status, reply.error) == ("failed", "TestFault, knob fault, frame 12: This item fails. Choose none.")
    reply = session.render("fault", source, fault="raise")
    assert reply.status == "failed"
    assert "TestFault, frame 1: internal error: ZeroDivisionError: an unforeseen error" in reply.error
    assert str(log) in reply.error and "Traceback" in log.read_text()
    reply = session.render("fault", source, fault="memory")
    assert reply.status == "outOfMemory" and "TestFault, frame 1: not enough memory" in reply.error
    assert "asked were Window" in session.render("fault", source, fault="shape").error
    assert "No module named" in session.render("identity", source, fields={"module": "test_nodes.nowhere"}).error
    done(session.render("fault", source, fault="none"))


def test_what_a_library_prints_goes_to_the_log(session, log):
    done(session.render("fault", [frame(picture(4, 4))], fault="print"))
    assert "a library that prints to standard output" in log.read_text()


def test_an_input_that_cannot_be_made_fails_the_request(session):
    def broken():
        raise RuntimeError("The host could not deliver frame 1 of Source.")

    reply = session.render("identity", [frame(picture(4, 4), onFill=broken)])
    assert reply.status == "failed" and "could not deliver frame 1" in reply.error
    done(session.render("identity", [frame(picture(4, 4))]))


def test_a_sequence_sends_every_frame_once(session):
    frames = {t: picture(48, 64, seed=t) for t in range(30)}
    filled = []

    def window_of(t: int) -> list[dict]:
        return [
            frame(frames[n], time=n, shared=True, identity=float(n), onFill=lambda n=n: filled.append(n))
            for n in range(t - 3, t + 4)
        ]

    for t in range(3, 27):
        result = done(session.render("temporal", window_of(t), fields={"time": t}, before=3, after=3))
        assert np.allclose(result, np.mean([frames[n] for n in range(t - 3, t + 4)], axis=0), atol=1e-6)
    assert filled == list(range(30))


def test_frames_are_told_apart_by_content(session):
    """Without an identity the pixels themselves are hashed."""
    for seed in (1, 2, 1):
        frames = [frame(picture(8, 8, seed=seed + n), time=n, shared=True) for n in range(3)]
        result = done(session.render("temporal", frames, fields={"time": 1}, before=1, after=1))
        assert np.allclose(result, np.mean([f["pixels"] for f in frames], axis=0), atol=1e-6)


def test_an_undeclared_frame_is_an_error(session):
    frames = [frame(picture(8, 8), time=n, shared=True) for n in (1, 2)]
    reply = session.render("temporal", frames, fields={"time": 1}, before=0, after=5)
    assert reply.status == "failed" and "TestTemporal, clip Source, frame 1: frame 3 was not asked" in reply.error


def test_results_stay_while_others_render(session):
    kept = [session.render("identity", [frame(picture(32, 32, seed=n))]).pixels for n in range(20)]
    for n, pixels in enumerate(kept):
        assert np.array_equal(pixels, picture(32, 32, seed=n))


def test_many_threads_give_bit_identical_pictures(session):
    expected = {n: 1 - picture(40, 50, seed=n) for n in range(8)}
    wrong = []

    def work(n: int) -> None:
        for _ in range(200):
            reply = session.render("invert", [frame(picture(40, 50, seed=n))], amount=1.0)
            if reply.status != "done" or not np.array_equal(reply.pixels, expected[n]):
                wrong.append((n, reply.status, reply.error))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_analyse_walks_the_clip(session):
    asked = []

    def fetch(clip, time):
        asked.append((clip, time))
        pixels = np.zeros((48, 64, 4), np.float32)
        pixels[10, 20] = time
        return frame(pixels, clip, time)

    reply = session.analyse("analyse", 3, 6, fetch)
    assert reply.status == "done", reply.error
    answer = json.loads(reply.reply)
    assert asked == [("Source", float(t)) for t in range(3, 7)]
    assert answer["keys"]["level"] == [[t, pytest.approx(t / (48 * 64))] for t in range(3, 7)]
    assert answer["keys"]["brightest"] == [[t, [20.5, 37.5]] for t in range(3, 7)]
    assert answer["values"]["stamp"] == "3-6" and answer["message"] == "Analysed 4 frames."


def test_analyse_failures(session):
    def broken(clip, time):
        raise RuntimeError("the host could not deliver frame 3")

    reply = session.analyse("analyse", 3, 6, broken)
    assert reply.status == "failed" and "TestAnalyse, clip Source, frame 1: " in reply.error
    assert "could not deliver frame 3" in reply.error
    reply = session.analyse("breakDown", 1, 2, lambda clip, time: frame(picture(4, 4), clip, time))
    assert "Press the other button" in reply.error
    reply = session.analyse(
        "analyse", 1, 50, lambda clip, time: frame(picture(4, 4), clip, time), progress=lambda f, _: f < 0.3
    )
    assert reply.status == "aborted"


def test_a_host_that_renders_upstream_while_it_fetches(session):
    """The analysis waits for renders that the host makes in the very thread that fetches."""

    def fetch(clip, time):
        upstream = session.render("invert", [frame(picture(48, 64, seed=int(time)))], amount=1.0)
        return frame(upstream.pixels, clip, time)

    reply = session.analyse("analyse", 1, 5, fetch)
    assert reply.status == "done", reply.error
