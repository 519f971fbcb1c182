"""Workers that die, hang or never start, and hosts that do the same."""

import os
import signal
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from client_session import Session, frame, make_bundle, picture

SOURCE = [frame(picture(8, 8))]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def children(pid: int) -> list[int]:
    """Of every thread, zombies included."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            found += map(int, (task / "children").read_text().split())
        except FileNotFoundError:
            pass  # the thread has ended
    return found


def open_descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


def wait_for(condition, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def works(session: Session) -> bool:
    reply = session.render("identity", SOURCE)
    assert reply.status == "done", reply.error
    return np.array_equal(reply.pixels, SOURCE[0]["pixels"])


class AbortAfter:
    """The host's abort, which says yes after so many seconds and remembers when it first did."""

    def __init__(self, seconds: float):
        self._from = time.monotonic() + seconds
        self._said = None

    def __call__(self) -> bool:
        if time.monotonic() < self._from:
            return False
        self._said = self._said or time.monotonic()
        return True

    def ago(self) -> float:
        return time.monotonic() - self._said


def worker_of(pid: int) -> int:
    (worker,) = children(pid)
    return worker


def in_background(function):
    results = []
    thread = threading.Thread(target=lambda: results.append(function()))
    thread.start()
    return thread, results


def test_a_worker_killed_in_the_middle_of_a_render(session):
    assert works(session)
    worker = worker_of(os.getpid())
    thread, results = in_background(lambda: session.render("slow", SOURCE, seconds=30.0))
    time.sleep(0.3)
    os.kill(worker, signal.SIGKILL)
    thread.join(2)
    assert results[0].status == "failed"
    assert "The render worker ended unexpectedly (signal 9). The next render starts a new one." in results[0].error
    assert not children(os.getpid())  # no zombie
    assert works(session)


def test_a_worker_that_ends_itself(session):
    reply = session.render("fault", SOURCE, fault="exit")
    assert reply.status == "failed" and "(exit code 3)" in reply.error
    assert works(session)


def test_a_worker_killed_between_renders_costs_no_frame(session):
    assert works(session)
    os.kill(worker_of(os.getpid()), signal.SIGKILL)
    assert wait_for(lambda: not children(os.getpid()), 2)
    time.sleep(0.05)
    assert works(session)


