"""Two releases side by side in one connection, with what each has and lacks.

What belongs here: asking both. What does not: what a difference is (cells.py, gaps.py, answers.py, rows.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pipelines.releases.public_tables import declarations
from pipelines.releases.quoted import identifier, literal

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]
Lists = dict[str, Any]
"""A part of the document: how many there are, and the first of them."""


class NotComparable(Exception):
    """One of the two lacks a table or a column that the comparison needs; the message says which."""


@dataclass(frozen=True)
class Pair:
    """The earlier and the later release, attached as databases of these names to one connection.

    Attributes:
        connection: where both are attached.
        earlier: the earlier release's name as a database.
        later: the later one's.
        listed: how many rows a list holds at most.
        alike: by table in parts the years of which both hold the same rows.
        columns: names and types of columns, by side (0 earlier, 1 later) and table.
    """

    connection: duckdb.DuckDBPyConnection
    earlier: str
    later: str
    listed: int
    alike: Mapping[str, Sequence[int]] = field(default_factory=dict)
    columns: tuple[Mapping[str, Mapping[str, str]], Mapping[str, Mapping[str, str]]] = field(init=False)

    def __post_init__(self) -> None:
        """Read what each has."""
        both = (_columns(self.connection, self.earlier), _columns(self.connection, self.later))
        object.__setattr__(self, "columns", both)

    def need(self, table: str, names: Iterable[str]) -> None:
        """Refuse a comparison that one of them cannot answer.

        Raises:
            NotComparable: a table or column is missing.
        """
        for side, which in enumerate(("earlier", "later")):
            there = self.columns[side].get(table)
            if there is None:
                raise NotComparable(f"the {which} release has no table {table}")
            if lacking := [name for name in names if name not in there]:
                raise NotComparable(f"{table} of the {which} release has no {', '.join(lacking)}")

    def common(self, table: str) -> list[str]:
        """Columns that both have, of one type, in the later one's order."""
        before, after = (side.get(table, {}) for side in self.columns)
        return [name for name, kind in after.items() if before.get(name) == kind]

    def of(self, side: int, table: str) -> str:
        """A table of one side, for SQL."""
        return f"{identifier((self.earlier, self.later)[side])}.main.{identifier(table)}"

    def unlike(self, side: int, table: str) -> str:
        """The rows of a table that may differ, for SQL: those of years that both hold alike are left out."""
        years = ", ".join(map(str, self.alike.get(table, ())))
        year = f"year({identifier(declarations()[table].partition or '')})"
        where = f" where coalesce({year}, 0) not in ({years})" if years else ""
        return f"(select * from {self.of(side, table)}{where})"

    def run(self, sql: str) -> None:
        """Run a statement that gives nothing."""
        self.connection.execute(sql)

    def rows(self, sql: str) -> list[Row]:
        """Rows as JSON can hold them."""
        found = self.connection.execute(sql)
        names = [column[0] for column in found.description or ()]
        return [{name: plain(value) for name, value in zip(names, row, strict=True)} for row in found.fetchall()]

    def count(self, sql: str) -> int:
        """The single number that a query gives."""
        (number,) = self.connection.execute(sql).fetchall()[0]
        return int(number or 0)

    def listing(self, table: str, order: str, where: str = "true", columns: str = "*") -> Lists:
        """How many rows of a temporary table there are, and the first of them in an order that is total."""
        return {
            "count": self.count(f"select count(*) from {table} where {where}"),
            "listed": self.rows(f"select {columns} from {table} where {where} order by {order} limit {self.listed}"),
        }


def plain(value: object) -> object:
    """A value as JSON can hold it; a day as ISO 8601, a number to fifteen digits."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    if isinstance(value, Decimal):
        return float(value)
    return float(f"{value:.15g}") if isinstance(value, float) else value


def differs(names: Iterable[str], one: str = "b", other: str = "a") -> str:
    """SQL that is true where two rows differ in any of these columns."""
    said = [f"{one}.{identifier(name)} is distinct from {other}.{identifier(name)}" for name in names]
    return f"({' or '.join(said) or 'false'})"


def same(names: Iterable[str], one: str = "b", other: str = "a") -> str:
    """SQL that is true where two rows are alike in all of these columns; nothing is like nothing."""
    return " and ".join(f"{one}.{identifier(name)} is not distinct from {other}.{identifier(name)}" for name in names)


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in connection.execute(
        f"select table_name, column_name, data_type from duckdb_columns() where database_name = {literal(database)}"
        " and schema_name = 'main' order by table_name, column_index"
    ).fetchall():
        found.setdefault(table, {})[column] = kind
    return found
