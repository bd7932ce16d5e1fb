"""A large delivery in chunks of whole indicators, so that a check which must hold its figures holds few at a time."""

from collections.abc import Iterator

import polars as pl

ROWS = 2_000_000
"""Rows of a chunk; one indicator may have more."""


def in_chunks(rows: pl.LazyFrame, most: int = ROWS) -> Iterator[pl.LazyFrame]:
    """The rows in chunks of about `most`, all of an indicator in one: every series, and every group of areas."""
    sizes = rows.group_by("indicator_id").len().sort("indicator_id").collect(engine="streaming")
    if sizes["len"].sum() <= most:
        yield rows
        return
    chunk: list[str] = []
    size = 0
    for indicator, length in sizes.iter_rows():
        if chunk and size + length > most:
            yield rows.filter(pl.col("indicator_id").is_in(chunk))
            chunk, size = [], 0
        chunk.append(indicator)
        size += length
    yield rows.filter(pl.col("indicator_id").is_in(chunk))
