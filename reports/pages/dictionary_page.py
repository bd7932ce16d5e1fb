"""The data dictionary: every public table and column with its comment, as the file itself has them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from reports.contents import Contents
from reports.language import _
from reports.numbers import count, several
from reports.page import Page
from reports.release import Release, Row
from reports.tables import Column, dense, link, table

_TABLES = """
select table_name, comment from duckdb_tables() where schema_name = 'main'
order by table_name
"""
_COLUMNS = """
select table_name, column_name, data_type, comment from duckdb_columns()
where schema_name = 'main' and not internal
order by table_name, column_index
"""


@dataclass(frozen=True)
class Described:
    """One table as the page shows it."""

    name: str
    about: str
    rows: str
    columns: Markup


def page(contents: Contents) -> Page:
    """The dictionary page."""
    release = contents.release
    tables = release.rows(_TABLES)
    columns: dict[str, list[Row]] = {}
    for row in release.rows(_COLUMNS):
        columns.setdefault(row["table_name"], []).append(row)
    return Page(
        path="dictionary.html",
        template="dictionary.html",
        title=_("Data dictionary"),
        section="dictionary",
        balance=contents.balances.of(),
        kind=_("Page"),
        keywords=" ".join(row["table_name"] for row in tables),
        context={
            "sentence": _("%(tables)s with %(columns)s. The same words are comments in dovetail.duckdb.")
            % {
                "tables": several(len(tables), _("public table"), _("public tables")),
                "columns": several(sum(map(len, columns.values())), _("column"), _("columns")),
            },
            "tables": [_described(release, row, columns.get(row["table_name"], [])) for row in tables],
            "contents": _contents_table(release, tables),
        },
    )


def _contents_table(release: Release, tables: list[Row]) -> Markup:
    columns = [Column(_("Table")), Column(_("Rows"), is_numeric=True), Column(_("About"), is_quoted=True, is_wide=True)]
    rows = [
        [
            link(f"#{row['table_name']}", row["table_name"]),
            count(_rows(release, row["table_name"])),
            row["comment"] or "",
        ]
        for row in tables
    ]
    return table(_("Public tables"), columns, rows, is_caption_hidden=True)


def _described(release: Release, row: Row, columns: list[Row]) -> Described:
    name = row["table_name"]
    shown = [Column(_("Column"), is_quoted=True), Column(_("Type")), Column(_("About"), is_quoted=True, is_wide=True)]
    cells = [
        [column["column_name"], column["data_type"].lower(), column["comment"] or _("no comment in this release")]
        for column in columns
    ]
    return Described(
        name=name,
        about=row["comment"] or "",
        rows=several(_rows(release, name), _("row"), _("rows")),
        columns=dense(_("Columns of %(table)s") % {"table": name}, f"{name}-t", shown, cells),
    )


def _rows(release: Release, name: str) -> int:
    quoted = '"' + name.replace('"', '""') + '"'
    return int(release.row(f"select count(*) as n from {quoted}")["n"])
