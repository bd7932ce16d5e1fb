"""Parquet: the schema's names are the header, each record a row; large files in pieces of bounded size."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.readers.limits import MAX_COLUMNS, Pieces
from pipelines.readers.opened import Opened
from pipelines.readers.raw import ROW, RawSheet, UnreadableFile, is_damage
from pipelines.readers.source import Source
from pipelines.readers.texts import each, numbers, text_of

_BUFFER = 1024**2


def opened(source: Source, pieces: Pieces) -> Opened:
    """The records as text.

    A file read in pieces is decoded once before its first piece is handed out, so that damage far down is known first.

    Raises:
        UnreadableFile: cut short, damaged, far too wide, or a column of bytes that are not text.
    """
    with source.start() as file:
        file.seek(max(0, source.size - 4))
        if source.size < 12 or file.read() != b"PAR1":
            reason = "the Parquet file is cut short: its footer is missing"
            raise UnreadableFile(source.path, reason, "download it again")
    with _refusing_damage(source), source.start() as file, pq.ParquetFile(file) as parquet:
        rows, names = parquet.metadata.num_rows, tuple(parquet.schema_arrow.names)
    if len(names) > MAX_COLUMNS:
        reason = f"it has {len(names):,} columns; no table has more than {MAX_COLUMNS:,}"
        raise UnreadableFile(source.path, reason, "give the table with its values down the rows")
    is_whole = rows * len(names) <= pieces.whole_cells
    step = max(1, (pieces.whole_cells if is_whole else pieces.piece_cells) // max(1, len(names)))
    if is_whole:
        found = [_sheet(batch, 1, names, source) for batch in _batches(source, step, rows)]
        if not found:
            found = [_sheet(_nothing(source), 1, names, source)]
        return Opened([RawSheet(None, pl.concat([sheet.cells for sheet in found]), 1, names)])
    blank = {place for place, name in enumerate(names, start=1) if not name.strip()}
    later: set[int] = set()
    for batch in _batches(source, step, rows):
        for place in blank - later:
            text = _text(pl.Series("", batch.column(place - 1)), source)
            later |= {place} if text.str.contains(r"\S").any() else set()

    def sheets() -> Iterator[RawSheet]:
        row = 1
        for batch in _batches(source, step, rows):
            yield _sheet(batch, row, names, source, frozenset(later))
            row += batch.num_rows

    further = sheets()
    return Opened([next(further)], further, True)


@contextmanager
def _refusing_damage(source: Source) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        if not is_damage(error) or isinstance(error, UnreadableFile):
            raise
        reason = f"the Parquet file is damaged ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        raise UnreadableFile(source.path, reason, "download it again") from error


def _batches(source: Source, step: int, rows: int) -> Iterator[pa.RecordBatch]:
    """The records, at most `step` at a time, decoded a page at a time however large the row groups are."""
    count = 0
    with source.start() as file:
        with _refusing_damage(source):
            # One thread: the order and the memory are those of one column at a time.
            parquet = pq.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
            batches = parquet.iter_batches(step, use_threads=False)
        while True:
            with _refusing_damage(source):
                batch = next(batches, None)
            if batch is None:
                break
            count += batch.num_rows
            if count > rows:
                break
            if batch.num_rows:
                yield batch
    source.check()
    if count != rows:
        reason = f"the Parquet file is damaged (it claims {rows:,} records and holds others)"
        raise UnreadableFile(source.path, reason, "download it again")


def _nothing(source: Source) -> pa.RecordBatch:
    with _refusing_damage(source), source.start() as file, pq.ParquetFile(file) as parquet:
        return pa.RecordBatch.from_pylist([], schema=parquet.schema_arrow)


def _sheet(
    batch: pa.RecordBatch, row: int, names: tuple[str, ...], source: Source, later: frozenset[int] = frozenset()
) -> RawSheet:
    """One piece, its columns taken one by one: two of a Parquet file may share a name."""
    columns = [pl.Series(ROW, range(row, row + batch.num_rows), dtype=pl.Int64)]
    for place, name in enumerate(names, start=1):
        with _refusing_damage(source):
            column = pl.Series(name, batch.column(place - 1))
            columns.append(_text(column, source).alias(str(place)))
    return RawSheet(None, pl.DataFrame(columns), row, names, later=later)


def _text(column: pl.Series, source: Source) -> pl.Series:
    kind = column.dtype
    if kind == pl.Binary:
        try:
            column = column.cast(pl.String)
        except pl.exceptions.PolarsError as error:
            reason = f"column {column.name} holds bytes, not text"
            raise UnreadableFile(source.path, reason, "export it as text") from error
    if kind == pl.Float32:
        column = column.cast(pl.String).cast(pl.Float64)  # the shortest text of the narrow float, not its wide digits
    if kind.is_float():
        return numbers(column.cast(pl.Float64))
    if kind.is_temporal() or kind == pl.Boolean:
        return each(column, column.unique())
    if kind.is_nested():
        return pl.Series(column.name, [_compact(value) for value in column.to_list()], dtype=pl.String)
    text = column.cast(pl.String)
    return text.set(text == "", None)


def _compact(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=text_of)
