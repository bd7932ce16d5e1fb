"""Parts of a table by the year in which periods begin, and a fingerprint of each from its rows.

A part whose fingerprint is that of the release before holds the same rows and would be written to the same bytes: its
files are linked and not written (data_files.py). Which tables are in parts stands in public_tables.yml.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.releases.database import PublicTable, identifier

if TYPE_CHECKING:
    import duckdb

NAME = "partitions.json"
NO_PERIOD = "none"
"""The part of rows that have no period."""


@dataclass(frozen=True)
class Part:
    """The rows of a table whose periods begin in one year.

    Attributes:
        table: its table.
        name: the year, or `none`.
        rows: how many there are.
        fingerprint: of the rows and of everything else that the bytes of its files come from.
    """

    table: str
    name: str
    rows: int
    fingerprint: str


def parts(connection: duckdb.DuckDBPyConnection, table: PublicTable, writer: str) -> list[Part]:
    """The parts of a table of the release in use, the earliest first; one pass over its rows.

    A table without rows has one part, `none`: its files have the columns.

    The fingerprint is no proof against somebody who wants two parts to look alike; it tells whether rows changed. It
    takes the sum and the exclusive or of a hash of 64 bits of each row, so the order of rows is not in it: their order
    within a part follows from the rows.

    Args:
        connection: with the table in use.
        table: a table that is in parts.
        writer: what the bytes depend on beside the rows: versions, formats, what is written into the metadata.
    """
    hashed = f"hash({', '.join(identifier(column.name) for column in table.columns)})"
    year = f"year({identifier(table.declared.partition or '')})"
    found = connection.execute(
        f"select {year} as part, count(*), sum({hashed}::hugeint), bit_xor({hashed})"
        f" from {identifier(table.name)} group by part order by part nulls last"
    ).fetchall()
    columns = [f"{column.name} {column.data_type}" for column in table.columns]
    if not found:
        return [Part(table.name, NO_PERIOD, 0, _hash([writer, columns, 0]))]
    return [
        Part(table.name, NO_PERIOD if name is None else str(name), rows, _hash([writer, columns, rows, total, parity]))
        for name, rows, total, parity in ((row[0], *(int(number) for number in row[1:])) for row in found)
    ]


def rows_of(table: PublicTable, part: Part) -> str:
    """SQL that is true for the rows of a part."""
    column = identifier(table.declared.partition or "")
    if part.name == NO_PERIOD:
        return f"{column} is null"
    # Days and not the year: of these DuckDB knows where in a table they lie.
    return f"{column} between date '{int(part.name):04}-01-01' and date '{int(part.name):04}-12-31'"


def write_parts(made: Iterable[Part], folder: Path) -> None:
    """Write partitions.json: each part with its rows and fingerprint."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for part in made:
        tables.setdefault(part.table, {})[part.name] = {"rows": part.rows, "fingerprint": part.fingerprint}
    (folder / NAME).write_text(json.dumps({"tables": tables}, indent=1) + "\n", encoding="utf-8")


def fingerprints(folder: Path) -> dict[str, dict[str, str]]:
    """Fingerprints by table and part as a release tells them; empty where it does not."""
    try:
        tables = json.loads((folder / NAME).read_text(encoding="utf-8"))["tables"]
        return {table: {name: part["fingerprint"] for name, part in of.items()} for table, of in tables.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def alike(one: Path, other: Path, table: str) -> list[int]:
    """The years of which two releases hold the same rows of a table: what was compared need not be read again."""
    before, after = (fingerprints(folder).get(table, {}) for folder in (one, other))
    return sorted(int(name) for name in before if name != NO_PERIOD and after.get(name) == before[name])


def _hash(said: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
