"""The headless host: loads bundles, makes nodes, keeps the record of what plug-ins did wrong."""

from __future__ import annotations

import platform
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from . import _host, profiles
from .errors import HostError, ViolationError
from .node import Message, Node, _message
from .profile import Profile, long_context, short_context


@dataclass(frozen=True)
class Plugin:
    """A plug-in of a bundle, described. contexts: those it shares with the host, described without an error."""

    id: str
    version: tuple[int, int]
    label: str
    grouping: str
    description: str
    contexts: tuple[str, ...]
    safety: str
    has_overlay: bool


@dataclass(frozen=True)
class Bundle:
    path: Path
    plugins: tuple[Plugin, ...]


class Host:
    """An OpenFX host that imitates `profile`.

    strict: raise ViolationError from the call in which a plug-in breaks the standard (else: `violations`, `check`).
    As a context manager it closes at the end and, when nothing else went wrong, raises on violations.
    """

    def __init__(self, profile: Profile = profiles.NATIVE, strict: bool = False):
        self.profile = profile
        self.strict = strict
        self._native = _host.Host(profile.native())
        self._binaries: list[_host.Binary] = []
        self._nodes: list[Node] = []
        self._lock = threading.Lock()

    def load(self, path: str | Path) -> Bundle:
        """Loads a bundle directory, or a bare .ofx file, and describes every plug-in in it. Starts no process."""
        bundle = Path(path).resolve()
        binary = find_binary(bundle)
        home = next((p for p in binary.parents if p.suffix == ".bundle"), binary.parent)
        try:
            native = _host.Binary(self._native, str(binary), str(home))
        except RuntimeError as error:
            raise HostError(f"{binary} does not load: {error}. Build it for this machine and try again.") from error
        if not native.plugins:
            said = "; ".join([m.text for m in self.messages] + self.violations)
            raise HostError(f"{binary} has no image effect that this host can use. {said}".rstrip())
        self._binaries.append(native)
        self.after_call()
        return Bundle(bundle, tuple(_plugin(facts) for facts in native.plugins))

    @property
    def plugins(self) -> tuple[Plugin, ...]:
        """Of every bundle loaded."""
        return tuple(_plugin(facts) for binary in self._binaries for facts in binary.plugins)

    def create(
        self,
        plugin_id: str,
        context: str = "General",
        format: tuple[int, int] = (1920, 1080),
        pixel_aspect: float = 1.0,
        fps: float = 24.0,
        frame_range: tuple[float, float] = (1, 100),
    ) -> Node:
        """An instance. format: (width, height) of the project in pixels. Raises HostError."""
        binary = self._binary_of(plugin_id, context)

        def make():
            try:
                return binary.create(
                    plugin_id, long_context(context), tuple(format), pixel_aspect, fps, tuple(map(float, frame_range))
                )
            except RuntimeError as error:
                raise HostError(f"{plugin_id} cannot be made: {error}") from error

        node = Node(self, make(), self.profile, make)
        self._nodes.append(node)
        self.after_call()
        return node

    @property
    def time(self) -> float:
        """The timeline's current frame."""
        return self._native.time

    @time.setter
    def time(self, time: float) -> None:
        self._native.time = float(time)

    @property
    def messages(self) -> list[Message]:
        """What plug-ins said outside any instance."""
        return [_message(m) for m in self._native.messages]

    @property
    def violations(self) -> list[str]:
        """A sentence for each time that a plug-in broke the standard."""
        return self._native.violations

    def clear_violations(self) -> None:
        self._native.clear_violations()

    def check(self) -> None:
        """Raises ViolationError if there are violations, and forgets them."""
        with self._lock:
            violations = self.violations
            self.clear_violations()
        if violations:
            raise ViolationError("\n".join(violations))

    def after_call(self) -> None:
        """Called after each call into a plug-in."""
        if self.strict:
            self.check()

    def forget(self, node: Node) -> None:
        """Called by a node that closes."""
        if node in self._nodes:
            self._nodes.remove(node)

    def close(self) -> None:
        """Destroys every node, unloads every bundle; may be called again."""
        strict, self.strict = self.strict, False
        for node in list(self._nodes):
            node.close()
        for binary in self._binaries:
            binary.close()
        self._binaries.clear()
        self.strict = strict

    def __enter__(self) -> Host:
        return self

    def __exit__(self, kind, *_) -> None:
        self.close()
        if kind is None:
            self.check()

    def _binary_of(self, plugin_id: str, context: str) -> _host.Binary:
        for binary in self._binaries:
            for facts in binary.plugins:
                contexts = [short_context(c) for c in facts["contexts"]]
                if facts["id"] == plugin_id and context in contexts:
                    return binary
                if facts["id"] == plugin_id:
                    raise HostError(
                        f"{plugin_id} has no context {context} here; it has {', '.join(contexts) or 'none'}"
                    )
        known = ", ".join(p.id for p in self.plugins)
        raise HostError(f"no bundle loaded has {plugin_id}; plug-ins: {known or 'none'}")


def architecture() -> str:
    """The folder of this machine's binary inside Contents."""
    if sys.platform == "darwin":
        return "MacOS"
    if sys.platform == "win32":
        return "Win64"
    return "Linux-aarch64" if platform.machine() in ("aarch64", "arm64") else "Linux-x86-64"


def find_binary(path: Path) -> Path:
    """The shared library of a bundle directory, or the file itself."""
    if path.is_file():
        return path
    if not path.is_dir():
        raise HostError(f"there is no bundle at {path}: give the path of a .ofx.bundle directory")
    binaries = sorted((path / "Contents" / architecture()).glob("*.ofx"))
    if not binaries:
        there = ", ".join(sorted(p.name for p in path.glob("Contents/*") if p.is_dir())) or "nothing"
        raise HostError(
            f"{path} has no binary for {architecture()}; its Contents has {there}. Build it for this machine."
        )
    return binaries[0]


def _plugin(facts: dict) -> Plugin:
    return Plugin(**(facts | {"contexts": tuple(short_context(c) for c in facts["contexts"])}))
