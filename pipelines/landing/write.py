"""A judgement becomes landed Parquet files: the delivery's own columns added, ids made, written aside, moved in."""

import os
from datetime import datetime
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pipelines.intake.judgement import Judgement
from pipelines.intake.problems import quarantine_frame
from sources.catalogue import Catalogue
from sources.shapes import schema, shapes

SPLIT = "|"


def write(
    judgement: Judgement,
    folder: Path,
    *,
    source_id: str,
    delivery_id: str,
    published_at: datetime | None,
    recorded_at: datetime,
    catalogue: Catalogue,
) -> int:
    """Write every landed shape and the quarantine of one delivery; returns the number of landed rows."""
    own = [
        pl.lit(source_id).alias("source_id"),
        pl.lit(delivery_id).alias("delivery_id"),
        pl.lit(published_at, pl.Datetime("us")).alias("published_at"),
        pl.lit(recorded_at, pl.Datetime("us")).alias("recorded_at"),
    ]
    rows = 0
    for shape, landed in judgement.landed.items():
        frame = landed.with_columns(own)
        if shape == "observations":
            frame = _observations(frame)
        if shape == "structure_assertions":
            frame = frame.with_columns(
                _hashed(frame, [c for c in schema(shape).names() if c in ASSERTED], "assertion_id")
            )
        frame = frame.select(pl.col(name).cast(kind) for name, kind in schema(shape).items())
        if frame.height:
            _write(frame, folder / shape / source_id / f"{delivery_id}.parquet")
            rows += frame.height
    quarantine = quarantine_frame(judgement.problems, catalogue).with_columns(own)
    write_quarantine(quarantine, folder, delivery_id)
    return rows


ASSERTED = {
    "service_id", "typology_id", "model_id", "tenure", "valid_from", "from_precision", "valid_to", "to_precision",
    "scope_percent", "source", "source_date", "page", "quote", "coder",
}  # fmt: skip


def write_quarantine(quarantine: pl.DataFrame, folder: Path, delivery_id: str) -> None:
    """Write what a delivery had set aside, in the shape of sources/shapes/quarantined_rows.yml."""
    frame = quarantine.select(pl.col(name).cast(kind) for name, kind in schema("quarantined_rows").items())
    if frame.height:
        _write(frame, folder / "quarantined_rows" / f"{delivery_id}.parquet")


def ensure_empty(folder: Path) -> None:
    """A file of no rows for each shape, so that a glob over landed files always finds the full schema."""
    for shape in shapes():
        path = folder / shape / "_empty.parquet"
        if not path.exists() or pl.read_parquet_schema(path) != schema(shape):
            _write(pl.DataFrame(schema=schema(shape)), path)


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


def _write(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")
    frame.write_parquet(partial, compression="zstd", statistics=True)
    partial.replace(path)
