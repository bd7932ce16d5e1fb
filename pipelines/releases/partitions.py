"""Parts of a table by the year of the date that its declaration names, and what each holds, told by its rows.

A part that holds the rows of the release before is not written again: its files are linked (data_files.py), and its
rows stay in a DuckDB file that was taken over (database.py). Which tables are in parts stands in public_tables.yml.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.releases.public_tables import Declaration, declarations
from pipelines.releases.quoted import identifier

if TYPE_CHECKING:
    import duckdb

NAME = "partitions.json"
NO_PERIOD = "none"
"""The part of rows that have no period."""


@dataclass(frozen=True)
class Held:
    """The rows of a table whose periods begin in one year.

    Attributes:
        name: the year, or `none`.
        rows: how many there are.
        content: tells whether these are the same rows.
    """

    name: str
    rows: int
    content: str


@dataclass(frozen=True)
class Part:
    """The files of these rows.

    Attributes:
        table: their table.
        held: what is in them.
        fingerprint: of the rows and of everything else that the bytes of the files come from.
    """

    table: str
    held: Held
    fingerprint: str

    @property
    def name(self) -> str:
        """The year, or `none`."""
        return self.held.name


def held(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Mapping[str, str],
    partition: str,
    where: str = "true",
) -> list[Held]:
    """What each year of a table holds, the earliest first; one pass over its rows.

    A table without rows has one part, `none`: its files have the columns.

    The content is no proof against somebody who wants two parts to look alike; it tells whether rows changed. It takes
    the sum and the exclusive or of a hash of 64 bits of each row, so the order of rows is not in it: their order within
    a part follows from the rows.

    Args:
        connection: with the table.
        relation: the table, as SQL names it.
        columns: its columns and their types.
        partition: the column whose year names the part.
        where: SQL that is true for the rows to look at; of a year all or none.
    """
    hashed = f"hash({', '.join(map(identifier, columns))})"
    found = connection.execute(
        f"select year({identifier(partition)}) as part, count(*), sum({hashed}::hugeint), bit_xor({hashed})"
        f" from {relation} where {where} group by part order by part nulls last"
    ).fetchall()
    kinds = [f"{name} {kind}" for name, kind in columns.items()]
    if not found:
        return [Held(NO_PERIOD, 0, _hash([kinds, 0]))]
    return [
        Held(NO_PERIOD if name is None else str(name), rows, _hash([kinds, rows, int(total), int(parity)]))
        for name, rows, total, parity in found
    ]


def parts(table: str, years: Iterable[Held], writer: str) -> list[Part]:
    """The parts that these rows are written to.

    Args:
        table: their table.
        years: what each holds.
        writer: what the bytes depend on beside the rows: versions, formats, what is written into the metadata.
    """
    return [Part(table, year, _hash([writer, year.content])) for year in years]


def rows_of(declared: Declaration, part: str) -> str:
    """SQL that is true for the rows of a part."""
    column = identifier(declared.partition or "")
    if part == NO_PERIOD:
        return f"{column} is null"
    # Days and not the year: of these DuckDB knows where in a table they lie.
    return f"{column} between date '{int(part):04}-01-01' and date '{int(part):04}-12-31'"


def write_parts(made: Iterable[Part], folder: Path) -> None:
    """Write partitions.json: each part with the date that names it, its rows, its content, its files' fingerprint."""
    tables: dict[str, dict[str, dict[str, Any]]] = {}
    for part in made:
        by = declarations()[part.table].partition
        said = {"by": by, "rows": part.held.rows, "content": part.held.content, "fingerprint": part.fingerprint}
        tables.setdefault(part.table, {})[part.name] = said
    (folder / NAME).write_text(json.dumps({"tables": tables}, indent=1) + "\n", encoding="utf-8")


def fingerprints(folder: Path) -> dict[str, dict[str, str]]:
    """Fingerprints by table and part as a release tells them; empty where it does not."""
    return _told(folder, "fingerprint")


def contents(folder: Path) -> dict[str, dict[str, Held]]:
    """What each part of each table holds, as a release tells it; empty where it does not."""
    rows, content = _told(folder, "rows"), _told(folder, "content")
    return {
        table: {name: Held(name, int(rows[table][name]), said) for name, said in of.items()}
        for table, of in content.items()
        if table in rows
    }


def _told(folder: Path, what: str) -> dict[str, dict[str, str]]:
    try:
        tables = json.loads((folder / NAME).read_text(encoding="utf-8"))["tables"]
        return {table: {name: part[what] for name, part in of.items()} for table, of in tables.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def alike(one: Path, other: Path, table: str) -> list[int]:
    """The years of which two releases hold the same rows of a table: what was compared need not be read again.

    Years by the date that names them today; a release that was made by another has none.
    """
    by = {declarations()[table].partition}
    if any(set(_told(folder, "by").get(table, {}).values()) != by for folder in (one, other)):
        return []
    before, after = (fingerprints(folder).get(table, {}) for folder in (one, other))
    return sorted(int(name) for name in before if name != NO_PERIOD and after.get(name) == before[name])


def _hash(said: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
