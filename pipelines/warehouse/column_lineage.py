"""Of which columns of its parents each column of a model is made, read by sqlglot from the SQL that dbt compiled.

What is followed is values: a column that only filters, joins, groups or sorts is not among them. A Python model has no
SQL and is left out. Reading takes a tenth of a second a model and its result depends on SQL and columns alone, so it is
kept beside the parsed project, which every warehouse folder of an installation shares.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.warehouse import recipe
from pipelines.warehouse.manifest import prepare
from pipelines.warehouse.standing import DATABASE

if TYPE_CHECKING:
    import duckdb

KEPT = "column_lineage.json"

Columns = Mapping[tuple[str, str], list[str]]
"""(Schema, table) -> names of its columns; of files the pattern, without a schema."""
Lineage = dict[str, list[tuple[str, str]]]
"""Column -> (table or file pattern that the SQL names, column of it), sorted; empty for a constant."""


def column_lineage(warehouse: Path) -> dict[str, Lineage]:
    """Where the columns of every SQL model come from, by dbt's own name of the model.

    Args:
        warehouse: Folder whose building database stands; nothing is found where it does not.
    """
    import duckdb

    path = warehouse / DATABASE
    if not path.exists():
        return {}
    with duckdb.connect(str(path), read_only=True) as connection:
        nodes = recipe.load(connection)
        connection.execute("set file_search_path = ?", [str(warehouse)])
        columns = {
            (schema, table): names
            for schema, table, names in connection.execute(
                "select schema_name, table_name, list(column_name order by column_index) from duckdb_columns() "
                "where schema_name in ('main', 'internal') group by all"
            ).fetchall()
        }
        names = {node.unique_id: node.name for node in nodes}
        read: dict[str, tuple[str, Columns]] = {}
        for node in nodes:
            if node.kind == "test" or node.is_python:
                continue
            parents = {names[parent] for parent in node.parents}
            tables = {table: columns[table] for table in columns if table[1] in parents}
            read[node.unique_id] = (node.sql, tables or _columns_of_files(node.sql, connection))
    return _with_kept(read)


def lineage_of(sql: str, columns: Columns) -> Lineage:
    """Where the columns of one select come from.

    Args:
        sql: One select, as dbt compiled it.
        columns: The columns of the tables, or of the files, that it reads.

    Raises:
        sqlglot.errors.SqlglotError: when the select cannot be followed.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.lineage import lineage
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope
    from sqlglot.schema import MappingSchema

    from pipelines.distributed.dialect.rows import unions_by_name

    schema = MappingSchema(dialect="duckdb")
    for (folder, table), names in columns.items():
        schema.add_table(exp.table_(table, db=folder or None), dict.fromkeys(names, "text"))
    # sqlglot follows unions by position, so those by name are said so first.
    statement = unions_by_name(
        qualify(
            sqlglot.parse_one(sql, dialect="duckdb"), schema=schema, dialect="duckdb", validate_qualify_columns=False
        )
    )
    trees = lineage(None, statement, schema, dialect="duckdb", scope=build_scope(statement), copy=False)
    return {
        column: sorted(
            {
                (leaf.expression.name, exp.to_column(leaf.name).name)
                for leaf in tree.walk()
                if isinstance(leaf.expression, exp.Table)
            }
        )
        for column, tree in trees.items()
    }


def _columns_of_files(sql: str, connection: duckdb.DuckDBPyConnection) -> Columns:
    """The columns of the files that a staging model reads."""
    import sqlglot
    from sqlglot import exp

    statement = sqlglot.parse_one(sql, dialect="duckdb")
    made_here = {each.alias for each in statement.find_all(exp.CTE)}
    patterns = {table.name for table in statement.find_all(exp.Table)} - made_here
    return {("", pattern): connection.table_function("read_parquet", [pattern]).columns for pattern in sorted(patterns)}


def _with_kept(read: Mapping[str, tuple[str, Columns]]) -> dict[str, Lineage]:
    """What is kept, and what is read now and kept from then on; a model that cannot be followed is left out."""
    place = prepare() / KEPT
    kept: dict[str, Lineage] = {}
    with suppress(OSError, ValueError):
        kept = json.loads(place.read_text(encoding="utf-8"))
    keys = {unique_id: _key(sql, columns) for unique_id, (sql, columns) in read.items()}
    now = {key: kept[key] if key in kept else _or_nothing(*read[unique_id]) for unique_id, key in keys.items()}
    if now.keys() != kept.keys():
        with suppress(OSError):  # an installation that its user may not write to
            aside = place.with_name(f".{KEPT}.{os.getpid()}")
            aside.write_text(json.dumps(now), encoding="utf-8")
            aside.replace(place)
    return {unique_id: now[key] for unique_id, key in keys.items() if now[key]}


def _or_nothing(sql: str, columns: Columns) -> Lineage:
    from sqlglot.errors import SqlglotError

    try:
        return lineage_of(sql, columns)
    except SqlglotError:
        return {}


def _key(sql: str, columns: Columns) -> str:
    """What a model's lineage depends on."""
    return sha256(json.dumps([version("sqlglot"), sql, sorted(columns.items())]).encode()).hexdigest()
