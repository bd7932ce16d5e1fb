"""A raw sheet with its header known: columns with names, rows under them, and the prose around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.readers.raw import ROW, RawSheet

_JOINT = " | "
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")


@dataclass(frozen=True)
class Table:
    """A header and the rows under it.

    Attributes:
        sheet: Name of the sheet.
        header_row: File row of the header, the last one where it has several; None where the format carries it.
        columns: Names: stripped, line breaks folded to one space, a repeated one numbered " (2)", " (3)", an empty
            one "column N" for its place in the file.
        frame: `__row` (Int64, file row), then `columns` (String), every cell as it stands in the file.
        notes: File row and text of each title row above the header and each footnote under the data.
    """

    sheet: str | None
    header_row: int | None
    columns: tuple[str, ...]
    frame: pl.DataFrame
    notes: tuple[tuple[int, str], ...]


def tabulate(sheet: RawSheet, header_row: int | None, header_rows: int = 1) -> Table:
    """Name the columns of a raw sheet and part its data from the prose around it.

    Dropped: rows with nothing but white space, and columns with no name and nothing but white space. Kept as notes:
    rows above the header and, where the table has 3 or more columns, the rows after the data that fill at most one
    cell each. A record of a format that carries its header is never a note.

    Args:
        sheet: The raw sheet.
        header_row: File row (`__row`) on which the header starts; None where the sheet carries its header.
        header_rows: How many rows the header takes. Their texts are joined downwards with " | ".

    Raises:
        ValueError: the sheet has no such row, or header_row is None and the sheet carries no header.
    """
    if header_row is None:
        if sheet.header is None:
            raise ValueError("header_row is needed: this sheet does not carry its header")
        names = [_tidy(name) for name in sheet.header]
        above, body, last = sheet.cells.clear(), sheet.cells, None
    else:
        found = (sheet.cells[ROW] == header_row).arg_true()
        if len(found) == 0 or header_rows < 1 or int(found[0]) + header_rows > sheet.cells.height:
            raise ValueError(f"the sheet has no {header_rows} header rows from row {header_row}")
        start = int(found[0])
        header = sheet.cells.slice(start, header_rows)
        names = _joined([row[1:] for row in header.rows()])
        above, body, last = sheet.cells.head(start), sheet.cells.slice(start + header_rows), int(header[ROW][-1])

    filled_counts = body.select(ROW, pl.sum_horizontal(_is_filled(pl.exclude(ROW))).alias("filled"))["filled"]
    if sheet.cells.width == 1:
        filled_counts = pl.Series([0] * body.height)
    keep = [name != "" or _has_text(body[str(place)]) for place, name in enumerate(names, start=1)]
    places = [place for place, is_kept in enumerate(keep, start=1) if is_kept]
    columns = _unique([names[place - 1] or f"column {place}" for place in places])

    body = body.filter(filled_counts > 0)
    counts = filled_counts.filter(filled_counts > 0)
    end = body.height
    if sheet.header is None and len(places) >= 3 and counts.len() and int(counts.max()) > 1:  # type: ignore[arg-type]
        end = int((counts > 1).arg_true()[-1]) + 1
    notes = _notes(above) + _notes(body.slice(end))
    frame = body.head(end).select(ROW, *(pl.col(str(p)).alias(n) for p, n in zip(places, columns, strict=True)))
    return Table(sheet.sheet, last, columns, frame, tuple(notes))


def _is_filled(cells: pl.Expr) -> pl.Expr:
    return cells.str.contains(r"\S").fill_null(False)


def _has_text(column: pl.Series) -> bool:
    return bool(column.str.contains(r"\S").any())


def _joined(header: Sequence[Sequence[str | None]]) -> list[str]:
    """One name for each column out of the header's rows, empty where the column has no text of its own.

    A blank in an upper row takes the text to its left, as a merged cell shows it, but not across a new heading
    further up, and only where a lower row of the column says something.
    """
    rows = [[_tidy(text) for text in row] for row in header]
    filled = [list(row) for row in rows]
    for level, row in enumerate(filled[:-1]):
        carried = ""
        for place, text in enumerate(row):
            if text or any(upper[place] for upper in rows[:level]):
                carried = text
            elif any(lower[place] for lower in rows[level + 1 :]):
                row[place] = carried
    names = [_JOINT.join(filter(None, parts)) for parts in zip(*filled, strict=True)]
    return [name if any(own) else "" for name, own in zip(names, zip(*rows, strict=True), strict=True)]


def _tidy(text: str | None) -> str:
    return _LINE_BREAK.sub(" ", text or "").strip()


def _unique(names: Sequence[str]) -> tuple[str, ...]:
    """Number the repeats. A name that stands in the file is never given to another column, nor is `__row`."""
    taken = {*names, ROW}
    seen = {ROW}
    unique = []
    for name in names:
        final, number = name, 2
        while final in seen or (final != name and final in taken):
            final = f"{name} ({number})"
            number += 1
        seen.add(final)
        unique.append(final)
    return tuple(unique)


def _notes(rows: pl.DataFrame) -> list[tuple[int, str]]:
    """The text of each row that has any, its cells joined."""
    texts = ((row[0], _JOINT.join(text for text in row[1:] if text and text.strip())) for row in rows.rows())
    return [(number, text) for number, text in texts if text]
