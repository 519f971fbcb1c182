"""The comp file: UTF-8 JSON, checked against the declarations before anything renders. Runs no code from the file."""

from __future__ import annotations

import json
import keyword
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from focuspuller.nodes.vocabulary import Knob

from .errors import CompError, suggest
from .links import resolve_links
from .node_types import NodeType, node_types
from .values import Value, constant_from_text, parse_value

VERSION = 1


@dataclass(frozen=True)
class CompNode:
    """inputs: clip name → node id. values: knob name → value, only those that the comp sets."""

    id: str
    type: NodeType
    inputs: Mapping[str, str]
    values: Mapping[str, Value]

    def constant(self, knob: str) -> object:
        """The value of a knob that does not animate: as set, else the default (None where it has none)."""
        if knob in self.values:
            return self.values[knob].value
        return getattr(self.type.knob(knob), "default", None)


@dataclass(frozen=True)
class Comp:
    """A valid comp. nodes: by id, inputs before those who read them. fps: None = as the main Read's files say."""

    path: Path
    nodes: Mapping[str, CompNode]
    fps: float | None = None

    def writes(self) -> list[CompNode]:
        return [n for n in self.nodes.values() if n.type.name == "Write"]

    def main_read(self, node_id: str) -> CompNode:
        """The Read at the end of the chain of main inputs above a node: it gives format, frame range and metadata."""
        node = self.nodes[node_id]
        while node.type.clips:
            node = self.nodes[node.inputs[node.type.clips[0].name]]
        return node


