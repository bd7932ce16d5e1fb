"""How each data test came out, kept in the database that it was asked of, and the rows behind one that failed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from pipelines.warehouse.results import NodeResult

if TYPE_CHECKING:
    import duckdb

KEYS_SHOWN = 20


def failing_keys(connection: duckdb.DuckDBPyConnection, sql: str) -> tuple[str, ...]:
    """The first rows that a test finds, each as `column=value, ...`."""
    found = connection.execute(f"select * from (\n{sql}\n) as failing limit {KEYS_SHOWN}")
    names = [column[0] for column in found.description or ()]
    return tuple(
        ", ".join(f"{name}={value}" for name, value in zip(names, row, strict=True)) for row in found.fetchall()
    )


def save(connection: duckdb.DuckDBPyConnection, results: Iterable[NodeResult]) -> None:
    """Keep outcomes in place of those that the same tests had before."""
    connection.execute("create table if not exists standing.outcomes (unique_id varchar, result varchar)")
    for result in results:
        text = json.dumps(asdict(result), default=str).replace("'", "''")
        connection.execute(f"delete from standing.outcomes where unique_id = '{result.unique_id}'")
        connection.execute(f"insert into standing.outcomes values ('{result.unique_id}', '{text}')")


def load(connection: duckdb.DuckDBPyConnection) -> dict[str, NodeResult]:
    """The outcome of each test, as it was when the test last ran; no time is spent on them now."""
    rows = connection.execute("select result from standing.outcomes").fetchall()
    results = [NodeResult(**json.loads(text)) for (text,) in rows]
    return {
        result.unique_id: replace(result, execution_time=0.0, failing_keys=tuple(result.failing_keys))
        for result in results
    }
