"""A judgement becomes landed Parquet files: the delivery's own columns added, ids made, written aside, moved in."""

import os
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as pq

from pipelines.intake.judgement import Judgement
from pipelines.intake.problems import SETS_ASIDE
from sources.shapes import schema, shapes

SPLIT = "|"
ROW_GROUP = 122_880
"""Rows of a row group: what DuckDB reads at a time."""


def write(
    judgement: Judgement,
    folder: Path,
    *,
    source_id: str,
    delivery_id: str,
    published_at: datetime | None,
    recorded_at: datetime,
) -> int:
    """Write every landed shape and what was found of one delivery; returns the number of landed rows."""
    own = [
        pl.lit(source_id).alias("source_id"),
        pl.lit(delivery_id).alias("delivery_id"),
        pl.lit(published_at, pl.Datetime("us")).alias("published_at"),
        pl.lit(recorded_at, pl.Datetime("us")).alias("recorded_at"),
    ]
    rows = 0
    for landed in judgement.landed:
        if landed.rows:
            pieces = (_landed(piece, landed.shape, own) for piece in landed)
            rows += _write(pieces, folder / landed.shape / source_id / f"{delivery_id}.parquet", landed.shape)
    write_findings(judgement.findings, folder, source_id, delivery_id, recorded_at)
    return rows


def _landed(piece: pl.DataFrame, shape: str, own: list[pl.Expr]) -> pl.DataFrame:
    frame = piece.with_columns(own)
    if shape == "observations":
        frame = _observations(frame)
    if shape == "structure_assertions":
        frame = frame.with_columns(_hashed(frame, [c for c in schema(shape).names() if c in ASSERTED], "assertion_id"))
    return frame.select(pl.col(name).cast(kind) for name, kind in schema(shape).items())


ASSERTED = {
    "service_id", "typology_id", "model_id", "tenure", "valid_from", "from_precision", "valid_to", "to_precision",
    "scope_percent", "source", "source_date", "page", "quote", "coder",
}  # fmt: skip


def write_findings(
    found: pl.DataFrame, folder: Path, source_id: str | None, delivery_id: str, recorded_at: datetime
) -> None:
    """Write what a delivery had set aside (quarantined_rows), and what was told of numbers that landed (warnings)."""
    own = [
        pl.lit(source_id, pl.String).alias("source_id"),
        pl.lit(delivery_id).alias("delivery_id"),
        pl.lit(recorded_at, pl.Datetime("us")).alias("recorded_at"),
    ]
    is_aside = pl.col("severity").is_in(SETS_ASIDE)
    for shape, rows in (("quarantined_rows", found.filter(is_aside)), ("delivery_warnings", found.filter(~is_aside))):
        if rows.height:
            types = schema(shape).items()
            frame = rows.with_columns(own).select(pl.col(name).cast(kind) for name, kind in types)
            _write([frame], folder / shape / f"{delivery_id}.parquet", shape)


def ensure_empty(folder: Path) -> None:
    """A file of no rows for each shape, so that a glob over landed files always finds the full schema."""
    for shape in shapes():
        path = folder / shape / "_empty.parquet"
        if not path.exists() or pl.read_parquet_schema(path) != schema(shape):
            _write([pl.DataFrame(schema=schema(shape))], path, shape)


def discard_orphans(folder: Path, known: set[str]) -> list[Path]:
    """Remove landed files whose delivery the ledger does not know: a run was killed before it recorded them."""
    orphans = [path for path in folder.glob("**/D*.parquet") if path.stem not in known]
    orphans += list(folder.glob("**/*.partial-*"))
    for path in orphans:
        path.unlink()
    return orphans


def _observations(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(
        pl.coalesce("value_marker", "label_marker").alias("value_marker"),
        pl.lit(None, pl.Datetime("us")).alias("superseded_at"),
    )
    key = [
        "source_id", "delivery_id", "indicator_id", "definition_version", "area_type", "area_code", "period_start",
        "period_end", "period_type", "breakdown_id",
    ]  # fmt: skip
    return frame.with_columns(_hashed(frame, key, "observation_id")).sort(key[2:])


def _hashed(frame: pl.DataFrame, columns: list[str], name: str) -> pl.Series:
    """MD5 over the columns' texts: stable across machines and versions, as dbt makes its own ids."""
    joined = frame.select(
        pl.concat_str([pl.col(c).cast(pl.String).fill_null("") for c in columns], separator=SPLIT).alias("joined")
    )
    connection = _hasher()
    connection.register("joined", joined.to_arrow())
    hashed = connection.sql("select md5(joined) as id from joined").pl()
    connection.unregister("joined")
    return hashed["id"].alias(name)


@cache
def _hasher() -> duckdb.DuckDBPyConnection:
    """One connection for all deliveries: opening it costs more than hashing ten thousand rows."""
    return duckdb.connect()


def _write(pieces: Iterable[pl.DataFrame], path: Path, shape: str) -> int:
    """Write the pieces as one file, a row group or more each, made aside and moved into place; returns the rows."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    rows = 0
    declared = pl.DataFrame(schema=schema(shape)).to_arrow().schema
    with pq.ParquetWriter(partial, declared, compression="zstd") as writer:
        for piece in pieces:
            writer.write_table(piece.to_arrow().cast(declared), row_group_size=ROW_GROUP)
            rows += piece.height
    partial.replace(path)
    return rows
