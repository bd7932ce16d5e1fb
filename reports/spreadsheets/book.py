"""A workbook before it is written: its sheets, their tables and notes. The same description becomes XLSX and ODS.

What every workbook has in common is decided here: a cover, contents and notes, what stands above each table, which
shorthand is explained, how wide a column is. What the cells say is decided by who describes the workbook.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from reports.language import _
from reports.vocabulary import vocabulary

COVER, CONTENTS, NOTES = "Cover", "Contents", "Notes"
FICTIONAL = "FICTIONAL"
NOT_APPLICABLE, NOT_AVAILABLE = "[z]", "[x]"
LONGEST_TEXT = 32_767
"""Characters that a cell may hold; Excel refuses more."""

_NARROWEST, _WIDEST, _COVER_WIDTH = 10, 50, 90
_SHORTHAND = re.compile(r"\[([a-z][a-z0-9]{0,4})\]")
_SIGNS = re.compile(r"\W*")
# XML has no place for these, and a sheet has no use for them.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Number(NamedTuple):
    """A number as it was published or computed, with the decimal places that it is shown with."""

    value: float
    decimals: int


class Link(NamedTuple):
    """Words that lead to another sheet of the workbook."""

    words: str
    sheet: str


Cell = str | Number | date | Link


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        label: its heading, without line breaks.
        note: the key of the note that its heading refers to.
        is_quoted: its words are quoted from data, for the claim linter.
    """

    label: str
    note: str = ""
    is_quoted: bool = False


@dataclass(frozen=True)
class Line:
    """A line of text in column A; `quoted` is the part of it that is from data, such as names."""

    text: str
    is_heading: bool = False
    quoted: str = ""


