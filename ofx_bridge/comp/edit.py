"""Writing knob values back into a comp file, keeping all the rest."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .errors import CompError


def write_knobs(path: Path, node_id: str, values: Mapping[str, object]) -> None:
    """Sets knobs of a node in a comp file: values as a comp has them; a curve without "interp" keeps the one there was.
    The file changes whole or not at all. Raises CompError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        node = next(n for n in data["nodes"] if n["id"] == node_id)
    except (OSError, ValueError, KeyError, TypeError, StopIteration):
        raise CompError(f"{path}: has changed meanwhile and no longer has a node {node_id}; nothing written") from None
    params = node.setdefault("params", {})
    for name, value in values.items():
        before = params.get(name)
        if isinstance(value, dict) and isinstance(before, dict) and "interp" in before and "interp" not in value:
            value = {**value, "interp": before["interp"]}
        params[name] = value
    _replace(path, _text(data))


def _text(data: object) -> str:
    """JSON with short lists and objects on one line, so that curves stay readable."""

    def lines(value: object, indent: str) -> str:
        flat = json.dumps(value, ensure_ascii=False)
        if len(indent) + len(flat) <= 110 or not isinstance(value, (dict, list)) or not value:
            return flat
        deeper = indent + "  "
        if isinstance(value, list):
            if all(isinstance(v, list) for v in value):  # keys, filled like text
                return "[\n" + _filled([json.dumps(v, ensure_ascii=False) for v in value], deeper) + f"\n{indent}]"
            return "[\n" + ",\n".join(deeper + lines(v, deeper) for v in value) + f"\n{indent}]"
        inner = (f"{deeper}{json.dumps(k, ensure_ascii=False)}: {lines(v, deeper)}" for k, v in value.items())
        return "{\n" + ",\n".join(inner) + f"\n{indent}}}"

    return lines(data, "") + "\n"


def _filled(items: list[str], indent: str) -> str:
    rows, row = [], indent
    for n, item in enumerate(items):
        item += "," if n + 1 < len(items) else ""
        if len(row) + len(item) > 115 and row.strip():
            rows.append(row.rstrip())
            row = indent
        row += item + " "
    return "\n".join([*rows, row.rstrip()])


def _replace(path: Path, text: str) -> None:
    temporary = None
    try:
        mode = path.stat().st_mode & 0o777
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(temporary).chmod(mode)
        Path(temporary).replace(path)
    except OSError as problem:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise CompError(f"{path}: cannot be written ({problem.strerror}); nothing has changed") from None
