"""Some dbt models of the small country's build, run on another world: what a test asks for and what that reads."""

from contextlib import chdir
from functools import cache
from pathlib import Path

import duckdb

from pipelines.warehouse import manifest
from tests.integration.warehouse.compiled import Compiled, run


@cache
def statements_behind(compiled: Compiled, *models: str) -> tuple[str, ...]:
    """The statements of these dbt models and of everything they read, in dbt's order."""
    parents = manifest.manifest()["parent_map"]
    queue = [f"model.dovetail.{model}" for model in models]
    wanted = set()
    while queue:
        node = queue.pop()
        if node not in wanted:
            wanted.add(node)
            queue += [parent for parent in parents.get(node, []) if parent.startswith("model.")]
    names = {node.split(".")[-1] for node in wanted}
    # A statement reads `create table warehouse.<schema>.<name> as ...`.
    return tuple(sql for sql in compiled.statements if sql.split()[2].split(".")[-1] in names)


def build(compiled: Compiled, folder: Path, *models: str) -> duckdb.DuckDBPyConnection:
    """These dbt models of a warehouse folder, in a database in memory."""
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as warehouse; create schema warehouse.internal; use warehouse")
    with chdir(folder):
        for statement in statements_behind(compiled, *models):
            run(connection, statement)
    return connection