@dataclass(frozen=True)
class Sheet:
    """One worksheet: lines in column A, and under them at most one table.

    Attributes:
        name: on its tab; letters, digits and underscores, so that a link to it needs no quoting.
        title: in A1.
        lines: what a reader must know before the table.
        columns: none where the sheet has no table.
        rows: cells, one for each column; none of them empty.
        width: of column A in characters, where there is no table.
        quoted: the part of the title that is from data, such as a name.
    """

    name: str
    title: str
    lines: tuple[Line, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: Sequence[Sequence[Cell]] = ()
    width: int = _COVER_WIDTH
    quoted: str = ""

    @property
    def has_table(self) -> bool:
        """Whether there is a table: one without rows is said in words instead."""
        return bool(self.columns and self.rows)

    @property
    def table_name(self) -> str:
        """The name that marks the table."""
        return f"{self.name.lower()}_table"

    @cached_property
    def widths(self) -> list[int]:
        """Widths of the columns in characters, by what they hold."""
        if not self.has_table:
            return [self.width]
        found = []
        for place, column in enumerate(self.columns):
            longest = max((len(shown(row[place])) for row in self.rows), default=0)
            # A heading may break between its words, so only its longest word must fit.
            word = max(map(len, column.label.split()), default=0)
            found.append(min(_WIDEST, max(_NARROWEST, longest + 2, word + 2)))
        return found


@dataclass(frozen=True)
class Book:
    """A workbook.

    Attributes:
        title: of the cover and of the file.
        quoted: the part of the title that is from data, such as a name.
        about: cover sections: a heading with its lines.
        sheets: the tables.
        notes: text by key; numbered in the order in which headings refer to them.
        is_fictional: whether every sheet must say so.
        created: written into the file in place of the time of writing, so that the same release gives the same bytes.
    """

    title: str
    about: tuple[tuple[str, tuple[Line, ...]], ...]
    sheets: tuple[Sheet, ...]
    notes: dict[str, str] = field(default_factory=dict)
    quoted: str = ""
    is_fictional: bool = False
    created: datetime = datetime(2000, 1, 1)

    @cached_property
    def worksheets(self) -> list[Sheet]:
        """Every worksheet in its final words: cover, contents, notes, then the tables."""
        shown = [sheet for sheet in self.sheets if sheet.has_table]
        order = list(dict.fromkeys(column.note for sheet in shown for column in sheet.columns if column.note))
        numbers = {key: number for number, key in enumerate(order, start=1)}
        tables = [self._with_essentials(_as_text(sheet), numbers) for sheet in self.sheets]
        made = [self._cover(), self._contents(tables, bool(order))]
        if order:
            made.append(self._notes(order))
        return [*map(_as_text, made), *tables]

    @cached_property
    def worksheet_text(self) -> str:
        """Every worksheet as one text, for telling whether two workbooks say the same."""
        return repr(self.worksheets)

    def _fictional(self) -> tuple[Line, ...]:
        words = _("FICTIONAL: every name and number here is invented, to show the form of a release.")
        return (Line(words),) if self.is_fictional else ()

    def _cover(self) -> Sheet:
        lines = list(self._fictional())
        for heading, under in self.about:
            lines += [Line(heading, is_heading=True), *under]
        return Sheet(COVER, self.title, tuple(lines), quoted=self.quoted)

    def _contents(self, tables: list[Sheet], has_notes: bool) -> Sheet:
        rows: list[tuple[Cell, ...]] = []
        if has_notes:
            rows.append((Link(NOTES, NOTES), _("What the notes in headings say")))
        rows += [(Link(sheet.name, sheet.name), sheet.title) for sheet in tables]
        columns = (Column(_("Worksheet")), Column(_("What it holds"), is_quoted=True))
        return Sheet(CONTENTS, _("Contents"), (*self._fictional(), Line(_one_table())), columns, rows)

    def _notes(self, order: list[str]) -> Sheet:
        rows = [(f"[note {number}]", self.notes[key]) for number, key in enumerate(order, start=1)]
        columns = (Column(_("Note")), Column(_("What it says")))
        return Sheet(NOTES, _("Notes"), (*self._fictional(), Line(_one_table())), columns, rows)

    def _with_essentials(self, sheet: Sheet, numbers: dict[str, int]) -> Sheet:
        """A sheet with all that must stand above its table, and its headings with their notes."""
        lines = list(self._fictional())
        if sheet.has_table:
            has_notes = any(column.note for column in sheet.columns)
            refers = _("Some headings refer to notes, which are on the worksheet Notes.") if has_notes else ""
            lines.append(Line(f"{_one_table()} {refers}".strip()))
            lines += [Line(words) for words in [shorthand(sheet)] if words]
        else:
            lines.append(Line(_("This worksheet contains no table: the release records nothing of this kind here.")))
        columns = tuple(
            replace(column, label=f"{column.label} [note {numbers[column.note]}]") if column.note in numbers else column
            for column in sheet.columns
        )
        return replace(sheet, lines=(*lines, *sheet.lines), columns=columns)


def _one_table() -> str:
    return _("This worksheet contains one table.")


def shorthand(sheet: Sheet) -> str:
    """The line that explains each shorthand used in a table, in the order of the vocabulary; empty where none is."""
    used = {
        code
        for row in sheet.rows
        for cell in row
        if isinstance(cell, str) and (found := _SHORTHAND.fullmatch(cell))
        for code in found.groups()
    }
    known = [(code, entry["label"]) for code, entry in vocabulary("markers").items() if code in used]
    known += [(code, _("a marker that this version does not know")) for code in sorted(used - dict(known).keys())]
    said = "; ".join(f"[{code}] = {label}" for code, label in known)
    return _("Shorthand used in this table: {shorthand}.").format(shorthand=said) if said else ""


def shown(cell: Cell) -> str:
    """A cell as it is seen, for its width."""
    if isinstance(cell, Number):
        return f"{cell.value:,.{cell.decimals}f}"
    return cell.words if isinstance(cell, Link) else str(cell)


def text(words: str) -> str:
    """Words as a cell can hold them: no tab, nothing that XML cannot hold, and not too long."""
    clean = _NOT_TEXT.sub("\ufffd", words.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    if len(clean) <= LONGEST_TEXT:
        return clean
    ending = _(" (cut here: a cell holds no more)")
    return clean[: LONGEST_TEXT - len(ending)] + ending


def words(cell: str) -> str:
    """Words of a table's cell: never blank, and no sign alone, which a screen reader would pass over."""
    clean = text(cell)
    if not clean.strip():
        return NOT_AVAILABLE
    if len(clean) < 4 and _SIGNS.fullmatch(clean):
        return _("the sign {sign}").format(sign=clean.strip())
    return clean


def _as_text(sheet: Sheet) -> Sheet:
    """Every string of a sheet as a cell can hold it."""
    return replace(
        sheet,
        title=text(sheet.title),
        quoted=text(sheet.quoted),
        lines=tuple(replace(line, text=text(line.text), quoted=text(line.quoted)) for line in sheet.lines),
        rows=[[words(cell) if type(cell) is str else cell for cell in row] for row in sheet.rows],
    )
