"""The SQL that dbt compiled for the small country, to be run on another world or on tables broken on purpose."""

import re
from contextlib import chdir
from pathlib import Path
from runpy import run_path
from typing import Any

import duckdb

from pipelines.warehouse import manifest
from pipelines.warehouse.results import NodeResult

# Which limits a value has plays no part in the balance, and a thousand worlds have no time for them.
INTERVALS = """
    create table warehouse.internal.int_observation_intervals as
    select
        observation_id, 0.0 as lower_95, 0.0 as upper_95, 0.0 as lower_998, 0.0 as upper_998, 'byar' as interval_method
    from warehouse.internal.int_interval_counts
"""

# A Python dbt model stands among the statements as this, with the way to its file from the dbt project.
_PYTHON = re.compile(r"create table (?P<table>warehouse\.\w+\.\w+) as python (?P<file>\S+)\Z")


class _Asked:
    """What a Python dbt model asks of dbt: the tables that it reads."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._schemas = {node["name"]: node["schema"] for node in manifest.manifest()["nodes"].values()}
        self.config = _Settings()

    def ref(self, name: str) -> duckdb.DuckDBPyRelation:
        return self._connection.sql(f"from warehouse.{self._schemas[name]}.{name}")


class _Settings:
    def __call__(self, **_settings: object) -> None:
        """Taken and not used: a table is made in any case."""


def run(connection: duckdb.DuckDBPyConnection, statement: str) -> None:
    """Make the table or view of one dbt model."""
    python = _PYTHON.match(statement)
    if python is None:
        connection.execute(statement)
        return
    made = run_path(str(manifest.PROJECT / python["file"]))["model"](_Asked(connection), connection)
    connection.register("made_by_python", made)
    connection.execute(f"create table {python['table']} as select * from made_by_python")
    connection.unregister("made_by_python")


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
            elif node["name"] == "int_observation_intervals":
                self.statements.append(INTERVALS)
            elif node["language"] == "python":
                table = f"warehouse.{node['schema']}.{node['name']}"
                self.statements.append(f"create table {table} as python {node['original_file_path']}")
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
                run(connection, statement)
        return connection

    def failing(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> set[str]:
        """Names of the data tests that find a row."""
        with chdir(folder):
            return {name for name, sql in self.tests.items() if connection.execute(sql).fetchall()}
