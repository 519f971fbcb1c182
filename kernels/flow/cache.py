"""Flows kept by the content of their pictures, so that neighbouring frames of a clip share them."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

import numpy as np


def content_key(picture: np.ndarray) -> bytes:
    """16 bytes that stand for an array's content, shape and type."""
    digest = hashlib.blake2b(np.ascontiguousarray(picture).data, digest_size=16)
    digest.update(f"{picture.dtype}{picture.shape}".encode())
    return digest.digest()


class FlowCache:
    """Arrays by key, the longest unused dropped first once they exceed `budget` bytes.

    Safe from several threads: who asks for what another is already making waits for it. What does not fit into the
    budget at all is handed out and not kept.
    """

    def __init__(self, budget: int):
        self.budget = budget
        self.made = 0  # how often `make` ran: for tests and benchmarks
        self._bytes = 0
        self._kept: OrderedDict[Hashable, np.ndarray] = OrderedDict()
        self._making: dict[Hashable, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What is kept now."""
        return self._bytes

    def get(self, key: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """The array of `key`, made where it is not kept. Read-only. What `make` raises is the caller's."""
        while True:
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                turn = self._making.setdefault(key, threading.Lock())
            with turn:
                with self._lock:
                    if key in self._kept or self._making.get(key) is not turn:
                        continue
                try:
                    made = make()
                except BaseException:
                    with self._lock:
                        del self._making[key]
                    raise
                made.flags.writeable = False
                with self._lock:
                    self.made += 1
                    self._keep(key, made)
                    del self._making[key]
                return made

    def clear(self) -> None:
        """Gives all memory back."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _keep(self, key: Hashable, array: np.ndarray) -> None:
        if array.nbytes > self.budget:
            return
        self._kept[key] = array
        self._bytes += array.nbytes
        while self._bytes > self.budget:
            _, dropped = self._kept.popitem(last=False)
            self._bytes -= dropped.nbytes
