import threading

import numpy as np
import pytest

from focuspuller.nodes.vocabulary.jobs import Aborted, Analysis, ClipError, KnobError, Picture, Window, check_finite
from focuspuller.ofx_bridge.worker.jobs import WorkerAnalyseJob, WorkerRenderJob


class Memory:
    """Segments without shared memory."""

    def __init__(self):
        self.arrays = {n: np.full(1000, n, np.float32) for n in range(10)}

    def pixels(self, segment, shape):
        return self.arrays[segment][: int(np.prod(shape))].reshape(shape)


MESSAGE = {
    "time": 5,
    "window": [1, 2, 5, 8],
    "channels": 4,
    "scale": [0.5, 0.5],
    "format": [10, 8],
    "pixelAspect": 1,
    "fps": 24,
    "knobs": {"point": [4, 4], "size": 3.0, "mode": "lens"},
    "regions": {"Source": [0, 0, 10, 8]},
    "frames": [
        {"clip": "Source", "time": 5, "bounds": [1, 2, 5, 8], "channels": 4, "premultiplied": True, "segment": 1},
        {"clip": "Source", "time": 6, "bounds": [0, 0, 2, 2], "channels": 4, "premultiplied": True, "segment": 2},
        {"clip": "Depth", "time": 5, "bounds": [0, 0, 0, 0], "channels": 1, "premultiplied": False},
    ],
    "output": 9,
}


@pytest.fixture
def job():
    return WorkerRenderJob(MESSAGE, Memory(), threading.Event(), lambda *_, **__: None, lambda _: None)


def test_what_the_job_says(job):
    assert job.window == Window(1, 0, 5, 6) and job.channels == 4 and job.time == 5.0 and not job.draft
    assert job.knobs == {"point": (2.0, 6.0), "size": 3.0, "mode": "lens"}
    assert job.pixels("size") == (1.5, 1.5)


def test_numbers_that_are_none_arrive_as_such():
    knobs = {"point": [None, 4.0], "size": None}
    job = WorkerRenderJob(MESSAGE | {"knobs": knobs}, Memory(), threading.Event(), print, print)
    assert np.isnan(job.knobs["size"]) and np.isnan(job.knobs["point"][0])
    with pytest.raises(KnobError, match="no finite number"):
        check_finite(job)


def test_regions(job):
    assert job.region("Source") == Window(0, 0, 10, 8)
    assert job.region("Matte") is None


def test_clips(job):
    source = job.clip("Source")
    assert source.window == Window(1, 0, 5, 6) and source.pixels.shape == (6, 4, 4) and source.pixels.max() == 1
    assert job.clip("Source", 6).window == Window(0, 6, 2, 8)
    assert job.clip("Source", 6.00001) is job.clip("Source", 6)
    assert job.clip("Depth").window.empty and not job.clip("Depth").premultiplied
    assert job.clip("Matte") is None
    with pytest.raises(ClipError, match="frame 7 was not asked of the host, only 5, 6"):
        job.clip("Source", 7)
    with pytest.raises(ValueError):
        source.pixels[0] = 0  # an input is everybody's


def test_an_input_handed_back_is_not_copied(job):
    source = job.clip("Source")
    assert job.deliver(source) == 1
    assert job.deliver(Picture(source.pixels[:], job.window)) == 1
    assert job._output_pixels.max() == 9


@pytest.mark.parametrize(
    "layout", [np.ascontiguousarray, np.asfortranarray, lambda a: np.flip(np.flip(a, 1).copy(), 1)]
)
def test_a_new_picture_is_copied(job, layout):
    pixels = np.random.default_rng(0).random((6, 4, 4), np.float32)
    assert job.deliver(Picture(layout(pixels), job.window)) == 9
    assert np.array_equal(job._output_pixels, pixels)


def test_part_of_an_input_is_copied(job):
    pixels = job.clip("Source").pixels[:, :1].repeat(4, axis=1)
    assert job.deliver(Picture(np.broadcast_to(pixels[:1], (6, 4, 4)), job.window)) == 9


@pytest.mark.parametrize(
    "result",
    [
        None,
        np.zeros((6, 4, 4), np.float32),
        Picture(np.zeros((6, 4, 3), np.float32), Window(1, 0, 5, 6)),
        Picture(np.zeros((6, 4, 4), np.float32), Window(0, 0, 4, 6)),
        Picture(np.zeros((5, 4, 4), np.float32), Window(1, 0, 5, 5)),
    ],
)
def test_what_was_not_asked_for(job, result):
    with pytest.raises((TypeError, ValueError), match="render returned"):
        job.deliver(result)


def test_abort():
    cancelled = threading.Event()
    job = WorkerRenderJob(MESSAGE, Memory(), cancelled, lambda *_, **__: None, lambda _: None)
    cancelled.set()
    for call in (job.check_abort, lambda: job.progress(0.5), lambda: job.clip("Source")):
        with pytest.raises(Aborted):
            call()


def analyse_job(fetch):
    message = MESSAGE | {
        "frames": [1, 10],
        "button": "analyse",
        "curves": {"point": [[2, [4, 4]], [3, [8, 4]]], "size": [[1, 2.0]]},
    }
    return WorkerAnalyseJob(message, Memory(), threading.Event(), lambda *_, **__: None, lambda _: None, fetch)


def test_curves_of_an_analysis():
    assert analyse_job(None).curves == {"point": [(2.0, (2.0, 6.0)), (3.0, (4.0, 6.0))], "size": [(1.0, 2.0)]}


def test_analyse_fetches():
    asked = []

    def fetch(clip, time):
        asked.append((clip, time))
        return {"frame": MESSAGE["frames"][0]} if time < 3 else {"error": "no such frame"}

    job = analyse_job(fetch)
    memory = job._segments
    picture = job.clip("Source", 2)
    memory.arrays[1][:] = 7  # the next frame comes in the same memory
    assert picture.pixels.max() == 1
    with pytest.raises(ClipError, match="no such frame"):
        job.clip("Source")
    assert job.clip("Depth", 2) is None
    assert asked == [("Source", 2.0), ("Source", 5.0)]


def test_what_an_analysis_writes():
    job = analyse_job(lambda *_: {})
    result = Analysis(
        keys={"focus": [(1, np.float32(2.5)), (2, 3)], "center": [(1, (2.0, 6.0))]},
        values={"stamp": "x", "point": (0, 8), "count": np.int64(3)},
        message="Done.",
    )
    assert job.reply(result) == {
        "keys": {"focus": [[1.0, 2.5], [2.0, 3]], "center": [[1.0, [4.0, 4.0]]]},
        "values": {"stamp": "x", "point": [0.0, 0.0], "count": 3},
        "message": "Done.",
        "within": None,
    }
    assert job.reply(Analysis(within=(1, np.int64(9))))["within"] == [1.0, 9.0]
    with pytest.raises(TypeError, match="instead of an Analysis"):
        job.reply(None)


@pytest.mark.parametrize("value", [np.inf, np.float32(np.nan), (1.0, np.inf)])
def test_an_analysis_writes_only_numbers(value):
    with pytest.raises(ValueError, match="for a knob"):
        analyse_job(lambda *_: {}).reply(Analysis(keys={"focus": [(1, value)]}))
