"""The gap ledger of the current release, laid beside the landed rows: the files of the release itself, linked.

A new build goes on from it. It is as long as history, so it is neither read nor written here where its files are in
today's shape; those of an older program are written once more with the columns that it lacked.
"""

import os
import shutil
from pathlib import Path

import polars as pl

from sources.shapes import schema

SHAPE = "previous_gaps"
TABLE = "attribution_gaps"


def lay_out(release: Path | None, ledger: Path) -> None:
    """Fill `previous_gaps/` of the ledger folder with what a release says of gaps, in place of what was there.

    Args:
        release: folder of the current release; None before the first.
        ledger: the folder that a build reads the ledger from.
    """
    into = ledger / SHAPE
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    files = _files(release / "data") if release is not None else []
    if not files:
        pl.DataFrame(schema=schema(SHAPE)).write_parquet(into / "none.parquet")
    elif all(_is_as_today(path) for path in files):
        for path in files:
            _link(path, into / path.name)
    else:
        found = pl.concat([pl.scan_parquet(path, glob=False) for path in files], how="diagonal_relaxed")
        known = found.collect_schema().names()
        columns = [
            (pl.col(name) if name in known else pl.lit(None)).cast(kind).alias(name)
            for name, kind in schema(SHAPE).items()
        ]
        found.select(columns).sink_parquet(into / "older.parquet")


def _files(data: Path) -> list[Path]:
    """One file, or one for each year."""
    return sorted([*data.glob(f"{TABLE}.parquet"), *(data / TABLE).glob("*.parquet")])


def _is_as_today(path: Path) -> bool:
    columns = pl.read_parquet_schema(path)
    return all(columns.get(name) == kind for name, kind in schema(SHAPE).items())


def _link(path: Path, to: Path) -> None:
    """A link where both lie on one file system, else a copy; a release never changes, so both are as good."""
    try:
        os.link(path, to)
    except OSError:
        shutil.copyfile(path, to)
