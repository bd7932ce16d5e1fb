"""Opens what a gate reads: landed Parquet, catalogue and ledger as views, databases attached read-only.

The names that SQL in this package may use: `landed.<shape>`, `catalogue.<frame>`, `ledger.<table>`, and the public
tables of the warehouse under `built.` (for the attribution gate, of the periods it looks at) and of the release before
it under `previous.`.
"""

from __future__ import annotations

import glob
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.shapes import LANDED

if TYPE_CHECKING:
    import duckdb

BUILT = Path("building") / "warehouse.duckdb"
RELEASED = "dovetail.duckdb"
MOST_MEMORY = "4GiB"
"""A gate looks at a few columns at a time, and joins them by ids of every row; what does not fit goes to disk."""


@contextmanager
def open_catalogue(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in memory on the catalogue and the ledger of a warehouse folder."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        # No extension is needed, and none may be fetched.
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        # Made only when memory runs out; the default is the folder of whoever called.
        "temp_directory": str(warehouse / "building" / "gate_spill"),
        "memory_limit": MOST_MEMORY,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        for schema in ("catalogue", "ledger"):
            connection.execute(f"create schema {schema}")
            for path in sorted((warehouse / schema).glob("*.parquet")):
                _view(connection, f'{schema}."{path.stem}"', path.parent, path.name)
        yield connection


def add_landed_columns(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Add `landed_columns`: one row for each column of each landed file, from the files' own schemas."""
    shapes = []
    for shape in LANDED:
        folder = warehouse / "landed" / shape
        if next(folder.rglob("*.parquet"), None) is None:
            continue  # the evidence will show a shape without files
        shapes.append(
            f"select {quoted(shape)}, substr(file_name, {len(warehouse.as_posix()) + 2}), name, duckdb_type"
            f" from parquet_schema({parquet_pattern(folder, '**/*.parquet')}) where duckdb_type is not null"
        )
    nothing = "select null::varchar, null::varchar, null::varchar, null::varchar where false"
    everything = " union all ".join([*shapes, nothing])
    connection.execute(f"create view landed_columns(shape, file, column_name, column_type) as {everything}")


def add_landed(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Add a view for each landed shape. Columns must be as declared: files that differ cannot be read as one."""
    connection.execute("create schema landed")
    for shape in LANDED:
        _view(connection, f"landed.{shape}", warehouse / "landed" / shape, "**/*.parquet")


def attach(connection: duckdb.DuckDBPyConnection, name: str, database: Path) -> None:
    """Attach a database file read-only.

    Raises:
        FileNotFoundError: when there is none; DuckDB would say the same less plainly.
    """
    if not database.is_file():
        raise FileNotFoundError(f"there is no database at {database}")
    connection.execute(f"attach {quoted(str(database))} as {name} (read_only)")


def quoted(text: str) -> str:
    """As a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def parquet_pattern(folder: Path, pattern: str) -> str:
    """A literal of SQL that matches files of a folder, whatever characters its path holds."""
    return quoted(f"{glob.escape(folder.as_posix())}/{pattern}")


def _view(connection: duckdb.DuckDBPyConnection, name: str, folder: Path, pattern: str) -> None:
    connection.execute(
        f"create view {name} as select * from read_parquet({parquet_pattern(folder, pattern)}, hive_partitioning=false)"
    )
