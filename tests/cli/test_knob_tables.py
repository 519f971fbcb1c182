"""Knob tables of docs pages come from the declarations."""

from pathlib import Path

import pytest

from focuspuller.ofx_bridge.cli import knob_tables
from focuspuller.ofx_bridge.comp.errors import CompError
from focuspuller.ofx_bridge.comp.node_types import node_types

PAGES = sorted((Path(__file__).parents[2] / "docs").rglob("*.md"))


def test_the_docs_are_up_to_date(capsys):
    assert knob_tables.main(["--check", *map(str, PAGES)]) == 0, (
        f"{capsys.readouterr().err}run: python -m focuspuller.ofx_bridge.cli.knob_tables docs/**/*.md"
    )


def test_a_table_is_filled_and_filled_again(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# LensDefocus\n\n<!-- knobs: LensDefocus -->\nan outdated table\n<!-- /knobs -->\n\nEnd\n", encoding="utf-8"
    )
    assert knob_tables.main(["--check", str(page)]) == 1 and "outdated" in page.read_text(encoding="utf-8")
    assert knob_tables.main([str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# LensDefocus") and text.endswith("\n\nEnd\n") and "outdated" not in text
    assert all(f"| `{knob.name}` |" in text for knob in node_types()["LensDefocus"].knobs)
    assert knob_tables.main(["--check", str(page)]) == 0


def test_an_unknown_node():
    with pytest.raises(CompError, match="did you mean LensDefocus"):
        knob_tables.with_tables("<!-- knobs: LensDefocuss -->\n<!-- /knobs -->")
