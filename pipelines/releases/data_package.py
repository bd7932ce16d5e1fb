"""datapackage.json: the data files described as a Frictionless data package, from the tables themselves."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.releases.data_files import DataFiles
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
_CSV = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
_PARQUET = {"format": "parquet", "mediatype": "application/vnd.apache.parquet"}


def write_data_package(
    release_id: str, tables: Sequence[PublicTable], written: DataFiles, folder: Path, *, is_fictional: bool
) -> None:
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
            "Each CSV has a Parquet file of the same rows beside it."
        ),
        "version": release_id,
        "resources": [_resource(table, written, folder, there) for table in tables],
    }
    text = json.dumps(package, indent=1, ensure_ascii=False) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8")


def _resource(table: PublicTable, written: DataFiles, folder: Path, there: set[str]) -> dict[str, Any]:
    """A table; of one in parts `path` is a list, each part with the header. MANIFEST has the hashes of all.

    Where the CSV is packed in a way that the standard does not know, the Parquet is described.
    """
    paths = written.of(table.name, parquet=False)
    is_parquet = not paths[0].endswith(".csv")
    if is_parquet:
        paths = written.of(table.name, parquet=True)
    fields = [_field(table.name, column, is_parquet=is_parquet) for column in table.columns]
    schema: dict[str, Any] = {"fields": fields, **({} if is_parquet else {"missingValues": [""]})}
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
        "path": paths[0] if len(paths) == 1 else list(paths),
        "scheme": "file",
        **(_PARQUET if is_parquet else _CSV),
        **(_of_bytes(folder / paths[0]) if len(paths) == 1 else {}),
        "schema": schema,
    }


def _of_bytes(file: Path) -> dict[str, Any]:
    return {"bytes": file.stat().st_size, "hash": f"sha256:{file_sha256(file)}"}


def _field(table: str, column: Column, *, is_parquet: bool) -> dict[str, str]:
    about = column.about
    if column.is_list and is_parquet:
        return {"name": column.name, "type": "array", "description": about}
    if column.is_list:
        about = f"{about}. Several values are joined by ';'; the Parquet file holds a list".lstrip(". ")
        return {"name": column.name, "type": "string", "description": about}
    kind = "number" if column.data_type.startswith("DECIMAL") else _TYPES.get(column.data_type)
    if kind is None:
        raise ValueError(f"{table}.{column.name}: a data package has no type for {column.data_type}.")
    return {"name": column.name, "type": kind, "description": about}
