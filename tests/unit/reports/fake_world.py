"""Rows of every public table of a release made for a test, and the release folder that they are written to."""

from __future__ import annotations

import json
import random
from pathlib import Path

import duckdb
import polars as pl
import yaml

TYPES: dict[str, pl.DataType] = {
    "text": pl.Utf8,
    "integer": pl.Int64,
    "number": pl.Float64,
    "boolean": pl.Boolean,
    "date": pl.Date,
    "timestamp": pl.Datetime,
    "texts": pl.List(pl.Utf8),
}
COLUMNS: dict[str, dict[str, pl.DataType]] = {
    table: {column: TYPES[type_] for column, type_ in columns.items()}
    for table, columns in yaml.safe_load(Path(__file__).with_name("public_tables.yml").read_text()).items()
}


class World:
    """Rows of every table, as they are added."""

    def __init__(self, release_id: str) -> None:
        self.release_id = release_id
        self.random = random.Random(7)
        self.tables: dict[str, list[dict]] = {name: [] for name in COLUMNS}

    def add(self, table: str, **values: object) -> None:
        unknown = set(values) - set(COLUMNS[table])
        assert not unknown, f"{table} has no {unknown}"
        self.tables[table].append(values)


def write(folder: Path, world: World, *, is_fictional: bool, checks: list[dict] | None = None) -> Path:
    """Write a release folder."""
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "dovetail.duckdb")) as connection:
        for name, columns in COLUMNS.items():
            rows = [{column: row.get(column) for column in columns} for row in world.tables[name]]
            frame = pl.DataFrame(rows, schema=columns)
            connection.register("frame", frame.to_arrow())
            connection.execute(f"create table {name} as select * from frame")
            connection.unregister("frame")
            about = "FICTIONAL. " if is_fictional else ""
            connection.execute(f"comment on table {name} is '{about}Made for a test.'")
    (folder / "MANIFEST").write_text(
        json.dumps({"release_id": world.release_id, "built_at": "2026-11-22T09:30:00", "files": {}, "inputs": {}})
    )
    (folder / "checks.json").write_text(
        json.dumps({"release_id": world.release_id, "checks": passing_checks() if checks is None else checks})
    )
    return folder


def check(check_id: str, stage: str, tool: str, title: str, outcome: str = "pass", *, blocks: bool = True) -> dict:
    return {
        "check_id": check_id,
        "tool": tool,
        "stage": stage,
        "title": title,
        "is_blocking": blocks,
        "outcome": outcome,
        "failing_rows": 0 if outcome == "pass" else 2,
        "failing_keys": [] if outcome == "pass" else ["D0007", "D0009"],
        "about": "",
    }


def passing_checks() -> list[dict]:
    return [
        check(
            "delivery_cells_balance", "landing", "great_expectations", "Cells in = landed + quarantined + out of scope"
        ),
        check("observations_key_unique", "warehouse", "dbt", "One row for each observation"),
        check("attribution_balance", "attribution", "great_expectations", "The balance law holds for each typology"),
        check("release_tables_filled", "release", "great_expectations", "No public table is empty that must not be"),
        check(
            "rows_against_last_release",
            "release",
            "great_expectations",
            "No table lost many rows",
            "warn",
            blocks=False,
        ),
    ]
