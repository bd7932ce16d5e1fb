"""The DuckDB file of a release: the public tables of what was built, their comments, the checks, and the macros.

It reads what dbt built and changes nothing in it. What is not public is not copied. Where the file of the release
before was taken over (taken_over.py), the years of a table that hold other rows are written again and the others stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.releases.checks import Check, in_order
from pipelines.releases.macros import add_macros, possible
from pipelines.releases.partitions import Held, held, rows_of
from pipelines.releases.public_tables import Declaration, declaration, declarations
from pipelines.releases.quoted import identifier, literal
from pipelines.releases.rewritten import held_now
from pipelines.warehouse.changes import NOTHING, Rewritten
from pipelines.warehouse.limits import memory_limit

if TYPE_CHECKING:
    import duckdb

# Below this many rows in all, small blocks make the smaller file; above it DuckDB's own size does (measured: 20 tables
# of 20 rows take 2.7 MB against 7.6 MB, and with 300,000 observations more 46 MB against 27 MB).
_SMALL_BUILD = 50_000
# What DuckDB 1.5 and later read: texts are packed better, and in three quarters of the time, than in the oldest form.
_STORAGE = "v1.5.0"
_SMALL_BLOCK = 16_384
_BLOCK = 262_144

_CHECK_TYPES = {
    "check_id": "VARCHAR",
    "tool": "VARCHAR",
    "stage": "VARCHAR",
    "title": "VARCHAR",
    "is_blocking": "BOOLEAN",
    "outcome": "VARCHAR",
    "failing_rows": "BIGINT",
    "failing_keys": "VARCHAR",
    "about": "VARCHAR",
}
_CHECK_RESULTS_ABOUT = "One check made before this release, and how it came out."
_CHECK_COLUMNS_ABOUT = {
    "check_id": "Name of the check, unique within its tool",
    "tool": "What ran it: dbt, great_expectations, reader or disclosure",
    "stage": "Boundary it guards: landing, warehouse, attribution or release",
    "title": "What it asks, in plain words",
    "is_blocking": "Whether a release waits for it to pass",
    "outcome": "pass, fail or warn; a release with a blocking fail does not exist",
    "failing_rows": "Rows that break it",
    "failing_keys": "Some of those rows, as a person would look them up",
    "about": "What it is about and what to do when it fails",
}


@dataclass(frozen=True)
class Column:
    """A column of a public table."""

    name: str
    data_type: str
    about: str

    @property
    def is_list(self) -> bool:
        """Whether a cell holds several values."""
        return self.data_type.endswith("[]")


@dataclass(frozen=True)
class PublicTable:
    """A table of a release as it is, with what is declared of it."""

    declared: Declaration
    about: str
    columns: tuple[Column, ...]
    rows: int
    years: tuple[Held, ...] | None = None
    """What each year holds, of a table in parts, where that is known already."""

    @property
    def name(self) -> str:
        """Its name."""
        return self.declared.name


@contextmanager
def release_database(building: Path, into: Path, scratch: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with what dbt built attached as `building` and the release's file as `release`, which is in use.

    At the end the file is whole on its own (no write-ahead log) and nothing is open.

    Args:
        building: what dbt built; opened read-only.
        into: the DuckDB file: new, or a copy of that of the release before (taken_over.py).
        scratch: a folder for what does not fit in memory.

    Raises:
        FileNotFoundError: nothing was built.
    """
    import duckdb

    if not building.is_file():
        raise FileNotFoundError(f"{building} is not there: the warehouse must be built before it is released.")
    connection = duckdb.connect(
        ":memory:",
        config={
            "temp_directory": str(scratch),
            "memory_limit": memory_limit(),
            # Rows come out as they went in, whatever the number of threads: the same bytes on every machine.
            "preserve_insertion_order": "true",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        },
    )
    try:
        connection.execute(f"attach {literal(building)} as building (read_only)")
        block_size = _SMALL_BLOCK if _rows_built(connection) < _SMALL_BUILD else _BLOCK
        settings = "" if into.exists() else f" (block_size {block_size}, storage_version '{_STORAGE}')"
        connection.execute(f"attach {literal(into)} as release{settings}")
        connection.execute("use release")
        yield connection
        connection.execute("checkpoint release")
        connection.execute("use memory")
        connection.execute("detach release")
    finally:
        connection.close()


def fill(
    connection: duckdb.DuckDBPyConnection,
    checks: Sequence[Check],
    *,
    is_fictional: bool,
    before: Mapping[str, Mapping[str, Held]] | None = None,
    rewritten: Mapping[str, Rewritten | None] | None = None,
) -> list[PublicTable]:
    """Copy the public tables, add the checks and the macros; every row of a year in its declared order.

    Args:
        connection: what `release_database` gives.
        checks: every check with its outcome.
        is_fictional: whether every comment says so.
        before: what each year of each table held in the release whose file was taken over, as `partitions.contents`
            tells it; None for a new file.
        rewritten: what may be otherwise than in that release, as `standing.rewritten_since` tells it; None for all.

    Returns:
        The tables of the release, in the order of their declaration.

    Raises:
        ValueError: nothing public was built, or a public table is not as public_tables.yml declares it.
    """
    built = _described(connection, "building")
    if not built:
        raise ValueError("building/warehouse.duckdb has no table in the schema main, so there is nothing to release.")
    stands = _described(connection, "release")
    years: dict[str, tuple[Held, ...]] = {}
    # One transaction: each of these some hundred statements would otherwise wait for the disk.
    connection.execute("begin")
    _drop(connection, [name for name in stands if name not in {*built, "check_results"}])
    for name, described in built.items():
        columns = {column.name: column.data_type for column in described.columns}
        declared = declaration(name, list(columns))
        known = before.get(name) if before and _is_alike(described, stands.get(name)) else None
        if declared.partition:
            changed = None if rewritten is None else rewritten.get(name, NOTHING)
            years[name] = tuple(
                held(connection, f"building.main.{identifier(name)}", columns, declared.partition)
                if known is None or changed is None
                else held_now(connection, declared, columns, known, changed)
            )
        if known is None or name not in years:
            _drop(connection, [name] if name in stands else [])
            _copy(connection, name, declared, described)
        else:
            _renew(connection, declared, described, years[name], known)
        _comment_on(connection, name, described, is_fictional=is_fictional)
    _add_checks(connection, checks, is_fictional=is_fictional)
    released = _described(connection, "release")
    add_macros(connection, possible({name: [c.name for c in table.columns] for name, table in released.items()}))
    connection.execute("commit")
    return [_table(connection, name, released[name], years.get(name)) for name in declarations() if name in released]


