"""Parquet: the schema's names are the header, each record a row."""

import io
import json
from pathlib import Path

import polars as pl

from pipelines.readers.raw import ROW, RawSheet, UnreadableFile, is_damage, text_of


def sheets(data: bytes, path: Path) -> list[RawSheet]:
    """The records as text.

    Raises:
        UnreadableFile: cut short, damaged, or a column of bytes that are not text.
    """
    if len(data) < 12 or not data.endswith(b"PAR1"):
        raise UnreadableFile(path, "the Parquet file is cut short: its footer is missing", "download it again")
    try:
        frame = pl.read_parquet(io.BytesIO(data), hive_partitioning=False)
    except BaseException as error:
        if not is_damage(error):
            raise
        reason = f"the Parquet file is damaged ({str(error).splitlines()[0] if str(error) else type(error).__name__})"
        raise UnreadableFile(path, reason, "download it again") from error
    numbers = pl.Series(ROW, range(1, frame.height + 1), dtype=pl.Int64)
    columns = [_text(column, path).alias(str(place)) for place, column in enumerate(frame, start=1)]
    return [RawSheet(None, pl.DataFrame([numbers, *columns]), 1, tuple(frame.columns))]


def _text(column: pl.Series, path: Path) -> pl.Series:
    kind = column.dtype
    if kind == pl.Binary:
        try:
            column = column.cast(pl.String)
        except pl.exceptions.PolarsError as error:
            raise UnreadableFile(path, f"column {column.name} holds bytes, not text", "export it as text") from error
    if kind == pl.Float32:
        column = column.cast(pl.String).cast(pl.Float64)  # the shortest text of the narrow float, not its wide digits
    if kind.is_float() or kind.is_temporal() or kind == pl.Boolean:
        return _each(column, column.unique())
    if kind.is_nested():
        return pl.Series(column.name, [_compact(value) for value in column.to_list()], dtype=pl.String)
    text = column.cast(pl.String)
    return text.set(text == "", None)


def _each(column: pl.Series, values: pl.Series) -> pl.Series:
    """Every value as Python writes it, each distinct one written once."""
    texts = pl.Series([text_of(value) for value in values.to_list()], dtype=pl.String)
    return column.replace_strict(values, texts, return_dtype=pl.String)


def _compact(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=text_of)
