"""The SQL that dbt compiled for the small country, to be run on another world or on tables broken on purpose."""

from contextlib import chdir
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse import manifest
from pipelines.warehouse.dbt_run import NodeResult

# The one Python dbt model; which limits it gives plays no part in the balance.
INTERVALS = """
    create table warehouse.internal.int_observation_intervals as
    select
        observation_id, 0.0 as lower_95, 0.0 as upper_95, 0.0 as lower_998, 0.0 as upper_998, 'byar' as interval_method
    from warehouse.internal.int_interval_counts
"""


class Compiled:
    """Every dbt model as a statement, in the order dbt ran them, and every data test by name."""

    def __init__(self, country: Path, nodes: list[NodeResult]) -> None:
        known = manifest.manifest()["nodes"]
        self.folder = country / "building" / "target" / "compiled" / "dovetail"
        self.statements: list[str] = []
        self.tests: dict[str, str] = {}
        for result in nodes:
            node = known[result.unique_id]
            if node["resource_type"] == "test":
                self.tests[node["name"]] = self._sql(node)
            elif node["language"] == "python":
                self.statements.append(INTERVALS)
            else:
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                self.statements.append(f"create {kind} warehouse.{node['schema']}.{node['name']} as {self._sql(node)}")

    def _sql(self, node: dict[str, Any]) -> str:
        # A data test declared in YAML has its own file, in a folder named after the YAML.
        path = node["original_file_path"]
        file = self.folder / path / node["path"] if path.endswith(".yml") else self.folder / path
        return file.read_text(encoding="utf-8")

    def build(self, folder: Path) -> duckdb.DuckDBPyConnection:
        """Every model of another warehouse folder, in a database in memory."""
        connection = duckdb.connect()
        connection.execute("attach ':memory:' as warehouse; create schema warehouse.internal; use warehouse")
        with chdir(folder):
            for statement in self.statements:
                connection.execute(statement)
        return connection

    def failing(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> set[str]:
        """Names of the data tests that find a row."""
        with chdir(folder):
            return {name for name, sql in self.tests.items() if connection.execute(sql).fetchall()}
