"""Records of delimited text in UTF-8 to rows of cells: Polars where its reading is sure, else Python's csv module.

What a record is, is what Python's csv module says: a quote counts only at the start of a cell. Polars says the same
where every quote opens or closes a whole cell or is doubled inside one, and that can be seen without parsing.
"""

import csv
import io
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np
import polars as pl

from pipelines.readers.gathered import Gathered
from pipelines.readers.limits import MAX_CELLS, MAX_COLUMNS
from pipelines.readers.raw import ROW, UnreadableFile

_END = "\x1fend of file\x1f"
_QUOTED_BREAK = 0x1D
"""Stands for a line feed inside a quoted cell while Polars reads; ASCII's own group separator, met in no table."""
_BATCH = 20_000
_RETURN, _FEED, _QUOTE = 13, 10, 34


@dataclass(frozen=True)
class Records:
    """The whole records at the start of a piece of text.

    Attributes:
        frame: `__row`, the line on which each record starts, then columns "1" to "n"; blank lines are blank rows.
        used: How many bytes of the piece they take.
        lines: How many lines they take.
    """

    frame: pl.DataFrame
    used: int
    lines: int


def records(data: bytes, delimiter: str, line: int, *, is_last: bool, width: int, path: Path) -> Records:
    """The records that end within a piece of text.

    Args:
        data: Text in UTF-8 that starts with a record. It ends with a line, unless it is the last piece.
        delimiter: One ASCII character.
        line: The line of the file on which the piece starts.
        is_last: Whether nothing follows; then every record ends with the piece.
        width: How many columns to expect; more cost a second look.
        path: The file, to name in a refusal.

    Raises:
        UnreadableFile: a quote that is never closed in the last piece, or far more columns than any table has.
    """
    found = swift(data, delimiter, line, is_last=is_last, width=width, path=path)
    return found if found is not None else sure(data, delimiter, line, is_last=is_last, path=path)


def swift(data: bytes, delimiter: str, line: int, *, is_last: bool, width: int, path: Path) -> Records | None:
    """The records as Polars reads them; None where it might read them otherwise than `sure` does."""
    if b"\r" in data and data.count(b"\r") != data.count(b"\r\n"):
        return None
    has_quotes = b'"' in data
    if has_quotes and not data.startswith(b'"') and b'\n"' not in data and delimiter.encode() + b'"' not in data:
        has_quotes = False  # inches, not quotes: one that does not start a cell is a letter like any other
    if not has_quotes and is_last and not data.endswith(b"\n"):
        data += b"\n" if data else b""
    codes = np.frombuffer(data, dtype=np.uint8)
    feeds = np.flatnonzero(codes == _FEED)
    ends, quotes = feeds, np.zeros(0, dtype=np.int64)
    has_quoted_breaks = False
    if has_quotes:
        quotes = np.flatnonzero(codes == _QUOTE)
        if not _are_whole(codes, quotes, delimiter):
            return None
        inside = (np.searchsorted(quotes, feeds) & 1).astype(bool)
        ends = feeds[~inside]
        if is_last and len(quotes) % 2:
            _refuse_open_quote(line + int(np.searchsorted(feeds, ends[-1] + 1)) if len(ends) else line, path)
        if is_last and (not len(ends) or ends[-1] != len(data) - 1):
            ends = np.append(ends, len(data))
        has_quoted_breaks = bool(inside.any())
        if has_quoted_breaks:
            if bytes([_QUOTED_BREAK]) in data:
                return None
            codes = codes.copy()
            codes[feeds[inside]] = _QUOTED_BREAK
            data = codes.tobytes()
    if not len(ends):
        return Records(pl.DataFrame(schema={ROW: pl.Int64}), 0, 0)
    used = min(int(ends[-1]) + 1, len(data))
    frame = _parsed(data[:used], delimiter, width, has_quotes) if width * len(ends) <= MAX_CELLS else None
    if frame is None:
        width = _widest(codes, quotes, ends, delimiter)
        _check_width(width, len(ends), line, path)
        frame = _parsed(data[:used], delimiter, width, has_quotes)
    if frame is None or frame.height != len(ends):
        return None
    numbers = np.arange(line, line + len(ends), dtype=np.int64)
    if has_quoted_breaks:
        numbers = line + np.searchsorted(feeds, np.concatenate([[0], ends[:-1] + 1]))
        frame = frame.with_columns(pl.all().str.replace_all(chr(_QUOTED_BREAK), "\n", literal=True))
    lines = int(np.searchsorted(feeds, used))
    return Records(frame.insert_column(0, pl.Series(ROW, numbers, dtype=pl.Int64)), used, lines)


