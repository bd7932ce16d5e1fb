"""The raw sheet: what every reader returns, how rows become one, and how a file is refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipelines.readers.texts import column_of

ROW = "__row"
"""First column of `RawSheet.cells` and of `Table.frame`: the row number a person sees, from 1."""


@dataclass(frozen=True)
class RawSheet:
    """One sheet, or the only table, of a file, every cell as text.

    Attributes:
        sheet: Name of the sheet, or of the member of a zip; None where the format has no sheets.
        cells: `__row` (Int64), then columns "1" to "n" (String), named for their place in the file, from 1. `__row` is
            the row of the spreadsheet, the line of the text file where the record starts (a quoted line break makes
            it jump), or the number of the record. An empty cell is null. Blank rows and columns between filled ones
            are kept, those after the last are not, nor are blank rows before the first. No header is taken out.
        first_row: `__row` of the first row; 1 where there is none.
        header: Column names of a format that carries them (Parquet, JSON records); None for a grid.
        is_hidden: True where the workbook hides the sheet.
        later: Places that hold text in a further piece of a file read in pieces; empty for a file read whole. It lets a
            table have the same columns from its first piece to its last.
    """

    sheet: str | None
    cells: pl.DataFrame
    first_row: int
    header: tuple[str, ...] | None = None
    is_hidden: bool = False
    later: frozenset[int] = frozenset()


class UnreadableFile(Exception):
    """A file that cannot be read whole.

    Attributes:
        path: The file.
        reason: What is wrong with it.
        remedy: What to do about it.
    """

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.path = path
        self.reason = _shown(reason)
        self.remedy = remedy

    def __str__(self) -> str:
        return " ".join(f"{_shown(self.path.name)}: {self.reason}; {self.remedy}".split())


def _shown(text: str) -> str:
    """Text out of a file, or its name, for a message: what a terminal would obey is shown, not sent."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def is_damage(error: BaseException) -> bool:
    """Whether an error raised by a library in Rust speaks of the file: a panic there is no `Exception`, yet it does."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def grid(
    rows: Sequence[Sequence[str | None]],
    numbers: Sequence[int],
    *,
    sheet: str | None = None,
    is_hidden: bool = False,
) -> RawSheet:
    """A raw sheet of rows of text, ragged or not.

    Args:
        rows: The cells of each row; short rows are padded with null.
        numbers: The file row number of each row.
        sheet: The name of the sheet.
        is_hidden: Whether the workbook hides it.
    """
    return trimmed(wide_frame(rows, numbers), sheet=sheet, is_hidden=is_hidden)


def wide_frame(rows: Sequence[Sequence[object]], numbers: Sequence[int]) -> pl.DataFrame:
    """`__row` and columns "1" to "n" of rows of values, as wide as the longest; short rows are padded with null."""
    width = max(map(len, rows), default=0)
    padded = (row if len(row) == width else [*row, *[None] * (width - len(row))] for row in rows)
    columns = zip(*padded, strict=True) if rows else iter(())
    return pl.DataFrame(
        [pl.Series(ROW, numbers, dtype=pl.Int64)]
        + [column_of(column).alias(str(place)) for place, column in enumerate(columns, start=1)]
    )


def stacked(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Frames of `__row` and columns "1" to "n" one under the other, as wide as the widest."""
    widest = max(frames, key=lambda frame: frame.width)
    return pl.concat([widest.clear(), *frames], how="diagonal")


def trimmed(frame: pl.DataFrame, *, sheet: str | None = None, is_hidden: bool = False) -> RawSheet:
    """A raw sheet of `__row` and text columns: empty text made null, blank edges dropped (never on the left)."""
    names = frame.columns[1:]
    frame = frame.with_columns(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in names)
    while names and frame[names[-1]].null_count() == frame.height:
        names.pop()
    if not names:
        return RawSheet(sheet, pl.DataFrame(schema={ROW: pl.Int64}), 1, None, is_hidden)
    filled = frame.select(pl.any_horizontal(pl.col(names).is_not_null())).to_series().arg_true()
    first, last = int(filled[0]), int(filled[-1])
    frame = frame.select(ROW, *names).slice(first, last - first + 1)
    return RawSheet(sheet, frame, int(frame[ROW][0]), None, is_hidden)
