"""Text of delivered files on pages and in downloads: shown, never obeyed."""

from __future__ import annotations

import csv
import shutil
from html.parser import HTMLParser

import duckdb
import pytest

from tests.unit.reports.rendering import render

MARKUP = """<script>alert(1)</script><img src=x onerror='alert(2)'>"><b onclick=x>"""
FORMULA = "=cmd|'/C calc'!A0"


class _Elements(HTMLParser):
    """Names of elements, and of attributes that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


def elements(text: str) -> set[str]:
    parser = _Elements()
    parser.feed(text)
    return parser.found


@pytest.fixture
def pages(fictional_release, tmp_path, assets):
    """The fictional release with hostile names, cells and reasons, rendered."""
    release = shutil.copytree(fictional_release, tmp_path / fictional_release.name)
    with duckdb.connect(str(release / "dovetail.duckdb")) as connection:
        texts = connection.execute(
            "select table_name, column_name from duckdb_columns() where data_type = 'VARCHAR' and schema_name = 'main'"
            " and (column_name in ('service_name', 'area_name', 'area_name_as_published', 'file_name', 'reason',"
            " 'period_label', 'value', 'column', 'sheet', 'summary', 'evidence', 'source_document', 'chase',"
            " 'publisher'))"
        ).fetchall()
        assert {"service_name", "file_name", "value", "column", "reason"} <= {column for _, column in texts}
        for table, column in texts:
            connection.execute(f'update {table} set "{column}" = ? || coalesce("{column}", \'\')', [FORMULA + MARKUP])
    site = tmp_path / "site"
    render(release, site, assets=assets)
    return site


def test_pages_hold_no_element_of_the_data_and_downloads_no_formula(pages, fictional_release, tmp_path, assets):
    plain = tmp_path / "plain"
    render(fictional_release, plain, assets=assets)
    known = set().union(*(elements(page.read_text(encoding="utf-8")) for page in plain.rglob("*.html")))
    shown = 0
    for page in pages.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert elements(text) <= known, page.name
        assert MARKUP not in text
        shown += "&lt;script&gt;alert(1)" in text
    assert shown > 3
    cells = 0
    for table in (pages / "data").glob("*.csv"):
        with table.open(encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines):
                assert not [cell for cell in row if cell.startswith("=")], table.name
                cells += sum(cell.startswith("'=") for cell in row)
    assert cells
