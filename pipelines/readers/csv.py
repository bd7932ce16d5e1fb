"""Delimited text: comma, semicolon or tab; small files whole, large ones in pieces of bounded size."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import polars as pl

from pipelines.readers.csv_records import lift_field_limit, records
from pipelines.readers.encoding import Encoding, as_utf8, encoding_of
from pipelines.readers.limits import HEAD_BYTES, MAX_COLUMNS, MAX_RECORD_BYTES, Pieces
from pipelines.readers.opened import Opened, opened_in_pieces
from pipelines.readers.raw import UnreadableFile, trimmed, wide_frame
from pipelines.readers.source import Source

DELIMITERS = (",", ";", "\t")
_SAMPLE = 100


def opened(source: Source, pieces: Pieces) -> Opened:
    """Read delimited text, its encoding found over all of it and its delimiter by `delimiter_of` from its head.

    A file read in pieces is read through before its first piece is handed out: what makes it unreadable is then known
    before anything is done with it.

    Raises:
        UnreadableFile: not text, a quote is opened and never closed, or a record of more than `MAX_RECORD_BYTES`.
    """
    is_whole = source.size <= pieces.whole_bytes
    size = source.size + 1 if is_whole else pieces.piece_bytes
    encoding = encoding_of(source.blocks(max(size, HEAD_BYTES)), source.path)
    delimiter, width = _sampled(source, encoding)

    def frames() -> Iterator[pl.DataFrame]:
        return _frames(source, encoding, delimiter, width, size)

    if is_whole:
        whole = next(frames(), None)
        return Opened([trimmed(whole if whole is not None else wide_frame([], []))])
    return opened_in_pieces(frames)


def delimiter_of(text: str) -> str:
    """The delimiter under which most of the first 100 records have one same number of columns; comma on ties."""

    def agreement(delimiter: str) -> float:
        widths = _widths(text, delimiter)
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        return count / widths.total() if width > 1 else 0.0

    return max(DELIMITERS, key=agreement)


def _widths(text: str, delimiter: str) -> Counter[int]:
    """How many of the first 100 records have each number of columns."""
    lift_field_limit()
    sample = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return Counter(len(record) for record in islice(filter(None, sample), _SAMPLE))


def _sampled(source: Source, encoding: Encoding) -> tuple[str, int]:
    """The delimiter, and how many columns to expect."""
    head = source.head(HEAD_BYTES)
    text = b"".join(as_utf8([head], encoding)).decode(errors="ignore")
    if len(head) == HEAD_BYTES and "\n" in text:
        text = text[: text.rindex("\n") + 1]
    delimiter = delimiter_of(text)
    width = max(_widths(text, delimiter), default=1)
    if width > MAX_COLUMNS:
        reason = f"it has {width:,} columns or more; no table has more than {MAX_COLUMNS:,}"
        raise UnreadableFile(source.path, reason, "give the table with its values down the rows")
    return delimiter, width


def _frames(source: Source, encoding: Encoding, delimiter: str, width: int, size: int) -> Iterator[pl.DataFrame]:
    """The records, untrimmed, one frame for about `size` bytes of the file."""
    held = b""
    line = 1
    for block, is_last in _marked_last(as_utf8(source.blocks(size), encoding)):
        held += block
        end = len(held) if is_last else held.rfind(b"\n") + 1
        if end:
            found = records(held[:end], delimiter, line, is_last=is_last, width=width, path=source.path)
            held = held[found.used :]
            line += found.lines
            width = max(width, found.frame.width - 1)
            if found.frame.height:
                yield found.frame
        if not is_last and len(held) > MAX_RECORD_BYTES:
            reason = f"the record that starts on line {line:,} is longer than {MAX_RECORD_BYTES:,} bytes"
            raise UnreadableFile(source.path, reason, "close the quote that was opened there, or break its lines")


def _marked_last(blocks: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    before: bytes | None = None
    for block in blocks:
        if before is not None:
            yield before, False
        before = block
    if before is not None:
        yield before, True
