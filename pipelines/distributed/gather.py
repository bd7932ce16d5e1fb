"""The public tables as the engine made them, under the contracts of the marts: one Parquet file each.

DuckDB enforces a contract when it builds a table; an engine knows nothing of it. So it is enforced here, on what the
engine wrote: the columns, no other, in their order, in their types, and none null that may not be.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ContractBroken(Exception):
    """A table of the engine is not what its contract says; the message names table and column."""


@dataclass(frozen=True)
class Contract:
    """What a public table promises.

    Attributes:
        name: The table.
        columns: Its columns in order, each with its type in DuckDB's words.
        never_null: Those that always hold a value.
    """

    name: str
    columns: dict[str, str]
    never_null: tuple[str, ...]


def contracts(manifest: dict[str, Any]) -> list[Contract]:
    """The contracts of the public tables, by name."""
    found = [
        Contract(
            name=node["alias"],
            columns={column["name"]: column["data_type"] for column in node["columns"].values()},
            never_null=tuple(
                column["name"]
                for column in node["columns"].values()
                if any(constraint["type"] == "not_null" for constraint in column["constraints"])
            ),
        )
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == "main" and node["config"]["contract"]["enforced"]
    ]
    return sorted(found, key=lambda contract: contract.name)


def gather(tables: Path, into: Path, promised: Iterable[Contract]) -> None:
    """Write every public table to `into` as `<name>.parquet`.

    Args:
        tables: Folder of the engine's tables.
        into: Folder for the files.
        promised: The contracts.

    Raises:
        ContractBroken: when a table has other columns, or a null where none may be.
    """
    import duckdb

    into.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for contract in promised:
            place = tables / "main" / contract.name
            source = f"read_parquet('{place}/*.parquet')"
            if next(place.glob("*.parquet"), None) is None:
                # Sail writes no file of a table without rows.
                nothing = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in contract.columns.items())
                source = f"(select {nothing} where false)"
            there = {row[0] for row in connection.execute(f"describe select * from {source}").fetchall()}
            odd = sorted(there ^ set(contract.columns))
            if odd:
                raise ContractBroken(
                    f"{contract.name}: the engine's table and its contract differ in the columns {', '.join(odd)}"
                )
            columns = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in contract.columns.items())
            for name in contract.never_null:
                if connection.execute(f'select 1 from {source} where "{name}" is null limit 1').fetchone():
                    raise ContractBroken(f"{contract.name}.{name} is null in a row of the engine's table")
            target = into / f"{contract.name}.parquet"
            connection.execute(f"copy (select {columns} from {source}) to '{target}' (format parquet)")
