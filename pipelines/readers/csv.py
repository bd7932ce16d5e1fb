"""Delimited text: comma, semicolon or tab."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import polars as pl

from pipelines.readers.encoding import decode
from pipelines.readers.raw import ROW, RawSheet, UnreadableFile, grid, trimmed

DELIMITERS = (",", ";", "\t")
_SAMPLE = 100
_END = "\x1fend of file\x1f"


def sheets(data: bytes, path: Path) -> list[RawSheet]:
    """Read delimited text, its delimiter found by `delimiter_of`.

    Raises:
        UnreadableFile: not text, or a quote is opened and never closed.
    """
    text = decode(data, path)
    delimiter = delimiter_of(text)
    sheet = regular(text, delimiter)
    return [sheet if sheet is not None else irregular(text, delimiter, path)]


def delimiter_of(text: str) -> str:
    """The delimiter under which most of the first 100 records have one same number of columns; comma on ties."""

    def agreement(delimiter: str) -> float:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        widths = Counter(len(record) for record in islice(filter(None, records), _SAMPLE))
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count / widths.total() if width > 1 else 0.0

    _lift_field_limit()
    return max(DELIMITERS, key=agreement)


def regular(text: str, delimiter: str) -> RawSheet | None:
    """The fast path: one record a line, no quotes, no blank lines, no line longer than the first.

    Returns:
        The sheet, or None where the text is not so regular and must be read by `irregular`.
    """
    if '"' in text:
        return None
    lines = text.replace("\r\n", "\n").rstrip("\n")
    if not lines or lines.startswith("\n") or "\n\n" in lines or "\r" in lines:
        return None
    try:
        frame = pl.read_csv(lines.encode(), has_header=False, infer_schema=False, separator=delimiter, quote_char=None)
    except pl.exceptions.ComputeError:
        return None
    if frame.height != lines.count("\n") + 1:
        return None
    frame.columns = [str(place) for place in range(1, frame.width + 1)]
    return trimmed(frame.with_row_index(ROW, offset=1).with_columns(pl.col(ROW).cast(pl.Int64)))


def irregular(text: str, delimiter: str, path: Path) -> RawSheet:
    """The sure path: any quoting, ragged rows and blank lines, with the line on which each record starts.

    Raises:
        UnreadableFile: a quote is opened and never closed, so the rest of the file would be one cell.
    """
    _lift_field_limit()
    reader = csv.reader(_lines(text), delimiter=delimiter)
    rows: list[list[str]] = []
    numbers: list[int] = []
    start = 1
    for record in reader:
        rows.append(record)
        numbers.append(start)
        start = reader.line_num + 1
    if rows.pop() != [_END]:
        reason = f"a quote opened in the record that starts on line {numbers[-1]} is never closed"
        raise UnreadableFile(path, reason, "close or remove that quote, or download the file again")
    return grid(rows, numbers[:-1])


def _lines(text: str) -> Iterator[str]:
    """The lines as an editor counts them, then a mark that stands alone only where no quote is open."""
    yield from io.StringIO(text, newline="")
    yield _END


def _lift_field_limit() -> None:
    """Let a cell be as long as it is: the csv module refuses more than 131,072 characters by default."""
    csv.field_size_limit(2**31 - 1)
