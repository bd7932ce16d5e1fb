"""What an older release alone can still say: published values, with when they were learnt, that no newer one holds.

A release keeps every value that a later delivery replaced, so `as_known_on` answers for every earlier day from the
newest release. A value that is in none of the newer ones (an indicator that was taken out or renamed, a file judged
otherwise by a later program) can be asked of the older release alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.releases.partitions import alike
from pipelines.releases.quoted import literal
from pipelines.releases.store import Release

if TYPE_CHECKING:
    import duckdb

# What was published and when we learnt it. Values that a build makes itself (sums of members, cells that no delivery
# filled) can be made again from these.
_SAID = ("observation_id", "recorded_at", "numerator", "denominator", "value", "value_marker")
_KEPT = (*_SAID, "period_start", "delivery_id", "is_derived")
_PUBLISHED = "delivery_id is not null and not coalesce(is_derived, false)"


def said_by_none_of(release: Release, newer: Sequence[Release]) -> int | None:
    """How many published values of a release none of the newer ones holds.

    Args:
        release: the older release.
        newer: those that would stay; the newest first is quickest.

    Returns:
        Their number; None when it cannot be told, because the release has no such table or cannot be opened.
    """
    import duckdb

    with duckdb.connect(":memory:") as connection:
        try:
            if not _attach(connection, "older", release):
                return None
            left = "older.observations"
            for place, other in enumerate(newer):
                if not _attach(connection, f"newer_{place}", other):
                    continue
                said = " and ".join(f"n.{name} is not distinct from o.{name}" for name in _SAID[1:])
                connection.execute(
                    f"create table left_{place} as select {', '.join(_KEPT)} from {left} as o"
                    f" where {_PUBLISHED} and {_unlike(release, other)} and not exists"
                    f" (select 1 from newer_{place}.observations as n"
                    f" where n.observation_id = o.observation_id and {said})"
                )
                left = f"left_{place}"
                if _rows(connection, left) == 0:
                    return 0
            return _rows(connection, left)
        except duckdb.Error:
            return None


def _attach(connection: duckdb.DuckDBPyConnection, name: str, release: Release) -> bool:
    """Attach a release; whether its observations have the columns asked for."""
    connection.execute(f"attach {literal(release.database)} as {name} (read_only)")
    columns = connection.execute(
        f"select column_name from duckdb_columns() where database_name = {literal(name)} and schema_name = 'main'"
        " and table_name = 'observations'"
    ).fetchall()
    return {column for (column,) in columns} >= {*_KEPT}


def _unlike(release: Release, other: Release) -> str:
    """SQL that leaves out the years of which both hold the same rows: there is nothing to look for."""
    years = alike(release.path, other.path, "observations")
    return f"coalesce(year(o.period_start), 0) not in ({', '.join(map(str, years))})" if years else "true"


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (rows,) = connection.execute(f"select count(*) from {table} where {_PUBLISHED}").fetchall()[0]
    return int(rows)
