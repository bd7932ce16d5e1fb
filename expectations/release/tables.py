"""Are the public tables there, filled, and not suddenly smaller than in the release before?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expectations.evidence import Check, Evidence, at_least, present
from expectations.release.public_tables import PUBLIC_TABLES, PublicTable

if TYPE_CHECKING:
    import duckdb
    import polars as pl

# A table that lost more than this share of its rows deserves a look before it is released. Set here: the largest
# withdrawal on record, one vintage of one dataset replaced by a shorter one, is well under it.
SHARE_OF_ROWS_THAT_MAY_GO = 0.1


def _names(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    listed = connection.execute(
        "select table_name from information_schema.tables where table_catalog = $1 and table_schema = 'main'",
        [database],
    )
    return {name for (name,) in listed.fetchall()}


def _count(table: PublicTable, built: set[str], previous: set[str]) -> str:
    """A select of one row: what there is of a public table."""
    rows = f"(select count(*) from built.{table.name})" if table.name in built else "null"
    before = f"(select count(*) from previous.{table.name})" if table.name in previous else "null"
    return (
        f"select '{table.name}' as name, {0 if table.may_be_empty else 1} as rows_wanted,"
        f" {rows}::bigint as rows_found, {before}::bigint as rows_before"
    )


def _evidence(counts: str) -> str:
    return f"""
    with counted as ({counts})
    select
        name as subject,
        rows_found,
        rows_wanted,
        ceil(rows_before * {1 - SHARE_OF_ROWS_THAT_MAY_GO}) as rows_to_keep,
        rows_before - rows_found as rows_gone,
        concat(name, ': ', rows_found, ' rows, ', rows_before, ' before') as key_gone
    from counted
    """


def _collect(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    built, previous = _names(connection, "built"), _names(connection, "previous")
    counts = " union all ".join(_count(table, built, previous) for table in PUBLIC_TABLES)
    return connection.execute(_evidence(counts)).pl()


TABLES = Evidence(
    stage="release",
    subjects="public tables",
    collect=_collect,
    checks=(
        Check(
            check_id="table_present",
            title="Every public table is there",
            about="The tables that design.md promises; check_results, which this gate writes, comes after it.",
            expected=present("rows_found"),
        ),
        Check(
            check_id="table_not_empty",
            title="Tables that a release cannot do without have rows",
            about="A release with no indicator, authority, observation, typology or delivery in it says nothing.",
            expected=at_least("rows_found", "rows_wanted"),
        ),
        Check(
            check_id="table_rows_kept",
            title="No table is suddenly much smaller",
            about=f"Rows of each public table, against the release before: no more than {SHARE_OF_ROWS_THAT_MAY_GO:.0%}"
            " may go unnoticed.",
            expected=at_least("rows_found", "rows_to_keep"),
            failing="rows_gone",
            keys="key_gone",
            is_blocking=False,
        ),
    ),
)
