"""csv-metadata.json: the CSV files of a release described as CSV on the Web (CSVW), from the tables themselves.

The name is the one at which programs that know this W3C standard look, beside the files.
https://www.w3.org/TR/tabular-metadata/
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.releases.data_files import DataFiles
from pipelines.releases.database import Column, PublicTable
from pipelines.releases.public_tables import Reference
from pipelines.releases.quoted import identifier

if TYPE_CHECKING:
    import duckdb

NAME = "csv-metadata.json"

_TYPES: dict[str, Any] = {
    "VARCHAR": "string",
    "BOOLEAN": {"base": "boolean", "format": "true|false"},
    "DATE": "date",
    "TIMESTAMP": "dateTime",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "FLOAT": "double",
    "DOUBLE": "double",
}


def write_csvw(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    tables: Sequence[PublicTable],
    written: DataFiles,
    folder: Path,
    *,
    is_fictional: bool,
) -> None:
    """Write data/csv-metadata.json.

    A reference of which some rows have none is no foreign key: the standard asks that each row's finds its row. It is
    one in datapackage.json, whose standard lets it be empty. Each file of a table in parts is a table to this standard,
    so a reference to such a table is none here either. Packed files are not described: the standard knows none.

    Args:
        connection: with the tables of the release in use.
        release_id: its number.
        tables: its public tables.
        written: the files that they are in.
        folder: the folder of the release.
        is_fictional: whether the title says FICTIONAL.

    Raises:
        ValueError: a column is of a type that the standard has no name for.
    """
    whole = {table.name for table in tables if _paths(table, written) == [f"{table.name}.csv"]}
    fictional = "FICTIONAL. " if is_fictional else ""
    document = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{fictional}Dovetail release {release_id}",
        "dc:description": (
            f"{fictional}Youth outcome indicators joined, with dates, to the structure of the service behind them. "
            "The licence of each dataset stands in datasets.csv."
        ),
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True, "doubleQuote": True},
        "tables": [
            described
            for table in tables
            for described in _described(_paths(table, written), _table(connection, table, whole))
        ],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    (folder / "data" / NAME).write_text(text, encoding="utf-8")


def _paths(table: PublicTable, written: DataFiles) -> list[str]:
    """The CSV files of a table as seen from the description."""
    paths = written.of(table.name, parquet=False)
    return [path.removeprefix("data/") for path in paths if path.endswith(".csv")]


def _described(urls: Sequence[str], table: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The table once for each of its files; what its columns mean is said with the first."""
    for url in urls:
        yield {"url": url, **table}
        columns = table["tableSchema"]["columns"]
        brief = [{name: said for name, said in column.items() if name != "dc:description"} for column in columns]
        table = table | {"tableSchema": table["tableSchema"] | {"columns": brief}}


def _table(connection: duckdb.DuckDBPyConnection, table: PublicTable, there: set[str]) -> dict[str, Any]:
    """A table but for its file; `there` are the tables that a foreign key may point to."""
    key = table.declared.key
    schema: dict[str, Any] = {"columns": [_column(table.name, column, key) for column in table.columns]}
    if key:
        schema["primaryKey"] = list(key)
    foreign_keys = [
        {
            "columnReference": list(reference.columns),
            "reference": {"resource": f"{reference.table}.csv", "columnReference": list(reference.columns_there)},
        }
        for reference in table.declared.references
        if reference.table in there and _is_never_empty(connection, table, reference)
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "dc:title": table.name,
        "dc:description": f"{table.about} Use this when {table.declared.use}.".lstrip(),
        "tableSchema": schema,
    }


def _is_never_empty(connection: duckdb.DuckDBPyConnection, table: PublicTable, reference: Reference) -> bool:
    empty = " or ".join(f"{identifier(column)} is null" for column in reference.columns)
    return not connection.execute(f"select 1 from {identifier(table.name)} where {empty} limit 1").fetchall()


def _column(table: str, column: Column, key: Sequence[str]) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "titles": column.name}
    if column.about:
        described["dc:description"] = column.about
    kind = column.data_type.removesuffix("[]")
    datatype = "decimal" if kind.startswith("DECIMAL") else _TYPES.get(kind)
    if datatype is None:
        raise ValueError(f"{table}.{column.name}: CSV on the Web has no type for {column.data_type}.")
    described["datatype"] = datatype
    if column.is_list:
        described["separator"] = ";"
    elif column.name in key:
        described["required"] = True
    return described
