"""Frames that have been made, kept while there is room, and made once however many threads ask."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

from focuspuller.nodes.vocabulary.jobs import Window

from .pictures import Layer


class FrameCache:
    """Least recently used frames go first when there are more than `budget` bytes of pixels."""

    def __init__(self, budget: int):
        self.budget = budget
        self.bytes = 0
        self._layers: OrderedDict[tuple[Hashable, Window], Layer] = OrderedDict()
        self._in_work: dict[tuple[Hashable, Window], Future[Layer]] = {}
        self._lock = threading.Lock()

    def get(self, key: Hashable, window: Window, make: Callable[[], Layer]) -> Layer:
        """The part of a frame inside a window: from a kept frame that covers it, else from make().

        key: which frame of which node. A second thread that asks meanwhile waits for the first, and shares its error.
        """
        with self._lock:
            for known in self._covering(self._layers, key, window):
                self._layers.move_to_end(known)
                return self._layers[known].cut(window)
            waiting = next((self._in_work[k] for k in self._covering(self._in_work, key, window)), None)
            if waiting is None:
                mine = self._in_work[key, window] = Future()
        if waiting is not None:
            return waiting.result().cut(window)
        try:
            layer = make()
        except BaseException as problem:
            with self._lock:
                del self._in_work[key, window]
            mine.set_exception(problem)
            raise
        with self._lock:
            del self._in_work[key, window]
            self._keep((key, window), layer)
        mine.set_result(layer)
        return layer

    @staticmethod
    def _covering(entries, key: Hashable, window: Window) -> list:
        return [k for k in entries if k[0] == key and (k[1] == window or window.intersected(k[1]) == window)]

    def _keep(self, entry: tuple[Hashable, Window], layer: Layer) -> None:
        self._layers[entry] = layer
        self.bytes += layer.pixels.nbytes
        while self.bytes > self.budget and self._layers:
            _, dropped = self._layers.popitem(last=False)
            self.bytes -= dropped.pixels.nbytes
