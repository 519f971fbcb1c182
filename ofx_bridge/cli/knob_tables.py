"""Writes the knob tables of docs pages: python -m focuspuller.ofx_bridge.cli.knob_tables docs/nodes/*.md

A table stands between `<!-- knobs: LensDefocus -->` and `<!-- /knobs -->`. --check changes nothing and exits 1 where a
table is out of date.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from focuspuller.ofx_bridge.comp.errors import CompError, suggest
from focuspuller.ofx_bridge.comp.node_types import node_types

from .knob_text import markdown_table

_BLOCK = re.compile(r"(<!-- knobs: (\w+) -->\n).*?(<!-- /knobs -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """A page's text with its tables as the declarations have them now. Raises CompError for unknown nodes."""

    def block(match: re.Match) -> str:
        types = node_types()
        if match[2] not in types:
            raise CompError(f"a knob table of {match[2]!r}: no such node; {suggest(match[2], types)}")
        return f"{match[1]}{markdown_table(types[match[2]])}\n{match[3]}"

    return _BLOCK.sub(block, text)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    outdated = 0
    for page in options.pages:
        text = page.read_text(encoding="utf-8")
        fresh = with_tables(text)
        if fresh != text:
            outdated += 1
            print(f"{page}: {'out of date' if options.check else 'updated'}", file=sys.stderr)
            if not options.check:
                page.write_text(fresh, encoding="utf-8")
    return 1 if options.check and outdated else 0


if __name__ == "__main__":
    raise SystemExit(main())
