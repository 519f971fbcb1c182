"""The worker's conversation: requests come in, a few threads render them, answers go out."""

from __future__ import annotations

import enum
import faulthandler
import gc
import importlib
import logging
import queue
import threading
import time
from dataclasses import dataclass, field
from types import ModuleType

from focuspuller.nodes.vocabulary.jobs import Aborted, NodeError

from .errors import describe, is_out_of_memory
from .jobs import WorkerAnalyseJob, WorkerJob, WorkerRenderJob
from .protocol import PROTOCOL, Channel, ProtocolError
from .segments import Segments

_log = logging.getLogger(__name__)

_TICK = 5.0  # s
_STUCK = 180.0  # s without a turn of the conversation: some library holds Python's lock for good
_WARNINGS_REMEMBERED = 1000


class State(enum.Enum):
    WAITING = "waiting"
    LOADING = "loading"  # its module, which cannot be interrupted
    RUNNING = "running"


@dataclass
class Task:
    """A request that has not been answered."""

    message: dict
    state: State = State.WAITING
    cancelled: threading.Event = field(default_factory=threading.Event)
    frames: queue.SimpleQueue = field(default_factory=queue.SimpleQueue)  # answers to `fetch`

    @property
    def id(self) -> int:
        return self.message["id"]


class Server:
    """Serves one plug-in until its end of the channel closes.

    threads: renders at once (each analysis has a thread of its own, since it may wait for renders that the host makes
    for it). log: path of the log, for messages. idle: seconds without work after which rendering modules are asked to
    give memory back (their `release()`, where they have one).
    """

    def __init__(self, channel: Channel, threads: int, log: str = "", idle: float = 60.0):
        self._channel = channel
        self._segments = Segments()
        self._log_path = log
        self._idle = idle
        self._lock = threading.Lock()  # guards _tasks, states, _modules and _warned
        self._tasks: dict[int, Task] = {}
        self._modules: dict[str, ModuleType] = {}
        self._warned: set[tuple[str, str]] = set()
        self._queue: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._last_work = time.monotonic()
        self._released = True
        self._handlers = {
            "segment": self._on_segment,
            "forget": self._on_forget,
            "render": self._on_request,
            "analyse": self._on_request,
            "frame": self._on_frame,
            "cancel": self._on_cancel,
            "ping": self._on_ping,
        }
        for number in range(threads):
            threading.Thread(target=self._work, name=f"render {number}", daemon=True).start()

    def serve(self, version: str) -> None:
        """Talks until the other end closes. version: the package's, sent along with `ready`."""
        self._channel.send("ready", version=version, protocol=PROTOCOL)
        armed = 0.0
        while True:
            if time.monotonic() - armed > _TICK:
                faulthandler.dump_traceback_later(_STUCK, exit=True)
                armed = time.monotonic()
            try:
                message = self._channel.receive(min(_TICK, self._idle))
            except TimeoutError:
                self._give_back_when_idle()
                continue
            except ProtocolError as error:
                _log.error("the conversation is broken: %s", error)
                return
            if message is None:
                return
            self._handle(message)

    def stop(self, grace: float) -> None:
        """Cancels everything and waits up to `grace` seconds for it to stop."""
        with self._lock:
            for task in self._tasks.values():
                task.cancelled.set()
        end = time.monotonic() + grace
        while self._tasks and time.monotonic() < end:
            time.sleep(0.01)
        faulthandler.cancel_dump_traceback_later()

    def _handle(self, message: dict) -> None:
        try:
            handler = self._handlers.get(message["op"])
            if handler is None:
                raise ValueError(f"the worker knows no {message['op']!r}")
            handler(message)
        except (ProtocolError, ValueError, KeyError, TypeError, OSError) as error:
            _log.exception("a message could not be handled: %.200r", message)
            if isinstance(message.get("id"), int):
                self._channel.send("failed", id=message["id"], error=f"internal error: {error}", memory=False)

    def _on_segment(self, message: dict) -> None:
        descriptor = self._channel.descriptor()
        self._segments.map(message["segment"], message["bytes"], descriptor)

    def _on_forget(self, message: dict) -> None:
        self._segments.forget(message["segment"])

    def _on_request(self, message: dict) -> None:
        task = Task(message)
        with self._lock:
            self._tasks[task.id] = task
        if message["op"] == "analyse":
            threading.Thread(target=self._perform, args=(task,), name="analyse", daemon=True).start()
        else:
            self._queue.put(task)

    def _on_frame(self, message: dict) -> None:
        with self._lock:
            task = self._tasks.get(message["id"])
        if task is not None:
            task.frames.put(message)

    def _on_cancel(self, message: dict) -> None:
        with self._lock:
            task = self._tasks.get(message["id"])
            if task is None:
                return
            task.cancelled.set()
            touched = task.state is State.RUNNING  # else no pixel is in use, and none will be
        if not touched:
            self._finish(task, "cancelled")

    def _on_ping(self, message: dict) -> None:
        with self._lock:
            running = [task.id for task in self._tasks.values() if task.state is not State.WAITING]
        self._channel.send("pong", running=running)

    def _work(self) -> None:
        while (task := self._queue.get()) is not None:
            self._perform(task)
            del task  # not kept until the next one comes

    def _enter(self, task: Task, state: State) -> None:
        """Raises Aborted once the task is cancelled: then it has been answered."""
        with self._lock:
            if task.cancelled.is_set():
                raise Aborted
            task.state = state

    def _perform(self, task: Task) -> None:
        name = str(task.message.get("node", "")).rpartition(".")[2]
        self._released = False
        try:
            self._enter(task, State.LOADING)
            module = self._module(task.message["module"])
            self._enter(task, State.RUNNING)
            fields = self._analyse(task, module) if task.message["op"] == "analyse" else self._render(task, module)
            self._finish(task, "done", **fields)
        except Aborted:
            self._finish(task, "cancelled")
        except BaseException as error:  # a node may raise anything; the worker goes on
            text = describe(error, name, task.message.get("time", 0), self._log_path)
            _log.error(text, exc_info=None if isinstance(error, NodeError) else error)
            self._finish(task, "failed", error=text, memory=is_out_of_memory(error))
        finally:
            self._last_work = time.monotonic()

    def _finish(self, task: Task, op: str, **fields: object) -> None:
        with self._lock:
            if self._tasks.pop(task.id, None) is None:
                return  # answered before
        self._channel.send(op, id=task.id, **fields)

    def _module(self, name: str) -> ModuleType:
        module = importlib.import_module(name)
        with self._lock:
            self._modules[name] = module
        return module

    def _render(self, task: Task, module: ModuleType) -> dict:
        job = WorkerRenderJob(task.message, self._segments, *self._callbacks(task))
        return {"segment": job.deliver(module.render(job))}

    def _analyse(self, task: Task, module: ModuleType) -> dict:
        def fetch(clip: str, at: float) -> dict:
            self._channel.send("fetch", id=task.id, clip=clip, time=at)
            while True:
                try:
                    return task.frames.get(timeout=0.05)
                except queue.Empty:
                    job.check_abort()

        job: WorkerJob = WorkerAnalyseJob(task.message, self._segments, *self._callbacks(task), fetch)
        return job.reply(module.analyse(job))

    def _callbacks(self, task: Task):
        def tell(op: str, **fields: object) -> None:
            self._channel.send(op, id=task.id, **fields)

        def warn(text: str) -> None:
            key = (str(task.message.get("node")), text)
            with self._lock:
                if key in self._warned:
                    return
                if len(self._warned) >= _WARNINGS_REMEMBERED:
                    self._warned.clear()
                self._warned.add(key)
            _log.warning("%s, frame %g: %s", key[0], task.message["time"], text)
            tell("message", level="warning", text=text)

        return task.cancelled, tell, warn

    def _give_back_when_idle(self) -> None:
        with self._lock:
            busy = bool(self._tasks)
            modules = list(self._modules.values())
        if busy or self._released or time.monotonic() - self._last_work < self._idle:
            return
        self._released = True
        for module in modules:
            release = getattr(module, "release", None)
            try:
                if release is not None:
                    release()
            except Exception:
                _log.exception("%s.release failed", module.__name__)
        gc.collect()
