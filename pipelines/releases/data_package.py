"""datapackage.json: the CSV files described as a Frictionless data package, from the tables themselves."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.releases.database import Column, PublicTable
from pipelines.releases.fingerprint import file_sha256

_TYPES = {
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP": "datetime",
    "TINYINT": "integer",
    "SMALLINT": "integer",
    "INTEGER": "integer",
    "BIGINT": "integer",
    "HUGEINT": "integer",
    "FLOAT": "number",
    "DOUBLE": "number",
}


def write_data_package(release_id: str, tables: Sequence[PublicTable], folder: Path, *, is_fictional: bool) -> None:
    """Write datapackage.json beside `data/`.

    Raises:
        ValueError: a column is of a type that no data package can describe.
    """
    there = {table.name for table in tables}
    fictional = "FICTIONAL. " if is_fictional else ""
    package = {
        "profile": "tabular-data-package",
        "name": "dovetail",
        "title": f"{fictional}Dovetail release {release_id}",
        "description": (
            f"{fictional}Youth outcome indicators joined, with dates, to the structure of the service behind them. "
            "Each CSV has a Parquet file of the same name beside it."
        ),
        "version": release_id,
        "resources": [_resource(table, folder, there) for table in tables],
    }
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def _resource(table: PublicTable, folder: Path, there: set[str]) -> dict[str, Any]:
    path = f"data/{table.name}.csv"
    schema: dict[str, Any] = {"fields": [_field(table.name, column) for column in table.columns], "missingValues": [""]}
    if table.declared.key:
        schema["primaryKey"] = list(table.declared.key)
    foreign_keys = [
        {"fields": list(r.columns), "reference": {"resource": r.table, "fields": list(r.columns_there)}}
        for r in table.declared.references
        if r.table in there
    ]
    if foreign_keys:
        schema["foreignKeys"] = foreign_keys
    return {
        "name": table.name,
        "type": "table",
        "profile": "tabular-data-resource",
        "description": table.about,
        "path": path,
        "scheme": "file",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{file_sha256(folder / path)}",
        "schema": schema,
    }


def _field(table: str, column: Column) -> dict[str, str]:
    about = column.about
    if column.is_list:
        about = f"{about}. Several values are joined by ';'; the Parquet file holds a list".lstrip(". ")
        return {"name": column.name, "type": "string", "description": about}
    kind = "number" if column.data_type.startswith("DECIMAL") else _TYPES.get(column.data_type)
    if kind is None:
        raise ValueError(f"{table}.{column.name}: a data package has no type for {column.data_type}.")
    return {"name": column.name, "type": kind, "description": about}
