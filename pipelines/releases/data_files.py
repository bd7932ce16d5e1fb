"""The data of a release as files: one Parquet and one CSV for each public table, the same bytes for the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.database import Column, PublicTable, identifier, literal
from reports.spreadsheet import shown_sql

if TYPE_CHECKING:
    import duckdb

# Written out so that a new version of DuckDB with other defaults does not change the bytes.
_PARQUET = "format parquet, parquet_version v1, compression zstd, compression_level 3, row_group_size 122880"
CSV_FORMAT = "format csv, header true, delimiter ',', quote '\"', escape '\"', nullstr ''"


def write_data_files(
    connection: duckdb.DuckDBPyConnection, tables: Sequence[PublicTable], into: Path, *, is_fictional: bool
) -> None:
    """Write `<table>.parquet` and `<table>.csv` for every table; the rows lie as they lie in the database.

    In the CSV nothing is an empty cell, several values are joined by ';', a time ends in Z (it is UTC), and a text that
    a spreadsheet would run as a formula has an apostrophe before it. The Parquet has every text as it came.
    """
    into.mkdir()
    for table in tables:
        write_parquet(connection, table, into / f"{table.name}.parquet", is_fictional=is_fictional)
        write_csv(connection, table, into / f"{table.name}.csv")


def write_parquet(connection: duckdb.DuckDBPyConnection, table: PublicTable, file: Path, *, is_fictional: bool) -> None:
    """Write one table as Parquet, with what it is about in its metadata."""
    about = {"about": table.about} | ({"note": "FICTIONAL"} if is_fictional else {})
    metadata = ", ".join(f"{key}: {literal(text)}" for key, text in about.items())
    connection.execute(f"copy {identifier(table.name)} to {literal(file)} ({_PARQUET}, kv_metadata {{{metadata}}})")


def write_csv(connection: duckdb.DuckDBPyConnection, table: PublicTable, file: Path) -> None:
    """Write one table as CSV."""
    columns = ", ".join(f"{_as_text(column)} as {identifier(column.name)}" for column in table.columns)
    connection.execute(f"copy (select {columns} from {identifier(table.name)}) to {literal(file)} ({CSV_FORMAT})")


def _as_text(column: Column) -> str:
    name = identifier(column.name)
    if column.is_list:
        return shown_sql(f"array_to_string({name}::varchar[], ';')")
    if column.data_type == "TIMESTAMP":
        return f"strftime({name}, '%Y-%m-%dT%H:%M:%S.%fZ')"
    return shown_sql(name) if column.data_type == "VARCHAR" else name
