"""The worker's log: standard error, which the plug-in points at a file; the file is kept small."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

LIMIT = 2 << 20  # bytes; one older file of as much is kept


class BoundedLog(logging.StreamHandler):
    """Writes records to standard error and, when its file has grown too big, moves that aside and starts a new one.

    Several hosts may share the file: whoever finds it too big moves it, the others follow. What libraries print goes
    the same way, since the descriptor itself is replaced.
    """

    def __init__(self, path: str, limit: int = LIMIT):
        super().__init__(sys.stderr)
        self._path = Path(path) if path else None
        self._limit = limit

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._bound()
        except OSError:
            pass  # a full or read-only disk must not stop a render
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """A record that cannot be written is lost, silently: there is nowhere to say so."""

    def _bound(self) -> None:
        if self._path is None:
            return
        mine = os.fstat(2)
        if mine.st_size <= self._limit:
            return
        there = self._path.stat() if self._path.exists() else None
        if there is not None and os.path.samestat(mine, there):
            self._path.replace(self._path.with_name(self._path.name + ".old"))
        fresh = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        os.dup2(fresh, 2)
        os.dup2(fresh, 1)
        os.close(fresh)


def start(path: str) -> None:
    """Sends the log to standard error. path: the file that standard error is, "" when it is none."""
    handler = BoundedLog(path)
    handler.setFormatter(logging.Formatter(f"%(asctime)s [{os.getpid()}] %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
