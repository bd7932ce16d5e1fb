"""What staging read, in fingerprints, and which of it has changed since.

A staging model is told by its rows, whatever order they lie in. The landed observations are too many for that: they are
told by their files, which never change once a delivery is landed. What comes from the release before (`kept_by:
release`) is no change when that release is what the database itself became.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.warehouse.recipe import Node

if TYPE_CHECKING:
    import duckdb

OBSERVATIONS = Path("landed") / "observations"

Slice = date | str | None
"""A value of a slice column. None is a slice too: rows that belong to no period."""


@dataclass(frozen=True)
class Change:
    """Which rows of a model are others than before: those of some slices, or (`slices` is None) any."""

    slices: frozenset[Slice] | None

    def with_(self, other: Change) -> Change:
        """Both together."""
        if self.slices is None or other.slices is None:
            return Change(None)
        return Change(self.slices | other.slices)


ANY = Change(None)

Fingerprints = dict[Slice, tuple[int, int]]
"""Rows and their hash, for each slice; a table without slices is the one slice None."""


def fingerprints(connection: duckdb.DuckDBPyConnection, rows: str, slice_column: str | None) -> Fingerprints:
    """Of each slice of a table or `(select ...)`: its rows, and a hash that does not depend on their order."""
    found = connection.execute(
        f"select {slice_column or 'null'} as slice, count(*), sum(hash(found)) from {rows} as found group by 1"
    ).fetchall()
    return {slice_: (rows, int(hashed)) for slice_, rows, hashed in found}


def differing(before: Fingerprints, after: Fingerprints) -> frozenset[Slice]:
    """Slices whose rows are not the same."""
    return frozenset(slice_ for slice_ in before.keys() | after.keys() if before.get(slice_) != after.get(slice_))


def literal(value: Slice) -> str:
    """A slice or a text, written for SQL. Bound parameters would do, but the first one makes DuckDB import pandas."""
    if value is None:
        return "null"
    if isinstance(value, date):
        return f"date '{value}'"
    return "'" + value.replace("'", "''") + "'"


def note(connection: duckdb.DuckDBPyConnection, staging: Iterable[Node]) -> dict[str, Change]:
    """Take down what staging reads now; returns what is otherwise than when it was last taken down.

    Runs in the warehouse folder, because the files are named relative to it.
    """
    connection.execute(
        "create table if not exists standing.inputs (node varchar, slice varchar, counted ubigint, hash hugeint);"
        "create table if not exists standing.landed (path varchar, stamp varchar, slices date[])"
    )
    changed: dict[str, Change] = {}
    for node in staging:
        change = None
        if node.kept_by == "rows":
            change = _note_rows(connection, node)
        elif node.kept_by == "files":
            change = _note_files(connection, node)
        if change is not None:
            changed[node.unique_id] = change
    return changed


def _note_rows(connection: duckdb.DuckDBPyConnection, node: Node) -> Change | None:
    assert node.relation is not None
    # As texts, because that is how they are kept.
    column = node.slice and f"{node.slice}::varchar"
    after = fingerprints(connection, node.relation, column)
    before: Fingerprints = {
        slice_: (rows, hashed)
        for slice_, rows, hashed in connection.execute(
            f"select slice, counted, hash from standing.inputs where node = '{node.name}'"
        ).fetchall()
    }
    slices = differing(before, after)
    if not slices:
        return None
    connection.execute(f"delete from standing.inputs where node = '{node.name}'")
    for slice_, (rows, hashed) in after.items():
        connection.execute(
            f"insert into standing.inputs values ('{node.name}', {literal(slice_)}, {rows}, {hashed}::hugeint)"
        )
    if node.slice is None:
        return ANY
    return Change(frozenset(date.fromisoformat(s) if isinstance(s, str) else s for s in slices))


def _note_files(connection: duckdb.DuckDBPyConnection, node: Node) -> Change | None:
    """Landed files that came, went or were written anew since; the slices are those that each holds or held."""
    before = {
        path: (stamp, slices)
        for path, stamp, slices in connection.execute("select path, stamp, slices from standing.landed").fetchall()
    }
    after = {path.as_posix(): _stamp(path) for path in sorted(OBSERVATIONS.rglob("*.parquet"))}
    new = [path for path, stamp in after.items() if path not in before or before[path][0] != stamp]
    gone = [path for path in before if path not in after]
    if not new and not gone:
        return None
    held = {slice_ for path in (*new, *gone) if path in before for slice_ in before[path][1]}
    for path in (*new, *gone):
        connection.execute(f"delete from standing.landed where path = {literal(path)}")
    for path in new:
        (slices,) = connection.execute(
            f"insert into standing.landed select {literal(path)}, {literal(after[path])},"
            f" coalesce(list(distinct {node.slice}), []) from read_parquet({literal(path)}) returning slices"
        ).fetchall()[0]
        held |= set(slices)
    return Change(frozenset(held))


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{status.st_size}|{status.st_mtime_ns}|{status.st_ino}"