@dataclass(frozen=True)
class _Described:
    """What a database says of one of its tables."""

    about: str
    columns: tuple[Column, ...]


def _described(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, _Described]:
    """The tables (and views) of the public schema, by name."""
    kept_in = f"database_name = {literal(database)} and schema_name = 'main' and not internal"
    comments = connection.execute(
        f"select table_name, comment from duckdb_tables() where {kept_in}"
        f" union all select view_name, comment from duckdb_views() where {kept_in} order by 1"
    ).fetchall()
    columns: dict[str, list[Column]] = {name: [] for name, _ in comments}
    for table, name, data_type, comment in connection.execute(
        f"select table_name, column_name, data_type, comment from duckdb_columns() where {kept_in}"
        " order by table_name, column_index"
    ).fetchall():
        columns[table].append(Column(name, data_type, comment or ""))
    return {name: _Described(about or "", tuple(columns[name])) for name, about in comments}


def _rows_built(connection: duckdb.DuckDBPyConnection) -> int:
    (rows,) = connection.execute(
        "select coalesce(sum(estimated_size), 0) from duckdb_tables()"
        " where database_name = 'building' and schema_name = 'main'"
    ).fetchall()[0]
    return int(rows)


def _is_alike(described: _Described, other: _Described | None) -> bool:
    """Whether a table has the same columns and types."""
    return other is not None and [(c.name, c.data_type) for c in described.columns] == [
        (c.name, c.data_type) for c in other.columns
    ]


def _drop(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    for name in names:
        connection.execute(f"drop table {identifier(name)}")


def _copy(connection: duckdb.DuckDBPyConnection, name: str, declared: Declaration, described: _Described) -> None:
    connection.execute(
        f"create table {identifier(name)} as"
        f" select * from building.main.{identifier(name)} order by {_order(declared, described)}"
    )


def _renew(
    connection: duckdb.DuckDBPyConnection,
    declared: Declaration,
    described: _Described,
    now: Sequence[Held],
    before: Mapping[str, Held],
) -> None:
    """Write the years of a table again that hold other rows than before."""
    after = {year.name: year for year in now}
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    others = [rows_of(declared, name) for name in names]
    if not others:
        return
    table, where = identifier(declared.name), " or ".join(f"({rows})" for rows in others)
    connection.execute(f"delete from {table} where {where}")
    connection.execute(
        f"insert into {table} select * from building.main.{table} where {where} order by {_order(declared, described)}"
    )


def _order(declared: Declaration, described: _Described) -> str:
    # A table without a key is ordered by the whole row, so that equal contents always lie in one order.
    columns = dict.fromkeys([*declared.order, *(declared.key or (column.name for column in described.columns))])
    # A year's rows lie together: its file is written from them alone, and is the same while they are.
    years = [f"year({identifier(declared.partition)})"] if declared.partition else []
    return ", ".join([*years, *(identifier(column) for column in columns)])


def _add_checks(connection: duckdb.DuckDBPyConnection, checks: Sequence[Check], *, is_fictional: bool) -> None:
    columns_made = ", ".join(f"{name} {kind}" for name, kind in _CHECK_TYPES.items())
    connection.execute(f"create or replace table check_results ({columns_made})")
    rows = [f"({', '.join(literal(value) for value in check.row().values())})" for check in in_order(checks)]
    if rows:
        connection.execute(f"insert into check_results values {', '.join(rows)}")
    columns = tuple(Column(name, "", about) for name, about in _CHECK_COLUMNS_ABOUT.items())
    _comment_on(connection, "check_results", _Described(_CHECK_RESULTS_ABOUT, columns), is_fictional=is_fictional)


def check_columns() -> dict[str, str]:
    """Types of the columns of check_results, which no dbt model makes."""
    return dict(_CHECK_TYPES)


def _comment_on(connection: duckdb.DuckDBPyConnection, name: str, described: _Described, *, is_fictional: bool) -> None:
    about = described.about
    if is_fictional and "FICTIONAL" not in about:
        about = f"FICTIONAL. {about}".rstrip()
    if about:
        connection.execute(f"comment on table {identifier(name)} is {literal(about)}")
    for column in described.columns:
        if column.about:
            connection.execute(
                f"comment on column {identifier(name)}.{identifier(column.name)} is {literal(column.about)}"
            )


def _table(
    connection: duckdb.DuckDBPyConnection, name: str, described: _Described, years: tuple[Held, ...] | None
) -> PublicTable:
    (rows,) = connection.execute(f"select count(*) from {identifier(name)}").fetchall()[0]
    declared = declaration(name, [column.name for column in described.columns])
    return PublicTable(declared, described.about, described.columns, rows, years)