def test_a_worker_that_hangs_is_replaced(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_TIMEOUT", "1")
    start = time.monotonic()
    reply = session.render("fault", SOURCE, fault="hang")
    assert reply.status == "failed" and "did not answer any more" in reply.error
    assert time.monotonic() - start < 5
    assert works(session)


def test_abort_returns_at_once_even_from_a_worker_that_hangs(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_TIMEOUT", "1")
    assert works(session)
    abort = AbortAfter(0.3)
    reply = session.render("fault", SOURCE, callbacks={"aborted": abort}, fault="hang")
    assert reply.status == "aborted" and abort.ago() < 0.2
    assert wait_for(lambda: not children(os.getpid()), 5)
    assert works(session)


def test_abort_stops_the_work_and_frees_the_worker(session):
    assert works(session)
    abort = AbortAfter(0.3)
    threads = [
        in_background(lambda: session.render("slow", SOURCE, callbacks={"aborted": abort}, seconds=60.0))[0]
        for _ in range(8)
    ]
    for thread in threads:
        thread.join()
    assert abort.ago() < 0.2
    begun = time.monotonic()
    assert works(session)
    assert time.monotonic() - begun < 0.5


def test_a_node_that_never_looks_up_holds_up_nobody(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_TIMEOUT", "1.5")
    assert works(session)
    worker = worker_of(os.getpid())
    abort = AbortAfter(0.1)
    assert session.render("fault", SOURCE, callbacks={"aborted": abort}, fault="deaf").status == "aborted"
    assert abort.ago() < 0.2
    assert works(session)
    assert wait_for(lambda: not alive(worker), 6)  # nobody wants what it does
    assert works(session)


def test_deaf_nodes_in_every_thread_give_way_to_a_live_request(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_TIMEOUT", "1.5")
    assert works(session)
    abort = AbortAfter(0.1)
    threads = [
        in_background(lambda: session.render("fault", SOURCE, callbacks={"aborted": abort}, fault="deaf"))[0]
        for _ in range(8)
    ]
    for thread in threads:
        thread.join()
    reply = session.render("identity", SOURCE)
    assert reply.status == "failed" and "did not stop when asked" in reply.error
    assert works(session)


def test_a_long_silent_render_is_not_taken_for_a_hang(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_TIMEOUT", "1")
    assert session.render("slow", SOURCE, seconds=3.0).status == "done"


@pytest.mark.parametrize("python", ["/nowhere/python3", __file__])
def test_a_missing_interpreter_is_a_clear_message(driver, tmp_path, log, monkeypatch, python):
    session = Session(driver, make_bundle(tmp_path, python=python))
    session.stop()
    error = session.render("identity", SOURCE).error
    assert python in error and "FOCUSPULLER_PYTHON" in error and "worker.json" in error and "\n" not in error
    monkeypatch.setenv("FOCUSPULLER_PYTHON", "/also/nowhere")
    assert "/also/nowhere" in session.render("identity", SOURCE).error


def test_an_interpreter_without_the_package_says_so(session, monkeypatch, tmp_path):
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\necho 'No module named focuspuller' >&2\nexit 1\n")
    python.chmod(0o755)
    monkeypatch.setenv("FOCUSPULLER_PYTHON", str(python))
    error = session.render("identity", SOURCE).error
    assert "could not start with" in error and "(exit code 1): No module named focuspuller" in error
    assert "focuspuller doctor" in error
    monkeypatch.delenv("FOCUSPULLER_PYTHON")
    assert works(session)


def test_a_damaged_configuration_is_a_clear_message(driver, tmp_path, log):
    bundle = make_bundle(tmp_path)
    (bundle / "Contents/Resources/worker.json").write_text('{"python": ')
    session = Session(driver, bundle)
    session.stop()
    assert "worker.json, line 1, column 12: expected a value" in session.render("identity", SOURCE).error


def test_no_place_for_the_log_stops_nothing(session, monkeypatch):
    monkeypatch.setenv("FOCUSPULLER_LOG", "/proc/nowhere/worker.log")
    assert works(session)


def test_the_worker_inherits_nothing(session, monkeypatch):
    for name in ("PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "/nowhere")
    monkeypatch.setenv("KEPT", "yes")
    leaked = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(leaked, True)
    try:
        assert works(session)
        worker = Path("/proc") / str(worker_of(os.getpid()))
        names = {entry.partition(b"=")[0] for entry in (worker / "environ").read_bytes().split(b"\0")}
        assert not names & {b"PYTHONPATH", b"PYTHONHOME", b"LD_LIBRARY_PATH", b"LD_PRELOAD", b"DYLD_LIBRARY_PATH"}
        assert {b"KEPT", b"PYTHONNOUSERSITE"} <= names
        links = [str(link.readlink()) for link in (worker / "fd").iterdir() if int(link.name) > 2]
        assert all(link.startswith(("/memfd:", "socket:")) for link in links), links
        assert os.getpgid(int(worker.name)) == int(worker.name)  # Ctrl-C in the terminal is the host's
        assert "torch" not in (worker / "maps").read_text()
    finally:
        os.close(leaked)


def test_the_worker_is_up_in_under_two_seconds(session):
    start = time.monotonic()
    assert works(session)
    assert time.monotonic() - start < 2


def test_stopping_leaves_nothing(session):
    before = open_descriptors()
    for _ in range(3):
        assert works(session)
        session.stop()
        assert not children(os.getpid())
    assert open_descriptors() <= before


@pytest.mark.parametrize("busy", ["none", "deaf", "hang"])
def test_a_killed_host_leaves_nothing(host, busy):
    process = host(
        f"""
        session.render('identity', [frame(picture(8, 8))])
        threading.Thread(target=lambda: session.render('fault', [frame(picture(8, 8))], fault={busy!r})).start()
        time.sleep(0.3)
        print('rendering', flush=True)
        time.sleep(600)
        """
    )
    assert process.stdout.readline() == "rendering\n"
    worker = worker_of(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    if busy == "hang":  # stopped by a signal, it cannot notice before it is continued
        os.kill(worker, signal.SIGCONT)
    assert wait_for(lambda: not alive(worker), 3)


def test_the_worker_outlives_the_thread_that_started_it(host):
    process = host(
        """
        thread = threading.Thread(target=session.render, args=('identity', [frame(picture(8, 8))]))
        thread.start(); thread.join(); time.sleep(0.3)
        print(session.render('identity', [frame(picture(8, 8))]).status, flush=True)
        """
    )
    assert process.stdout.readline() == "done\n"


@pytest.mark.parametrize("handler", ["SIG_DFL", "SIG_IGN"])
def test_writing_to_a_dead_worker_under_the_default_sigpipe(host, handler):
    """And with SIGCHLD ignored, as some hosts do: then the system reaps, and nobody may wait for the wrong process."""
    process = host(
        f"""
        from contextlib import suppress
        signal.signal(signal.SIGPIPE, signal.SIG_DFL); signal.signal(signal.SIGCHLD, signal.{handler})
        source = [frame(picture(8, 8))]
        def kill():
            for task in Path('/proc/self/task').iterdir():
                with suppress(FileNotFoundError, ProcessLookupError):  # a thread, a worker that has just ended
                    for pid in (task / 'children').read_text().split(): os.kill(int(pid), signal.SIGKILL)
        statuses = []
        for n in range(5):
            session.render('identity', source)
            kill()
            statuses.append(session.render('identity', source).status)
            statuses.append(session.render('identity', [frame(picture(8, 8), onFill=kill)]).status)
            time.sleep(0.05)
            assert session.render('identity', source).status == 'done'
        print(set(statuses) <= {{'done', 'failed'}}, flush=True)
        """
    )
    assert process.stdout.readline() == "True\n"
    assert process.wait(10) == 0


def test_a_forked_host_gets_a_worker_of_its_own(host):
    process = host(
        """
        source = [frame(picture(8, 8))]
        def worker(): return sorted(t.read_text() for t in Path('/proc/self/task').glob('*/children'))
        assert session.render('identity', source).status == 'done'
        child = os.fork()
        if child == 0:
            ok = session.render('identity', source).status == 'done'
            session.stop()
            os._exit(0 if ok else 1)
        print(os.waitpid(child, 0)[1], session.render('identity', source).status, flush=True)
        """
    )
    assert process.stdout.readline() == "0 done\n"


def test_a_forked_child_does_not_keep_the_worker_alive(host):
    process = host(
        """
        session.render('identity', [frame(picture(8, 8))])
        worker = Path(f'/proc/self/task/{os.getpid()}/children').read_text().split()[0]
        child = os.fork()
        if child == 0:
            os.close(1); time.sleep(20); os._exit(0)
        print(worker, child, flush=True)
        time.sleep(60)
        """
    )
    worker, child = map(int, process.stdout.readline().split())
    try:
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert wait_for(lambda: not alive(worker), 3)
    finally:
        os.kill(child, signal.SIGKILL)
