import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import logging, os, sys
from focuspuller.ofx_bridge.worker import log
handler = log.BoundedLog(sys.argv[1], limit=2000)
logging.basicConfig(level=logging.INFO, handlers=[handler])
for n in range(int(sys.argv[2])):
    logging.info("record %d %s", n, "x" * 80)
    os.write(1, b"printed\\n")
"""


def run(path: Path, records: int, stderr: Path) -> None:
    with stderr.open("ab") as file:
        subprocess.run([sys.executable, "-c", SCRIPT, str(path), str(records)], stdout=file, stderr=file, check=True)


def test_the_file_stays_small_and_keeps_the_latest(tmp_path):
    path = tmp_path / "worker.log"
    run(path, 200, path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["worker.log", "worker.log.old"]
    assert path.stat().st_size < 2300 and (tmp_path / "worker.log.old").stat().st_size < 2300
    assert "record 199 " in path.read_text() and "printed" in path.read_text()


def test_several_workers_share_the_file(tmp_path):
    path = tmp_path / "worker.log"
    with path.open("ab") as file:
        command = [sys.executable, "-c", SCRIPT, str(path), "100"]
        workers = [subprocess.Popen(command, stdout=file, stderr=file) for _ in range(3)]
    assert [worker.wait() for worker in workers] == [0, 0, 0]
    assert path.stat().st_size < 5000


def test_a_log_that_cannot_be_written_is_no_error(tmp_path):
    run(Path("/proc/nowhere/worker.log"), 50, Path(os.devnull))
    run(Path(), 50, tmp_path / "elsewhere")
