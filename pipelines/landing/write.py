"""A judgement becomes landed Parquet files: the delivery's own columns added, ids made, written aside, moved in."""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from pipelines.intake.judgement import Judgement, Landed
from pipelines.intake.problems import SETS_ASIDE
from pipelines.landing import hashes
from sources.shapes import schema, shapes

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
    salt = f"{source_id}|{delivery_id}"
    by_shape: dict[str, list[Landed]] = {}
    for landed in judgement.landed:
        if landed.rows:
            by_shape.setdefault(landed.shape, []).append(landed)
    for shape, tables in by_shape.items():
        pieces = (_landed(piece, shape, own, salt) for landed in tables for piece in landed)
        _write(pieces, folder / shape / source_id / f"{delivery_id}.parquet", shape)
    write_findings(judgement.findings, folder, source_id, delivery_id, recorded_at)
    return sum(landed.rows for tables in by_shape.values() for landed in tables)


def _landed(piece: pl.DataFrame, shape: str, own: list[pl.Expr], salt: str) -> pl.DataFrame:
    from pipelines.landing.ids import ids_of  # it imports pyarrow, and a dry run lands nothing

    frame = piece.with_columns(own)
    if shape == "observations":
        frame = frame.with_columns(
            pl.coalesce("value_marker", "label_marker").alias("value_marker"),
            pl.lit(None, pl.Datetime("us")).alias("superseded_at"),
            ids_of(frame, SERIES_AND_PERIOD, PLACE, salt=salt).alias("observation_id"),
        )
    if shape == "structure_assertions":
        asserted = [column for column in schema(shape).names() if column in ASSERTED]
        frame = frame.with_columns(ids_of(frame, asserted, salt="").alias("assertion_id"))
    return frame.select(pl.col(name).cast(kind) for name, kind in schema(shape).items())


SERIES_AND_PERIOD = (
    "indicator_id", "definition_version", "breakdown_id", "period_start", "period_end", "period_type",
)  # fmt: skip
PLACE = ("area_type", "area_code")
"""With SERIES_AND_PERIOD the natural key of an observation within its delivery."""

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
    """A file of no rows for each shape, so that a glob over landed files always finds the full schema.

    Where a shape has gained columns since it was last used, its landed files gain them too: nothing is known there.
    """
    for shape in shapes():
        path = folder / shape / "_empty.parquet"
        if not path.exists() or pl.read_parquet_schema(path) != schema(shape):
            for landed in sorted((folder / shape).rglob("D*.parquet")):
                _widen(landed, shape)
            _write([pl.DataFrame(schema=schema(shape))], path, shape)


def _widen(path: Path, shape: str) -> None:
    lacking = set(schema(shape)) - set(pl.read_parquet_schema(path))
    if lacking:
        frame = pl.read_parquet(path).with_columns(pl.lit(None).alias(name) for name in lacking)
        _write([frame.select(pl.col(name).cast(kind) for name, kind in schema(shape).items())], path, shape)


def discard_orphans(folder: Path, known: set[str]) -> list[Path]:
    """Remove landed files whose delivery the ledger does not know: a run was killed before it recorded them."""
    orphans = [path for path in folder.glob("**/D*.parquet") if path.stem not in known]
    orphans += [path for path in folder.glob(f"**/D*{hashes.SUFFIX}") if path.name.split(".")[0] not in known]
    orphans += list(folder.glob("**/*.partial-*"))
    for path in orphans:
        path.unlink()
    return orphans


def _write(pieces: Iterable[pl.DataFrame], path: Path, shape: str) -> None:
    """Write the pieces as one file, one after the other, made aside and moved into place with its hash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial-{os.getpid()}")

    def source(columns: list[str] | None, _: object, __: object, ___: object) -> Iterator[pl.DataFrame]:
        yield from (piece.select(columns) if columns is not None else piece for piece in pieces)

    lazily = register_io_source(source, schema=schema(shape))
    lazily.sink_parquet(partial, compression="zstd", compression_level=1, row_group_size=ROW_GROUP, maintain_order=True)
    hashes.put_in_place(partial, path)