def sure(data: bytes, delimiter: str, line: int, *, is_last: bool, path: Path) -> Records:
    """The records as Python's csv module reads them: any quoting, any line ends.

    Raises:
        UnreadableFile: as `records` says.
    """
    lift_field_limit()
    text = data.decode()
    # The mark stands alone only where no quote is open.
    reader = csv.reader(chain(io.StringIO(text, newline=""), [_END]), delimiter=delimiter)
    gathered = Gathered()
    lines = widest = 0
    for record in reader:
        if record and record[-1].endswith(_END):
            break
        gathered.add(line + lines, record)
        lines = reader.line_num
        if gathered.widest > widest or gathered.count % _BATCH == 0:
            widest = gathered.widest
            _check_width(widest, gathered.count, line + lines, path)
    if record == [_END] and reader.line_num == lines + 1:
        return Records(gathered.frame(), len(data), lines)
    if is_last:
        _refuse_open_quote(line + lines, path)
    whole = sum(len(kept) for kept in islice(io.StringIO(text, newline=""), lines))
    return Records(gathered.frame(), len(text[:whole].encode()), lines)


def lift_field_limit() -> None:
    """Let a cell be as long as it is: the csv module refuses more than 131,072 characters by default."""
    csv.field_size_limit(2**31 - 1)


def _are_whole(codes: np.ndarray, quotes: np.ndarray, delimiter: str) -> bool:
    """Whether each quote opens a cell, closes one, or is one of a doubled pair inside one."""
    opening, closing = quotes[0::2], quotes[1::2]
    before = np.where(opening > 0, codes[opening - 1], _FEED)
    after = np.where(closing + 1 < len(codes), codes[np.minimum(closing + 1, len(codes) - 1)], _FEED)
    is_start = (before == ord(delimiter)) | (before == _FEED) | (before == _QUOTE)
    is_end = (after == ord(delimiter)) | (after == _FEED) | (after == _RETURN) | (after == _QUOTE)
    return bool(is_start.all() and is_end.all())


def _parsed(data: bytes, delimiter: str, width: int, has_quotes: bool) -> pl.DataFrame | None:
    """One row for each line; None where one has more than `width` cells."""
    # A first line of the full width: Polars then fills short lines up, and keeps blank ones as blank rows.
    padded = b"".join((delimiter.encode() * (width - 1), b"\n", data))
    try:
        frame = pl.read_csv(
            padded,
            has_header=False,
            infer_schema=False,
            schema={str(place): pl.String for place in range(1, width + 1)},
            separator=delimiter,
            quote_char='"' if has_quotes else None,
        )
    except pl.exceptions.PolarsError:
        return None
    return frame.slice(1)


def _widest(codes: np.ndarray, quotes: np.ndarray, ends: np.ndarray, delimiter: str) -> int:
    found = np.flatnonzero(codes == ord(delimiter))
    if len(quotes):
        found = found[(np.searchsorted(quotes, found) & 1) == 0]
    return int(np.diff(np.searchsorted(found, ends), prepend=0).max()) + 1


def _check_width(width: int, rows: int, line: int, path: Path) -> None:
    if width > MAX_COLUMNS:
        reason = f"a record near line {line:,} has {width:,} columns, more than {MAX_COLUMNS:,}"
        raise UnreadableFile(path, reason, "give the table with its values down the rows")
    if width * rows > MAX_CELLS:
        reason = f"it has a record of {width:,} columns among {rows:,} records, so that nearly every cell is blank"
        raise UnreadableFile(path, reason, "remove what stands beside the table")


def _refuse_open_quote(line: int, path: Path) -> None:
    reason = f"a quote opened in the record that starts on line {line} is never closed"
    raise UnreadableFile(path, reason, "close or remove that quote, or download the file again")
