"""A raw sheet with its header known: columns with names, rows under them, and the prose around them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipelines.readers.opened import filled_places, widened
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
        places: The place of each of `columns` in the raw sheet, from 1.
        block: First and last place of the sheet that the table was looked for in; None for all of it.
    """

    sheet: str | None
    header_row: int | None
    columns: tuple[str, ...]
    frame: pl.DataFrame
    notes: tuple[tuple[int, str], ...]
    places: tuple[int, ...] = ()
    block: tuple[int, int] | None = None


def tabulate(
    sheet: RawSheet, header_row: int | None, header_rows: int = 1, *, block: tuple[int, int] | None = None
) -> Table:
    """Name the columns of a raw sheet and part its data from the prose around it.

    Dropped: rows with nothing but white space, and columns with no name and nothing but white space. Kept as notes:
    rows above the header and, where the table has 3 or more columns, the rows after the data that fill at most one
    cell each. A record of a format that carries its header is never a note.

    Of a file read in pieces this gives the table of the first piece; `tables` gives them all. A column without a name
    is kept where any piece has text in it, so that all pieces have the same columns.

    Args:
        sheet: The raw sheet.
        header_row: File row (`__row`) on which the header starts; None where the sheet carries its header.
        header_rows: How many rows the header takes. Their texts are joined downwards with " | ".
        block: First and last place of the columns that make up the table, where several stand side by side; `blocks`
            finds them. What stands beside them is no part of it, nor of its notes.

    Raises:
        ValueError: the sheet has no such row or columns, or header_row is None and the sheet carries no header.
    """
    table, fuller = _tabulated(sheet, header_row, header_rows, block)
    end = fuller if fuller and _may_have_notes(sheet, table) else table.frame.height
    return replace(table, frame=table.frame.head(end), notes=(*table.notes, *_notes(table.frame.slice(end))))


def continued(piece: RawSheet, table: Table) -> Table:
    """The rows of a further piece under the header that is already known; rows of nothing but white space dropped.

    Whether thin rows at its end are footnotes cannot be told from one piece: `tables` does that.

    Args:
        piece: A further piece of the sheet.
        table: What `tabulate` made of its first piece.

    Raises:
        ValueError: the piece has text in a column that is not in the table, which `RawSheet.later` should have told.
    """
    return _continued(piece, table)[0]


def tables(
    sheet: RawSheet,
    further: Iterable[RawSheet],
    header_row: int | None,
    header_rows: int = 1,
    *,
    block: tuple[int, int] | None = None,
) -> Iterator[Table]:
    """The whole of a sheet as tables: the same columns in all, rows in order, none lost.

    Together they hold the very rows and notes that `tabulate` gives of the sheet read whole: rows at the end of a
    piece that fill at most one cell are kept back until a fuller row follows (then they are data) or the file ends
    (then they are footnotes). The first table carries the notes above the header; footnotes come in a last one.

    Args:
        sheet: The first piece, or the whole sheet.
        further: The further pieces; may be empty.
        header_row: As for `tabulate`.
        header_rows: As for `tabulate`.
        block: As for `tabulate`.

    Yields:
        At least one table, also where it has no row.

    Raises:
        ValueError: as for `tabulate`.
        UnreadableFile: the file changed while its pieces were read.
    """
    known, fuller = _tabulated(sheet, header_row, header_rows, block)
    may_have_notes = _may_have_notes(sheet, known)
    piece, notes = known, known.notes
    held: list[pl.DataFrame] = []
    has_fuller = False
    for following in _then_none(further):
        # Thin rows before the first fuller one are data however it goes on.
        has_fuller = has_fuller or fuller > 0
        end = fuller if may_have_notes and has_fuller else piece.frame.height
        if end or piece is known:
            yield replace(known, frame=pl.concat([*held, piece.frame.head(end)]), notes=notes)
            held, notes = [], ()
        if end < piece.frame.height:
            held.append(piece.frame.slice(end))
        if following is not None:
            piece, fuller = _continued(following, known)
    if held:
        yield replace(known, frame=known.frame.clear(), notes=tuple(_notes(pl.concat(held))))


def blocks(sheet: RawSheet, header_row: int) -> list[tuple[int, int]]:
    """First and last place of each table of a sheet with several side by side, wholly blank columns between them.

    Args:
        sheet: The raw sheet.
        header_row: File row (`__row`) of the header; what stands above it is not looked at, as a title may run across.
    """
    found: list[tuple[int, int]] = []
    for place in sorted(filled_places(sheet.cells.filter(pl.col(ROW) >= header_row)) | sheet.later):
        if found and found[-1][1] == place - 1:
            found[-1] = (found[-1][0], place)
        else:
            found.append((place, place))
    return found


def columns_under(sheet: RawSheet, header_row: int | None, header_rows: int = 1) -> tuple[str, ...]:
    """The names that `tabulate` gives the columns, without its rows: a cheap look at what a header says.

    Raises:
        ValueError: as for `tabulate`.
    """
    return tuple(_headed(sheet, header_row, header_rows, None).columns.values())


