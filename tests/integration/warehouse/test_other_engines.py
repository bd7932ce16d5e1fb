"""Every model and every data test of the project can be said in the words of a distributed engine."""

import duckdb
from sqlglot import exp

from pipelines.distributed.translation import translate
from pipelines.warehouse.manifest import manifest
from tests.integration.warehouse.compiled import Compiled

COLUMNS = "select table_schema, table_name, column_name, data_type from information_schema.columns"


def columns_of(warehouse: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, exp.DataType]]:
    found: dict[tuple[str, str], dict[str, exp.DataType]] = {}
    for schema, table, name, kind in warehouse.execute(f"{COLUMNS} order by ordinal_position").fetchall():
        found.setdefault((schema, table), {})[name] = exp.DataType.build(kind, dialect="duckdb")
    return found


def test_every_statement_of_the_project_is_translated(warehouse: duckdb.DuckDBPyConnection, compiled: Compiled) -> None:
    """All but staging, which names files where an engine has tables, and Python, which runs beside the engine."""
    known = columns_of(warehouse)
    models = [
        statement.split(" as ", 1)[1]
        for statement in compiled.statements
        if statement.startswith("create table ") and " as python " not in statement
    ]
    assert len(models) > 90
    assert len(compiled.tests) == sum(node["resource_type"] == "test" for node in manifest()["nodes"].values())
    for sql in [*models, *compiled.tests.values()]:
        # A relation of DuckDB's has the name of its database before it; an engine's has none.
        said = translate(sql.replace('"warehouse".', ""), lambda schema, table: known[schema, table])
        assert "SELECT" in said
