"""What the years of a table hold, where only some of its rows were written anew since the release before.

The building database says what its updates left otherwise (pipelines/warehouse/changes.py). A year that no such row is
in, neither now nor in the release before, holds what it held: it is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipelines.releases.partitions import NO_PERIOD, Held, held, rows_of
from pipelines.releases.public_tables import Declaration
from pipelines.releases.quoted import identifier, literal
from pipelines.warehouse.changes import Rewritten

if TYPE_CHECKING:
    import duckdb


def held_now(
    connection: duckdb.DuckDBPyConnection,
    declared: Declaration,
    columns: Mapping[str, str],
    before: Mapping[str, Held],
    rewritten: Rewritten,
) -> list[Held]:
    """What each year of a table holds, as `partitions.held` would find it by reading every row.

    Args:
        connection: with what was built as `building`, and the tables of the release before in use.
        declared: the table.
        columns: its columns and their types, the same in both.
        before: what each year held in the release before.
        rewritten: which rows may be others since.
    """
    if not rewritten.slices:
        return list(before.values())
    table, partition = identifier(declared.name), str(declared.partition)
    built = f"building.main.{table}"
    where = _rows_of(rewritten, columns[rewritten.by])
    years = {
        NO_PERIOD if year is None else str(year)
        for (year,) in connection.execute(
            f"select year({identifier(partition)}) from {built} where {where} group by all"
            f" union select year({identifier(partition)}) from {table} where {where} group by all"
        ).fetchall()
    }
    if not years:
        return list(before.values())
    touched = " or ".join(f"({rows_of(declared, year)})" for year in sorted(years))
    found = [year for year in held(connection, built, columns, partition, touched) if year.rows]
    found += [year for name, year in before.items() if name not in years and year.rows]
    return sorted(found, key=lambda year: year.name) or held(connection, built, columns, partition)


def _rows_of(rewritten: Rewritten, kind: str) -> str:
    """SQL that is true for the rows of these slices. The column is not cast: DuckDB knows where its values lie."""
    column = identifier(rewritten.by)
    known = sorted(slice_ for slice_ in rewritten.slices if slice_ is not None)
    parts = [f"{column} in ({', '.join(f'cast({literal(slice_)} as {kind})' for slice_ in known)})"] if known else []
    if None in rewritten.slices:
        parts.append(f"{column} is null")
    return " or ".join(parts) or "false"