@dataclass(frozen=True)
class _Headed:
    """A sheet parted at its header: the rows above and below it, its last row, and the columns by their place."""

    above: pl.DataFrame
    body: pl.DataFrame
    header_end: int | None
    columns: dict[int, str]


def _headed(sheet: RawSheet, header_row: int | None, header_rows: int, block: tuple[int, int] | None) -> _Headed:
    first, last = block or (1, sheet.cells.width - 1)
    if block and not 1 <= first <= last < sheet.cells.width:
        raise ValueError(f"the sheet has no columns {first} to {last} for a header")
    within = range(first, last + 1)
    cells = sheet.cells.select(ROW, *map(str, within)) if block else sheet.cells
    if header_row is None:
        if sheet.header is None:
            raise ValueError("header_row is needed: this sheet does not carry its header")
        names = [heading(name) for name in sheet.header[first - 1 : last]]
        above, body, header_end = cells.clear(), cells, None
    else:
        found = (cells[ROW] == header_row).arg_true()
        if len(found) == 0 or header_rows < 1 or int(found[0]) + header_rows > cells.height:
            raise ValueError(f"the sheet has no {header_rows} header rows from row {header_row}")
        start = int(found[0])
        header = cells.slice(start, header_rows)
        names = _joined([row[1:] for row in header.rows()])
        above, body, header_end = cells.head(start), cells.slice(start + header_rows), int(header[ROW][-1])
    kept = {
        place: name
        for place, name in zip(within, names, strict=True)
        if name != "" or place in sheet.later or _has_text(body[str(place)])
    }
    columns = _unique([name or f"column {place}" for place, name in kept.items()])
    return _Headed(above, body, header_end, dict(zip(kept, columns, strict=True)))


def _tabulated(
    sheet: RawSheet, header_row: int | None, header_rows: int, block: tuple[int, int] | None
) -> tuple[Table, int]:
    """The table with any footnotes still among its rows, and how many rows go up to the last that fills two cells."""
    headed = _headed(sheet, header_row, header_rows, block)
    places, columns = tuple(headed.columns), tuple(headed.columns.values())
    frame, fuller = _filled_rows(headed.body, places, columns)
    return Table(sheet.sheet, headed.header_end, columns, frame, tuple(_notes(headed.above)), places, block), fuller


def _continued(piece: RawSheet, table: Table) -> tuple[Table, int]:
    first, last = table.block or (1, piece.cells.width - 1)
    stray = filled_places(piece.cells, set(table.places))
    if any(first <= place <= last for place in stray):
        reason = f"have text in column {min(stray)}, where the first piece has none"
        raise ValueError(f"the rows from {piece.first_row} {reason}")
    cells = widened(piece.cells, max(table.places, default=0))
    frame, fuller = _filled_rows(cells, table.places, table.columns)
    return replace(table, frame=frame, notes=()), fuller


def _filled_rows(cells: pl.DataFrame, places: Sequence[int], columns: Sequence[str]) -> tuple[pl.DataFrame, int]:
    """The rows with any text, under the names of their columns, and how many go up to the last with two texts."""
    if not places:
        return cells.select(ROW).clear(), 0
    # Most rows fill their first columns: the others are looked at only while some row has not shown two texts.
    counts = pl.Series("filled", [0], pl.UInt32).new_from_index(0, cells.height)
    for place in places:
        counts = counts + cells.select(_is_filled(pl.col(str(place))).cast(pl.UInt32)).to_series()
        if cells.is_empty() or counts.min() >= 2:  # type: ignore[operator]
            break
    is_filled = counts > 0
    if not is_filled.all():
        cells, counts = cells.filter(is_filled), counts.filter(is_filled)
    named = (pl.col(str(place)).alias(name) for place, name in zip(places, columns, strict=True))
    fuller = (counts > 1).arg_true()
    return cells.select(ROW, *named), int(fuller[-1]) + 1 if len(fuller) else 0


def _may_have_notes(sheet: RawSheet, table: Table) -> bool:
    return sheet.header is None and len(table.places) >= 3


def _then_none(pieces: Iterable[RawSheet]) -> Iterator[RawSheet | None]:
    yield from pieces
    yield None


def _is_filled(cells: pl.Expr) -> pl.Expr:
    return cells.str.contains(r"\S").fill_null(False)


def _has_text(column: pl.Series) -> bool:
    return bool(column.str.contains(r"\S").any())


def _joined(header: Sequence[Sequence[str | None]]) -> list[str]:
    """One name for each column out of the header's rows, empty where the column has no text of its own.

    A blank in an upper row takes the text to its left, as a merged cell shows it, but not across a new heading
    further up, and only where a lower row of the column says something.
    """
    rows = [[heading(text) for text in row] for row in header]
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


def heading(text: str | None) -> str:
    """A cell of a header as it stands in a column's name: a line break is a space, and none is around it."""
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
