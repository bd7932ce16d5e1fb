"""Evidence of periods that were examined before is kept, so that the attribution gate reads what changed and no more.

The building database counts its updates and says which periods of which table each of them wrote anew
(pipelines/warehouse/changes.py); its seal vouches that nobody else wrote into it since. A row of evidence rests on the
rows of its own period, on the registers, on the catalogue and on this program. When any of the latter is another, when
everything was built anew, when the seal does not fit or what was kept cannot be read, everything is collected anew.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expectations import kept_frames
from expectations.evidence import Evidence
from expectations.warehouse import BUILT, attach, quoted

if TYPE_CHECKING:
    import duckdb
    import polars as pl

FOLDER = kept_frames.FOLDER / "attribution"
SEAL = BUILT.with_name("warehouse.seal.json")
"""Written by pipelines/warehouse/standing.py when a build or an update is done."""
IN_PERIODS = ("attribution_gaps", "attributions", "observations")
"""The tables whose rows are read period by period; every other that the evidence reads is read whole."""
WHOLE = ("authorities", "services")


def collect_by_period(
    connection: duckdb.DuckDBPyConnection, warehouse: Path, evidence: Sequence[Evidence]
) -> list[pl.DataFrame]:
    """The frame of each evidence, whose rows each speak of one period (column period_end): kept ones and new ones.

    Args:
        connection: on the catalogue; `built` is added, and has every row at the end.
        warehouse: the warehouse folder.
        evidence: what is collected from `IN_PERIODS` and `WHOLE` alone.
    """
    import polars as pl

    attach(connection, "made", warehouse / BUILT)
    connection.execute("create schema built")
    for (name,) in connection.execute(
        "select table_name from duckdb_tables() where database_name = 'made' and schema_name = 'main'"
    ).fetchall():
        _show(connection, name)
    rests_on = kept_frames.rests_on(warehouse)
    now = _stands(connection, warehouse)
    kept = kept_frames.frames(warehouse / FOLDER, rests_on, evidence)
    changed = None if kept is None or now is None else _changed(connection, kept[0], now)
    if kept is None or changed is None:
        whole = [item.collect(connection) for item in evidence]
    else:
        for name in IN_PERIODS:
            _show(connection, name, changed)
        period = pl.col("period_end").cast(pl.String)
        is_renewed = period.is_in([value for value in changed if value is not None])
        is_kept = ~(is_renewed.fill_null(None in changed))
        whole = [
            pl.concat([frame.filter(is_kept), item.collect(connection)], how="vertical_relaxed")
            for frame, item in zip(kept[1], evidence, strict=True)
        ]
        for name in IN_PERIODS:
            _show(connection, name)
    whole = [frame.sort("subject") for frame in whole]
    if now is not None:
        kept_frames.keep(warehouse / FOLDER, rests_on, now, evidence, whole)
    return whole


def _show(connection: duckdb.DuckDBPyConnection, name: str, periods: frozenset[str | None] | None = None) -> None:
    """A table of the building database as built.<name>: all of it, or the rows of some periods."""
    where = ""
    if periods is not None:
        days = ", ".join(f"date {quoted(period)}" for period in sorted(filter(None, periods)))
        some = [f"period_end in ({days})"] if days else []
        where = "where " + (" or ".join([*some, "period_end is null"] if None in periods else some) or "false")
    connection.execute(f'create or replace view built."{name}" as from made.main."{name}" {where}')


def _stands(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> dict[str, Any] | None:
    """Which database was built and how often it was updated since; None where its seal does not vouch for its file."""
    status = (warehouse / BUILT).stat()
    try:
        seal = json.loads((warehouse / SEAL).read_text(encoding="utf-8"))
        if (seal["size"], seal["written"]) != (status.st_size, status.st_mtime_ns):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    (is_told,) = connection.execute(
        "select count(*) from duckdb_tables()"
        " where database_name = 'made' and schema_name = 'standing' and table_name = 'edition'"
    ).fetchall()[0]
    if not is_told:
        return None
    database, updates = connection.execute("select database, updates from made.standing.edition").fetchall()[0]
    return {"database": database, "updates": updates}


def _changed(
    connection: duckdb.DuckDBPyConnection, kept: dict[str, Any], now: dict[str, Any]
) -> frozenset[str | None] | None:
    """Periods that were written anew since the evidence was kept; None where any may have been."""
    if kept["database"] != now["database"] or kept["updates"] > now["updates"]:
        return None
    rows = connection.execute(
        "select node, slice, is_whole from made.standing.changes where number > $1", [kept["updates"]]
    ).fetchall()
    read = [(slice_, is_whole or name in WHOLE) for name, slice_, is_whole in rows if name in (*IN_PERIODS, *WHOLE)]
    return None if any(is_whole for _, is_whole in read) else frozenset(slice_ for slice_, _ in read)
