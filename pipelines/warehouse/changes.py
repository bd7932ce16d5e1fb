"""What each update wrote anew, kept in the database: who looked at its rows before need not look at the others again.

`standing.edition` has one row: which database this is, and how often it was updated. `standing.changes` has a row for
each model and slice that an update left otherwise than it was, or one for the whole model. Read by the attribution gate
(expectations/attribution/kept.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from pipelines.warehouse.inputs import Change, Slice, literal

if TYPE_CHECKING:
    import duckdb


def begin(connection: duckdb.DuckDBPyConnection) -> None:
    """A database that was made new: no other is this one, and nothing of it was updated."""
    connection.execute(
        "create table standing.edition (database varchar, updates integer);"
        f"insert into standing.edition values ('{uuid4().hex}', 0);"
        "create table standing.changes (number integer, node varchar, slice varchar, is_whole boolean)"
    )


def add(connection: duckdb.DuckDBPyConnection, changed: Mapping[str, Change]) -> None:
    """One update more, and what came out otherwise, by the name of its model."""
    connection.execute("update standing.edition set updates = updates + 1")
    for name, change in changed.items():
        for slice_ in [None] if change.slices is None else change.slices:
            connection.execute(
                "insert into standing.changes select"
                f" updates, {literal(name)}, {literal(_text(slice_))}, {change.slices is None} from standing.edition"
            )


def _text(slice_: Slice) -> str | None:
    return slice_.isoformat() if isinstance(slice_, date) else slice_
