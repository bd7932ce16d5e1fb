"""A sheet from rows of a public table: which columns, under which heading, as what kind of cell.

What belongs here: turning a row's value into a cell by its kind. Which columns a sheet has is said where the sheet is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reports.language import _
from reports.release import Row
from reports.spreadsheets.book import NOT_APPLICABLE, NOT_AVAILABLE, Cell, Column, Number

_PROBABILITY_DECIMALS = 4


@dataclass(frozen=True)
class Field:
    """A column of a public table as a sheet shows it.

    Attributes:
        name: of the column.
        heading: on the sheet.
        kind: quoted (words from data), day, value (with the decimals of its indicator), count, number (two decimals),
            probability, flag, or words (of ours, by `says`).
        note: the key of the note that the heading refers to.
        otherwise: what stands in the place of no value.
        says: our words for what the column holds.
    """

    name: str
    heading: str
    kind: str = "quoted"
    note: str = ""
    otherwise: str = NOT_APPLICABLE
    says: Callable[[Any], str] = str

    def column(self) -> Column:
        """Its heading."""
        return Column(self.heading, self.note, is_quoted=self.kind == "quoted")

    def cell(self, row: Row, decimals: int) -> Cell:
        """Its cell; `decimals` are those of the indicator."""
        value = row[self.name]
        if value is None or value == "":
            return self.otherwise
        if self.kind == "day":
            return day(value)
        if self.kind == "flag":
            return _("yes") if value else _("no")
        if self.kind in ("quoted", "words"):
            return "; ".join(map(str, value)) if isinstance(value, list) else self.says(value)
        return Number(value, self._decimals(value, decimals))

    def _decimals(self, value: float, of_indicator: int) -> int:
        if self.kind == "count":
            return 0 if float(value).is_integer() else 1
        return {"value": of_indicator, "number": 2, "probability": _PROBABILITY_DECIMALS}[self.kind]


def held(fields: Iterable[Field], columns: Iterable[str]) -> list[Field]:
    """Those whose column the release has: one made before a column was added is shown without it."""
    known = set(columns)
    return [field for field in fields if field.name in known]


def cells(rows: Iterable[Row], fields: Sequence[Field], decimals: Callable[[Row], int]) -> list[tuple[Cell, ...]]:
    """The cells of rows; `decimals` says of a row how many its indicator has."""
    made = []
    for row in rows:
        places = decimals(row)
        made.append(tuple(field.cell(row, places) for field in fields))
    return made


def day(value: date | datetime | None, otherwise: str = NOT_AVAILABLE) -> Cell:
    """A day as a cell, without its hour."""
    if value is None:
        return otherwise
    return value.date() if isinstance(value, datetime) else value
