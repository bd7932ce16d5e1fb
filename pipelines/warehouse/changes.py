"""What each update wrote anew, kept in the database: who looked at its rows before need not look at the others again.

`standing.edition` has one row: which database this is, and how often it was updated. `standing.changes` has a row for
each model and slice that an update left otherwise than it was, or one for the whole model. Read by the attribution gate
(expectations/attribution/kept.py) and when a release is filled (pipelines/releases/rewritten.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

from pipelines.warehouse import recipe
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


def updates(connection: duckdb.DuckDBPyConnection) -> int:
    """How often the database was updated since it was made."""
    (number,) = connection.execute("select updates from standing.edition").fetchall()[0]
    return int(number)


@dataclass(frozen=True)
class Rewritten:
    """What of a model was left otherwise.

    Attributes:
        by: the column by which its rows fall into slices.
        slices: those that are others now, as text; None is one too (rows of no period).
    """

    by: str
    slices: frozenset[str | None]


NOTHING = Rewritten("", frozenset())


def since(connection: duckdb.DuckDBPyConnection, number: int) -> dict[str, Rewritten | None]:
    """What the updates after this one left otherwise, by the name of its model; None where it may be any row."""
    by = {node.name: node.slice for node in recipe.load(connection)}
    found: dict[str, Rewritten | None] = {}
    for name, slice_, is_whole in connection.execute(
        "select node, slice, is_whole from standing.changes where number > $1", [number]
    ).fetchall():
        column, known = by.get(name), found.get(name, NOTHING)
        if is_whole or column is None or known is None:
            found[name] = None
        else:
            found[name] = Rewritten(column, known.slices | {slice_})
    return found


def _text(slice_: Slice) -> str | None:
    return slice_.isoformat() if isinstance(slice_, date) else slice_
