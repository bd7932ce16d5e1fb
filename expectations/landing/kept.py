"""Evidence of deliveries that were examined before is kept, so that the landing gate reads what is new and no more.

A landed file never changes once its delivery is recorded, and what its evidence says rests on it, on the catalogue and
on this program alone. When any of these is another, or what was kept cannot be read, everything is collected anew.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expectations import kept_frames
from expectations.evidence import Evidence
from expectations.warehouse import quoted

if TYPE_CHECKING:
    import duckdb
    import polars as pl

FOLDER = kept_frames.FOLDER / "landing"


def collect_by_delivery(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, evidence: Sequence[Evidence]
) -> list[pl.DataFrame]:
    """The frame of each evidence, whose rows each speak of one delivery (column delivery_id): kept ones and new ones.

    Args:
        connection: with the view landed.observations on every landed file; it is on every file again at the end.
        warehouse: the warehouse folder.
        evidence: what is collected from landed.observations alone.
    """
    import polars as pl

    rests_on = kept_frames.rests_on(warehouse)
    stamps = {
        path.relative_to(warehouse).as_posix(): _stamp(path)
        for path in sorted((warehouse / "landed" / "observations").rglob("*.parquet"))
    }
    known, frames = kept_frames.frames(warehouse / FOLDER, rests_on, evidence) or ({}, None)
    new = [path for path, stamp in stamps.items() if known.get(path, {}).get("stamp") != stamp]
    stays = {path: file for path, file in known.items() if path not in new and path in stamps}
    kept_ones = {delivery for file in stays.values() for delivery in file["deliveries"]}
    deliveries = _deliveries(connection, warehouse, new)
    if frames is None or any(kept_ones & set(found) for found in deliveries.values()):
        # Nothing is kept, or a delivery lies in an old file and in a new one.
        deliveries |= _deliveries(connection, warehouse, [path for path in stamps if path not in deliveries])
        new, stays, kept_ones, frames = list(stamps), {}, set(), None
    with _only(connection, warehouse, new):
        collected = [item.collect(connection) for item in evidence]
    nothing: list[pl.DataFrame | None] = [None] * len(evidence)
    whole = [
        frame
        if kept is None
        else pl.concat([kept.filter(pl.col("delivery_id").is_in(list(kept_ones))), frame], how="vertical_relaxed")
        for kept, frame in zip(frames or nothing, collected, strict=True)
    ]
    whole = [frame.sort("delivery_id", "subject") for frame in whole]
    files = stays | {path: {"stamp": stamps[path], "deliveries": deliveries.get(path, [])} for path in new}
    kept_frames.keep(warehouse / FOLDER, rests_on, files, evidence, whole)
    return whole


@contextmanager
def _only(connection: duckdb.DuckDBPyConnection, warehouse: Path, paths: Sequence[str]) -> Iterator[None]:
    """landed.observations on some files alone, for the block."""
    (whole,) = connection.execute(
        "select sql from duckdb_views() where schema_name = 'landed' and view_name = 'observations'"
    ).fetchall()[0]
    files = ", ".join(quoted(_literally(warehouse / path)) for path in paths)
    some = f"from read_parquet([{files}], hive_partitioning = false)" if paths else "from landed.every_observation"
    connection.execute("alter view landed.observations rename to every_observation")
    connection.execute(f"create view landed.observations as {some} {'' if paths else 'where false'}")
    yield
    connection.execute("drop view landed.observations")
    connection.execute("drop view landed.every_observation")
    connection.execute(whole)


def _deliveries(connection: duckdb.DuckDBPyConnection, warehouse: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """The deliveries that each file holds rows of; a file without rows is not there."""
    found = {}
    for path in paths:
        rows = connection.execute(
            f"select distinct delivery_id from read_parquet({quoted(_literally(warehouse / path))})"
        ).fetchall()
        found[path] = sorted(str(delivery) for (delivery,) in rows)
    return found


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"


def _literally(path: Path) -> str:
    return glob.escape(path.as_posix())
