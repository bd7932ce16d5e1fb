"""Writes a described workbook as XLSX. How it looks, and nothing of what it says.

XlsxWriter is what gptables itself writes with. gptables is the yardstick in the tests and not used here, because it
reads names from data as instructions (Markdown links, notes between dollar signs), refuses a cell of signs alone, and
takes ten times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter

from reports import spreadsheet
from reports.spreadsheets.book import Book, Cell, Link, Number, Sheet

_FONT = {"font_name": "Arial", "font_size": 12}
_WRAPPED = {**_FONT, "text_wrap": True, "valign": "top"}
_LINKED = {"font_color": "blue", "underline": True}
_DATE = "yyyy-mm-dd"


def write(book: Book, to: Path) -> None:
    """Write a workbook; the same description gives the same bytes."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    workbook = xlsxwriter.Workbook(str(to), options)
    workbook.set_properties({"title": book.title, "created": book.created})
    formats = _Formats(workbook)
    for sheet in book.worksheets:
        _write_sheet(workbook.add_worksheet(sheet.name), sheet, formats)
    workbook.close()


class _Formats:
    """Formats of one workbook, each made when it is first asked for."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[str, Any] = {}

    def __call__(self, name: str, **properties: Any) -> Any:
        if name not in self._made:
            self._made[name] = self._workbook.add_format(properties)
        return self._made[name]

    def text(self, words: str) -> Any:
        """Of a cell of words; one that would run as a formula stays text even when somebody edits it."""
        # Nearly every text begins with a letter: comparing is far cheaper than matching.
        if not "A" <= words[:1] <= "z" and spreadsheet.shown(words) is not words:
            return self("quoted", **_WRAPPED, quote_prefix=True)
        return self._made.get("text") or self("text", **_WRAPPED)

    def number(self, decimals: int) -> Any:
        """Of a number with so many decimal places."""
        name = f"number{decimals}"
        if name in self._made:
            return self._made[name]
        shown = "#,##0" + ("." + "0" * decimals if decimals else "")
        return self(name, **_FONT, valign="top", align="right", num_format=shown)


def _write_sheet(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    # On a sheet without a table the text wraps in its column; above a table it runs on over the empty cells beside it.
    line_format = formats("text", **_WRAPPED) if not sheet.has_table else formats("line", **_FONT)
    worksheet.write_string(0, 0, sheet.title, formats("title", **_FONT | {"bold": True, "font_size": 16}))
    heading = formats("heading", **_FONT | {"bold": True, "font_size": 14, "text_wrap": True})
    for row, line in enumerate(sheet.lines, start=1):
        worksheet.write_string(row, 0, line.text, heading if line.is_heading else line_format)
    for place, width in enumerate(sheet.widths):
        worksheet.set_column(place, place, width)
    if sheet.has_table:
        _write_table(worksheet, sheet, formats)


def _write_table(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    first = 1 + len(sheet.lines)
    headed = formats("column", **_WRAPPED | {"bold": True, "bottom": 1})
    for row, cells in enumerate(sheet.rows, start=first + 1):
        _write_row(worksheet, row, cells, formats)
    worksheet.add_table(
        first,
        0,
        first + len(sheet.rows),
        len(sheet.columns) - 1,
        {
            "name": sheet.table_name,
            "columns": [{"header": column.label, "header_format": headed} for column in sheet.columns],
            "autofilter": False,
            "style": None,
        },
    )


def _write_row(worksheet: Any, row: int, cells: Sequence[Cell], formats: _Formats) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, str):
            worksheet.write_string(row, place, cell, formats.text(cell))
        elif isinstance(cell, Number):
            worksheet.write_number(row, place, cell.value, formats.number(cell.decimals))
        elif isinstance(cell, Link):
            linked = formats("link", **_WRAPPED | _LINKED)
            worksheet.write_url(row, place, f"internal:'{cell.sheet}'!A1", linked, cell.words)
        elif isinstance(cell, date):
            dated = formats("date", **_FONT, valign="top", align="right", num_format=_DATE)
            worksheet.write_datetime(row, place, cell, dated)
