import pytest
from bench.bridge import LIMIT_RATIO, LIMIT_SCAN, LIMIT_START, measure, measure_scan


def best(measurement, tries: int = 5):
    """The smallest of a few: other programs only ever make it larger."""
    return min(measurement() for _ in range(tries))


def test_a_host_scan_is_quick_and_starts_no_process(monkeypatch, tmp_path):
    monkeypatch.setenv("FOCUSPULLER_LOG", str(tmp_path / "worker.log"))
    assert best(measure_scan) < LIMIT_SCAN
    assert not (tmp_path / "worker.log").exists()


@pytest.mark.slow
def test_the_bridge_costs_little():
    tries = [measure(rounds=7) for _ in range(3)]
    assert min(t.ratio for t in tries) <= LIMIT_RATIO
    assert min(t.start for t in tries) < LIMIT_START
