"""The byte budget, the pool and what they leave behind."""

import shutil
import subprocess
from pathlib import Path

import pytest
from client_session import frame, picture


def shared_bytes(pid: int | str) -> int:
    """Of all segments that a process has mapped."""
    total = 0
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        if "/memfd:focuspuller" in line:
            first, last = (int(address, 16) for address in line.split()[0].split("-"))
            total += last - first
    return total


def test_segments_are_reused(session):
    held = shared_bytes("self")
    for _ in range(20):
        assert session.render("invert", [frame(picture(64, 64))], amount=1.0).status == "done"
    assert shared_bytes("self") == held + 2 * 64 * 64 * 16


def test_both_ends_forget(session):
    for size in (64, 128, 256):
        assert session.render("invert", [frame(picture(size, size))], amount=1.0).status == "done"
    assert shared_bytes("self") > 0
    session.stop()
    assert shared_bytes("self") == 0


def test_requests_wait_rather_than_exceed_the_budget(host):
    """Eight threads with windows of seven frames, room for two requests: 8 × 9 × 1 MiB would be 72 MiB."""
    process = host(
        """
        import re
        def shared():
            lines = Path('/proc/self/maps').read_text().splitlines()
            spans = [[int(a, 16) for a in l.split()[0].split('-')] for l in lines if 'memfd:focuspuller' in l]
            return sum(b - a for a, b in spans)
        peak, bad, ended = [0], [], threading.Event()
        def watch():
            while not ended.is_set(): peak[0] = max(peak[0], shared()); time.sleep(0.001)
        def work(n):
            for t in range(12):
                frames = [frame(picture(256, 256, seed=n * 100 + t + k), time=t + k, shared=True) for k in range(-3, 4)]
                reply = session.render('temporal', frames, fields={'time': t}, before=3, after=3)
                expected = np.mean([f['pixels'] for f in frames], axis=0)
                if reply.status != 'done' or not np.allclose(reply.pixels, expected, atol=1e-5): bad.append(reply.error)
        watcher = threading.Thread(target=watch); watcher.start()
        threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
        [t.start() for t in threads]; [t.join() for t in threads]; ended.set(); watcher.join()
        peak[0] = max(peak[0], shared())  # what the pool still holds, should the watcher have missed it
        print(bad, peak[0] <= 20 << 20, peak[0] > 8 << 20, flush=True)
        """,
        FOCUSPULLER_MEMORY="20",
    )
    assert process.stdout.readline() == "[] True True\n"


def test_a_request_beyond_the_budget_passes_alone(host):
    process = host(
        """
        frames = [frame(picture(512, 512, seed=n), time=n) for n in range(5)]
        reply = session.render('temporal', frames, fields={'time': 2}, before=2, after=2)
        print(reply.status, flush=True)
        """,
        FOCUSPULLER_MEMORY="1",
    )
    assert process.stdout.readline() == "done\n"


def test_waiting_for_room_can_be_aborted(host):
    process = host(
        """
        slow = threading.Thread(target=session.render, args=('slow', [frame(picture(256, 256))]),
                                kwargs={'seconds': 5.0, 'callbacks': {'aborted': lambda: stop[0]}})
        stop = [False]; slow.start(); time.sleep(1)
        start = time.monotonic()
        reply = session.render('identity', [frame(picture(256, 256))],
                               callbacks={'aborted': lambda: time.monotonic() - start > 0.3})
        print(reply.status, time.monotonic() - start < 0.5, flush=True)
        stop[0] = True; slow.join()
        """,
        FOCUSPULLER_MEMORY="2",
    )
    assert process.stdout.readline() == "aborted True\n"


@pytest.mark.parametrize("thread", ["the same thread", "another thread"])
def test_a_host_that_renders_upstream_for_an_input_does_not_deadlock(host, thread):
    """Room for one request, whose input the host makes with a second one."""
    process = host(
        f"""
        def upstream(): statuses.append(session.render('identity', [frame(picture(256, 256))]).status)
        def elsewhere():
            t = threading.Thread(target=upstream); t.start(); t.join()
        statuses = []
        fill = upstream if {thread!r} == 'the same thread' else elsewhere
        reply = session.render('identity', [frame(picture(256, 256), onFill=fill)])
        print(statuses, reply.status, flush=True)
        """,
        FOCUSPULLER_MEMORY="2",
    )
    assert process.stdout.readline() == "['done'] done\n"


def test_memory_of_an_aborted_render_is_not_reused_before_the_worker_lets_go(session):
    """A deaf node goes on reading its input: nobody else's pixels may appear there."""
    held = shared_bytes("self")
    calls = iter(range(100))
    reply = session.render(
        "fault", [frame(picture(64, 64))], callbacks={"aborted": lambda: next(calls) > 5}, fault="deaf"
    )
    assert reply.status == "aborted"
    assert session.render("invert", [frame(picture(64, 64))], amount=1.0).status == "done"
    assert shared_bytes("self") == held + 4 * 64 * 64 * 16


def test_a_container_with_64_mb_of_dev_shm(host):
    """A UHD float frame is 132 MB."""
    unshare = shutil.which("unshare")
    shell = 'mount -t tmpfs -o size=64m tmpfs /dev/shm && exec "$@"'
    prefix = (unshare or "unshare", "--map-root-user", "--mount", "sh", "-c", shell, "sh")
    if unshare is None or subprocess.run([*prefix, "true"], capture_output=True).returncode:
        pytest.skip("this machine lets nobody make mount namespaces")
    process = host(
        """
        pixels = np.ones((2160, 3840, 4), np.float32)
        reply = session.render('identity', [frame(pixels)])
        room = os.statvfs('/dev/shm')
        print(room.f_blocks * room.f_frsize, reply.status, os.listdir('/dev/shm'), flush=True)
        """,
        prefix=prefix,
    )
    assert process.stdout.readline() == f"{64 << 20} done []\n"


def test_no_name_is_left_anywhere(session):
    assert session.render("identity", [frame(picture(64, 64))]).status == "done"
    assert not [file for file in Path("/dev/shm").iterdir() if "focuspuller" in file.name]
