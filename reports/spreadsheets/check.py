"""Holds a written workbook to the Analysis Function's rules for statistics in spreadsheets, as XLSX or as ODS.

It reads the file as a spreadsheet program would, and not the description it was written from: what a writer got wrong
is seen here. The rules are those of "Releasing statistics in spreadsheets" that a program can see; whether words are
clear, no program sees.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from python_calamine import CalamineWorkbook

from reports.spreadsheets.book import CONTENTS, COVER, FICTIONAL, LONGEST_TEXT, NOTES

_SHORTHAND = re.compile(r"\[([a-z][a-z0-9]{0,4})\]")
_NOTE = re.compile(r"\[note (\d+)\]")
_SHEET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_RANGE = re.compile(r"\$?([A-Z]+)\$?(\d+):(?:[^.]*\.)?\$?([A-Z]+)\$?(\d+)")
# Signs in place of a value, that a screen reader passes over or that readers take for different things.
_SIGNS = re.compile(r"[^\w]*")
_OLD_MARKERS = frozenset(("n/a", "na", "nil", "null", "none given", "#n/a"))
# What only a layout that a screen reader cannot follow would put into a file, by what it is.
_FORBIDDEN = {
    "xlsx": {
        "merged cells": rb"<mergeCell ",
        "formulas": rb"<f[ >]",
        "frozen or split panes": rb"<pane ",
        "hidden rows or columns": rb'<(?:row|col) [^>]*hidden="1"',
        "hidden worksheets": rb'<sheet [^>]*state="(?:hidden|veryHidden)"',
        "filters": rb"<autoFilter",
        "pictures or text boxes": rb"<drawing ",
        "coloured cells": rb'<patternFill patternType="(?!none|gray125)',
    },
    "ods": {
        "merged cells": rb'<table:covered-table-cell|number-(?:columns|rows)-spanned="(?!1")',
        "formulas": rb"table:formula=",
        "frozen or split panes": rb'config:name="HorizontalSplitMode"',
        "hidden rows or columns": rb'table:visibility="(?:collapse|filter)"',
        "hidden worksheets": rb'table:display="false"',
        "filters": rb'table:display-filter-buttons="true"|<table:filter',
        "pictures or text boxes": rb"<draw:",
        "coloured cells": rb"fo:background-color=",
    },
}

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class _Table:
    """What the file marks as a table: its name, the sheet, and rows and columns from 0, both ends within."""

    name: str
    sheet: str
    first_row: int
    last_row: int
    first_column: int
    last_column: int


class RulesBroken(Exception):
    """A workbook breaks a rule; the message names the file, the sheet and the rule."""


def hold(path: Path, *, is_fictional: bool) -> None:
    """Check a workbook.

    Raises:
        RulesBroken: naming the first five rules that it breaks.
    """
    found = broken(path, is_fictional=is_fictional)
    if found:
        more = f"\nand {len(found) - 5} more" if len(found) > 5 else ""
        raise RulesBroken(
            f"The workbook {path.name} breaks the rules for spreadsheets:\n" + "\n".join(found[:5]) + more
        )


def broken(path: Path, *, is_fictional: bool) -> list[str]:
    """Every rule that a workbook breaks, each in a sentence.

    Args:
        path: an XLSX or ODS file.
        is_fictional: whether every sheet must say that its figures are invented.
    """
    # Read before the archive: it is opened a second time, for what the cells do not show.
    workbook = CalamineWorkbook.from_path(str(path))
    sheets: dict[str, Rows] = {
        name: workbook.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in workbook.sheet_names
    }
    with zipfile.ZipFile(path) as archive:
        kind = path.suffix.lower().lstrip(".")
        tables = list(_tables_of_ods(archive) if kind == "ods" else _tables_of_xlsx(archive))
        found = [f"It has {what}." for what in _forbidden(archive, kind)]
    by_sheet = {name: [table for table in tables if table.sheet == name] for name in sheets}
    found += list(_of_names(list(sheets), tables))
    for name, rows in sheets.items():
        found += [f"{name}: {what}" for what in _of_sheet(name, rows, by_sheet[name], is_fictional=is_fictional)]
    return [*found, *_of_notes(sheets, by_sheet), *_of_contents(sheets)]


def _forbidden(archive: zipfile.ZipFile, kind: str) -> Iterator[str]:
    parts = [
        archive.read(name)
        for name in archive.namelist()
        if re.search(r"(worksheets/sheet\d+|workbook|styles|content|settings|table\d+)\.xml$", name)
    ]
    for what, pattern in _FORBIDDEN[kind].items():
        if any(re.search(pattern, part) for part in parts):
            yield what


def _of_names(names: list[str], tables: list[_Table]) -> Iterator[str]:
    if names[:2] != [COVER, CONTENTS]:
        yield f"It begins with {', '.join(names[:2])} and not with {COVER}, {CONTENTS}."
    if NOTES in names[3:]:
        yield f"{NOTES} does not follow {CONTENTS}."
    for name in names:
        if not _SHEET_NAME.fullmatch(name):
            yield f"The worksheet name {name!r} has blanks or signs, or more than 31 characters."
    called = [table.name.lower() for table in tables]
    for name in sorted({name for name in called if called.count(name) > 1}):
        yield f"Two tables are called {name}."
    for name in called:
        if not re.fullmatch(r"[a-z_][a-z0-9_.]*", name):
            yield f"The table name {name!r} has blanks or signs."


def _of_sheet(name: str, rows: Rows, tables: list[_Table], *, is_fictional: bool) -> Iterator[str]:
    if not rows or not isinstance(rows[0][0], str) or not rows[0][0].strip():
        yield "A1 holds no title."
        return
    if is_fictional and not (len(rows) > 1 and str(rows[1][0]).startswith(FICTIONAL)):
        yield f"A2 does not say {FICTIONAL}."
    if not is_fictional and any(str(row[0]).startswith(FICTIONAL) for row in rows[:3]):
        yield f"It says {FICTIONAL}, and the release is not."
    if any(isinstance(cell, str) and len(cell) > LONGEST_TEXT for row in rows for cell in row):
        yield f"A cell holds more than {LONGEST_TEXT} characters."
    if len(tables) > 1 or (name == COVER and tables):
        yield f"It has {len(tables)} tables: one is the most, and the cover has none."
        return
    above = rows[: tables[0].first_row] if tables else rows
    for place, row in enumerate(above, start=1):
        if _is_blank(row[0]):
            yield f"Row {place} is blank: what stands above a table stands in column A, without gaps."
        elif any(not _is_blank(cell) for cell in row[1:]):
            yield f"Row {place} has words beside column A, above the table."
    if tables:
        yield from _of_table(rows, tables[0], " ".join(str(row[0]) for row in above))


def _of_table(rows: Rows, table: _Table, essentials: str) -> Iterator[str]:
    last = max(place for place, row in enumerate(rows) if any(not _is_blank(cell) for cell in row))
    wide = max(place for row in rows for place, cell in enumerate(row) if not _is_blank(cell))
    if (table.first_column, table.last_row, table.last_column) != (0, last, wide):
        yield "What is marked as the table is not all of it."
    if table.first_row >= len(rows):
        return
    if table.first_row == table.last_row:
        yield "The table has no rows."
    headings = rows[table.first_row][: table.last_column + 1]
    if any(not isinstance(heading, str) or not heading.strip() or "\n" in heading for heading in headings):
        yield "A heading is blank, no text, or of several lines."
    if len(set(headings)) < len(headings):
        yield "Two columns have one heading."
    if "one table" not in essentials:
        yield "It does not say how many tables it holds."
    used = set()
    for place, row in enumerate(rows[table.first_row + 1 : table.last_row + 1], start=table.first_row + 2):
        for cell in row[: table.last_column + 1]:
            if not isinstance(cell, str):
                continue
            if not cell.strip():
                yield f"Row {place} has a blank cell: nobody knows what it means."
            elif cell.strip().lower() in _OLD_MARKERS or (len(cell) < 4 and _SIGNS.fullmatch(cell)):
                yield f"Row {place} has {cell!r} in place of a value: use a shorthand such as [x]."
            elif shorthand := _SHORTHAND.fullmatch(cell):
                used.add(shorthand[1])
    for code in sorted(used):
        if f"[{code}] = " not in essentials:
            yield f"The shorthand [{code}] is not explained above the table."


def _of_notes(sheets: dict[str, Rows], tables: dict[str, list[_Table]]) -> Iterator[str]:
    """Each note that is referred to stands on the notes sheet, and each that stands there is referred to."""
    listed = {number for row in sheets.get(NOTES, []) for number in _NOTE.findall(str(row[0]))}
    referred = {
        number
        for name, rows in sheets.items()
        if name != NOTES
        for table in tables[name]
        for cell in rows[table.first_row]
        for number in _NOTE.findall(str(cell))
    }
    for number in sorted(referred - listed):
        yield f"Note {number} is referred to and not on the sheet {NOTES}."
    for number in sorted(listed - referred):
        yield f"Note {number} is not referred to by any heading."


def _of_contents(sheets: dict[str, Rows]) -> Iterator[str]:
    listed = [str(row[0]) for row in sheets.get(CONTENTS, [])]
    wanted = [name for name in sheets if name not in (COVER, CONTENTS)]
    if [name for name in listed if name in wanted] != wanted:
        yield f"{CONTENTS} does not list every worksheet in its order."


def _tables_of_xlsx(archive: zipfile.ZipFile) -> Iterator[_Table]:
    names = _sheet_names(archive)
    for part, name in names.items():
        relations = part.replace("worksheets/", "worksheets/_rels/") + ".rels"
        if relations not in archive.namelist():
            continue
        for relation in ElementTree.fromstring(archive.read(relations)):
            if relation.get("Type", "").endswith("/table"):
                found = ElementTree.fromstring(archive.read("xl/" + relation.get("Target", "").removeprefix("../")))
                yield _marked(found.get("name", ""), name, found.get("ref", ""))


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """Part of each worksheet -> its name."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): f"xl/{relation.get('Target')}" for relation in relations}
    workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    key = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    return {targets[sheet.get(key)]: sheet.get("name", "") for sheet in workbook.iter() if sheet.tag.endswith("}sheet")}


def _tables_of_ods(archive: zipfile.ZipFile) -> Iterator[_Table]:
    content = archive.read("content.xml").decode("utf-8")
    for tag in re.findall(r"<table:database-range [^>]*>", content):
        given = dict(re.findall(r'table:([a-z-]+)="([^"]*)"', tag))
        sheet, _, address = given.get("target-range-address", "").partition(".")
        yield _marked(given.get("name", ""), sheet.strip("$'"), address)


def _marked(name: str, sheet: str, address: str) -> _Table:
    found = _RANGE.fullmatch(address)
    if not found:
        raise RulesBroken(f"The table {name} of the worksheet {sheet} has no range that can be read: {address}.")
    left, top, right, bottom = found.groups()
    return _Table(name, sheet, int(top) - 1, int(bottom) - 1, _column(left), _column(right))


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())