def load_comp(path: Path, overrides: Iterable[str] = ()) -> Comp:
    """Reads and checks a comp file. overrides: `node.knob=value`, as --set takes them. Raises CompError."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as problem:
        raise CompError(f"{path}: cannot be read ({problem.strerror}); check the path") from None
    except UnicodeDecodeError:
        raise CompError(f"{path}: is not UTF-8; save it as UTF-8") from None
    return parse_comp(text, Path(path), overrides)


def parse_comp(text: str, path: Path, overrides: Iterable[str] = ()) -> Comp:
    """A comp from its JSON text. path: its file, named in errors and what relative paths start from."""
    try:
        data = json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_nan)
        return _Parser(path).comp(data, list(overrides))
    except json.JSONDecodeError as problem:
        where = f"line {problem.lineno}, column {problem.colno}"
        raise CompError(f"{path}: is not JSON at {where}: {problem.msg.lower()}") from None
    except RecursionError:
        raise CompError(f"{path}: is nested too deeply to be a comp") from None
    except (CompError, ValueError) as problem:
        raise CompError(f"{path}: {problem}") from None


def _unique_keys(pairs: list[tuple[str, object]]) -> dict:
    result = dict(pairs)
    if len(result) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(n for n in names if names.count(n) > 1)
        raise CompError(f"{double!r} stands twice in one object; keep one")
    return result


def _no_nan(word: str) -> None:
    raise CompError(f"{word} is no number of JSON; write a finite one")


class _Parser:
    def __init__(self, path: Path):
        self.path = path.absolute()

    def comp(self, data: object, overrides: list[str]) -> Comp:
        if not isinstance(data, dict) or not isinstance(data.get("nodes"), list):
            raise CompError('a comp is an object with a list of "nodes"')
        _known_keys(data, {"version", "nodes", "fps"}, "the comp")
        if data.get("version", VERSION) != VERSION:
            raise CompError(f"version {data['version']!r} is unknown; this FocusPuller reads version {VERSION}")
        fps = data.get("fps")
        if fps is not None and (isinstance(fps, bool) or not isinstance(fps, (int, float)) or not 0 < fps <= 1000):
            raise CompError(f"fps {fps!r} is no frame rate; write one such as 24")
        nodes: dict[str, CompNode] = {}
        for number, entry in enumerate(data["nodes"], 1):
            node = self.node(entry, number)
            if node.id in nodes:
                raise CompError(f"two nodes have the id {node.id}; rename one")
            nodes[node.id] = node
        for override in overrides:
            node, knob, value = _parse_override(override, nodes)
            nodes[node.id] = replace(node, values={**node.values, knob.name: value})
        _check_wiring(nodes)
        order = _order({n.id: n.inputs.values() for n in nodes.values()})
        values = resolve_links({n.id: (n.type, n.values) for n in nodes.values()})
        return Comp(self.path, {i: replace(nodes[i], values=values[i]) for i in order}, fps)

    def node(self, entry: object, number: int) -> CompNode:
        if not isinstance(entry, dict):
            raise CompError(f"node {number} of the list is no object")
        name = entry.get("id")
        if not isinstance(name, str) or not name.isidentifier() or keyword.iskeyword(name):
            raise CompError(
                f"node {number} of the list: id {name!r} is no name; use letters, digits and _, such as plate"
            )
        _known_keys(entry, {"id", "type", "inputs", "params"}, f"node {name}")
        types = node_types()
        kind = entry.get("type")
        if kind not in types:
            raise CompError(f"node {name}: type {kind!r} is unknown; {suggest(str(kind), types)}")
        inputs, params = entry.get("inputs", {}), entry.get("params", {})
        if not isinstance(inputs, dict) or not isinstance(params, dict):
            raise CompError(f'node {name}: "inputs" and "params" are objects')
        values = {}
        for knob_name, raw in params.items():
            knob = _find_knob(name, types[kind], knob_name)
            values[knob_name] = _explained(name, knob, lambda k=knob, r=raw: parse_value(k, r, self.path.parent))
        return CompNode(name, types[kind], inputs, values)


def _parse_override(text: str, nodes: Mapping[str, CompNode]) -> tuple[CompNode, Knob, Value]:
    """--set node.knob=value: text typed by the knob, or the JSON of an object with keys or expr. Paths: from here."""
    target, equals, word = text.partition("=")
    node_id, dot, name = target.strip().partition(".")
    if not equals or not dot:
        raise CompError(f"--set {text}: write node.knob=value, such as zd.fStop=1.4")
    if node_id not in nodes:
        raise CompError(f"--set {text}: no node {node_id!r}; {suggest(node_id, nodes)}")
    node = nodes[node_id]
    knob = _find_knob(node_id, node.type, name)

    def value() -> Value:
        if word.lstrip().startswith("{"):
            return parse_value(
                knob, json.loads(word, object_pairs_hook=_unique_keys, parse_constant=_no_nan), Path.cwd()
            )
        return parse_value(knob, constant_from_text(knob, word), Path.cwd())

    return node, knob, _explained(node_id, knob, value)


def _explained(node: str, knob: Knob, value: Callable[[], Value]) -> Value:
    """What value() gives; its ValueError names node and knob."""
    try:
        return value()
    except ValueError as problem:
        raise CompError(f"node {node}, knob {knob.name}: {problem}") from None


def _find_knob(node: str, node_type: NodeType, name: str) -> Knob:
    knob = node_type.knob(name)
    if knob is None:
        known = [k.name for k in node_type.knobs if k.type != "button"]
        raise CompError(f"node {node}: {node_type.name} has no knob {name!r}; {suggest(name, known)}")
    return knob


def _known_keys(entry: dict, known: set[str], where: str) -> None:
    for key in entry:
        if key not in known:
            raise CompError(f"{where}: unknown key {key!r}; {suggest(key, known)}")


def _check_wiring(nodes: Mapping[str, CompNode]) -> None:
    for node in nodes.values():
        clips = {c.name: c for c in node.type.clips}
        for clip, source in node.inputs.items():
            if clip not in clips:
                raise CompError(f"node {node.id}: {node.type.name} has no input {clip!r}; {suggest(clip, clips)}")
            if not isinstance(source, str) or source not in nodes:
                raise CompError(f"node {node.id}, input {clip}: no node {source!r}; {suggest(str(source), nodes)}")
            if nodes[source].type.name == "Write":
                raise CompError(
                    f"node {node.id}, input {clip}: {source} is a Write and has no output; connect its input"
                )
        for clip in clips.values():
            if not clip.optional and clip.name not in node.inputs:
                raise CompError(f"node {node.id}: input {clip.name} is not connected; name a node for it in inputs")
        for knob in node.type.knobs:
            if node.type.plugin is None and knob.type == "file" and not node.constant(knob.name):
                raise CompError(f"node {node.id}: knob {knob.name} is not set; give the path of a file")


def _order(needs: Mapping[str, Iterable[str]]) -> list[str]:
    try:
        return list(TopologicalSorter(needs).static_order())
    except CycleError as problem:
        raise CompError(f"the wires run in a circle: {' → '.join(reversed(problem.args[1]))}; remove one") from None
