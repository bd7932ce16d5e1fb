"""What is declared of each public table: its key, its order, what it points to, when to use it. Read from the YAML.

Column types and words are not here: they come from the tables themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Reference:
    """Columns that point to a row of another public table."""

    columns: tuple[str, ...]
    table: str
    columns_there: tuple[str, ...]


@dataclass(frozen=True)
class Declaration:
    """A public table as declared.

    Attributes:
        key: columns of which one row is one value; empty where the table has none.
        order: how rows lie.
        references: columns that point to another table.
        use: when this is the table to open.
        partition: the date whose year names the file a row is in, of a table that grows with time; None for one file.
        deprecated_on: the first day on which it may be gone (contract.py); None while it stays.
        replaced_by: the table to read instead.
    """

    name: str
    key: tuple[str, ...]
    order: tuple[str, ...]
    references: tuple[Reference, ...]
    use: str
    partition: str | None = None
    deprecated_on: date | None = None
    replaced_by: str | None = None


@cache
def declarations() -> dict[str, Declaration]:
    """Every public table, in the order in which a reader should meet them."""
    declared = yaml.safe_load((Path(__file__).parent / "public_tables.yml").read_text(encoding="utf-8"))
    return {
        name: Declaration(
            name=name,
            key=tuple(table["key"] or ()),
            order=tuple(table["order"]),
            references=tuple(_reference(columns, there) for columns, there in table.get("refers", {}).items()),
            use=table["use"],
            partition=table.get("partition"),
            deprecated_on=table.get("deprecated_on"),
            replaced_by=table.get("replaced_by"),
        )
        for name, table in declared.items()
    }


def declaration(name: str, columns: Sequence[str]) -> Declaration:
    """The declaration of a table that has these columns.

    Raises:
        ValueError: the table is not declared, or the declaration names a column that the table lacks.
    """
    try:
        found = declarations()[name]
    except KeyError:
        raise ValueError(
            f"{name}: this table is in the public schema and public_tables.yml does not declare it. "
            "Declare it there, or build it in the schema internal."
        ) from None
    named = {
        *found.key,
        *found.order,
        *filter(None, [found.partition]),
        *(column for r in found.references for column in r.columns),
    }
    if lacking := sorted(named - set(columns)):
        raise ValueError(f"{name}: public_tables.yml names columns that the table lacks: {', '.join(lacking)}.")
    return found


def _reference(columns: str, there: str | list) -> Reference:
    names = tuple(columns.split(" + "))
    if isinstance(there, str):
        return Reference(names, there, names)
    table, columns_there = there
    return Reference(names, table, tuple(columns_there))
